"""Destroys a demonstration's statements whole, when its time is over: envelopes go, leaf records and counts stay.

The rules are:
- demonstrations only: when statements that count must go (Art. 19(5)) is retention_dates.py's, and destroying_all.py does it;
- a legal hold keeps these, too;
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
from civium.server.initiatives.models import Collection, Initiative, LegalHold
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.tokens.keys import destroy_token_keys

BY_LAW = "destroyed-by-law"
# So many go in one transaction: others may write in between.
AT_ONCE = 500
Progress = Callable[[int, int], None]


def due_on(initiative: Initiative) -> date | None:
    """Give the day on which an initiative's statements are to be destroyed, None where the procedure's data sets none."""
    collection = initiative.live_collection()
    days = deployment(load_procedure(initiative.procedure), initiative.deployment).destroyed_after_days
    if collection is None or days is None or collection.destroyed_on is not None:
        return None
    due: date = collection.opened_on + timedelta(days=days)
    return due


def expired_demonstrations(*, today: date) -> list[Initiative]:
    """Give the demonstrations whose time is over, whose statements are still there, and that no hold keeps."""
    found = Initiative.objects.filter(deployment=DEMONSTRATION).exclude(holds__in=LegalHold.objects.filter(lifted_on=None))
    return [initiative for initiative in found if (due := due_on(initiative)) is not None and due <= today]


def destroy_demonstration(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime, progress: Progress) -> int:
    """Destroy all envelopes of a demonstration and give their number; one that still collects is ended first.

    Raises Refused `not-live`, `not-a-demonstration`, `hold-in-force`.
    """
    from civium.server.initiatives.scan_retention import destroy_scans  # it asks this one for the day

    collection = live_collection(initiative)
    if initiative.deployment != DEMONSTRATION:
        raise Refused("not-a-demonstration")
    if initiative.holds.filter(lifted_on=None).exists():
        raise Refused("hold-in-force")
    if phase_of(initiative, today=brussels_date(now)) != "ended":
        end_now(initiative, premises, by, now=now)
        collection.refresh_from_db()
    count = destroy_envelopes(collection, premises, progress)
    destroy_token_keys(premises.keys_folder, collection.identifier)
    with transaction.atomic():
        destroy_scans(initiative, by, now=now)
        collection.destroyed_on = brussels_date(now)
        collection.save(update_fields=["destroyed_on"])
        journal.record("demonstration-destroyed", initiative, by, {"statements": count}, now=now)
        pages_changed(initiative)
    return count


def destroy_envelopes(collection: Collection, premises: Premises, progress: Progress) -> int:
    """Destroy what is still there of all envelopes of a collection, and give their number; `progress` hears entries done, and of how many."""
    heads = premises.store.heads(collection.identifier)
    total, done, count = sum(head.size for head in heads), 0, 0
    for head in heads:
        for start in range(0, head.size, AT_ONCE):
            stop = min(start + AT_ONCE, head.size)
            count += premises.store.destroy_range(head.log, start, stop, reason=BY_LAW)
            done += stop - start
            progress(done, total)
    return count
