"""Acts on the register: receive, extend once, make the file for a key holder, answer.

The rules are:
- the clock is the law's: one month from the day on which the request came in, two more if that was told in time (GDPR, Art. 12(3));
- every act is written in the journal with numbers and members of closed sets, never with an identifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from civium.errors import Refused
from civium.formats import data_request, leaf
from civium.law.periods import add_months, brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.desk.models import LONGEST_REFERENCE, DataRequest
from civium.server.initiatives import journal
from civium.server.initiatives.destruction import find_entry, parse_identifier
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.publishing import log_keys
from civium.server.publishing.notices import handed_over

MONTHS, FURTHER_MONTHS = 1, 2
Urgency = Literal["", "soon", "late"]
_SOON_DAYS = 7


@dataclass(frozen=True)
class Received:
    """What came in. `identifier` as typed, empty where the person has none."""

    kind: str
    received_on: date
    reference: str = ""
    jurisdiction: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of an entry without opening it: where it lies, since when, whether it is there, whether its authority has it."""

    jurisdiction: str
    channel: str
    received_on: date
    reason: str
    is_handed_over: bool


def receive(initiative: Initiative, received: Received, by: Persons, *, now: datetime) -> DataRequest:
    """Enter a request. Raises Refused `request-kind-unknown`, `day-to-come`, `reference-malformed`, `identifier-malformed`, `jurisdiction-unknown`."""
    if received.kind not in DataRequest.Kind.values:
        raise Refused("request-kind-unknown")
    if received.received_on > brussels_date(now):
        raise Refused("day-to-come")
    if received.reference and (len(received.reference) > LONGEST_REFERENCE or not _is_reference(received.reference)):
        raise Refused("reference-malformed", longest=LONGEST_REFERENCE)
    if received.jurisdiction:
        jurisdiction_of(load_procedure(initiative.procedure), received.jurisdiction)
    identifier = parse_identifier(received.identifier) if received.identifier.strip() else None
    with transaction.atomic():
        journal.take_turn(initiative)
        last = DataRequest.objects.filter(initiative=initiative).aggregate(last=Max("number"))["last"] or 0
        made = DataRequest.objects.create(
            initiative=initiative,
            number=last + 1,
            reference=received.reference,
            kind=received.kind,
            jurisdiction=received.jurisdiction,
            identifier=identifier,
            received_on=received.received_on,
            due_on=add_months(received.received_on, MONTHS),
        )
        journal.record("data-request-received", initiative, by, _facts(made, kind=made.kind), now=now)
    return made


def _is_reference(text: str) -> bool:
    """As organisers number their letters: no space, no small letter, a figure; a name does not fit in."""
    return re.fullmatch(r"[A-Z0-9]+(?:[/-][A-Z0-9]+)*", text) is not None and any(letter.isdigit() for letter in text)


def extend(request: DataRequest, by: Persons, *, now: datetime) -> None:
    """Take two further months, and tell the person why within the first. Raises Refused `request-answered`, `request-extended`, `request-too-late`."""
    today = brussels_date(now)
    _check_open(request)
    if request.extended_on is not None:
        raise Refused("request-extended")
    if today > request.due_on:
        raise Refused("request-too-late")
    request.extended_on = today
    request.due_on = add_months(request.received_on, MONTHS + FURTHER_MONTHS)
    with transaction.atomic():
        request.save(update_fields=["extended_on", "due_on"])
        journal.record(
            "data-request-extended", request.initiative, by, _facts(request, due_on=request.due_on.isoformat()), now=now
        )


def answer(request: DataRequest, outcome: str, by: Persons, *, now: datetime) -> None:
    """Say what became of it; its identifier goes. Raises Refused `request-answered`, `outcome-unknown`."""
    _check_open(request)
    if outcome not in DataRequest.Outcome.values:
        raise Refused("outcome-unknown")
    request.answered_on, request.outcome, request.identifier = brussels_date(now), outcome, None
    with transaction.atomic():
        request.save(update_fields=["answered_on", "outcome", "identifier"])
        journal.record("data-request-answered", request.initiative, by, _facts(request, outcome=outcome), now=now)


def look_up(initiative: Initiative, premises: Premises, identifier: UUID) -> Known:
    """Say what is known of an entry. Raises Refused `unknown-entry`, `not-live`."""
    collection = live_collection(initiative).identifier
    log, index = find_entry(premises.store, collection, identifier)
    row = next(iter(premises.store.read_rows(log, index, index + 1)))
    place = (collection, log.jurisdiction, log.channel)
    return Known(
        jurisdiction=log.jurisdiction,
        channel=log.channel,
        received_on=leaf.parse(row.leaf).received_on,
        reason=row.reason or "",
        is_handed_over=place in handed_over(premises.store),
    )


def request_file(request: DataRequest, premises: Premises, by: Persons, *, now: datetime) -> bytes:
    """Make the file that asks the holder of a jurisdiction's key, signed with the log's key (docs/spec/data-request.md).

    Raises Refused `request-answered`, `request-jurisdiction-missing`, `unknown-jurisdiction`, `not-live`.
    """
    _check_open(request)
    collection = live_collection(request.initiative)
    if request.identifier is not None and not request.jurisdiction:
        request.jurisdiction = look_up(request.initiative, premises, request.identifier).jurisdiction
    if not request.jurisdiction:
        raise Refused("request-jurisdiction-missing")
    logs = [
        log.origin for log in premises.store.collection(collection.identifier).logs if log.jurisdiction == request.jurisdiction
    ]
    if not logs:
        raise Refused("unknown-jurisdiction")
    asked = data_request.DataRequest(
        number=request.number,
        kind=request.kind,
        received_on=request.received_on,
        due_on=request.due_on,
        deployment=request.initiative.deployment,
        registration=request.initiative.registration,
        collection=collection.identifier,
        jurisdiction=request.jurisdiction,
        logs=tuple(sorted(logs)),
        identifier=request.identifier,
    )
    request.filed_on = brussels_date(now)
    with transaction.atomic():
        request.save(update_fields=["filed_on", "jurisdiction"])
        facts = _facts(request, jurisdiction=request.jurisdiction)
        journal.record("data-request-filed", request.initiative, by, facts, now=now)
    return data_request.sign(asked, log_keys.load_log_key(premises.keys_folder, collection.identifier))


def urgency(request: DataRequest, *, today: date) -> Urgency:
    """Say whether its month is nearly over, or over."""
    if request.answered_on is not None:
        return ""
    left = (request.due_on - today).days
    return "late" if left < 0 else "soon" if left <= _SOON_DAYS else ""


def open_requests(initiative: Initiative) -> list[DataRequest]:
    """Give the requests that wait for an answer, the one that is due first before others."""
    return list(DataRequest.objects.filter(initiative=initiative, answered_on=None).order_by("due_on", "number"))


def _check_open(request: DataRequest) -> None:
    if request.answered_on is not None:
        raise Refused("request-answered")


def _facts(request: DataRequest, **more: str) -> dict[str, int | str]:
    return {"number": request.number, **more}
