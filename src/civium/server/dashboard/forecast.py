"""Where the total is going: the most likely course to the last day, and two bands in which it stays in 5 and in 8 of 10 cases.

The method (docs/handbook/dashboard.md):
1. nothing before seven whole days or 1,000 statements (a first whole day there must be); a day that is not over counts with what it has;
2. the pace is the mean of the last 28 whole days, or of as many as there are;
3. how the mean of all days to come relates to the pace is known from invented campaigns (simulated.py): quantiles by age of the campaign,
   by the last week against the pace (falling, level, rising), and by days to come; between the rows of that table it is interpolated;
4. where the numbers are small, chance of counting widens the bands: variances of logarithms add up.

What it is not: a promise. It knows no plans, no broadcast of tomorrow, and no other campaign than those invented.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST_DAYS, LEAST_STATEMENTS = 7, 1_000
PACE_DAYS, WEEK = 28, 7
AGES = (1, 3, 7, 14, 28, 56, 112, 224)
HORIZONS = (1, 3, 7, 14, 28, 56, 112, 224, 364)
# What share of all cases lies below each; and how many standard deviations that is from the middle of a normal law.
LEVELS = (0.10, 0.25, 0.50, 0.75, 0.90)
_DEVIATIONS = (-1.2816, -0.6745, 0.0, 0.6745, 1.2816)
_FALLING, _RISING = 0.75, 1.33
_LEAST_AGE_OF_A_TREND = 14
_POINTS = 60  # a course of a year is drawn by at most so many
Trend = Literal["falling", "level", "rising"]
Quantiles = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Course:
    """The total at the end of a day: `outer` in 8 of 10 cases, `inner` in 5 of 10, `middle` half of the time above."""

    day: date
    outer: tuple[int, int]
    inner: tuple[int, int]
    middle: int


@dataclass(frozen=True)
class Forecast:
    """The course from yesterday to the last day, and what it was made from."""

    pace: float
    pace_days: int
    trend: Trend
    courses: tuple[Course, ...]

    @property
    def end(self) -> Course:
        """Give the last day's."""
        return self.courses[-1]


def forecast(days: Sequence[int], first: date, *, today: date, last: date, destroyed: int = 0, paper: int = 0) -> Forecast | None:
    """Give the forecast from the entries of each day since the first, without gaps; None while there is too little, or no day to come.

    `days` may reach to today; what is missing until yesterday is 0. `destroyed` is taken off the total, not off the pace. `paper` is added
    to every total as it was counted until now: how much more comes on paper is not forecast.
    """
    whole = whole_days(days, first, today)
    received = sum(days) - destroyed
    if last < today or not whole or (len(whole) < LEAST_DAYS and received < LEAST_STATEMENTS):
        return None
    pace, window = pace_of(whole)
    if pace == 0:
        return None
    trend = trend_of(whole)
    before, least = sum(whole) - destroyed + paper, received + paper
    span = (last - today).days + 1
    steps = sorted({max(1, round(span * point / _POINTS)) for point in range(1, _POINTS + 1)})
    yesterday = today - timedelta(days=1)
    courses = [Course(yesterday, (before, before), (before, before), before)]
    for ahead in steps:
        ratios = widened(ratios_for(len(whole), ahead, trend), counted=pace * window, expected=pace * ahead)
        # What has been received is received: today's part of the day is the least there can be.
        low, lower, middle, upper, high = (max(least, round(before + pace * ahead * ratio)) for ratio in ratios)
        courses.append(Course(yesterday + timedelta(days=ahead), (low, high), (lower, upper), middle))
    return Forecast(pace, window, trend, tuple(courses))


def whole_days(days: Sequence[int], first: date, today: date) -> list[int]:
    """Give the days that are over, up to yesterday, with 0 where nothing came."""
    count = (today - first).days
    return [*days[: max(0, count)], *[0] * (count - len(days))]


def pace_of(whole: Sequence[int]) -> tuple[float, int]:
    """Give the mean of the latest days, at most 28, and of how many it is."""
    window = whole[-PACE_DAYS:]
    return sum(window) / len(window), len(window)


def trend_of(whole: Sequence[int]) -> Trend:
    """Say how the last week stands against the pace; a campaign younger than two weeks has no trend."""
    if len(whole) < _LEAST_AGE_OF_A_TREND:
        return "level"
    pace, _ = pace_of(whole)
    week = sum(whole[-WEEK:]) / WEEK
    if week < _FALLING * pace:
        return "falling"
    return "rising" if week > _RISING * pace else "level"


def widened(ratios: Quantiles, *, counted: float, expected: float) -> Quantiles:
    """Give the quantiles with the chance of counting added: that of what the pace was counted from, and of what is to come."""
    chance = 1 / max(counted, 1) + 1 / max(expected, 1)
    middle = math.log(ratios[2])
    found = []
    for ratio, deviations in zip(ratios, _DEVIATIONS, strict=True):
        away = math.sqrt((math.log(ratio) - middle) ** 2 + deviations * deviations * chance)
        found.append(math.exp(middle + math.copysign(away, deviations)))
    return (found[0], found[1], found[2], found[3], found[4])


def ratios_for(age: int, ahead: int, trend: Trend) -> Quantiles:
    """Give the quantiles of (mean of the days to come / pace), interpolated between the rows of the table by logarithms of days."""
    table = _table()[trend]
    low_age, high_age, by_age = _between(AGES, age)
    low_ahead, high_ahead, by_ahead = _between(HORIZONS, ahead)
    found = []
    for level in range(len(LEVELS)):
        near, far = (
            (1 - by_ahead) * table[own_age, low_ahead][level] + by_ahead * table[own_age, high_ahead][level]
            for own_age in (low_age, high_age)
        )
        found.append(math.exp((1 - by_age) * near + by_age * far))
    return (found[0], found[1], found[2], found[3], found[4])


def _between(rows: Sequence[int], value: int) -> tuple[int, int, float]:
    """Give the rows around a value, and how far from the first to the second it lies; beyond the ends, the end."""
    place = bisect_right(rows, value)
    if place == 0:
        return rows[0], rows[0], 0.0
    if place == len(rows):
        return rows[-1], rows[-1], 0.0
    low, high = rows[place - 1], rows[place]
    return low, high, math.log(value / low) / math.log(high / low)


@cache
def _table() -> Mapping[str, Mapping[tuple[int, int], tuple[float, ...]]]:
    """Give the logarithms of the quantiles as calibrating.py wrote them."""
    told = json.loads(resources.files(__package__).joinpath("quantiles.json").read_text(encoding="utf-8"))
    return {
        trend: {(row["age"], row["ahead"]): tuple(row["quantiles"]) for row in told["rows"] if row["trend"] == trend}
        for trend in ("falling", "level", "rising")
    }
