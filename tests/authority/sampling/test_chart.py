"""The picture shows each stratum and all, and says in words what it shows."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from civium.authority.sampling.certified import COUNTS, Certified, certified_of
from civium.authority.sampling.chart import alternative, chart_of
from civium.authority.sampling.estimate import estimate_of
from civium.authority.sampling.page import page_of
from civium.authority.sampling.record import Record
from civium.authority.sampling.size import PRESETS
from civium.authority.sampling.words import percent, plan_lines, sample_page
from civium.errors import Refused
from tests.authority.sampling.test_estimate import sampled
from tests.authority.sampling.test_plan import PLAN

DUTCH = PRESETS["nl"]
FACTS = {"registration": "R&D", "jurisdiction": "ES", "channel": "online", "deployment": "procedure"}


def estimate(sizes: list[int], drawn: list[list[int]], invalid: int = 5, threshold: int = 0) -> dict[str, object]:
    """Give an estimate."""
    record, rows = sampled(sizes, drawn, invalid)
    return estimate_of(record, rows, DUTCH, threshold=threshold)


def test_one_bar_for_each_stratum_and_one_for_all() -> None:
    told = estimate([1000, 2000], [[100, 200]])
    picture = ElementTree.fromstring(chart_of(told))
    words = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"s0", "s1", "all", "100 %"} <= set(words)
    assert picture.attrib["aria-label"] == alternative(told)
    assert "by 2 strata" in alternative(told)
    assert chart_of(told) == chart_of(told)


def test_a_sample_of_all_that_is_all_valid_has_a_picture() -> None:
    told = estimate([4], [[4]], invalid=0)
    assert (told["lower"], told["upper"]) == (4, 4)
    words = [element.text for element in ElementTree.fromstring(chart_of(told)).iter("{http://www.w3.org/2000/svg}text")]
    assert {"99 %", "100 %"} <= set(words)


def test_a_threshold_stands_in_the_picture_where_the_axis_reaches_it() -> None:
    assert "1,800 needed" in chart_of(estimate([2000], [[200]], threshold=1900)).replace("1,900", "1,800")
    assert "needed" not in chart_of(estimate([2000], [[200]], threshold=100))
    assert "needed" not in chart_of(estimate([2000], [[200]]))


@pytest.mark.parametrize("invalid", [0, 1, 60, 100])
def test_the_axis_reaches_down_to_the_lowest_bound(invalid: int) -> None:
    picture = ElementTree.fromstring(chart_of(estimate([2000], [[100]], invalid)))
    for box in list(picture.iter("{http://www.w3.org/2000/svg}rect"))[1:]:
        assert float(box.attrib["x"]) >= 198
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= 622


def test_the_page_asks_nobody_for_anything_and_escapes() -> None:
    page = page_of(FACTS, estimate([1000, 2000], [[100, 200], [10, 10]]), PLAN.table(), "5" * 64)
    assert "R&amp;D" in page
    assert "draw 2" in page
    assert "Demonstration" not in page
    assert "<script" not in page
    assert "Demonstration: nothing counts" in page_of(
        {**FACTS, "deployment": "demonstration"}, estimate([100], [[50]]), PLAN.table(), "5"
    )


def test_the_sample_is_told_in_words() -> None:
    assert plan_lines(PLAN)[2] == "strata: days 2026-05-01"
    assert percent(1, 3) == "33.33 %"
    assert percent(0, 0) == "–"
    one, two = (
        sample_page(estimate(sizes, [drawn]), PLAN.table(), "5" * 64) for sizes, drawn in (([1000], [100]), ([1000, 9], [100, 9]))
    )
    assert one["strata"] == []
    assert [row[0] for row in two["strata"]] == ["s0", "s1"]
    assert "2026-03-01, before opening" in one["text"]


def test_what_counts_is_said() -> None:
    record, rows = sampled([1000], [[100]], invalid=5)
    told = estimate_of(record, rows, DUTCH)
    whole = Record(PLAN, record.draws, {}, (), record.results, told)
    digest = record.draws[0].digest
    valid = {counts: certified_of(whole, counts, digest).valid(1000) for counts in COUNTS}
    assert valid == {"estimate": 950, "lower": told["lower"], "none": 1000}
    page = Certified(told, PLAN.table(), "5" * 64, "lower").page()
    assert page["counts"] == "What counts of the statements collected online: the lower exact bound."
    assert page["chart"].startswith("<svg")
    for wrong, counts, code in (
        (Record(), "lower", "sample-not-drawn"),
        (record, "lower", "sample-not-estimated"),
        (whole, "", "certificate-sample"),
    ):
        with pytest.raises(Refused, match=code):
            certified_of(wrong, counts, digest)
    with pytest.raises(Refused, match="sample-population"):
        certified_of(whole, "lower", "33" * 32)
