"""How many entries came between two moves of the public log: what anybody can read off its checkpoints, kept for two weeks to know what is usual.

The rules are:
- nothing finer than the public log tells: a count belongs to a move, which comes every ten minutes, and to no entry;
- a pause in which nobody looked is no move: its entries are passed over, as nobody knows how they spread;
- what is older than sixteen days goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from civium.server.dashboard.models import CountedLog, LastMove, MoveDay
from civium.server.initiatives.models import Collection

SLOT_SECONDS = 600
_LONGEST_PAUSE = timedelta(seconds=2.5 * SLOT_SECONDS)
KEPT = timedelta(days=16)
# Slot (ten minutes since 1970) -> origin of a log -> its size before and after.
Moves = Mapping[int, Mapping[str, tuple[int, int]]]


def slot_of(now: datetime) -> int:
    """Give the ten minutes in which an instant lies."""
    return int(now.timestamp()) // SLOT_SECONDS


def slot_began(slot: int) -> datetime:
    """Give the instant at which they began."""
    return datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)


def note_moves(collection: Collection, *, now: datetime) -> bool:
    """Take over how far the logs grew since the last look, and say whether these ten minutes, or a size, are new."""
    sizes = {log.origin: log.shown_size for log in CountedLog.objects.filter(collection=collection)}
    with transaction.atomic():
        last, is_first = LastMove.objects.select_for_update().get_or_create(
            collection=collection, defaults={"sizes": sizes, "looked_at": now}
        )
        if is_first or (last.sizes == sizes and slot_of(last.looked_at) == slot_of(now)):
            return False
        if now - last.looked_at <= _LONGEST_PAUSE:
            grown = {origin: (last.sizes.get(origin, 0), size) for origin, size in sizes.items()}
            _add(collection, slot_of(now), {origin: pair for origin, pair in grown.items() if pair[1] > pair[0]})
        last.sizes, last.looked_at = sizes, now
        last.save(update_fields=["sizes", "looked_at"])
    return True


def forget_moves(*, now: datetime) -> None:
    """Destroy the moves whose time is over, of whatever collection: also of one that nobody looks at any more."""
    MoveDay.objects.filter(day__lte=(now - KEPT).date()).delete()


def moves(collection: Collection) -> Moves:
    """Give everything that is kept; ten minutes in which somebody looked and nothing came are there, and empty."""
    found = {}
    for day, counts in MoveDay.objects.filter(collection=collection).values_list("day", "counts"):
        first = slot_of(datetime(day.year, day.month, day.day, tzinfo=UTC))
        for place, by_log in counts.items():
            found[first + int(place)] = {origin: (before, after) for origin, (before, after) in by_log.items()}
    return found


def _add(collection: Collection, slot: int, grown: Mapping[str, tuple[int, int]]) -> None:
    day: date = slot_began(slot).date()
    kept, _is_new = MoveDay.objects.get_or_create(collection=collection, day=day)
    place = str(slot - slot_of(datetime(day.year, day.month, day.day, tzinfo=UTC)))
    by_log = kept.counts.setdefault(place, {})
    for origin, (before, after) in grown.items():
        by_log[origin] = [by_log.get(origin, [before])[0], after]
    kept.save(update_fields=["counts"])
