"""The acts of an initiative's life as proposals: how each is said in words, and how it is done (proposals.py).

The rules are:
- facts are plain JSON, days as `2027-01-31`; an act reads them strictly, whoever made them;
- a sentence says everything that the second person agrees to;
- what set-up changes (details, languages, keys, appearance) has its acts there (console/setup/acts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from civium.law.periods import brussels_date
from civium.server.initiatives import lifecycle, live, tokens
from civium.server.initiatives.acts_after import ACTS as _AFTER
from civium.server.initiatives.facts import capital, days, has, names, number, says, terms, told_day, words
from civium.server.initiatives.manifests import renew_manifest
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.proposals import Act, Facts, always, never
from civium.server.initiatives.standing import check_allowed


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
        f"{capital(terms(facts).places)} without a proven key are closed online." if has(facts, "closed_online") else "",
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


_ROWS = (
    Act("go-live", _go_live_in_words, _go_live, always),
    Act("pause", says("Pause: nothing is received until two persons go on."), _pause, never),
    Act("resume", says("Go on: statements are received again."), _resume, always),
    Act(
        "end-early",
        lambda facts: words(
            f"Set {days(facts, 'last_day')} as the last day on which statements are received.",
            f"{capital(terms(facts).office)} was told on {days(facts, 'told_on')}." if facts.get("told_on") else "",
        ),
        _end_early,
        always,
    ),
    Act("end-now", says("End the collection at once and for ever."), _end_now, always),
    Act("renew-manifest", says("Publish what changed as a new manifest."), _renew, always),
    Act(
        "set-work",
        lambda facts: f"Ask a device to try at most {number(facts, 'work'):,} numbers before it may send.",
        _set_work,
        never,
    ),
)

ACTS: Final[Mapping[str, Act]] = MappingProxyType({act.name: act for act in _ROWS} | dict(_AFTER))
