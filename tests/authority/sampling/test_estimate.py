"""What a sample says of the whole: numbers that add up, bounds that are scipy's, further draws that would decide."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from scipy import stats  # type: ignore[import-untyped]

from civium.authority.sampling.drawing import Population, SampleRow, draw
from civium.authority.sampling.estimate import (
    Count,
    counts_of,
    decision,
    estimate_of,
    exact_interval,
    further_draw,
    wilson_interval,
)
from civium.authority.sampling.record import INVALID, UNCLEAR, VALID, Draw, Record
from civium.authority.sampling.size import PRESETS, Demand
from civium.authority.sampling.words import decides_sentence, estimate_lines, remarks
from civium.errors import Refused

DUTCH = PRESETS["nl"]
ERROR = DUTCH.error


def sampled(sizes: list[int], phases: list[list[int]], invalid: int = 0, open_rows: int = 0) -> tuple[Record, list[SampleRow]]:
    """Give a record with its rows: the last so many of each stratum's rows are invalid, some rows have no result."""
    names = tuple(f"s{place}" for place in range(len(sizes)))
    places = b"".join(bytes((place,)) * size for place, size in enumerate(sizes, start=1))
    rows = draw(Population(names, tuple(sizes), places), b"k" * 32, phases)
    results = dict.fromkeys((row.number for row in rows), VALID)
    for stratum in range(len(sizes)):
        mine = [row.number for row in rows if row.stratum == stratum]
        results |= dict.fromkeys(mine[:invalid], INVALID)
    for row in rows[len(rows) - open_rows :]:
        results[row.number] = UNCLEAR
    draws = tuple(
        Draw(number, "00" * 32, "11" * 32, "22" * 32, names, tuple(sizes), tuple(parts))
        for number, parts in enumerate(phases, start=1)
    )
    return Record(None, draws, {}, (), results), rows


def test_one_stratum_has_the_bounds_of_scipy() -> None:
    record, rows = sampled([200_000], [[1084]], invalid=30)
    told = estimate_of(record, rows, DUTCH)
    exact = stats.binomtest(1054, 1084).proportion_ci(1 - ERROR, method="exact")
    wilson = stats.binomtest(1054, 1084).proportion_ci(1 - ERROR, method="wilson")
    assert told["estimate"] == 200_000 * 1054 // 1084
    assert (told["lower"], told["upper"]) == (math.floor(200_000 * exact.low), math.ceil(200_000 * exact.high))
    assert (told["wilson_lower"], told["wilson_upper"]) == (math.floor(200_000 * wilson.low), math.ceil(200_000 * wilson.high))
    assert told["decides"] == "precise"
    assert sum(told["more"]) == 0
    assert not told["is_share_noticeable"]
    assert len(remarks(told)) == 1


def test_strata_share_the_error_and_add_up() -> None:
    counts = [Count("a", 10_000, 400, 390), Count("b", 90_000, 600, 540)]
    found = exact_interval(counts, 0.1)
    lows = [stats.binomtest(int(c.valid), c.drawn).proportion_ci(0.95, method="exact").low * c.size for c in counts]
    highs = [stats.binomtest(int(c.valid), c.drawn).proportion_ci(0.95, method="exact").high * c.size for c in counts]
    assert (found.lower, found.upper) == (pytest.approx(sum(lows)), pytest.approx(sum(highs)))
    near = wilson_interval(counts, 0.1)
    assert found.lower < near.lower < 10_000 * 0.975 + 90_000 * 0.9 < near.upper < found.upper


def test_the_approximation_of_equal_shares_is_the_simple_samples() -> None:
    counts = [Count("a", 50_000, 500, 450), Count("b", 50_000, 500, 450)]
    simple = stats.binomtest(900, 1000).proportion_ci(0.9, method="wilson")
    near = wilson_interval(counts, 0.1)
    assert (near.lower, near.upper) == (pytest.approx(100_000 * simple.low), pytest.approx(100_000 * simple.high))


def test_where_nothing_varies_bounds_are_not_a_point() -> None:
    counts = [Count("a", 1000, 50, 50), Count("b", 1000, 50, 50)]
    assert 1800 < wilson_interval(counts, 0.1).lower < 2000
    assert exact_interval(counts, 0.1).upper == 2000


def test_a_stratum_drawn_whole_has_no_error() -> None:
    counts = [Count("few", 10, 10, 9), Count("many", 1000, 100, 100)]
    alone = exact_interval(counts[1:], 0.1)
    both = exact_interval(counts, 0.1)
    assert (both.lower, both.upper) == (alone.lower + 9, alone.upper + 9)
    assert wilson_interval(counts[:1], 0.1).lower == wilson_interval(counts[:1], 0.1).upper == 9
    record, rows = sampled([10], [[10]], invalid=1)
    told = estimate_of(record, rows, DUTCH)
    assert told["estimate"] == told["lower"] == told["upper"] == 9
    assert not told["is_share_noticeable"]
    assert "Every statement was drawn: the number has no error." in remarks(told)


def test_nothing_drawn_says_nothing() -> None:
    found = exact_interval([Count("a", 100, 0, 0)], 0.1)
    assert (found.lower, found.upper) == (0, 100)
    near = wilson_interval([Count("a", 100, 0, 0)], 0.1)
    assert near.lower < 50 < near.upper


