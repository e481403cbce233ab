"""Numbers on paper that somebody alone typed in: when they count for what two decide, and which of them everybody is shown.

Below the thresholds two persons decide about a package (LAW-65). Whoever may enter paper alone could type a million, and need nobody.

The rules are:
- for that question a number counts a day after it was entered, and of a correction the smaller one until then; everywhere else at once;
- what comes to a place within a day, far above its best week before, is shown for that day to all who decide, on every page, with who
  entered it;
- to undo it is a correction, by any one of those who enter paper; the journal and the trail keep all of them;
- a demonstration counts for nothing, and waits for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.office.models import PaperTally
from civium.server.office.paper import paper_totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from civium.server.initiatives.models import Initiative

WAIT = timedelta(hours=24)
# A box of sheets from a fair; and so many times the best week before are no longer a good week.
LEAST, TIMES = 1_000, 3


@dataclass(frozen=True, repr=False)
class Sudden:
    """What came to a place within a day, far above its best week before: who entered it, the week with most of it, from when it counts."""

    jurisdiction: str
    week: date
    number: int
    by: str
    counts_from: datetime


def settled_totals(initiative: Initiative, *, now: datetime) -> dict[str, int]:
    """Give how many statements on paper count for what two decide, by jurisdiction."""
    if initiative.deployment == DEMONSTRATION:
        return paper_totals(initiative)
    totals: dict[str, int] = defaultdict(int)
    for (jurisdiction, _), versions in _versions(initiative).items():
        seen = [row.number for row in versions if row.entered_at <= now - WAIT]
        totals[jurisdiction] += min(versions[-1].number, seen[-1]) if seen else 0
    return dict(totals)


def sudden(initiative: Initiative, *, now: datetime) -> list[Sudden]:
    """Give the numbers that everybody is to look at now, the largest first."""
    if initiative.deployment == DEMONSTRATION or not _rows(initiative).filter(entered_at__gt=now - WAIT).exists():
        return []
    places: dict[str, list[Sequence[PaperTally]]] = defaultdict(list)
    for (jurisdiction, _), rows in _versions(initiative).items():
        places[jurisdiction].append(rows)
    found = [one for rows in places.values() if (one := _sudden_in(rows, now - WAIT)) is not None]
    return sorted(found, key=lambda one: -one.number)


def _sudden_in(weeks: Sequence[Sequence[PaperTally]], since: datetime) -> Sudden | None:
    """Set what came to a place since then against its best week before, whatever weeks it was spread over."""
    before = [max((row.number for row in rows if row.entered_at <= since), default=0) for rows in weeks]
    more = [
        max(0, rows[-1].number - known) if rows[-1].entered_at > since else 0 for rows, known in zip(weeks, before, strict=True)
    ]
    if sum(more) < max(LEAST, TIMES * max(before)):
        return None
    latest = [rows[-1] for rows, number in zip(weeks, more, strict=True) if number]
    largest = weeks[more.index(max(more))][-1]
    names = ", ".join(dict.fromkeys(row.by for row in latest))
    return Sudden(largest.jurisdiction, largest.week, sum(more), names, max(row.entered_at for row in latest) + WAIT)


def _rows(initiative: Initiative) -> QuerySet[PaperTally]:
    return PaperTally.objects.filter(initiative=initiative)


def _versions(initiative: Initiative) -> Mapping[tuple[str, date], Sequence[PaperTally]]:
    """Give every number by place and week, oldest version first."""
    found: dict[tuple[str, date], list[PaperTally]] = defaultdict(list)
    for row in _rows(initiative).order_by("week", "jurisdiction", "version"):
        found[row.jurisdiction, row.week].append(row)
    return found
