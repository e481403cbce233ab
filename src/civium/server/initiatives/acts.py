"""The acts of an initiative's life as proposals: how each is said in words, and how it is done (proposals.py).

The rules are:
- facts are plain JSON: days as `2027-01-31`, files in base64; an act reads them strictly, whoever made them;
- a sentence says everything that the second person agrees to.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from civium.errors import Refused
from civium.formats import authority_key
from civium.law.periods import brussels_date
from civium.server.initiatives import details, keys, lifecycle, live, tokens
from civium.server.initiatives.acts_after import ACTS as _AFTER
from civium.server.initiatives.facts import days, has, names, number, says, text, told_day, words
from civium.server.initiatives.manifests import renew_manifest
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.proposals import Act, Facts, always, never, once_live
from civium.server.initiatives.standing import check_allowed

_NAMES = {
    "organisers": "the group of organisers",
    "legal_entity": "the legal entity",
    "contact_email": "the contact address",
    "data_protection_officer": "the data protection officer",
    "website": "the website",
    "register_url": "the address in the register",
    "partial_registration": "the partial registration",
    "funding_page": "the page on funding",
    "funding": "the funding",
    "central_url": "the address in the central system",
    "treaty_provisions": "the provisions of the Treaties",
}


def _go_live(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    check_allowed(initiative, "go-live", today=brussels_date(now))
    live.open_collection(initiative, premises, go_live_decision(facts, by), now=now)


def go_live_decision(facts: Facts, by: Persons) -> live.GoLive:
    """Give the decision that facts of `go-live` tell. Raises Refused `facts-malformed`."""
    return live.GoLive(
        by,
        accepts_closed_online=has(facts, "closed_online"),
        leaves_out=frozenset(names(facts, "leave_out")),
        asks_tokens=not has(facts, "without_tokens"),
        work=number(facts, "work") if "work" in facts else tokens.USUAL_WORK,
    )


def _go_live_in_words(facts: Facts) -> str:
    left_out = names(facts, "leave_out")
    return words(
        "Go live: statements are received from the first day of the period on.",
        "States without a proven key are closed online." if has(facts, "closed_online") else "",
        f"Nobody can sign in: {', '.join(left_out)}." if left_out else "",
        "No duplicate tokens are asked for: repeats are found by the authorities alone." if has(facts, "without_tokens") else "",
        f"A device tries at most {number(facts, 'work'):,} numbers before it may send." if "work" in facts else "",
    )


def _pause(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del facts
    check_allowed(initiative, "pause", today=brussels_date(now))
    lifecycle.pause(initiative, premises, by, now=now)


def _resume(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del facts
    check_allowed(initiative, "resume", today=brussels_date(now))
    lifecycle.resume(initiative, premises, by, now=now)


def _end_early(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    check_allowed(initiative, "end-early", today=brussels_date(now))
    told_on = told_day(facts, "told_on") if facts.get("told_on") else None
    lifecycle.end_early(initiative, premises, by, last_day=told_day(facts, "last_day"), told_on=told_on, now=now)


def _end_now(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del facts
    check_allowed(initiative, "end-now", today=brussels_date(now))
    lifecycle.end_now(initiative, premises, by, now=now)


def _renew(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del facts
    check_allowed(initiative, "renew-manifest", today=brussels_date(now))
    renew_manifest(initiative, premises, by, now=now)


def _set_work(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    check_allowed(initiative, "set-work", today=brussels_date(now))
    tokens.set_work(initiative, premises, number(facts, "work"), by, now=now)


def _change_details(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    details.change_details(initiative, premises, _told(facts), by, now=now)


def _correct_register(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    details.correct_register(initiative, premises, _told(facts), by, now=now)


def _changes_in_words(facts: Facts) -> str:
    return words(
        "Change and publish in a new manifest:",
        *(f"{_NAMES.get(name, name)}: {_shown(value)};" for name, value in _told(facts).items()),
    )


def _add_language(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    lines = facts.get("lines")
    if not isinstance(lines, dict) or not all(isinstance(line, str) for line in lines.values()):
        raise Refused("facts-malformed", what="lines")
    details.add_language(initiative, premises, text(facts, "language"), lines, by, now=now)


def _add_language_in_words(facts: Facts) -> str:
    lines: Mapping[str, str] = facts.get("lines", {})
    return words(
        f"Offer the initiative in {text(facts, 'language')}, with this title: {lines.get('title', '')}",
        f"Objectives: {lines.get('objectives', '')}",
    )


def _add_key(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    check_allowed(initiative, "change-keys", today=brussels_date(now))
    keys.add_key(initiative, _key_file(facts), by, now=now, custody_note=str(facts.get("custody_note", "")))


def _key_file(facts: Facts) -> bytes:
    try:
        return b64decode(text(facts, "file"), validate=True)
    except NotBase64:
        raise Refused("facts-malformed", what="file") from None


def _add_key_in_words(facts: Facts) -> str:
    public = authority_key.parse(_key_file(facts))
    fingerprint = authority_key.fingerprint_words(public.key_id)
    return (
        f"Add the key of {public.jurisdiction} whose fingerprint is {fingerprint}. Nothing is sealed to it before it is proven."
    )


def _prove_key(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    check_allowed(initiative, "change-keys", today=brussels_date(now))
    key = keys.find_key(initiative, text(facts, "jurisdiction"), str(facts.get("key_id", "")))
    if key.proven_on is None:
        keys.prove_key(key, text(facts, "words"), by, now=now)
    details.publish(initiative, premises, by, now=now)


def _retire_key(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    check_allowed(initiative, "change-keys", today=brussels_date(now))
    keys.retire_key(keys.find_key(initiative, text(facts, "jurisdiction"), str(facts.get("key_id", ""))), by, now=now)
    details.publish(initiative, premises, by, now=now)


def _show_certificate(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    details.show_certificate(initiative, _object(facts, "certificate"), by, now=now)


def _certificate_in_words(facts: Facts) -> str:
    certificate = _object(facts, "certificate")
    told = (certificate.get("authority", "?"), certificate.get("country", "?"), certificate.get("issued_on", "?"))
    return "Show the certificate of conformity that {} ({}) issued on {}.".format(*told)


def _change_appearance(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    details.change_appearance(initiative, _object(facts, "stored"), by, now=now)


def _told(facts: Facts) -> Mapping[str, Any]:
    return _object(facts, "changed")


def _object(facts: Facts, name: str) -> Mapping[str, Any]:
    found = facts.get(name)
    if not isinstance(found, dict):
        raise Refused("facts-malformed", what=name)
    return found


def _shown(value: object) -> str:
    """Give a value of details in words: what it holds, without braces."""
    if value is None or value == "":
        return "none"
    if isinstance(value, dict):
        return ", ".join(_shown(one) for one in value.values() if one not in (None, ""))
    if isinstance(value, list):
        return "; ".join(_shown(one) for one in value) or "none"
    return str(value)


def _of_key(doing: str) -> Any:
    return lambda facts: f"{doing} {text(facts, 'jurisdiction')}{_key_id(facts)}."


def _key_id(facts: Facts) -> str:
    return f", id {facts['key_id']}" if facts.get("key_id") else ""


_ROWS = (
    Act("go-live", _go_live_in_words, _go_live, always, "Go live"),
    Act("pause", says("Pause: nothing is received until two persons go on."), _pause, never, "Pause"),
    Act("resume", says("Go on: statements are received again."), _resume, always, "Go on after a pause"),
    Act(
        "end-early",
        lambda facts: words(
            f"Set {days(facts, 'last_day')} as the last day on which statements are received.",
            f"The Commission was told on {days(facts, 'told_on')}." if facts.get("told_on") else "",
        ),
        _end_early,
        always,
        "Set an earlier last day",
    ),
    Act("end-now", says("End the collection at once and for ever."), _end_now, always, "End at once"),
    Act("renew-manifest", says("Publish what changed as a new manifest."), _renew, always, "Publish a new manifest"),
    Act(
        "set-work",
        lambda facts: f"Ask a device to try at most {number(facts, 'work'):,} numbers before it may send.",
        _set_work,
        never,
        "Change proof of work",
    ),
    Act("change-details", _changes_in_words, _change_details, once_live, "Change details"),
    Act("correct-register", _changes_in_words, _correct_register, once_live, "Follow a correction in the register"),
    Act("add-language", _add_language_in_words, _add_language, once_live, "Add a language"),
    Act("add-key", _add_key_in_words, _add_key, once_live, "Add a key"),
    Act("prove-key", _of_key("Accept the proof, and seal to the key of"), _prove_key, once_live, "Prove a key"),
    Act("retire-key", _of_key("Seal no more to the key of"), _retire_key, once_live, "Retire a key"),
    Act("change-certificate", _certificate_in_words, _show_certificate, once_live, "Show the certificate of conformity"),
    Act(
        "change-appearance",
        lambda facts: f"Change how the pages look: {', '.join(sorted(_object(facts, 'stored'))) or 'as they come'}.",
        _change_appearance,
        once_live,
        "Change the appearance",
    ),
)

ACTS: Final[Mapping[str, Act]] = MappingProxyType({act.name: act for act in _ROWS} | dict(_AFTER))
