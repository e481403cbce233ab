"""Statements on paper as the dashboard counts them: by jurisdiction and by week, from the tallies that hold (office/paper.py).

The rules are:
- paper stands apart from what was received online wherever both are shown, and counts with it toward goal and thresholds (Art. 3(1), 9(7));
- a week's tally belongs to the week's last day: on which day of it a sheet was signed nobody counted;
- tallies are the organisers' own word: no log proves them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from civium.server.office.paper import tallies, week_of

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class OnPaper:
    """The tallies of an initiative, or of one jurisdiction: sums by jurisdiction, and by week (its Monday) in order."""

    by_place: Mapping[str, int] = field(default_factory=dict)
    by_week: Mapping[date, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Give all of them."""
        return sum(self.by_place.values())

    def by_day(self, *, until: date) -> Mapping[date, int]:
        """Give each week's tally on its last day, or on `until` where that comes first."""
        days: Counter[date] = Counter()
        for monday, number in self.by_week.items():
            days[min(monday + _WEEK - timedelta(days=1), until)] += number
        return days


def on_paper(initiative: Initiative, jurisdiction: str | None = None) -> OnPaper:
    """Give what was counted on paper until now: of one jurisdiction alone, or of all."""
    by_place: Counter[str] = Counter()
    by_week: Counter[date] = Counter()
    for tally in tallies(initiative):
        if jurisdiction in (None, tally.jurisdiction):
            by_place[tally.jurisdiction] += tally.number
            by_week[tally.week] += tally.number
    return OnPaper(dict(by_place), dict(sorted(by_week.items())))


def week_to_count(counted: OnPaper, *, today: date, last: date) -> date | None:
    """Give the Monday of the latest whole week of the collection, where paper was counted before and that week was not."""
    if not counted.by_week:
        return None
    monday = week_of(min(today, last + timedelta(days=1))) - _WEEK
    return monday if max(counted.by_week) < monday else None
