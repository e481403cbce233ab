"""Destroys a demonstration's statements whole, when its time is over: envelopes go, leaf records and counts stay.

The rules are:
- demonstrations only: whose statements count, and when those must go (Art. 19(5)), is decided with submission, which is not built yet;
- the days after which it is due stand in the procedure's data (`destroyed_after_days`), counted from go-live;
- an interrupted destruction is run again and goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.lifecycle import end_now, phase_of
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.tokens.keys import destroy_token_keys

BY_LAW = "destroyed-by-law"
Progress = Callable[[int], None]


def due_on(initiative: Initiative) -> date | None:
    """Give the day on which an initiative's statements are to be destroyed, None where the procedure's data sets none."""
    collection = initiative.live_collection()
    days = deployment(load_procedure(initiative.procedure), initiative.deployment).destroyed_after_days
    if collection is None or days is None or collection.destroyed_on is not None:
        return None
    due: date = collection.opened_on + timedelta(days=days)
    return due


def expired_demonstrations(*, today: date) -> list[Initiative]:
    """Give the demonstrations whose time is over and whose statements are still there."""
    found = Initiative.objects.filter(deployment=DEMONSTRATION)
    return [initiative for initiative in found if (due := due_on(initiative)) is not None and due <= today]


def destroy_demonstration(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime, progress: Progress) -> int:
    """Destroy all envelopes of a demonstration and give their number; one that still collects is ended first.

    Raises Refused `not-live`, `not-a-demonstration`.
    """
    collection = live_collection(initiative)
    if initiative.deployment != DEMONSTRATION:
        raise Refused("not-a-demonstration")
    if phase_of(initiative, today=brussels_date(now)) != "ended":
        end_now(initiative, premises, by, now=now)
        collection.refresh_from_db()
    count = 0
    for head in premises.store.heads(collection.identifier):
        for row in premises.store.read_rows(head.log, 0, head.size):
            if row.envelope is not None:
                count += premises.store.destroy_body(head.log, row.index, reason=BY_LAW)
                progress(count)
    destroy_token_keys(premises.keys_folder, collection.identifier)
    with transaction.atomic():
        collection.destroyed_on = brussels_date(now)
        collection.save(update_fields=["destroyed_on"])
        journal.record("demonstration-destroyed", initiative, by, {"statements": count}, now=now)
        pages_changed(initiative)
    return count
