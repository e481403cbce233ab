"""Fits the forecast's table to invented campaigns, and measures how often its bands hold: `python -m civium.server.dashboard.calibrating`.

The rules are:
- the table is written to quantiles.json beside this file, from one seed: the same program writes the same bytes;
- what is measured is measured on campaigns of other seeds, and on more restless ones that the table was not fitted to;
- a trend too rare at some age to be fitted alone takes the row of all trends.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from civium.server.dashboard.forecast import AGES, HORIZONS, LEVELS, forecast, pace_of, trend_of
from civium.server.dashboard.simulated import USUAL, World, campaign

_FITTED_ON, _CAMPAIGNS = 2019_788, 1_500
_FEWEST = 150
_FIRST = date(2026, 1, 1)
TRENDS = ("falling", "level", "rising")


@dataclass(frozen=True)
class Coverage:
    """How many forecasts were tried, and in how many the last day lay inside each band."""

    tried: int
    inner: int
    outer: int
    below_middle: int

    @property
    def inner_share(self) -> float:
        """Give the share inside the band that says 5 of 10."""
        return self.inner / self.tried

    @property
    def outer_share(self) -> float:
        """Give the share inside the band that says 8 of 10."""
        return self.outer / self.tried


def coverage(age: int, ahead: int, *, seed: int, campaigns: int, world: World = USUAL) -> Coverage:
    """Forecast so many campaigns at an age, and look where they ended `ahead` days later."""
    rng = Random(seed)  # noqa: S311  nothing secret
    tried = inner = outer = below = 0
    today = _FIRST + timedelta(days=age)
    for _ in range(campaigns):
        days = campaign(age + ahead, rng, world)
        made = forecast(days[:age], _FIRST, today=today, last=today + timedelta(days=ahead - 1))
        if made is None:
            continue
        total, end = sum(days), made.end
        tried += 1
        inner += end.inner[0] <= total <= end.inner[1]
        outer += end.outer[0] <= total <= end.outer[1]
        below += total <= end.middle
    return Coverage(tried, inner, outer, below)


def fitted() -> list[dict[str, object]]:
    """Give the rows of the table."""
    rng = Random(_FITTED_ON)  # noqa: S311  nothing secret
    rows: list[dict[str, object]] = []
    for age in AGES:
        for ahead in HORIZONS:
            found: dict[str, list[float]] = {trend: [] for trend in TRENDS}
            for _ in range(_CAMPAIGNS):
                days = campaign(age + ahead, rng)
                pace, _window = pace_of(days[:age])
                if pace:
                    mean = max(sum(days[age:]) / ahead, pace / 1000)
                    found[trend_of(days[:age])].append(math.log(mean / pace))
            every = [value for values in found.values() for value in values]
            for trend, values in found.items():
                own = values if len(values) >= _FEWEST else every
                rows.append({"age": age, "ahead": ahead, "trend": trend, "quantiles": _quantiles(own)})
    return rows


def _quantiles(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [round(ordered[min(len(ordered) - 1, int(level * len(ordered)))], 3) for level in LEVELS]


if __name__ == "__main__":
    text = json.dumps({"campaigns": _CAMPAIGNS, "seed": _FITTED_ON, "rows": fitted()}, indent=None)
    Path(__file__).with_name("quantiles.json").write_text(text.replace("}, {", "},\n{") + "\n", encoding="utf-8")
