"""What the sample says of all statements it was drawn from: a number with bounds, by phase and stratum, in whole numbers for the journal.

The rules are:
- what the machine struck before the draw is counted, not estimated; repeats too (a sample cannot see them);
- the number is the sum over strata of size × valid / drawn, rounded down; bounds are rounded outward;
- exact bounds of several strata: each at its part of the error (Bonferroni), then added: they hold for the sum at least as surely;
- Wilson's bounds of several strata take the number of a simple sample with the same variance: an approximation, and called so;
- a stratum of which all were drawn has no error;
- after k draws the bounds take a k-th of the error, because whoever looks k times has k chances to be misled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from civium.authority.sampling.bounds import exact_bounds, wilson_bounds
from civium.authority.sampling.drawing import SampleRow
from civium.authority.sampling.record import INVALID, VALID, Record
from civium.authority.sampling.size import Demand, spread
from civium.errors import Refused

NAME = "sample estimate v1"
REACHED, NOT_REACHED, PRECISE, OPEN = "reached", "not-reached", "precise", "open"
_MILLION = 1_000_000
# From one in twenty on the bounds are noticeably wider than they need be, and the estimate says so.
_NOTICEABLE = Fraction(1, 20)


@dataclass(frozen=True)
class Count:
    """One stratum: how many there are, how many were drawn, how many of these are valid (a plan may expect a fraction)."""

    name: str
    size: int
    drawn: int
    valid: float

    @property
    def share(self) -> float:
        """The share found; none drawn tell nothing, and count as a half."""
        return self.valid / self.drawn if self.drawn else 0.5

    @property
    def is_counted(self) -> bool:
        """Whether all of it was drawn."""
        return self.drawn == self.size


@dataclass(frozen=True)
class Interval:
    """Bounds of a number of statements, not yet rounded."""

    lower: float
    upper: float


def counts_of(record: Record, rows: Sequence[SampleRow], phases: Sequence[int], open_as: str = "") -> list[Count]:
    """Give the strata's counts over some phases. Rows without a result, or unclear, count as `open_as`.

    Raises Refused `sample-incomplete` if there are such rows and `open_as` is empty.
    """
    drawn_from = record.draws[0]
    drawn, valid = ([0] * len(drawn_from.names) for _ in range(2))
    missing = 0
    for row in rows:
        if row.phase not in phases:
            continue
        result = record.results.get(row.number, "")
        if result not in (VALID, INVALID):
            missing += 1
            result = open_as
        drawn[row.stratum] += 1
        valid[row.stratum] += result == VALID
    if missing and not open_as:
        raise Refused("sample-incomplete", missing=missing)
    strata = zip(drawn_from.names, drawn_from.sizes, drawn, valid, strict=True)
    return [Count(name, size, of, found) for name, size, of, found in strata]


def exact_interval(counts: Sequence[Count], error: float) -> Interval:
    """Give exact bounds of the number of valid statements in all strata together."""
    parts = sum(not count.is_counted for count in counts) or 1
    bounds = [_exact(count, error / parts) for count in counts]
    return Interval(sum(bound.lower for bound in bounds), sum(bound.upper for bound in bounds))


def wilson_interval(counts: Sequence[Count], error: float) -> Interval:
    """Give Wilson's bounds of the same number; of several strata by way of the simple sample that would vary as much."""
    sampled = [count for count in counts if not count.is_counted]
    certain = sum(count.valid for count in counts if count.is_counted)
    total = sum(count.size for count in sampled)
    if not total:
        return Interval(certain, certain)
    share = sum(count.size * count.share for count in sampled) / total
    variance = sum((count.size / total) ** 2 * count.share * (1 - count.share) / max(count.drawn, 1) for count in sampled)
    # Where nothing varies the sample is as good as one of its own size.
    equal = share * (1 - share) / variance if variance else float(max(sum(count.drawn for count in sampled), 1))
    lower, upper = wilson_bounds(share, equal, error)
    return Interval(certain + total * lower, certain + total * upper)


