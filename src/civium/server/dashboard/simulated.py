"""Invented campaigns, day by day: what the forecast is fitted to, and what its bands are tried on.

The rules are:
- a campaign is a launch that dies away, a slow wandering of its pace, the rhythm of the week, days of attention that come unforeseen and die
  away, and in half of all campaigns a rush before the end; daily noise and counting on top;
- the ranges follow what is known of campaigns that ran: a fifth of everything on the launch day (Fur Free Europe), a year of quiet and three
  hundred thousand in two days (National regions, Stop Destroying Videogames), a broadcast that doubles all (Right2Water);
- the same random numbers give the same campaign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_WEEKDAYS = (1.1, 1.1, 1.07, 1.03, 0.95, 0.82, 0.93)


@dataclass(frozen=True)
class World:
    """How restless campaigns are: 1 as the ranges stand; more for more, higher and longer attention, and a pace that wanders further."""

    restlessness: float = 1.0


USUAL, RESTLESS = World(), World(1.6)


def campaign(length: int, rng: Random, world: World = USUAL) -> list[int]:
    """Give how many statements came on each of so many days."""
    assert length > 0, "a campaign has a day"
    level = math.exp(rng.gauss(math.log(900), 1.1))
    launch, launch_days = rng.uniform(1, 14), rng.uniform(1.5, 12)
    spread = rng.uniform(0.15, 0.55) * world.restlessness
    memory = math.exp(-1 / rng.uniform(15, 80))
    drift = rng.gauss(-0.15, 0.45) / 365
    attention_a_day = rng.uniform(1, 7) * world.restlessness / 365
    noise = rng.uniform(0.08, 0.3)
    rush, rush_days = (rng.uniform(1, 6), rng.uniform(3, 14)) if rng.random() < 0.5 else (0.0, 1.0)
    first_weekday = rng.randrange(7)
    wander, shocks, days = rng.gauss(0, spread), 0.0, []
    fading = 0.0
    for day in range(length):
        wander = memory * wander + math.sqrt(1 - memory * memory) * rng.gauss(0, spread)
        if rng.random() < attention_a_day:
            shocks += math.exp(rng.gauss(math.log(2.5), 0.9)) * world.restlessness
            fading = math.exp(-1 / rng.uniform(1, 6))
        end = rush * math.exp(-(length - 1 - day) / rush_days)
        pace = level * math.exp(wander + drift * day) * (1 + launch * math.exp(-day / launch_days) + shocks + end)
        mean = pace * _WEEKDAYS[(first_weekday + day) % 7] * math.exp(rng.gauss(0, noise) - noise * noise / 2)
        # A count has its own chance: Poisson's, by the normal law where it is as good.
        days.append(max(0, round(rng.gauss(mean, math.sqrt(mean)))))
        shocks *= fading
    return days
