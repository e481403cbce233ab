"""The acts that follow collection, as proposals: hand-overs, certificates, submission, answer, withdrawal, holds, destruction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from civium.errors import Refused
from civium.server.initiatives import certifying, destroying_all, destroying_job, handing_over, holds, milestones
from civium.server.initiatives.facts import Facts, capital, days, has, number, says, terms, text, told_day, words
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.proposals import Act, always, never

_CHANNELS = {
    "online": "its statements collected online",
    "paper": "its statements typed in from paper",
    "assisted": "its statements given with assistance",
    "eid": "its statements given with electronic identity",
    handing_over.SHEETS: "its paper sheets",
    handing_over.CENTRAL: "its statements by the Commission's central system",
}
_WAYS = {
    "file-exchange-service": "through the file exchange service",
    "registered-post": "by registered post",
    "carrier": "by a trusted carrier",
    "in-person": "in person",
}


def _hand_over(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    jurisdiction, channel = text(facts, "jurisdiction"), text(facts, "channel")
    delivery = handing_over.Delivery(told_day(facts, "on"), text(facts, "way"))
    if delivery.way not in handing_over.WAYS:
        raise Refused("way-unknown")
    if channel in (handing_over.SHEETS, handing_over.CENTRAL):
        statements = number(facts, "statements")
        handing_over.hand_over_elsewhere(initiative, jurisdiction, channel, statements, by, now=now, delivery=delivery)
    else:
        handing_over.hand_over(initiative, premises, jurisdiction, channel, by, now=now, delivery=delivery)


def _hand_over_in_words(facts: Facts) -> str:
    statements = f", {number(facts, 'statements'):,} in number" if "statements" in facts else ""
    return words(
        f"The authority of {text(facts, 'jurisdiction')} was given {_CHANNELS.get(text(facts, 'channel'), 'something')}{statements}, "
        f"on {days(facts, 'on')}, {_WAYS.get(text(facts, 'way'), 'in another way')}.",
        "This is told in public and stays: from then on only the authority destroys what it has.",
    )


def _record_receipt(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    handing_over.record_receipt(initiative, text(facts, "jurisdiction"), told_day(facts, "on"), by, now=now)


def _record_certificate(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    told = certifying.Certified(
        text(facts, "jurisdiction"),
        number(facts, "online_valid"),
        number(facts, "paper_valid"),
        told_day(facts, "on"),
        text(facts, "reference"),
        text(facts, "packages") if facts.get("packages") else "",
    )
    certifying.record_certificate(initiative, told, by, now=now)


def _certificate_in_words(facts: Facts) -> str:
    return words(
        f"The authority of {text(facts, 'jurisdiction')} certified {number(facts, 'online_valid'):,} valid statements online and "
        f"{number(facts, 'paper_valid'):,} on paper, on {days(facts, 'on')}, under the reference {text(facts, 'reference')}.",
        "The numbers were read from the authority's file, which names the package made here." if facts.get("packages") else "",
        "Compare them with the signed paper before you agree.",
    )


def _submit(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    milestones.submit(initiative, by, on=told_day(facts, "on"), reference=str(facts.get("reference", "")), now=now)


def _record_publication(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    milestones.record_publication(initiative, by, on=told_day(facts, "on"), now=now)


def _record_answer(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    announced = has(facts, "action_announced")
    reference = str(facts.get("reference", ""))
    milestones.record_answer(initiative, by, on=told_day(facts, "on"), reference=reference, action_announced=announced, now=now)


def _record_insufficient(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    milestones.record_insufficient(initiative, by, on=told_day(facts, "on"), now=now)


def _withdraw(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    milestones.withdraw(initiative, premises, by, on=told_day(facts, "on"), now=now)


def _place_hold(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    proceedings = holds.Proceedings(text(facts, "proceedings"), text(facts, "reason"), text(facts, "ends_by"))
    holds.place_hold(initiative, proceedings, by, now=now)


def _lift_hold(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises
    holds.lift_hold(initiative, by, ended_on=told_day(facts, "ended_on"), now=now)


def _destroy(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del facts
    destroying_job.ask_for(destroying_all.order(initiative, premises, by, now=now), now=now)


_ROWS = (
    Act("hand-over", _hand_over_in_words, _hand_over, always),
    Act(
        "record-receipt",
        lambda facts: (
            f"The authority of {text(facts, 'jurisdiction')} confirmed on {days(facts, 'on')} that it has its statements."
        ),
        _record_receipt,
        never,
    ),
    Act("record-certificate", _certificate_in_words, _record_certificate, always),
    Act(
        "submit",
        lambda facts: words(
            f"The initiative was submitted to {terms(facts).recipient} on {days(facts, 'on')}.",
            f"Reference: {facts['reference']}." if facts.get("reference") else "",
            "Afterwards all statements are destroyed, by the day that the law sets; the page of destruction shows it.",
        ),
        _submit,
        always,
    ),
    Act(
        "record-publication",
        lambda facts: f"{capital(terms(facts).recipient)} published the submission on {days(facts, 'on')}.",
        _record_publication,
        never,
    ),
    Act(
        "record-answer",
        lambda facts: words(
            f"{capital(terms(facts).recipient)} answered on {days(facts, 'on')}.",
            f"Reference: {facts['reference']}." if facts.get("reference") else "",
            "It announced action." if has(facts, "action_announced") else "It announced no action.",
        ),
        _record_answer,
        always,
    ),
    Act(
        "record-insufficient",
        lambda facts: words(
            f"It was clear on {days(facts, 'on')} that support is insufficient.",
            f"Nothing will be submitted to {terms(facts).recipient}, and statements may be destroyed.",
        ),
        _record_insufficient,
        always,
    ),
    Act(
        "withdraw",
        lambda facts: words(
            f"Withdraw the initiative, as of {days(facts, 'on')}. This cannot be taken back.",
            "What is being collected ends at once; then all statements are destroyed, by the day that the law sets.",
        ),
        _withdraw,
        always,
    ),
    Act(
        "place-hold",
        lambda facts: words(
            f"Keep all statements for these proceedings: {text(facts, 'proceedings')}.",
            f"Reason: {text(facts, 'reason')}.",
            f"That they are over is decided by: {text(facts, 'ends_by')}.",
        ),
        _place_hold,
        always,
    ),
    Act(
        "lift-hold",
        lambda facts: words(
            f"Lift the legal hold: the proceedings ended by a final decision on {days(facts, 'ended_on')}.",
            "Then everything is destroyed that was kept for them, by the day that the law sets.",
        ),
        _lift_hold,
        always,
    ),
    Act(
        "destroy-statements",
        says("Destroy all statements of this initiative, for ever. Leaf records, counts and the journal stay."),
        _destroy,
        always,
    ),
)

ACTS: Final[Mapping[str, Act]] = MappingProxyType({act.name: act for act in _ROWS})