def _exact(count: Count, error: float) -> Interval:
    if count.is_counted:
        return Interval(count.valid, count.valid)
    lower, upper = exact_bounds(count.valid, count.drawn, error)
    # What was found is certain: so many are valid at least, and so many are not.
    return Interval(max(count.valid, count.size * lower), min(count.size - count.drawn + count.valid, count.size * upper))


def estimate_of(
    record: Record, rows: Sequence[SampleRow], demand: Demand, *, threshold: int = 0, open_as: str = ""
) -> dict[str, Any]:
    """Give the estimate as a table of whole numbers and text. Raises Refused `sample-incomplete`, `sample-not-drawn`."""
    if not record.draws:
        raise Refused("sample-not-drawn")
    looks = len(record.draws)
    counts = counts_of(record, rows, range(1, looks + 1), open_as)
    error = demand.error / looks
    population = sum(count.size for count in counts)
    interval = exact_interval(counts, error)
    decides = decision(counts, interval, demand, threshold)
    drawn = sum(count.drawn for count in counts)
    return {
        "civium": NAME,
        "population": population,
        "digest": record.draws[0].digest,
        "demand": demand.source,
        "confidence_millionths": round((1 - demand.error) * _MILLION),
        "looks": looks,
        **_numbers(counts, error),
        "open_as": open_as,
        "open": sum(record.results.get(row.number, "") not in (VALID, INVALID) for row in rows),
        "is_share_noticeable": Fraction(drawn, population) >= _NOTICEABLE and drawn < population,
        "strata": [{"name": count.name, "size": count.size, **_numbers([count], error)} for count in counts],
        "phases": [_phase(record, rows, phase, demand, open_as) for phase in range(1, looks + 1)],
        "threshold": threshold,
        "decides": decides,
        "more": [0] * len(counts) if decides != OPEN else further_draw(counts, demand, looks + 1, threshold),
    }


def _phase(record: Record, rows: Sequence[SampleRow], phase: int, demand: Demand, open_as: str) -> dict[str, Any]:
    return {"phase": phase, **_numbers(counts_of(record, rows, [phase], open_as), demand.error)}


def _numbers(counts: Sequence[Count], error: float) -> dict[str, int]:
    drawn, valid = sum(count.drawn for count in counts), sum(int(count.valid) for count in counts)
    size = sum(count.size for count in counts)
    exact, wilson = exact_interval(counts, error), wilson_interval(counts, error)
    estimate = sum(Fraction(count.size * int(count.valid), count.drawn) if count.drawn else Fraction(0) for count in counts)
    lowest, highest = valid, size - drawn + valid
    return {
        "drawn": drawn,
        "valid": valid,
        "estimate": int(estimate),
        "lower": math.floor(exact.lower),
        "upper": math.ceil(exact.upper),
        "wilson_lower": max(lowest, math.floor(wilson.lower)),
        "wilson_upper": min(highest, math.ceil(wilson.upper)),
    }


def decision(counts: Sequence[Count], interval: Interval, demand: Demand, threshold: int) -> str:
    """Say whether the sample decides: by the threshold if there is one, otherwise by its bounds, which must not lie further apart than planned."""
    if threshold:
        if interval.lower >= threshold:
            return REACHED
        return NOT_REACHED if interval.upper < threshold else OPEN
    widest = 2 * float(demand.margin) * sum(count.size for count in counts)
    return PRECISE if interval.upper - interval.lower <= widest else OPEN


def further_draw(counts: Sequence[Count], demand: Demand, looks: int, threshold: int) -> list[int]:
    """Give how many more of each stratum would decide if the shares stay as they were found: the fewest, in proportion to what is left."""
    left = [count.size - count.drawn for count in counts]
    few, many = 0, sum(left)
    while few < many:
        middle = (few + many) // 2
        if _would_decide(counts, spread(left, middle), demand, looks, threshold):
            many = middle
        else:
            few = middle + 1
    return spread(left, many)


def _would_decide(counts: Sequence[Count], more: Sequence[int], demand: Demand, looks: int, threshold: int) -> bool:
    expected = [
        Count(count.name, count.size, count.drawn + add, count.valid + add * count.share)
        for count, add in zip(counts, more, strict=True)
    ]
    return decision(expected, exact_interval(expected, demand.error / looks), demand, threshold) != OPEN
