"""Sums by day and State, from leaf records: each is read once, ever; a page reads the sums.

The rules are:
- counted is what the public log has shown and no more: States move together, every ten minutes, in the console as in public;
- the days of a log and how far they reach change in one write; of several processes one counts a piece, and the others leave it to that one;
- entries are counted, destroyed ones too; how many of them were destroyed stands beside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.server.dashboard.models import CountedLog
from civium.server.open_data.numbers import Series, days_of_leaves, series_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from civium.server.initiatives.models import Collection
    from civium.server.store.protocol import Head, Store

PIECE = 20_000  # leaf records read and summed in some 20 ms


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


def count_days(store: Store, collection: Collection, heads: Iterable[Head], *, most: int | None = None) -> int:
    """Add what these heads show and was not counted yet, `most` entries at most, and give how many. Raises Refused `store-unavailable`."""
    sizes = _sizes(collection)
    done = 0
    for head in heads:
        # Most logs have not grown: they cost nothing more than this look.
        while sizes.get(head.log.origin, 0) < head.size and (most is None or done < most):
            counted = _count_piece(store, collection, head, PIECE if most is None else min(PIECE, most - done))
            if not counted:
                break
            done += counted
            sizes[head.log.origin] = sizes.get(head.log.origin, 0) + counted
    return done


def shown(collection: Collection, heads: Iterable[Head]) -> Shown:
    """Give what the public log shows of a collection, from its published heads and the sums."""
    received: Counter[str] = Counter()
    destroyed: Counter[str] = Counter()
    sums: dict[str, Counter[int]] = {}
    entries = counted = 0
    kept = {log.origin: log for log in CountedLog.objects.filter(collection=collection)}
    for head in heads:
        code = head.log.jurisdiction
        received[code] += head.received
        destroyed[code] += head.destroyed
        entries += head.size
        own = sums.setdefault(code, Counter())
        log = kept.get(head.log.origin)
        if log is not None:
            counted += log.size
            own.update({int(day): count for day, count in log.days.items()})
    return Shown(dict(received), entries, counted, series_of(sums, dict(destroyed)))


def _sizes(collection: Collection) -> dict[str, int]:
    return dict(CountedLog.objects.filter(collection=collection).values_list("origin", "size"))


def _count_piece(store: Store, collection: Collection, head: Head, most: int) -> int:
    """Add the next piece of a log to its days and give its length; 0 where nothing is left, or another process took it."""
    made = {"collection": collection, "jurisdiction": head.log.jurisdiction}
    log, _ = CountedLog.objects.get_or_create(origin=head.log.origin, defaults=made)
    stop = min(head.size, log.size + most)
    if stop <= log.size:
        return 0
    came = days_of_leaves(store.read_leaves(head.log, log.size, stop))
    days = Counter({int(day): count for day, count in log.days.items()}) + came
    written = {str(day): count for day, count in sorted(days.items())}
    is_ours = CountedLog.objects.filter(pk=log.pk, size=log.size).update(size=stop, days=written)
    return stop - log.size if is_ours else 0
