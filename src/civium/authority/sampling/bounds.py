"""What a sample says of the whole: exact bounds (Clopper and Pearson 1934) and Wilson's (1927), computed here.

The exact bounds keep their confidence whatever the truth is; Wilson's are closer on average and may miss a little more often. Both take the draw
for one with replacement: of a finite number the true bounds are a little narrower (`sampling/estimate.py` says when that matters).
"""

from __future__ import annotations

import math
from statistics import NormalDist

# Enough halvings for every bit of a float between 0 and 1.
_HALVINGS = 60
# Some sqrt(a + b) steps are needed: a thousand for a sample of a million.
_MOST_STEPS = 10_000
_TINY = 1e-300
_CLOSE = 1e-15


def exact_bounds(valid: float, drawn: float, error: float) -> tuple[float, float]:
    """Give the Clopper-Pearson bounds of a share: `valid` of `drawn`, missed with at most the chance `error`, half of it on each side."""
    lower = 0.0 if valid <= 0 else beta_quantile(error / 2, valid, drawn - valid + 1)
    upper = 1.0 if valid >= drawn else beta_quantile(1 - error / 2, valid + 1, drawn - valid)
    return lower, upper


def wilson_bounds(share: float, drawn: float, error: float) -> tuple[float, float]:
    """Give Wilson's bounds of a share that was found among so many (a number that need not be whole)."""
    z = NormalDist().inv_cdf(1 - error / 2)
    weight = 1 + z * z / drawn
    middle = (share + z * z / (2 * drawn)) / weight
    half = z / weight * math.sqrt(share * (1 - share) / drawn + z * z / (4 * drawn * drawn))
    return max(0.0, middle - half), min(1.0, middle + half)


def beta_quantile(chance: float, a: float, b: float) -> float:
    """Give the x at which the regularised incomplete beta function I_x(a, b) is `chance`."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if incomplete_beta(middle, a, b) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b), by its continued fraction (NIST DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    # The fraction converges fast on the left of this point; on the right the symmetry I_x(a,b) = 1 − I_{1−x}(b,a) leads back.
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Give 1 + d1/(1 + d2/(1 + …)) by the modified Lentz method."""
    value, upper, lower, change, step = 1.0, 1.0, 0.0, 2.0, 0
    while abs(change - 1) > _CLOSE and step < _MOST_STEPS:
        step += 1
        half = step // 2
        above = -(a + half) * (a + b + half) if step % 2 else half * (b - half)
        term = above * x / ((a + step - 1) * (a + step))
        lower = 1 / _not_zero(1 + term * lower)
        upper = _not_zero(1 + term / upper)
        change = upper * lower
        value *= change
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