def test_what_was_found_is_certain() -> None:
    record, rows = sampled([100], [[99]], invalid=3)
    told = estimate_of(record, rows, DUTCH)
    assert (told["lower"], told["upper"]) == (96, 97)
    assert told["is_share_noticeable"]
    assert "99.00 %" in " ".join(remarks(told))


def test_rows_without_a_clear_result_are_asked_for_or_counted_against() -> None:
    record, rows = sampled([1000], [[100]], open_rows=4)
    with pytest.raises(Refused, match=r"sample-incomplete \(missing=4\)"):
        estimate_of(record, rows, DUTCH)
    told = estimate_of(record, rows, DUTCH, open_as=INVALID)
    assert (told["valid"], told["open"]) == (96, 4)
    assert "4 drawn statements without a clear result count as invalid." in remarks(told)
    assert counts_of(record, rows, [1], INVALID) == [Count("s0", 1000, 100, 96)]


def test_nothing_is_estimated_before_the_draw() -> None:
    with pytest.raises(Refused, match="sample-not-drawn"):
        estimate_of(Record(), [], DUTCH)


def test_a_threshold_is_reached_or_not_or_open() -> None:
    record, rows = sampled([10_000], [[500]], invalid=50)
    by_threshold = {number: estimate_of(record, rows, DUTCH, threshold=number)["decides"] for number in (8000, 9000, 9900)}
    assert by_threshold == {8000: "reached", 9000: "open", 9900: "not-reached"}
    told = estimate_of(record, rows, DUTCH, threshold=8000)
    assert decides_sentence(told) == "decided: even the lower bound reaches 8,000"
    assert decides_sentence(estimate_of(record, rows, DUTCH, threshold=9900)) == "decided: even the upper bound stays below 9,900"


def test_the_further_draw_is_the_smallest_that_would_decide() -> None:
    record, rows = sampled([10_000], [[500]], invalid=50)
    told = estimate_of(record, rows, DUTCH, threshold=8900)
    assert told["decides"] == "open"
    (more,) = told["more"]
    assert 0 < more < 9500
    share = 0.9
    for extra, decides in ((more, "reached"), (more - 1, "open")):
        then = [Count("s0", 10_000, 500 + extra, share * (500 + extra))]
        assert decision(then, exact_interval(then, ERROR / 2), DUTCH, 8900) == decides
    assert decides_sentence(told) == f"not decided: draw {more:,} more"


def test_a_threshold_at_the_truth_is_decided_by_counting_all() -> None:
    assert further_draw([Count("a", 400, 100, 50), Count("b", 100, 20, 10)], DUTCH, 2, 250) == [300, 80]


def test_a_margin_that_was_missed_asks_for_more_in_proportion() -> None:
    demand = Demand(Fraction("1.65"), Fraction("0.01"), Fraction("0.1"))
    counts = [Count("a", 50_000, 500, 300), Count("b", 5_000, 50, 30)]
    assert decision(counts, exact_interval(counts, demand.error), demand, 0) == "open"
    first, second = further_draw(counts, demand, 2, 0)
    assert first > 1000
    assert abs(first - 10 * second) <= 10


def test_after_a_second_draw_each_bound_takes_half_the_error() -> None:
    record, rows = sampled([10_000], [[500], [300]], invalid=40)
    told = estimate_of(record, rows, DUTCH)
    exact = stats.binomtest(760, 800).proportion_ci(1 - ERROR / 2, method="exact")
    assert (told["lower"], told["upper"]) == (math.floor(10_000 * exact.low), math.ceil(10_000 * exact.high))
    assert told["looks"] == 2
    assert [(part["drawn"], part["valid"]) for part in told["phases"]] == [(500, 460), (300, 300)]
    by_itself = stats.binomtest(460, 500).proportion_ci(1 - ERROR, method="exact")
    assert told["phases"][0]["lower"] == math.floor(10_000 * by_itself.low)
    assert "There were 2 draws" in " ".join(remarks(told))
    assert any(line.startswith("phase") for line in estimate_lines(told))


def test_a_phase_that_left_a_stratum_out_knows_nothing_of_it() -> None:
    record, rows = sampled([1000, 50], [[100, 50], [100, 0]])
    told = estimate_of(record, rows, DUTCH)
    assert told["phases"][1]["drawn"] == 100
    assert told["phases"][1]["lower"] < 1000 < told["phases"][1]["upper"] == 1050
    assert told["phases"][1]["estimate"] == 1000
    assert any(line.startswith("s1 ") for line in estimate_lines(told))
    assert "Bonferroni" in " ".join(remarks(told))


def test_a_stratum_of_a_phase_is_counted_by_phase() -> None:
    record, rows = sampled([1000, 500], [[30, 20], [10, 10]], invalid=5)
    assert [count.drawn for count in counts_of(record, rows, [1])] == [30, 20]
    assert [count.drawn for count in counts_of(record, rows, [1, 2])] == [40, 30]
    assert [count.valid for count in counts_of(replace(record), rows, [2])] == [10, 10]
