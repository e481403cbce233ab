"""How a campaign divides: over Member States, over days, and over the kinds of statements that do not count.

The rules are:
- States: statements at a full campaign as multiples of the thresholds in force (data/states.json, `support`). At about 1.04
  million twenty States are over their threshold, BG, SK, SI and LV just under it, LU, MT and CY far under.
- Share that does not count in the end (`not_counted`): what authorities found for Stop Destroying Videogames in 2025, State by
  State (DE 23.9 %, FR 16.1 %, ... BE 0.7 %); LV from Fur Free Europe; 5 to 10 % where no figure is known.
- What is behind that share was never published. Assumed: the same person again 50 to 62 %, a repeat that is hard to see 12 to
  18 %, somebody else's statement 6 %, the rest under age (part A) or wrong numbers (part B).
- Besides, some odd statements do count: people who look like another (0.4 %), unusual numbers and postal codes (0.5 %).
- Days: a surge in the launch week, the rhythm of the week, a quiet middle, a week of attention in the media.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Final

from civium.law.procedure import load_procedure
from civium.rehearsal.names import shelf
from civium.rehearsal.numbers import number_types

_REASONS: Final = {
    "A": {"repeat": 0.62, "near_repeat": 0.18, "under_age": 0.14, "hostile_repeat": 0.06},
    "B": {"repeat": 0.50, "wrong_checksum": 0.20, "near_repeat": 0.12, "wrong_format": 0.12, "hostile_repeat": 0.06},
}
_BESIDES: Final = {"look_alike": 0.004, "odd_but_right": 0.005}
# Monday first. Weekends are quieter, Sunday evenings less so.
_WEEKDAYS: Final = (1.14, 1.12, 1.08, 1.02, 0.92, 0.76, 0.92)
_ATTENTION_AT: Final = 0.62
_SHORTEST_WITH_ATTENTION_DAYS: Final = 22


def state_weights(jurisdictions: Sequence[str]) -> tuple[float, ...]:
    """Give how the statements divide over these States: their thresholds in force times the support assumed there."""
    procedure = load_procedure("eci")
    period = procedure.threshold_periods[-1].key
    support: dict[str, float] = shelf("states")["support"]
    return tuple(procedure.jurisdictions[code].thresholds[period] * support[code] for code in jurisdictions)


@cache
def odd_chances(jurisdiction: str) -> tuple[tuple[str, float], ...]:
    """Give the kinds of odd signings of a State, each with the chance added up so far; what is left is plain."""
    share: float = shelf("states")["not_counted"][jurisdiction]
    reasons = _REASONS["B" if number_types(jurisdiction) else "A"]
    chances = {kind: share * part for kind, part in reasons.items()} | _BESIDES
    return tuple(zip(chances, accumulate(chances.values()), strict=True))


def days_of(total: int, opens_on: date, today: date, rng: Random) -> list[tuple[date, int]]:
    """Give how many sign on each day from `opens_on` to `today`; the numbers add up to `total`."""
    length = (today - opens_on).days + 1
    cumulated = list(accumulate(_day_weight(opens_on, day, length) * rng.uniform(0.92, 1.08) for day in range(length)))
    marks = [round(total * value / cumulated[-1]) for value in cumulated]
    counts = (mark - before for mark, before in zip(marks, [0, *marks[:-1]], strict=True))
    return [(opens_on + timedelta(days=day), count) for day, count in enumerate(counts)]


def _day_weight(opens_on: date, day: int, length: int) -> float:
    launch = 9 * 0.78**day
    attention_at = int(length * _ATTENTION_AT)
    # Attention grows with the campaign: a broadcast brings about three tenths of everything, however long the rest takes.
    is_over_short = length < _SHORTEST_WITH_ATTENTION_DAYS or day < attention_at
    attention = 0.0 if is_over_short else length * 0.09 * 0.70 ** (day - attention_at)
    return (0.55 + launch + attention) * _WEEKDAYS[(opens_on + timedelta(days=day)).weekday()]
