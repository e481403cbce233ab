"""What set-up changes, as acts that one person does before the start and two agree to afterwards (T-8).

The rules are:
- facts are what changes and nothing else: what somebody else changed meanwhile stays;
- an act takes the way of the commands: the functions of `initiatives/` check and do it, and after the start publish it;
- its sentence names what would change, so that the second person knows what they agree to.
"""

from __future__ import annotations

import dataclasses
from base64 import b64decode
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from civium.errors import Refused
from civium.formats import authority_key
from civium.server.console.setup.first_look import add_first_look_keys
from civium.server.initiatives.appearance import Appearance, set_appearance
from civium.server.initiatives.folder import Folder, Text
from civium.server.initiatives.journal import take_turn
from civium.server.initiatives.keys import add_key, find_key, prove_key, retire_key
from civium.server.initiatives.manifests import renew_manifest
from civium.server.initiatives.organisers_keys import add_bundle, prove_all
from civium.server.initiatives.proposals import Act, Facts, once_live
from civium.server.initiatives.setup import update_initiative
from civium.server.register.loaded import folder_of
from civium.server.register.models import RegisterFile
from civium.server.register.taking_over import Answers, take_over

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons
    from civium.server.initiatives.premises import Premises

# Key of the folder -> what people call it.
NAMES: Final[Mapping[str, str]] = {
    "registration_number": "registration number",
    "register_url": "address in the register",
    "central_url": "address in the central system",
    "contact_email": "address citizens write to",
    "website": "website",
    "funding_page": "page on funding",
    "organisers": "organisers",
    "legal_entity": "legal entity",
    "data_protection_officer": "data protection officer",
    "partial_registration": "partial registration",
    "start_told_on": "day the Commission was told of the start",
    "channels_told_on": "day the Commission was told of the channels",
    "goal": "goal",
    "callback_url": "way back after signing",
    "call_for_action": "call for action",
    "original_language": "original language",
    "registered_on": "day of registration",
    "opens_on": "first day",
    "closes_on": "last day",
    "theme_colour": "colour",
    "maker": "name at the head of the pages",
    "logo": "logo",
    "logo_alternative": "what the logo shows",
    "cover": "cover",
    "layout": "layout",
    "blocks": "blocks",
    "video": "film",
    "certificate": "certificate of conformity",
}


def changes_of(facts: Facts) -> str:
    """Say what facts would change and to what, so that the second person needs no other page."""
    told: Mapping[str, Any] = {**facts.get("told", {}), **facts.get("dates", {})}
    said = [f"{NAMES.get(name, name)}: {_in_words(value)}" for name, value in told.items()]
    for language, text in facts.get("texts", {}).items():
        lines = [f"{name.replace('_', ' ')}: {line}" for name, line in text["lines"].items() if line]
        lines += [f"question: {question} {answer}" for question, answer in text.get("questions") or ()]
        said.append(f"in {language}: {', '.join(lines)}")
    return "; ".join(said)


def _in_words(value: Any) -> str:
    if value in (None, "", [], {}):
        return "taken away"
    if isinstance(value, dict):
        return ", ".join(_in_words(part) for part in value.values() if part)
    if isinstance(value, list):
        return " + ".join(_in_words(part) for part in value)
    return str(value)


def folder_with(folder: Folder, facts: Facts) -> Folder:
    """Give the folder with what facts tell in place of what it told."""
    texts = dict(folder.texts)
    for language, told in facts.get("texts", {}).items():
        before = texts.get(language)
        lines = {**(before.lines if before else {}), **told["lines"]}
        questions = told.get("questions")
        kept = before.questions if before else ()
        texts[language] = Text(
            language, lines, kept if questions is None else tuple((question, answer) for question, answer in questions)
        )
    dates = {**folder.dates, **{name: _day(value) for name, value in facts.get("dates", {}).items()}}
    told_now = {**folder.told, **facts.get("told", {})}
    return dataclasses.replace(
        folder, told={name: value for name, value in told_now.items() if value is not None}, dates=dates, texts=texts
    )


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _publish(initiative: Initiative, premises: Premises, by: Persons, now: datetime) -> None:
    if initiative.live_collection() is not None:
        renew_manifest(initiative, premises, by, now=now)


