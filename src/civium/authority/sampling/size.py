"""How many statements a sample takes: by confidence, margin and the number there is to draw from, and how many from each stratum.

The rules are (Art. 12(4) leaves the method to the State):
- n0 = z² p(1−p) / F²; of N statements n = n0 N / (n0 + N − 1), rounded up, never more than N;
- all numbers are fractions, so that two machines never differ by one;
- of each stratum at least ten are drawn, or all it has: fewer say nothing about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from civium.errors import Refused

PROPORTIONAL, EQUAL, EACH = "proportional", "equal", "each"
ALLOCATIONS = (PROPORTIONAL, EQUAL, EACH)
FEWEST_OF_A_STRATUM = 10
# Below half the bounds say nothing; beyond 99.99 % the size is that of counting all.
_CONFIDENCES = (Fraction(1, 2), Fraction(9999, 10000))
_MARGINS = (Fraction(1, 1000), Fraction(1, 4))


@dataclass(frozen=True)
class Demand:
    """What a sample must give: z of its confidence, the margin to each side, and the share that is assumed (a half is the worst case)."""

    z: Fraction
    margin: Fraction
    share: Fraction = Fraction(1, 2)
    source: str = ""

    @property
    def error(self) -> float:
        """The chance, both sides together, that the bounds miss the truth: 2(1 − Φ(z))."""
        return 2 * NormalDist().cdf(-float(self.z))


PRESETS = {
    "nl": Demand(
        Fraction("1.65"), Fraction("0.025"), source="Uitvoeringsbesluit verordening Europees burgerinitiatief, Stb. 2013, 369"
    ),
    "95": Demand(Fraction("1.959964"), Fraction("0.025"), source="95 % confidence, 2.5 points to each side"),
    "99": Demand(Fraction("2.575829"), Fraction("0.01"), source="99 % confidence, 1 point to each side"),
}


def demand_of(confidence: Fraction, margin: Fraction) -> Demand:
    """Give the demand of a confidence and a margin, both between 0 and 1. Raises Refused `sample-demand`."""
    if not (_CONFIDENCES[0] <= confidence <= _CONFIDENCES[1] and _MARGINS[0] <= margin <= _MARGINS[1]):
        raise Refused("sample-demand")
    # Six places are more than any table has, and the same on every machine.
    z = Fraction(round(NormalDist().inv_cdf(float((1 + confidence) / 2)) * 1_000_000), 1_000_000)
    return Demand(z, margin, source=f"{float(confidence * 100):g} % confidence, {float(margin * 100):g} points to each side")


def sample_size(population: int, demand: Demand) -> int:
    """Give the number to draw of so many."""
    if population == 0:
        return 0
    without_end = demand.z**2 * demand.share * (1 - demand.share) / demand.margin**2
    wanted = without_end * population / (without_end + population - 1)
    return min(population, -(-wanted.numerator // wanted.denominator))


def allocate(sizes: Sequence[int], demand: Demand, allocation: str) -> list[int]:
    """Give how many to draw of each stratum: in proportion, equally, or so many of each that every stratum keeps the margin by itself."""
    if allocation == EACH:
        return [sample_size(size, demand) for size in sizes]
    wanted = sample_size(sum(sizes), demand)
    shared = _in_proportion(sizes, wanted) if allocation == PROPORTIONAL else _equally(sizes, wanted)
    return [max(part, min(size, FEWEST_OF_A_STRATUM)) for part, size in zip(shared, sizes, strict=True)]


def spread(sizes: Sequence[int], more: int) -> list[int]:
    """Give how `more` statements fall to strata that have so many left, in proportion."""
    return _in_proportion(sizes, min(more, sum(sizes)))


def _in_proportion(sizes: Sequence[int], wanted: int) -> list[int]:
    """Give the parts by largest remainder; of equal remainders the earlier stratum comes first."""
    total = sum(sizes) or 1
    parts = [wanted * size // total for size in sizes]
    order = sorted(range(len(sizes)), key=lambda place: (-(wanted * sizes[place] % total), place))
    for place in order[: wanted - sum(parts)]:
        parts[place] += 1
    return parts


def _equally(sizes: Sequence[int], wanted: int) -> list[int]:
    """Give equal parts; what a small stratum cannot give falls to the others."""
    parts = [0] * len(sizes)
    for done, place in enumerate(sorted(range(len(sizes)), key=lambda place: (sizes[place], place))):
        left, strata = wanted - sum(parts), len(sizes) - done
        parts[place] = min(sizes[place], -(-left // strata))
    return parts
