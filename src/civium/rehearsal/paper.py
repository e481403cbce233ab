"""How many people signed on paper: a number for each State and week, as organisers type them in on a Monday.

The rules are:
- paper is collected where people meet: in four States, most in Italy and Poland, where earlier initiatives collected most of theirs so;
- a stall or a festival makes one week of some States several times as large as the others, and more than half of all weeks have none;
- the same seed gives the same numbers; they add up to a fifteenth of what was signed online.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

_SHARE: Final = 15
_WEIGHTS: Final = {"IT": 0.42, "PL": 0.30, "SK": 0.16, "HU": 0.12}
_EMPTY, _STALL = 0.55, 0.1
_WEEK: Final = timedelta(days=7)


def draw_tallies(
    seed: int, total: int, jurisdictions: Sequence[str], opens_on: date, last: date
) -> Iterator[tuple[str, date, int]]:
    """Give (State, Monday, number) for every whole week from `opens_on` to `last`; none where the campaign has no whole week."""
    rng = Random(seed)  # noqa: S311  invented numbers, nothing secret
    monday = opens_on - timedelta(days=opens_on.weekday())
    weeks = []
    while monday + _WEEK <= last + timedelta(days=1):
        weeks.append(monday)
        monday += _WEEK
    moods = {(code, week): weight * _mood(rng) for code, weight in _WEIGHTS.items() if code in jurisdictions for week in weeks}
    whole = sum(moods.values()) or 1.0
    for (code, week), mood in moods.items():
        number = round(total / _SHARE * mood / whole)
        if number:
            yield code, week, number


def _mood(rng: Random) -> float:
    chance = rng.random()
    if chance < _EMPTY:
        return 0.0
    return rng.uniform(3, 7) if chance > 1 - _STALL else rng.uniform(0.4, 1.6)
