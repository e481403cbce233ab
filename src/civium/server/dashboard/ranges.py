"""Ten minutes in which one log grew far more than it usually does at that hour, and the others did not: a burst. Values in, values out.

The rules are:
- what is usual is the middle (median) of the same time of day, thirty minutes before and after, of the fourteen days before; how far it
  strays is the middle distance from it (median absolute deviation), and never less than the chance of counting (the root of it);
- a burst has at least 30 entries, six times the usual, lies eight such distances above it, and the log's share against all others is four
  times the usual: a broadcast that all States see raises none;
- less than seven days of knowledge, nothing is said;
- a burst is no fraud: a broadcast in one State looks the same. How often this cries wolf is measured (docs/handbook/dashboard.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import median

from civium.server.dashboard.moves import Moves

FEWEST, TIMES, DISTANCES, TIMES_SHARE = 30, 6, 8, 4
DAYS, AROUND = 14, 3
_LEAST_SAMPLES = 7 * (2 * AROUND + 1)
_SLOTS_A_DAY = 144
_NORMAL = 1.4826  # what a median absolute deviation is multiplied with to compare with a standard deviation


@dataclass(frozen=True)
class Found:
    """What one log took in within ten minutes, between two checkpoints: its first index, the one after its last, and what is usual."""

    origin: str
    slot: int
    first: int
    stop: int
    usual: float


def out_of_pattern(known: Moves, slot: int) -> tuple[Found, ...]:
    """Give the logs that burst in these ten minutes."""
    grown = known.get(slot, {})
    candidates = {origin: pair for origin, pair in grown.items() if pair[1] - pair[0] >= FEWEST}
    if not candidates:
        return ()
    slots = [one for day in range(1, DAYS + 1) for one in _around(slot - day * _SLOTS_A_DAY) if one in known]
    if len(slots) < _LEAST_SAMPLES:
        return ()
    whole = _entries(grown)
    usual_whole = sum(_entries(known[one]) for one in slots)
    found = []
    for origin, (before, after) in sorted(candidates.items()):
        entries = after - before
        samples = [_of_log(known[one], origin) for one in slots]
        middle = median(samples)
        distance = max(_NORMAL * median(abs(sample - middle) for sample in samples), sqrt(max(middle, 1)))
        own, others = sum(samples), usual_whole - sum(samples)
        is_alone = entries * others >= TIMES_SHARE * (whole - entries) * own
        if entries >= TIMES * max(middle, 1) and entries - middle >= DISTANCES * distance and is_alone:
            found.append(Found(origin, slot, before, after, middle))
    return tuple(found)


def _around(slot: int) -> range:
    return range(slot - AROUND, slot + AROUND + 1)


def _of_log(by_log: Mapping[str, tuple[int, int]], origin: str) -> int:
    before, after = by_log.get(origin, (0, 0))
    return after - before


def _entries(by_log: Mapping[str, tuple[int, int]]) -> int:
    return sum(after - before for before, after in by_log.values())
