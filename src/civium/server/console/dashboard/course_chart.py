"""The chart of the total: received until today, the most likely course to the last day, and two bands. Values in, SVG out.

Where paper was counted, too, what was received online alone is a thin line below.

The rules are those of charts/days.py: marks stretch with the page and words do not; scales begin at zero; at most four lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from civium.server.site.charts.days import scale_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from civium.server.dashboard.forecast import Forecast
    from civium.server.site.charts.days import Tick

TOP, FLOOR, HEIGHT = 14, 262, 290
# A goal that is further away than so many times what is drawn would press everything to the floor.
_FARTHEST_GOAL = 5
_MOST_POINTS = 250


@dataclass(frozen=True)
class Course:
    """What the chart draws: totals by day from the first on (destroyed ones taken off at the end), to the last day of collection."""

    first: date
    last: date
    totals: Sequence[int]
    forecast: Forecast | None
    goal: int
    online: Sequence[int] = ()  # the totals without paper, where there is any

    @property
    def highest(self) -> int:
        """Give the highest value that must fit, the goal aside."""
        high = self.forecast.end.outer[1] if self.forecast else 0
        return max(1, high, *self.totals)

    @property
    def shows_goal(self) -> bool:
        """Say whether the goal is near enough to be drawn."""
        return self.goal <= _FARTHEST_GOAL * self.highest


@dataclass(frozen=True)
class Words:
    """The words inside the chart."""

    goal: str
    today: str
    last: str
    label: str


def course_chart(course: Course, labels: Sequence[Tick], said: Words, *, say: Callable[[int], str]) -> Markup:
    """Give the chart as SVG."""
    span = max(1, (course.last - course.first).days + 1)
    most = round(1.08 * max(course.highest, course.goal if course.shows_goal else 0))
    scale = _Scale(course.first, span, most)
    lines = Markup("").join(
        Markup('<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(scale.pixel(line)) for line in scale_lines(most)
    )
    marks = _bands(course.forecast, scale) + _received(course, scale)
    return Markup(
        '<svg class="plot" height="{height}" role="img" aria-label="{label}"><line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>{lines}'
        '<svg y="{top}" width="100%" height="{inside}" viewBox="0 0 {span} {most}" preserveAspectRatio="none">{marks}</svg>{over}{words}</svg>'
    ).format(
        height=HEIGHT,
        label=said.label,
        floor=FLOOR,
        lines=lines,
        top=TOP,
        inside=FLOOR - TOP,
        span=span,
        most=most,
        marks=marks,
        over=_over(course, scale, said),
        words=_words(course, scale, labels, said, say),
    )


@dataclass(frozen=True)
class _Scale:
    """Where a day and a value lie."""

    first: date
    span: int
    most: int

    def x(self, day: date) -> int:
        """Give the end of a day, in days from the first."""
        return (day - self.first).days + 1

    def y(self, value: int) -> int:
        """Give a value from above, in statements."""
        return self.most - value

    def pixel(self, value: int) -> str:
        """Give a value from above, in pixels."""
        return f"{FLOOR - (FLOOR - TOP) * value / self.most:.1f}"

    def share(self, day: date) -> str:
        """Give the end of a day as a share of the width."""
        return f"{min(100.0, 100 * self.x(day) / self.span):.1f}%"


def _received(course: Course, scale: _Scale) -> Markup:
    """Draw the totals: every day while they are few, afterwards as many as a page has room for, the last always."""
    step = max(1, -(-len(course.totals) // _MOST_POINTS))
    places = [*range(0, len(course.totals) - 1, step), *([len(course.totals) - 1] if course.totals else [])]
    drawn = Markup("")
    for name, totals in (("thin", course.online), ("line", course.totals)):
        if totals:
            points = "".join(f"L{place + 1} {scale.y(totals[place])}" for place in places)
            drawn += Markup('<path class="{}" d="M0 {}{}"/>').format(name, scale.y(0), points)
    return drawn


def _bands(forecast: Forecast | None, scale: _Scale) -> Markup:
    if forecast is None:
        return Markup("")
    courses = forecast.courses
    drawn = Markup("")
    for name, bounds in (
        ("band-2", [one.outer for one in courses]),
        ("band", [one.inner for one in courses]),
    ):
        days = [scale.x(one.day) for one in courses]
        low = [f"{day} {scale.y(bound[0])}" for day, bound in zip(days, bounds, strict=True)]
        high = [f"{day} {scale.y(bound[1])}" for day, bound in zip(days, bounds, strict=True)]
        drawn += Markup('<path class="{}" d="M{}Z"/>').format(name, "L".join([*low, *reversed(high)]))
    middle = "L".join(f"{scale.x(one.day)} {scale.y(one.middle)}" for one in courses)
    return drawn + Markup('<path class="dash" d="M{}"/>').format(middle)


def _over(course: Course, scale: _Scale, said: Words) -> Markup:
    """Draw the goal, and where one stands today."""
    drawn = Markup("")
    if course.shows_goal:
        y = scale.pixel(course.goal)
        drawn += Markup('<line class="goal-line" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y)
    here = course.first + timedelta(days=len(course.totals) - 1)
    if course.totals and here < course.last:
        total = course.totals[-1]
        drawn += Markup(
            '<line class="axis" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><circle class="c1" cx="{0}" cy="{1}" r="4.5"/>'
        ).format(scale.share(here), scale.pixel(total), FLOOR)
        # Beside the line on the side that has room.
        is_late = scale.x(here) > 0.8 * scale.span
        drawn += Markup('<text class="strong halo" x="{}" dx="{}" y="254"{}>{}</text>').format(
            scale.share(here), -8 if is_late else 8, Markup(' text-anchor="end"') if is_late else "", said.today
        )
    return drawn


def _words(course: Course, scale: _Scale, labels: Sequence[Tick], said: Words, say: Callable[[int], str]) -> Markup:
    """Write the goal and the scale over the empty beginning, and the days under the floor; the last day stands at the end."""
    goal = float(scale.pixel(course.goal)) if course.shows_goal else None
    drawn = Markup("")
    if goal is not None:
        drawn += Markup('<text class="strong halo" x="0" y="{:.1f}">{}</text>').format(goal - 6, said.goal)
    for line in scale_lines(scale.most):
        y = float(scale.pixel(line)) - 4
        # A figure that the goal's words would cover says nothing that they do not.
        if goal is None or abs(y - goal + 6) > 16:
            drawn += Markup('<text class="halo" x="0" y="{:.1f}">{}</text>').format(y, say(line))
    for tick in labels:
        if tick.place <= 0.86 * scale.span:
            name = Markup(' class="wide-only"') if tick.is_wide_only else ""
            drawn += Markup('<text{} x="{:.1f}%" y="282">{}</text>').format(name, 100 * tick.place / scale.span, tick.text)
    return drawn + Markup('<text x="100%" y="282" text-anchor="end">{}</text>').format(said.last)
