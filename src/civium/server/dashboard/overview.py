"""All that the dashboard shows of one initiative at one moment, as values: from heads, sums and kept alerts, never from statements.

The rules are:
- the total is live, everything by State or day is as the public log moved last;
- statements on paper count toward goal and thresholds, and stand apart from those received online (on_paper.py);
- repeats stand in nothing here but the weekly rate, which repeat_rate.py makes;
- sums that lag behind are brought up to date here as far as it costs little; the rest is counted in the background (watching.py).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from civium.law.periods import Period, brussels_date
from civium.law.procedure import load_procedure
from civium.law.progress import Progress, progress
from civium.server.campaign import partners
from civium.server.dashboard import bursts, days, forecast, hours, margins
from civium.server.dashboard.burst_ranges import shown_ranges
from civium.server.dashboard.hours import CHALLENGE, PAGE, RECEIVED, REFUSED
from civium.server.dashboard.on_paper import OnPaper, on_paper
from civium.server.initiatives.standing import last_day, phase_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from civium.server.dashboard.bursts import Burst
    from civium.server.dashboard.forecast import Forecast
    from civium.server.dashboard.margins import Margin
    from civium.server.dashboard.models import BurstRange
    from civium.server.initiatives.models import Collection, Initiative, RepeatRate
    from civium.server.initiatives.standing import Phase
    from civium.server.open_data.numbers import Series
    from civium.server.store.protocol import Store

_AT_ONCE = 20_000  # entries a page counts by itself
_BURSTS_SHOWN = timedelta(days=28)
FUNNEL_DAYS = 7


@dataclass(frozen=True)
class Pace:
    """Statements a day: the mean of the last whole days, at most seven, and what is needed from now on (None: nothing, or no day is left)."""

    week: float | None
    days: int
    needed: int | None


@dataclass(frozen=True)
class Funnel:
    """What the server saw of the way to a statement in the last seven days, this hour included."""

    since: datetime
    pages: int
    challenges: int
    received: int
    refused: Mapping[str, int]  # by code, the most frequent first


@dataclass(frozen=True)
class Overview:
    """One initiative as its dashboard shows it; with a jurisdiction, the same for that one alone."""

    initiative: Initiative
    phase: Phase
    begun_on: date
    now: datetime
    today: date
    jurisdiction: str | None
    received: int  # online
    paper: OnPaper
    goal: int
    counted_share: float
    series: Series
    progress: Progress
    margins: tuple[Margin, ...]
    pace: Pace
    forecast: Forecast | None
    bursts: tuple[Burst, ...]
    ranges: tuple[BurstRange, ...]
    funnel: Funnel | None
    partners: tuple[partners.Figures, ...]
    repeat_rate: RepeatRate | None
    work: int

    @property
    def together(self) -> int:
        """Give what was received online and counted on paper."""
        return self.received + self.paper.total

    @property
    def days_left(self) -> int:
        """Give the days on which one can still sign, today included."""
        if self.phase == "ended":
            return 0
        return Period(self.initiative.opens_on, last_day(self.initiative)).days_left(self.today)

    @property
    def margin(self) -> Margin | None:
        """Give the margin of the one jurisdiction that is shown."""
        return next((one for one in self.margins if one.code == self.jurisdiction), None)


def overview(initiative: Initiative, store: Store, *, now: datetime, jurisdiction: str | None = None) -> Overview | None:
    """Give the overview; None before there is a collection. Raises Refused `store-unavailable`. An unknown jurisdiction is as none."""
    collection = initiative.live_collection()
    if collection is None:
        return None
    today = brussels_date(now)
    days.count_days(store, collection, most=_AT_ONCE)
    seen = days.shown(collection)
    paper = on_paper(initiative)
    found = progress_with(initiative, seen.received, paper)
    places = margins.margins(initiative.procedure, found, paper.by_place)
    own = next((one for one in places if one.code == jurisdiction), None)
    received = own.received if own else sum(head.received for head in store.heads(collection.identifier))
    paper = on_paper(initiative, own.code) if own else paper
    goal = own.threshold if own else initiative.goal or found.goal
    phase = phase_of(initiative, today=today)
    series = _of_one(seen.series, own.code) if own else seen.series
    begun_on = begins_on(initiative, collection)
    left = Period(initiative.opens_on, last_day(initiative)).days_left(today) if phase != "ended" else 0
    return Overview(
        initiative=initiative,
        phase=phase,
        begun_on=begun_on,
        now=now,
        today=today,
        jurisdiction=own.code if own else None,
        received=received,
        paper=paper,
        goal=goal,
        counted_share=seen.counted / seen.entries if seen.entries else 1.0,
        series=series,
        progress=found,
        margins=places,
        pace=_pace(series, begun_on, today, missing=goal - received - paper.total, days_left=left),
        forecast=forecast_of(initiative, collection, series, phase, today, paper=paper.total) if seen.is_counted else None,
        bursts=bursts.bursts(seen.series, since=today - _BURSTS_SHOWN, until=today) if seen.is_counted else (),
        ranges=shown_ranges(initiative, now=now),
        funnel=None if own else _funnel(collection, now),
        partners=() if own else partners.figures(initiative, today=today),
        repeat_rate=_repeat_rate(collection, phase),
        work=store.collection(collection.identifier).work,
    )


def progress_with(initiative: Initiative, online: Mapping[str, int], paper: OnPaper) -> Progress:
    """Set what was received online and counted on paper, together, against goal and thresholds."""
    together = Counter(online)
    together.update(paper.by_place)
    return progress(load_procedure(initiative.procedure), initiative.registered_on, together)


def forecast_of(
    initiative: Initiative, collection: Collection, series: Series, phase: Phase, today: date, *, paper: int = 0
) -> Forecast | None:
    """Give the forecast of a series; none before the start, after the end, or while there is too little."""
    if phase not in ("collecting", "paused") or not series.days:
        return None
    first, entries = since_start(series, begins_on(initiative, collection))
    destroyed = sum(series.destroyed.values())
    return forecast.forecast(entries, first, today=today, last=last_day(initiative), destroyed=destroyed, paper=paper)


def begins_on(initiative: Initiative, collection: Collection) -> date:
    """Give the day from which one could sign: the period's first, or that on which the initiative went live after it."""
    return max(initiative.opens_on, collection.opened_on)


