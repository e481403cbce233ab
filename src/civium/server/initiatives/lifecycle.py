"""After go-live: pause, resume, end early, and what phase a collection is in.

The rules are:
- one person may pause, in an emergency; to go on, two decide (except in a demonstration);
- the store is told last, inside the transaction here: if a process is stopped between the two, the same act is run again;
- no statement is committed after a pause: the batch's transaction reads the collection's state (review, finding 17).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date, deadlines
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.manifests import live_collection, renew_manifest
from civium.server.initiatives.models import Collection, Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.initiatives.standing import Phase, phase_of
from civium.server.store.protocol import Change, CollectionState

__all__ = ["Phase", "end_early", "end_for_ever", "end_now", "pause", "phase_of", "resume"]

_IN_STORE: dict[str, CollectionState] = {Collection.State.OPEN: "collecting", Collection.State.PAUSED: "paused"}


def pause(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime) -> None:
    """Receive nothing until `resume`. Raises Refused `not-live`, `collection-ended`."""
    _set_state(initiative, premises, Collection.State.PAUSED, "collection-paused", by, now=now)


def resume(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime) -> None:
    """Receive again. Raises Refused `not-live`, `collection-ended`, `second-person-missing`."""
    check_two_persons(initiative.deployment, by)
    _set_state(initiative, premises, Collection.State.OPEN, "collection-resumed", by, now=now)


def end_early(
    initiative: Initiative, premises: Premises, by: Persons, *, last_day: date, told_on: date | None, now: datetime
) -> None:
    """Set an earlier last day (Art. 8(1), third subparagraph), in a new manifest.

    Raises Refused `not-live`, `collection-ended`, `second-person-missing`, `end-not-earlier`, `end-in-the-past`, and `end-not-told` where the
    Commission was not told ten working days before (LAW-49; not asked of a demonstration).
    """
    today = brussels_date(now)
    live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    if phase_of(initiative, today=today) == "ended":
        raise Refused("collection-ended")
    if last_day >= initiative.closes_on:
        raise Refused("end-not-earlier", closes=initiative.closes_on.isoformat())
    if last_day < max(today, initiative.opens_on):
        raise Refused("end-in-the-past")
    _check_end_was_told(initiative, last_day, told_on, today)
    renew_manifest(initiative, premises, by, now=now, closes_on=last_day)
    with transaction.atomic():
        initiative.closes_on = last_day
        initiative.save(update_fields=["closes_on"])
        journal.record("end-set", initiative, by, {"closes_on": last_day.isoformat()}, now=now)
        pages_changed(initiative)


def end_now(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime) -> None:
    """End a demonstration, or another procedure's collection, at once and for ever. Raises Refused `not-live`, `collection-ended`, `end-not-told`.

    In an initiative under Reg. 2019/788 whole days count and the Commission is told first: `end_early`.
    """
    live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    today = brussels_date(now)
    if phase_of(initiative, today=today) == "ended":
        raise Refused("collection-ended")
    _check_end_was_told(initiative, today, None, today)
    end_for_ever(initiative, premises, by, now=now)


def end_for_ever(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime) -> None:
    """End what is being collected, whatever the law asks before: the caller has seen to it. Raises Refused `not-live`, `second-person-missing`."""
    collection = live_collection(initiative)
    today = brussels_date(now)
    renew_manifest(initiative, premises, by, now=now, closes_on=max(today, initiative.opens_on), state="ended")
    with transaction.atomic():
        initiative.closes_on = max(today, initiative.opens_on)
        initiative.save(update_fields=["closes_on"])
        collection.state = Collection.State.ENDED
        collection.ended_on = today
        collection.save(update_fields=["state", "ended_on"])
        journal.record("collection-ended", initiative, by, {}, now=now)
        pages_changed(initiative)


def _check_end_was_told(initiative: Initiative, last_day: date, told_on: date | None, today: date) -> None:
    if initiative.deployment == DEMONSTRATION:
        return
    for duty in deadlines(load_procedure(initiative.procedure), {"ends_early_on": last_day}):
        if duty.id == "notice-of-early-end" and (told_on is None or told_on > min(duty.on, today)):
            raise Refused("end-not-told", latest=duty.on.isoformat())


def _set_state(
    initiative: Initiative, premises: Premises, state: Collection.State, act: str, by: Persons, *, now: datetime
) -> None:
    collection = live_collection(initiative)
    if phase_of(initiative, today=brussels_date(now)) == "ended":
        raise Refused("collection-ended")
    identifier = collection.identifier
    with transaction.atomic():
        collection.state = state
        collection.save(update_fields=["state"])
        journal.record(act, initiative, by, {}, now=now)
        pages_changed(initiative)
        version = premises.store.collection(identifier).version
        premises.store.change_collection(identifier, Change(state=_IN_STORE[state]), expected_version=version)
