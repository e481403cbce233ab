"""Bars by day: as many as there are days, from zero; with two weeks or more, the mean of seven days as a line.

The rules are:
- marks stretch with the page, words do not: an SVG without viewBox, and one with it inside (preserveAspectRatio="none");
- at most four lines of the scale; their figures stand over the emptier end;
- where there is little room every second label, or fewer, is left out (class wide-only).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

MOST_LINES = 4
FEWEST_SLOTS = 14  # a day alone is a bar, not a wall
_TOP, _FLOOR, _HEIGHT = 12, 184, 210
_WEEK = 7
_DAYS_IN_WORDS = 62  # up to two months, days are labelled; beyond, months
_NARROW_LABELS, _WIDE_LABELS = 5, 9


@dataclass(frozen=True)
class Tick:
    """A label under the bars: at which day (counted from the first), what it says, and whether it needs a wide page."""

    place: int
    text: str
    is_wide_only: bool


def scale_lines(most: int) -> tuple[int, ...]:
    """Give at most four round figures up to the largest value: steps of 1, 2 or 5, times a power of ten."""
    step = next(size * 10**power for power in range(20) for size in (1, 2, 5) if most // (size * 10**power) <= MOST_LINES)
    return tuple(range(step, most + 1, step))


def means(values: Sequence[int]) -> tuple[float, ...]:
    """Give the mean of each seven days in a row; shorter than the values by six."""
    return tuple(sum(values[place : place + _WEEK]) / _WEEK for place in range(len(values) - _WEEK + 1))


def ticks(first: date, count: int, say_day: Callable[[date], str], say_month: Callable[[date], str]) -> tuple[Tick, ...]:
    """Give the labels under so many days: days while they are few, afterwards months by their first day."""
    if count <= _DAYS_IN_WORDS:
        step = max(1, -(-count // _WIDE_LABELS))
        starts = [(place, say_day(first + timedelta(days=place))) for place in range(0, count, step)]
    else:
        days = [first + timedelta(days=place) for place in range(count)]
        starts = [(place, say_month(day)) for place, day in enumerate(days) if day.day == 1 or place == 0]
        # A month that begins with its last days has no room for its name before the next.
        if len(starts) > 1 and starts[1][0] - starts[0][0] < count / _WIDE_LABELS:
            starts = starts[1:]
        starts = starts[:: max(1, -(-len(starts) // _WIDE_LABELS))]
    # A label at the very end would stand outside.
    starts = [one for one in starts if one[0] <= count * 0.9]
    narrow = max(1, -(-len(starts) // _NARROW_LABELS))
    return tuple(Tick(place, text, is_wide_only=bool(number % narrow)) for number, (place, text) in enumerate(starts))


def day_bars(values: Sequence[int], labels: Sequence[Tick], *, slots: int, say: Callable[[int], str], label: str) -> Markup:
    """Give the bars as SVG: `slots` days wide, the values from the first day on."""
    assert 0 < len(values) <= slots, "no day to draw, or more days than there is room for"
    most = max(1, *values)
    lines = scale_lines(most)
    heights = [(line, round(_FLOOR - (_FLOOR - _TOP) * line / most, 1)) for line in lines]
    figures = _figures(values, slots, [(say(line), y) for line, y in heights])
    return Markup(
        '<svg class="plot" height="{}" role="img" aria-label="{}"><line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>{}'
        '<svg y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}{}</svg>{}{}</svg>'
    ).format(
        _HEIGHT,
        label,
        grid_of(heights),
        _TOP,
        _FLOOR - _TOP,
        slots,
        most,
        _bars(values, most),
        _line(values, most),
        figures,
        words_below(labels, slots),
        floor=_FLOOR,
    )


def grid_of(heights: Sequence[tuple[int, float]]) -> Markup:
    """Give the lines of the scale, each at its height."""
    return Markup("").join(Markup('<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y) for _, y in heights)


def words_below(labels: Sequence[Tick], slots: int) -> Markup:
    """Give the words below the bars, each where its place begins."""
    return Markup("").join(
        Markup('<text{} x="{:.1f}%" y="202">{}</text>').format(
            Markup(' class="wide-only"') if tick.is_wide_only else "", 100 * tick.place / slots, tick.text
        )
        for tick in labels
    )


def _bars(values: Sequence[int], most: int) -> Markup:
    # A day with few entries among days with many is drawn, though a hair high: nothing is not the same as one.
    least = most / 172
    drawn = "".join(
        f"M{place}.1 {most}V{round(most - max(value, least), 1):g}h.8V{most}" for place, value in enumerate(values) if value
    )
    return Markup('<path class="bars{}" d="{}"/>').format("" if has_line(values) else " alone", drawn)


def _line(values: Sequence[int], most: int) -> Markup:
    if not has_line(values):
        return Markup("")
    # Each mean stands in the middle of its seven days.
    points = [f"{place + _WEEK / 2:g} {round(most - mean, 1):g}" for place, mean in enumerate(means(values))]
    return Markup('<path class="line" d="M{}"/>').format("L".join(points))


def has_line(values: Sequence[int]) -> bool:
    """Say whether there are days enough for a mean of seven: two weeks."""
    return len(values) >= 2 * _WEEK


def _figures(values: Sequence[int], slots: int, lines: Sequence[tuple[str, float]]) -> Markup:
    quarter = max(1, slots // 4)
    is_right = max(values[slots - quarter :], default=0) <= max(values[:quarter])
    place = Markup('x="100%" text-anchor="end"') if is_right else Markup('x="0"')
    return Markup("").join(Markup('<text class="halo" {} y="{:g}">{}</text>').format(place, y - 4, text) for text, y in lines)
