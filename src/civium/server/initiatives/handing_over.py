"""Hands a log over: tells, publicly and for ever, that its authority has it. From then on only the authority can destroy what is in it.

The rules are:
- a submission package was made before (exports.py): what is handed over is that file;
- two persons decide (one in a demonstration);
- paper sheets, and what the Commission's central system sends, are in no log here: their number is typed in;
- the store is told last, inside the transaction here: if a process is stopped between the two, the same act is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from civium.errors import Refused
from civium.formats.export import PACKAGE
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.exports import Wanted, file_name
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Collection, HandOver, Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.initiatives.standing import check_allowed, check_day, collects, last_day
from civium.server.publishing.notices import hand_over_notice, handed_over
from civium.server.store.protocol import Change, Log

# LAW-79: the file exchange service, registered post, a trusted carrier; or by hand.
WAYS: Final = ("file-exchange-service", "registered-post", "carrier", "in-person")
SHEETS, CENTRAL = "sheets", "central"
PAPER_CHANNELS: Final = frozenset({"paper", SHEETS})
_MOST = 1_000_000_000  # more than there are citizens


@dataclass(frozen=True)
class Delivery:
    """When and by which way an authority was given something; no day: today."""

    on: date | None = None
    way: str = ""


def hand_over(
    initiative: Initiative,
    premises: Premises,
    jurisdiction: str,
    channel: str,
    by: Persons,
    *,
    now: datetime,
    delivery: Delivery | None = None,
) -> Log:
    """Tell that the authority of a jurisdiction has received its log, and give that log.

    Raises Refused `not-live`, `second-person-missing`, `unknown-jurisdiction`, `nothing-to-hand-over`, `already-handed-over`, what the
    state refuses (`collection-not-ended` ...), `way-unknown`, `day-in-the-future`, `day-too-early`.
    """
    collection = live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    kept = premises.store.collection(collection.identifier)
    logs = [log for log in kept.logs if (log.jurisdiction, log.channel) == (jurisdiction, channel)]
    if not logs:
        raise Refused("unknown-jurisdiction")
    check_allowed(initiative, "hand-over", today=brussels_date(now))
    day = _check_delivery(initiative, delivery, now)
    statements = sum(_packed(collection, log) for log in logs)
    if initiative.hand_overs.filter(jurisdiction=jurisdiction, channel=channel).exists():
        raise Refused("already-handed-over")
    with transaction.atomic():
        _keep(initiative, jurisdiction, channel, statements, day, delivery, by, now)
        # Told before and not kept here: the process was stopped in between, or an earlier version handed over.
        if (kept.identifier, jurisdiction, channel) not in handed_over(premises.store):
            change = Change(notice=hand_over_notice(logs[-1], brussels_date(now)))
            premises.store.change_collection(kept.identifier, change, expected_version=kept.version)
    return logs[-1]


def hand_over_elsewhere(
    initiative: Initiative, jurisdiction: str, channel: str, statements: int, by: Persons, *, now: datetime, delivery: Delivery
) -> HandOver:
    """Record that an authority was given paper sheets, or that the central system sent it its statements (Art. 12(2), 12(3)).

    Raises Refused `second-person-missing`, what the state refuses, `jurisdiction-unknown`, `channel-unknown`, `number-out-of-bounds`,
    `already-handed-over`, `way-unknown`, `day-in-the-future`, `day-too-early`.
    """
    check_allowed(initiative, "hand-over", today=brussels_date(now))
    check_two_persons(initiative.deployment, by)
    jurisdiction_of(load_procedure(initiative.procedure), jurisdiction)
    if channel != SHEETS and (channel != CENTRAL or collects(initiative)):
        raise Refused("channel-unknown")
    if not 0 < statements <= _MOST:
        raise Refused("number-out-of-bounds", what="statements", most=_MOST)
    day = _check_delivery(initiative, delivery, now)
    if initiative.hand_overs.filter(jurisdiction=jurisdiction, channel=channel).exists():
        raise Refused("already-handed-over")
    with transaction.atomic():
        return _keep(initiative, jurisdiction, channel, statements, day, delivery, by, now)


def record_receipt(initiative: Initiative, jurisdiction: str, on: date, by: Persons, *, now: datetime) -> None:
    """Record that an authority confirmed to have what it was given: its three months begin (Art. 12(4)).

    Raises Refused what the state refuses, `not-handed-over`, `day-in-the-future`, `day-too-early`.
    """
    today = brussels_date(now)
    check_allowed(initiative, "record-receipt", today=today)
    given = initiative.hand_overs.filter(jurisdiction=jurisdiction)
    latest = max((one.handed_over_on for one in given), default=None)
    if latest is None:
        raise Refused("not-handed-over")
    check_day(on, today=today, not_before=latest, what="received_on")
    with transaction.atomic():
        given.update(received_on=on)
        journal.record("receipt-recorded", initiative, by, {"jurisdiction": jurisdiction, "on": on.isoformat()}, now=now)
        pages_changed(initiative)


def logs_here(initiative: Initiative, premises: Premises) -> Iterator[tuple[str, str, int]]:
    """Give jurisdiction, channel and received statements of each log that is not handed over and holds something."""
    collection = initiative.live_collection()
    if collection is None:
        return
    told = handed_over(premises.store)
    found: dict[tuple[str, str], int] = {}
    for head in premises.store.heads(collection.identifier):
        place = (head.log.jurisdiction, head.log.channel)
        found[place] = found.get(place, 0) + head.received
    for (jurisdiction, channel), received in found.items():
        if received and (collection.identifier, jurisdiction, channel) not in told:
            yield jurisdiction, channel, received


def _packed(collection: Collection, log: Log) -> int:
    """Give how many statements the last package of a log holds. A log and its successor are a file each, and the authority needs all of them."""
    wanted = Wanted(log.jurisdiction, log.channel, PACKAGE, generation=log.generation)
    packages = collection.exports.filter(kind=PACKAGE, jurisdiction=log.jurisdiction, channel=log.channel)
    made = packages.filter(file_name=file_name(collection.initiative.registration, wanted)).order_by("-pk").first()
    if made is None:
        raise Refused("nothing-to-hand-over")
    return int(made.statements)


def _check_delivery(initiative: Initiative, delivery: Delivery | None, now: datetime) -> date:
    today = brussels_date(now)
    if delivery is None or delivery.on is None:
        return today
    if delivery.way and delivery.way not in WAYS:
        raise Refused("way-unknown")
    earliest = initiative.opens_on if initiative.deployment == DEMONSTRATION else last_day(initiative)
    check_day(delivery.on, today=today, not_before=min(earliest, today), what="handed_over_on")
    return delivery.on


def _keep(
    initiative: Initiative,
    jurisdiction: str,
    channel: str,
    statements: int,
    day: date,
    delivery: Delivery | None,
    by: Persons,
    now: datetime,
) -> HandOver:
    made = HandOver.objects.create(
        initiative=initiative,
        jurisdiction=jurisdiction,
        channel=channel,
        statements=statements,
        handed_over_on=day,
        way=delivery.way if delivery else "",
    )
    facts = {"jurisdiction": jurisdiction, "channel": channel}
    told = {"statements": statements, "on": day.isoformat(), "way": delivery.way} if delivery else {}
    journal.record("log-handed-over", initiative, by, facts | told, now=now)
    pages_changed(initiative)
    return made
