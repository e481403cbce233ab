"""Counts and days of a collection as values: what the public log has shown, summed by day and jurisdiction.

The rules are:
- counts are entries less destroyed ones; days are counted from leaf records, which outlive what they name;
- sums are running: a leaf is read once, and what was counted is never counted again;
- a repeat is an entry like any other: nothing here can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from civium.formats.leaf import date_of

ALL = "all"  # the column and row of all jurisdictions together


@dataclass(frozen=True)
class Counts:
    """Received less destroyed: the total, live; the jurisdictions and their thresholds, where there are any."""

    received: int
    goal: int
    jurisdictions: Mapping[str, int]
    thresholds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Series:
    """Entries by day of receipt (Europe/Brussels), without gaps, for each jurisdiction; and how many were destroyed since."""

    days: tuple[date, ...]
    entries: Mapping[str, tuple[int, ...]]
    destroyed: Mapping[str, int]

    @cached_property
    def all_entries(self) -> tuple[int, ...]:
        """Give the entries of each day, all jurisdictions together."""
        return tuple(map(sum, zip(*self.entries.values(), strict=True)))


def days_of_leaves(leaves: Iterable[bytes]) -> Counter[int]:
    """Count leaf records by day (docs/spec/leaf.md: version, then the day in four bytes)."""
    counted = Counter([leaf[1:5] for leaf in leaves])
    return Counter({int.from_bytes(day, "big"): count for day, count in counted.items()})


def series_of(sums: Mapping[str, Mapping[int, int]], destroyed: Mapping[str, int]) -> Series:
    """Give the series from days (since 1970-01-01) counted by jurisdiction, from the first day on which there is an entry to the last."""
    counted = [day for days in sums.values() for day, count in days.items() if count]
    if not counted:
        return Series((), dict.fromkeys(sorted(sums), ()), dict(destroyed))
    first, last = min(counted), max(counted)
    days = tuple(date_of(first) + timedelta(days=place) for place in range(last - first + 1))
    entries = {
        jurisdiction: tuple(sums[jurisdiction].get(day, 0) for day in range(first, last + 1)) for jurisdiction in sorted(sums)
    }
    return Series(days, entries, dict(destroyed))
