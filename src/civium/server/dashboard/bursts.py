"""Days on which one State gave far more than its usual, and far more than the others did: worth a look, no proof of anything.

The rules are:
- a day counts as a burst when a State's entries are at least 50, at least six times the middle of its 28 days before, and its share of the
  day at least three times its usual share: a broadcast that all States see raises none;
- a State with fewer than 14 days before it has no usual;
- how often this cries wolf, and what it finds, is measured on invented campaigns (tests; docs/handbook/dashboard.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from civium.server.open_data.numbers import Series

FEWEST, TIMES, TIMES_SHARE = 50, 6, 3
_BEFORE, _FEWEST_BEFORE = 28, 14


@dataclass(frozen=True)
class Burst:
    """One State on one day: what came, and what is usual there."""

    day: date
    jurisdiction: str
    entries: int
    usual: float


def bursts(series: Series, *, since: date, until: date) -> tuple[Burst, ...]:
    """Give the bursts of the days from `since` to the one before `until` (which is not over), the latest first."""
    found = []
    whole = series.all_entries
    for place in range(_FEWEST_BEFORE, len(series.days)):
        if not since <= series.days[place] < until:
            continue
        start = max(0, place - _BEFORE)
        others = sum(whole[start:place])
        for code, column in series.entries.items():
            entries = column[place]
            if entries < FEWEST or entries * others < TIMES_SHARE * whole[place] * sum(column[start:place]):
                continue
            usual = median(column[start:place])
            if entries >= TIMES * max(usual, 1):
                found.append(Burst(series.days[place], code, entries, usual))
    return tuple(sorted(found, key=lambda one: (one.day, one.entries), reverse=True))
