"""The bounds are those of scipy, which the product does not need."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats  # type: ignore[import-untyped]

from civium.authority.sampling.bounds import beta_quantile, exact_bounds, incomplete_beta, wilson_bounds

ERRORS = (0.0989, 0.05, 0.01, 0.002)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    ("valid", "drawn"), [(0, 1), (1, 1), (0, 50), (3, 50), (50, 50), (530, 1089), (1060, 1089), (19_980, 20_000)]
)
def test_bounds_agree_with_scipy(valid: int, drawn: int, error: float) -> None:
    found = stats.binomtest(valid, drawn)
    exact = found.proportion_ci(1 - error, method="exact")
    assert exact_bounds(valid, drawn, error) == pytest.approx((exact.low, exact.high), abs=1e-9)
    wilson = found.proportion_ci(1 - error, method="wilson")
    assert wilson_bounds(valid / drawn, drawn, error) == pytest.approx((wilson.low, wilson.high), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1), st.floats(0.5, 50_000), st.floats(0.5, 50_000))
def test_the_incomplete_beta_function_agrees_with_scipy(x: float, a: float, b: float) -> None:
    assert incomplete_beta(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.001, 0.999), st.integers(1, 20_000), st.integers(1, 20_000))
def test_the_quantile_agrees_with_scipy(chance: float, a: int, b: int) -> None:
    assert beta_quantile(chance, a, b) == pytest.approx(special.betaincinv(a, b, chance), abs=1e-9)


def test_a_fraction_of_a_statement_has_bounds_too() -> None:
    lower, upper = exact_bounds(48.5, 50, 0.05)
    assert exact_bounds(48, 50, 0.05)[0] < lower < exact_bounds(49, 50, 0.05)[0]
    assert exact_bounds(48, 50, 0.05)[1] < upper < exact_bounds(49, 50, 0.05)[1]


def test_exact_bounds_keep_their_promise_for_every_truth() -> None:
    """Of all samples of 40 those whose bounds miss the truth have together at most the chance promised."""
    error = 0.1
    bounds = [exact_bounds(valid, 40, error) for valid in range(41)]
    for truth in (0.02, 0.3, 0.5, 0.77, 0.9, 0.99):
        missed = sum(stats.binom.pmf(valid, 40, truth) for valid, (low, high) in enumerate(bounds) if not low <= truth <= high)
        assert missed <= error