def _change(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    update_initiative(initiative, folder_with(folder_of(initiative), facts), by, now=now)
    _publish(initiative, premises, by, now)


def _follow_register(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    file = RegisterFile.objects.filter(initiative=initiative, taken_over_at=None, pk=facts["file"]).first()
    if file is None or bytes(file.sha256).hex() != facts["sha256"]:
        raise Refused("register-none-waiting")
    answers = Answers(facts.get("countries", {}), facts.get("contact_email", ""), facts.get("seat", ""))
    take_over(initiative, file, answers, by, now=now)
    _publish(initiative, premises, by, now)


def _change_keys(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    if facts["do"] == "add":
        for raw in facts["files"]:
            add_key(initiative, b64decode(raw), by, now=now, custody_note=facts.get("custody", ""))
        return
    if facts["do"] == "first-look":
        add_first_look_keys(initiative, by, now=now)
        _publish(initiative, premises, by, now)
        return
    if facts["do"] == "add-bundle":
        add_bundle(initiative, b64decode(facts["file"]), by, now=now, custody_note=facts.get("custody", ""))
        return
    if facts["do"] == "prove-bundle":
        prove_all(initiative, b64decode(facts["file"]), by, now=now)
        _publish(initiative, premises, by, now)
        return
    key = find_key(initiative, facts["jurisdiction"], facts["key_id"])
    if facts["do"] == "prove":
        prove_key(key, facts["words"], by, now=now)
    else:
        retire_key(key, by, now=now)
    _publish(initiative, premises, by, now)


def _keys_sentence(facts: Facts) -> str:
    if facts["do"] == "add":
        given = [authority_key.parse(b64decode(raw)) for raw in facts["files"]]
        return f"Add the keys of: {'; '.join(_key_in_words(key.jurisdiction, key.key_id) for key in given)}"
    if facts["do"] == "first-look":
        return "Make keys for a first look"
    if facts["do"] == "add-bundle":
        return f"Add the organisers' keys of {facts['number']} States, where they have none (fingerprint {facts['words']})"
    if facts["do"] == "prove-bundle":
        return f"Accept the proofs of the organisers' keys of: {', '.join(facts['jurisdictions'])}"
    key = _key_in_words(facts["jurisdiction"], bytes.fromhex(facts["key_id"]))
    return f"{'Accept the proof of' if facts['do'] == 'prove' else 'Retire'} the key of {key}"


def _key_in_words(jurisdiction: str, key_id: bytes) -> str:
    """Name a key wholly: another that begins alike is made in days, and the two who agree compare it with what the authority says."""
    return f"{jurisdiction} (fingerprint {authority_key.fingerprint_words(key_id)})"


def _change_appearance(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises  # nothing of it is in the manifest
    with transaction.atomic():
        take_turn(initiative)
        initiative.refresh_from_db(fields=["appearance"])
        set_appearance(initiative, Appearance(stored_with(initiative, facts)), by, now=now)


def stored_with(initiative: Initiative, facts: Facts) -> dict[str, Any]:
    """Give the appearance as it would be stored; what is told as null is taken away."""
    stored = {**initiative.appearance, **facts["stored"]}
    return {name: value for name, value in stored.items() if value is not None}


def _appearance_sentence(facts: Facts) -> str:
    return "Change how the pages look: " + ", ".join(
        f"{NAMES.get(name, name)} {value}" if name in ("theme_colour", "maker", "layout") and value else NAMES.get(name, name)
        for name, value in facts["stored"].items()
    )


def _certificate_sentence(facts: Facts) -> str:
    told = facts["stored"]["certificate"]
    return f"Show the certificate of conformity given by {told['authority']} ({told['country']}) on {told['issued_on']}"


CHANGE_DETAILS = Act("change-details", lambda facts: f"Change {changes_of(facts)}", _change, once_live)
ADD_LANGUAGE = Act("add-language", lambda facts: f"Add {changes_of(facts)}", _change, once_live)
CHANGE_WORDS = Act(
    "change-words",
    lambda facts: f"Change the words for sharing, {changes_of(facts)}",
    _change,
    once_live,
    "Change words for sharing",
)
CHANGE_KEYS = Act("change-keys", _keys_sentence, _change_keys, once_live)
CHANGE_CERTIFICATE = Act("change-certificate", _certificate_sentence, _change_appearance, once_live)
CHANGE_APPEARANCE = Act("change-appearance", _appearance_sentence, _change_appearance, once_live)
FOLLOW_REGISTER = Act(
    "correct-register",
    lambda facts: f"Take over the register's file ({facts['sha256'][:8]}): {facts['summary']}",
    _follow_register,
    once_live,
)
ACTS: Final = (CHANGE_DETAILS, ADD_LANGUAGE, CHANGE_WORDS, CHANGE_KEYS, CHANGE_CERTIFICATE, CHANGE_APPEARANCE, FOLLOW_REGISTER)
