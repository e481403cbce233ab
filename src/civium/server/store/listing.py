"""What was destroyed since the last move of the public log, as entries of the notices log; the same on every engine.

The rules are:
- an engine gives ranges of what no notice lists yet, and in one transaction appends the notices, forgets the ranges, and takes the heads;
- so an index is listed once, and what is listed is what is counted, whenever a process is stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from civium.formats import notice
from civium.server.store.schema import INDEX_BITS

# Ranges of neighbours: in ascending numbers, a number less its place is the same for neighbours alone. By log and cause.
RANGES = f"""select min(entry) >> {INDEX_BITS}, cause, min(entry) & {(1 << INDEX_BITS) - 1}, max(entry) & {(1 << INDEX_BITS) - 1}
    from (select entry, cause, entry - row_number() over (partition by cause order by entry) as island from {{table}}) as numbered
    group by cause, island order by 1, 3"""  # noqa: S608  our own constants


def destruction_notices(
    ranges: Iterable[tuple[int, str, int, int]], logs: Mapping[int, tuple[bytes, str]], on: date
) -> list[bytes]:
    """Give the entries for ranges (log, cause, first, last) in ascending order; `logs` are collection and origin by number."""
    gathered: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for log, cause, first, last in ranges:
        gathered.setdefault((log, notice.CAUSES.index(cause)), []).append((first, last))
    return [
        notice.encode(destruction)
        for (log, cause), found in sorted(gathered.items())
        for destruction in notice.destructions(*logs[log], notice.CAUSES[cause], found, on)
    ]
