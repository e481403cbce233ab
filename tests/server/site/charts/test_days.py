"""Bars by day: 1, 3 and 560 days, at most four lines of a round scale, labels that fit, the mean of seven."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from lxml import etree

from civium.server.site.charts import days

FIRST = date(2026, 4, 14)


def _draw(values: list[int], slots: int | None = None) -> etree._Element:
    slots = slots or max(len(values), days.FEWEST_SLOTS)
    labels = days.ticks(FIRST, slots, date.isoformat, lambda day: f"{day:%b}")
    svg = days.day_bars(values, labels, slots=slots, say=lambda value: f"{value:,}", label="story")
    assert " style=" not in svg
    return etree.fromstring(svg)


@pytest.mark.parametrize(
    ("most", "lines"),
    [(0, ()), (1, (1,)), (4, (1, 2, 3, 4)), (9, (2, 4, 6, 8)), (12_400, (5_000, 10_000)), (13_000_000, (5_000_000, 10_000_000))],
)
def test_the_scale_is_round_and_has_four_lines_at_most(most: int, lines: tuple[int, ...]) -> None:
    assert days.scale_lines(most) == lines


def test_every_largest_value_gets_one_to_four_lines() -> None:
    for most in [*range(1, 2000), *range(2000, 3_000_000, 997)]:
        lines = days.scale_lines(most)
        assert 1 <= len(lines) <= days.MOST_LINES
        assert lines[-1] <= most


@pytest.mark.parametrize("count", [1, 3, 30, 222, 560])
def test_there_is_a_bar_for_each_day_and_they_stand_on_the_ground(count: int) -> None:
    values = [10 + place % 7 for place in range(count)]
    tree = _draw(values)
    inner = tree.find("svg")
    assert inner.get("preserveAspectRatio") == "none"
    assert inner.get("viewBox") == f"0 0 {max(count, 14)} {max(values)}"
    bars = inner.find("path[1]").get("d").split("M")[1:]
    assert len(bars) == count
    heights = [max(values) - float(bar.split("V")[1].split("h")[0]) for bar in bars]
    assert heights == values
    assert tree.get("viewBox") is None, "words keep their size"


def test_a_day_without_a_statement_has_no_bar_and_one_among_many_has_one() -> None:
    bars = _draw([100_000, 0, 1]).find("svg/path").get("d").split("M")[1:]
    assert [bar.split(".")[0] for bar in bars] == ["0", "2"]
    assert float(bars[1].split("V")[1].split("h")[0]) < 100_000


def test_the_mean_of_seven_comes_with_two_weeks() -> None:
    assert days.means([7] * 6) == ()
    assert days.means([0, 0, 0, 0, 0, 0, 7, 14]) == (1.0, 3.0)
    assert len(_draw([1] * 13).findall("svg/path")) == 1
    lines = _draw([1] * 13 + [8]).findall("svg/path")
    assert lines[1].get("d").split("L")[0] == "M3.5 7"
    assert lines[1].get("d").split("L")[-1] == "10.5 6"


@pytest.mark.parametrize("count", [1, 14, 45, 62, 63, 90, 222, 365, 560])
@pytest.mark.parametrize("shift", [0, 10, 17])
def test_labels_are_few_apart_and_inside(count: int, shift: int) -> None:
    found = days.ticks(FIRST + timedelta(days=shift), count, date.isoformat, lambda day: f"{day:%Y-%m}")
    assert 1 <= len(found) <= 9
    assert sum(not tick.is_wide_only for tick in found) <= 5
    places = [tick.place for tick in found]
    assert places == sorted(set(places))
    assert all(place <= count * 0.9 for place in places)
    assert all(other - one >= count / 14 for one, other in pairwise(places))
    for tick in found:
        assert (FIRST + timedelta(days=shift + tick.place)).isoformat().startswith(tick.text)


def test_figures_stand_over_the_emptier_end() -> None:
    def side(values: list[int]) -> str:
        return str(_draw(values).xpath("text[@class='halo']/@x")[0])

    assert side([9, 5, 3] + [1] * 20) == "100%"
    assert side([1] * 20 + [3, 5, 9]) == "0"
