"""Keeps bursts as ranges of a log between two public checkpoints, and what organisers say of each: only then is it public.

The rules are:
- a range names a log, its first and its last index and the day: never one statement, and no time of day once it is decided, or sixteen
  days later;
- what follows at once belongs to the same range, as long as nobody has decided about it;
- an organiser confirms that nothing explains it, or dismisses it with what does, from a closed list: a text could name people;
- nothing is destroyed or struck for it: what counts an authority says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.dashboard.models import BurstRange, CountedLog
from civium.server.dashboard.moves import KEPT, Moves, slot_began, slot_of
from civium.server.dashboard.ranges import Found, out_of_pattern
from civium.server.initiatives import journal
from civium.server.initiatives.models import Collection, Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.setup import pages_changed

CONFIRMED, DISMISSED = "confirmed", "dismissed"
REASONS: Mapping[str, str] = {
    "broadcast": DISMISSED,
    "mailing": DISMISSED,
    "event": DISMISSED,
    "server-fault": DISMISSED,
    "unexplained": CONFIRMED,
    "automated": CONFIRMED,
}
_LOOKED_BACK = 12  # two hours: a process that was away for so long misses none
_SHOWN = timedelta(days=28)


def look_for_bursts(collection: Collection, known: Moves, *, now: datetime) -> int:
    """Keep what is out of pattern in the last two hours and was not kept yet, and give how many ranges are new or longer."""
    latest = slot_of(now)
    found = [one for slot in range(latest - _LOOKED_BACK, latest + 1) for one in out_of_pattern(known, slot)]
    return sum(_keep(collection, one) for one in found)


def forget_times(*, now: datetime) -> None:
    """Destroy the times of ranges that nobody has decided about, once the moves are gone that they were read off; the day stays."""
    BurstRange.objects.filter(began_at__lte=now - KEPT).update(began_at=None, ended_at=None)


def shown_ranges(initiative: Initiative, *, now: datetime) -> tuple[BurstRange, ...]:
    """Give what the dashboard shows: everything undecided, and what was found in the last four weeks, the latest first."""
    wanted = Q(decision="") | Q(day__gte=brussels_date(now - _SHOWN))
    return tuple(BurstRange.objects.filter(wanted, collection__initiative=initiative).order_by("-day", "-pk"))


def decided_ranges(initiative: Initiative) -> tuple[BurstRange, ...]:
    """Give what is public: every range that was decided, in order of log and index."""
    decided = BurstRange.objects.filter(collection__initiative=initiative).exclude(decision="")
    return tuple(decided.order_by("origin", "first_index"))


def find_range(initiative: Initiative, number: int) -> BurstRange:
    """Give a range of an initiative. Raises Refused `burst-unknown`."""
    found = BurstRange.objects.filter(collection__initiative=initiative, pk=number).first()
    if found is None:
        raise Refused("burst-unknown")
    return found


def decide(initiative: Initiative, number: int, reason: str, by: Persons, *, now: datetime) -> BurstRange:
    """Say what a range is: from now on it is public. Raises Refused `burst-unknown`, `burst-reason`, `burst-decided`."""
    if reason not in REASONS:
        raise Refused("burst-reason")
    found = find_range(initiative, number)
    with transaction.atomic():
        told = {
            "decision": REASONS[reason],
            "reason": reason,
            "decided_on": brussels_date(now),
            "began_at": None,
            "ended_at": None,
        }
        if not BurstRange.objects.filter(pk=found.pk, decision="").update(**told):
            raise Refused("burst-decided")
        found.refresh_from_db()
        facts = {"jurisdiction": found.jurisdiction, "first": found.first_index, "last": found.last_index}
        journal.record("burst-decided", initiative, by, {**facts, "decision": found.decision, "reason": reason}, now=now)
        pages_changed(initiative)
    return found


def _keep(collection: Collection, one: Found) -> bool:
    with transaction.atomic():
        ranges = BurstRange.objects.select_for_update().filter(collection=collection, origin=one.origin)
        if ranges.filter(first_index__lte=one.first, last_index__gte=one.stop - 1).exists():
            return False
        ended_at = slot_began(one.slot + 1)
        before = ranges.filter(decision="", last_index__gte=one.first - 1, first_index__lte=one.first).first()
        if before is not None:
            before.last_index, before.ended_at = one.stop - 1, ended_at
            before.save(update_fields=["last_index", "ended_at"])
            return True
        log = CountedLog.objects.get(origin=one.origin)
        BurstRange.objects.create(
            collection=collection,
            origin=one.origin,
            jurisdiction=log.jurisdiction,
            first_index=one.first,
            last_index=one.stop - 1,
            usual=one.usual,
            day=brussels_date(slot_began(one.slot)),
            began_at=slot_began(one.slot),
            ended_at=ended_at,
        )
    return True