def since_start(series: Series, begun_on: date) -> tuple[date, list[int]]:
    """Give the first day and the entries of each day, from the day on which collection began: one without a statement is a day, too."""
    if not series.days:
        return begun_on, []
    # A rehearsal has statements of earlier days.
    first = min(begun_on, series.days[0])
    return first, [0] * (series.days[0] - first).days + list(series.all_entries)


def _of_one(series: Series, code: str) -> Series:
    column = series.entries.get(code, (0,) * len(series.days))
    return replace(series, entries={code: column}, destroyed={code: series.destroyed.get(code, 0)})


def _pace(series: Series, begun_on: date, today: date, *, missing: int, days_left: int) -> Pace:
    first, entries = since_start(series, begun_on)
    whole = forecast.whole_days(entries, first, today)[-forecast.WEEK :]
    needed = -(-missing // days_left) if missing > 0 and days_left else None
    return Pace(sum(whole) / len(whole) if whole else None, len(whole), needed)


def _funnel(collection: Collection, now: datetime) -> Funnel | None:
    """Give the sums of the last days; None before anything was counted."""
    since = hours.hour_of(now) - timedelta(days=FUNNEL_DAYS)
    counted: Counter[str] = Counter()
    for one in hours.hours(collection, since=since).values():
        counted += one
    if not counted:
        return None
    refused = {kind.removeprefix(REFUSED): count for kind, count in counted.most_common() if kind.startswith(REFUSED)}
    return Funnel(since, counted[PAGE], counted[CHALLENGE], counted[RECEIVED], refused)


def _repeat_rate(collection: Collection, phase: Phase) -> RepeatRate | None:
    """Give the rate as it was made last: the weekly one, before the end; after it the exact number is the hand-over's to tell."""
    return collection.repeat_rates.order_by("-number").first() if phase != "ended" else None
