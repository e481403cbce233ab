"""The size follows the formula, the Dutch one to the statement; strata share it and none is left out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.authority.sampling.size import ALLOCATIONS, PRESETS, Demand, allocate, demand_of, sample_size, spread
from civium.errors import Refused

DUTCH = PRESETS["nl"]


def test_the_dutch_rule_gives_1089_without_end_and_less_of_few() -> None:
    # 1.65² × 0.25 / 0.025² = 1,089
    assert sample_size(10**12, DUTCH) == 1089
    assert [sample_size(number, DUTCH) for number in (0, 1, 100, 1000, 10_000, 1_000_000)] == [0, 1, 92, 522, 983, 1088]


def test_the_other_presets_are_those_of_the_textbooks() -> None:
    assert sample_size(10**12, PRESETS["95"]) == 1537
    assert sample_size(10**12, PRESETS["99"]) == 16588


def test_a_confidence_has_its_z() -> None:
    demand = demand_of(Fraction(95, 100), Fraction(5, 100))
    assert demand.z == Fraction("1.959964")
    assert sample_size(10**9, demand) == 385
    assert demand.error == pytest.approx(0.05, abs=1e-6)
    assert DUTCH.error == pytest.approx(0.0989, abs=1e-4)
    assert demand.source == "95 % confidence, 5 points to each side"


@pytest.mark.parametrize(("confidence", "margin"), [("0.49", "0.05"), ("0.99999", "0.05"), ("0.95", "0"), ("0.95", "0.3")])
def test_a_senseless_demand_is_refused(confidence: str, margin: str) -> None:
    with pytest.raises(Refused, match="sample-demand"):
        demand_of(Fraction(confidence), Fraction(margin))


SIZES = st.lists(st.integers(0, 50_000), min_size=1, max_size=24)


@given(SIZES, st.sampled_from(ALLOCATIONS))
def test_every_stratum_gives_some_and_none_more_than_it_has(sizes: list[int], allocation: str) -> None:
    drawn = allocate(sizes, DUTCH, allocation)
    assert all(min(size, 10) <= part <= size for part, size in zip(drawn, sizes, strict=True))
    assert sum(drawn) >= sample_size(sum(sizes), DUTCH)


def test_the_allocations_differ_as_they_say() -> None:
    sizes = (90_000, 9_000, 1_000)
    wanted = sample_size(sum(sizes), DUTCH)
    proportional = allocate(sizes, DUTCH, "proportional")
    assert proportional == [970, 97, 11]
    assert sum(proportional) == wanted
    assert allocate(sizes, DUTCH, "equal") == [359, 359, 360]
    assert allocate((90_000, 100, 100), DUTCH, "equal") == [877, 100, 100]
    assert allocate(sizes, DUTCH, "each") == [1076, 972, 522]


@given(SIZES, st.integers(0, 2_000_000))
def test_a_further_draw_is_spread_without_loss(sizes: list[int], more: int) -> None:
    parts = spread(sizes, more)
    assert sum(parts) == min(more, sum(sizes))
    assert all(0 <= part <= size for part, size in zip(parts, sizes, strict=True))


def test_an_assumed_share_makes_the_sample_smaller() -> None:
    assert sample_size(10**9, Demand(Fraction("1.65"), Fraction("0.025"), Fraction("0.1"))) == 393
