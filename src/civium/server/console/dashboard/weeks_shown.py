"""The chart of weeks in words: what was received online and counted on paper, week by week, with a table that keeps both apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from civium.server.console.dashboard import weeks_chart
from civium.server.console.dashboard.chart import Chart
from civium.server.office.paper import week_of
from civium.server.site.charts.days import Tick

if TYPE_CHECKING:
    from civium.server.console.dashboard.shown import Sight

_WEEK = timedelta(days=7)
_NARROW_LABELS, _WIDE_LABELS = 4, 8


def by_week(sight: Sight) -> list[tuple[date, int, int]]:
    """Give each week's Monday with what was received online and counted on paper, from the first week to this one."""
    paper = sight.seen.paper.by_week
    online: dict[date, int] = {}
    for place, value in enumerate(sight.to_today()):
        monday = week_of(sight.first + timedelta(days=place))
        online[monday] = online.get(monday, 0) + value
    known = {*online, *paper}
    if not known:
        return []
    first, last = min(known), max(known)
    mondays = [first + place * _WEEK for place in range((last - first).days // 7 + 1)]
    return [(monday, online.get(monday, 0), paper.get(monday, 0)) for monday in mondays]


def weeks(sight: Sight) -> Chart:
    """Give the chart."""
    _, number = sight._, sight.tongue.number
    found = by_week(sight)
    label = _(
        "Statements by week since %(first)s: %(online)s received online, %(paper)s counted on paper.",
        first=sight.tongue.date(found[0][0]),
        online=number(sum(online for _monday, online, _paper in found)),
        paper=number(sum(paper for _monday, _online, paper in found)),
    )
    drawing = weeks_chart.week_bars(
        [(online, paper) for _monday, online, paper in found], _ticks(sight, found), say=number, label=label
    )
    rows = tuple((sight.tongue.date(monday), online, paper, online + paper) for monday, online, paper in found)
    return Chart(
        _("Online and on paper, by week"),
        _("Weeks begin on Monday. Paper as you counted it: nobody else has seen it yet."),
        drawing,
        (_("Week from"), _("Online"), _("On paper"), _("Together")),
        rows,
    )


def _ticks(sight: Sight, found: list[tuple[date, int, int]]) -> list[Tick]:
    slots = weeks_chart.slots_of(found)
    step = max(1, -(-len(found) // _WIDE_LABELS))
    # A label at the very end would stand outside.
    starts = [place for place in range(0, len(found), step) if place <= slots * 0.9]
    narrow = max(1, -(-len(starts) // _NARROW_LABELS))
    return [Tick(place, sight.short_day(found[place][0]), is_wide_only=bool(nth % narrow)) for nth, place in enumerate(starts)]
