"""Sums by day and State, from leaf records: each is read once, ever; a page reads the sums.

The rules are:
- shown and counted is what the public log has shown and no more: States move together, every ten minutes, in the console as in public;
  the intake tells of each move (`note_public`), as only it knows when;
- the days of a log and how far they reach change in one write; of several processes one counts a piece, and the others leave it to that one;
- entries are counted, destroyed ones too; how many of them were destroyed stands beside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from civium.server.dashboard.models import CountedLog
from civium.server.initiatives.models import Collection
from civium.server.open_data.numbers import Series, days_of_leaves, series_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from civium.server.store.protocol import Head, Log, Store

PIECE = 20_000  # leaf records read and summed in some 20 ms
# The days of a collection as they were read last, and of which state of its logs: they change every ten minutes, pages are read more often.
_SUMMED: dict[bytes, tuple[tuple[tuple[int, int, int], ...], Series]] = {}
_MOST_SUMMED = 64


@dataclass(frozen=True)
class Shown:
    """A collection as the public log shows it: by State what was received, by State and day its entries, and how much of that is summed yet."""

    received: Mapping[str, int]
    entries: int
    counted: int
    series: Series

    @property
    def is_counted(self) -> bool:
        """Say whether every entry that is shown is in the sums."""
        return self.counted >= self.entries

    @property
    def total(self) -> int:
        """Give entries less destroyed ones, all States together."""
        return sum(self.received.values())


def note_public(heads: Iterable[Head]) -> None:
    """Take over all heads as the public log just moved, as one. Blocks."""
    collections = {bytes(one.collection_id): one for one in Collection.objects.exclude(state=Collection.State.OPENING)}
    told = {head.log.origin: head for head in heads if head.log.collection in collections}
    with transaction.atomic():
        kept = {log.origin: log for log in CountedLog.objects.filter(origin__in=told)}
        made = [
            CountedLog(collection=collections[head.log.collection], origin=origin, jurisdiction=head.log.jurisdiction)
            for origin, head in told.items()
            if origin not in kept
        ]
        # Another process may make them at the same moment.
        CountedLog.objects.bulk_create(made, ignore_conflicts=True)
        for origin, head in told.items():
            log = kept.get(origin)
            if log is None or (log.shown_size, log.shown_destroyed) != (head.size, head.destroyed):
                CountedLog.objects.filter(origin=origin).update(shown_size=head.size, shown_destroyed=head.destroyed)


def count_days(store: Store, collection: Collection, *, most: int | None = None) -> int:
    """Add what is shown and was not counted yet, `most` entries at most, and give how many. Raises Refused `store-unavailable`."""
    behind = list(CountedLog.objects.filter(collection=collection, size__lt=F("shown_size")))
    if not behind:
        return 0
    logs = {log.origin: log for log in store.collection(collection.identifier).logs}
    done = 0
    for log in behind:
        while log.size < log.shown_size and (most is None or done < most):
            counted = _count_piece(store, log, logs[log.origin], PIECE if most is None else min(PIECE, most - done))
            if not counted:
                break
            done += counted
    return done


def shown(collection: Collection) -> Shown:
    """Give what the public log shows of a collection, and the sums."""
    identifier = bytes(collection.identifier)
    logs = list(_logs(collection).defer("days"))
    state, series = _SUMMED.get(identifier, ((), None))
    if series is None or state != _state(logs):
        logs = list(_logs(collection))
        series = _summed(logs)
        if len(_SUMMED) >= _MOST_SUMMED:
            _SUMMED.clear()
        _SUMMED[identifier] = (_state(logs), series)
    received: Counter[str] = Counter()
    for log in logs:
        received[log.jurisdiction] += log.shown_size - log.shown_destroyed
    return Shown(dict(received), sum(log.shown_size for log in logs), sum(log.size for log in logs), series)


def _logs(collection: Collection) -> QuerySet[CountedLog]:
    return CountedLog.objects.filter(collection=collection).order_by("origin")


def _state(logs: Iterable[CountedLog]) -> tuple[tuple[int, int, int], ...]:
    return tuple((log.pk, log.size, log.shown_destroyed) for log in logs)


def _summed(logs: Iterable[CountedLog]) -> Series:
    destroyed: Counter[str] = Counter()
    sums: dict[str, Counter[int]] = {}
    for log in logs:
        destroyed[log.jurisdiction] += log.shown_destroyed
        sums.setdefault(log.jurisdiction, Counter()).update({int(day): count for day, count in log.days.items()})
    return series_of(sums, dict(destroyed))


def _count_piece(store: Store, log: CountedLog, of_store: Log, most: int) -> int:
    """Add the next piece of a log to its days and give its length; 0 where another process took it."""
    stop = min(log.shown_size, log.size + most)
    days = Counter({int(day): count for day, count in log.days.items()})
    days += days_of_leaves(store.read_leaves(of_store, log.size, stop))
    written = {str(day): count for day, count in sorted(days.items())}
    if not CountedLog.objects.filter(pk=log.pk, size=log.size).update(size=stop, days=written):
        return 0
    counted = stop - log.size
    log.size, log.days = stop, written
    return counted
