"""Pictures: what they say, that they hold no script, and that each colour has its counterpart in the dark."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from lxml import etree

from civium.authority.documents.charts import (
    AMBER,
    DARK,
    GREY,
    TEAL,
    Bar,
    Part,
    bars,
    columns_by_day,
    days_words,
    share_bar,
    share_words,
)
from civium.authority.sampling.chart import chart_of

FIRST, LAST = date(2026, 3, 2), date(2027, 3, 1)
PARTS = (Part("Accepted", 970, TEAL), Part("Struck", 0, GREY), Part("For <decision>", 30, AMBER))
ESTIMATE = {
    "population": 1000,
    "drawn": 100,
    "valid": 90,
    "estimate": 900,
    "lower": 820,
    "upper": 950,
    "wilson_lower": 825,
    "wilson_upper": 945,
    "threshold": 850,
    "strata": [],
}


def _drawn(svg: str) -> etree._Element:
    root = etree.fromstring(svg)
    assert not root.xpath(
        "//*[local-name() = 'script' or local-name() = 'style' or local-name() = 'a' or local-name() = 'image']"
    )
    assert root.get("role") == "img"
    assert root.get("aria-label")
    return root


def _rects(root: etree._Element, colour: str) -> list[float]:
    return [
        float(part.get("width", "").rstrip("%"))
        for part in root.iter("{*}rect")
        if part.get("fill") == colour and part.get("height") != "13"
    ]


def _words(root: etree._Element) -> list[str]:
    return [part.text or "" for part in root.iter("{*}text")]


def test_parts_stand_side_by_side_in_their_shares() -> None:
    root = _drawn(share_bar(PARTS))
    assert _rects(root, TEAL) == [97.0]
    assert _rects(root, AMBER) == [3.0]
    assert _rects(root, GREY) == []
    assert "For <decision>: 30 (3.0 %)" in _words(root)
    assert share_words(PARTS) == "Accepted 970, Struck 0, For <decision> 30, of 1,000"


def test_of_nothing_there_are_no_shares() -> None:
    root = _drawn(share_bar((Part("Accepted", 0, TEAL),)))
    assert _words(root) == ["Accepted: 0 (–)"]
    assert _drawn(bars((), label="nothing")).get("height") == "40"


def test_what_exists_is_seen() -> None:
    assert _rects(_drawn(share_bar((Part("a", 999_999, TEAL), Part("b", 1, AMBER)))), AMBER) == [0.1]


def test_bars_are_as_long_as_their_numbers() -> None:
    root = _drawn(
        bars((Bar("long", (Part("x", 60, TEAL), Part("y", 40, AMBER))), Bar("short", (Part("x", 25, TEAL),))), label="L")
    )
    assert _rects(root, TEAL) == [60.0, 25.0]
    assert _words(root) == ["long", "100", "short", "25"]


def test_each_day_of_the_period_has_its_column_and_no_other_day() -> None:
    counts = {FIRST: 10, LAST: 20, FIRST - timedelta(days=400): 99, date(1, 1, 1): 5}
    root = _drawn(columns_by_day(counts, first=FIRST, last=LAST))
    columns = list(root.iter("{*}rect"))
    assert [(part.get("x"), part.get("height")) for part in columns] == [("0.000%", "80"), ("99.726%", "160")]
    assert {"5", "10", "15", "20", "03-02", "26/05"} <= set(_words(root))
    assert "30 on 2 days, most on 2027-03-01: 20" in days_words(counts, first=FIRST, last=LAST)


@pytest.mark.parametrize(("last", "words"), [(FIRST, ["03-02"]), (FIRST + timedelta(days=45), ["03-02", "26/04"])])
def test_a_short_period_without_statements_can_be_drawn(last: date, words: list[str]) -> None:
    root = _drawn(columns_by_day({}, first=FIRST, last=last))
    assert _words(root) == ["1", *words]
    assert days_words({}, first=FIRST, last=last).endswith(": none")


@pytest.mark.parametrize(("highest", "top"), [(1, "1"), (4, "4"), (5, "6"), (17_548, "20,000"), (41_000, "60,000")])
def test_the_scale_ends_with_a_round_number_at_or_above_the_highest(highest: int, top: str) -> None:
    words = _words(_drawn(columns_by_day({FIRST: highest}, first=FIRST, last=LAST)))
    assert top in words
    assert all(int(word.replace(",", "")) <= int(top.replace(",", "")) for word in words if re.fullmatch(r"[\d,]+", word))


def test_every_colour_has_its_counterpart_in_the_dark() -> None:
    pictures = [
        share_bar(PARTS),
        bars((Bar("b", PARTS),), label="b"),
        columns_by_day({FIRST: 3}, first=FIRST, last=LAST),
        chart_of(ESTIMATE),
    ]
    used = {colour for picture in pictures for colour in re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', picture)}
    assert len(used) > 8
    assert used <= set(DARK)
