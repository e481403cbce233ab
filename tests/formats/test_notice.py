"""Notices: one encoding for each, every other spelling refused, kinds of later versions passed over."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from civium.errors import Refused
from civium.formats import notice
from civium.formats.notice import Destruction, HandOver, ManifestNotice, Notice, Successor

ON = date(2026, 11, 21)
COLLECTION = bytes(range(16))
ORIGIN = f"collect.example/{COLLECTION.hex()}/ES/online/1"
VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "notice.json").read_text("utf-8"))
MADE: dict[str, Notice] = {
    "manifest": ManifestNotice(COLLECTION, 1, bytes(range(32)), ON),
    "hand-over": HandOver(COLLECTION, "ES", "online", ON),
    "destruction": Destruction(COLLECTION, ORIGIN, "erased-by-signatory", ((7, 7), (19, 21)), ON),
    "successor": Successor("store-behind", ORIGIN, 120, bytes(32), 100, bytes([1]) * 32, ORIGIN[:-1] + "2", ON),
    "fork": Successor("store-forked", ORIGIN, 100, bytes(32), 100, bytes([1]) * 32, ORIGIN[:-1] + "2", ON),
}


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_notice_has_the_encoding_of_its_vector(name: str) -> None:
    raw = VECTORS["accepted"][name].encode()
    assert notice.encode(MADE[name]) == raw
    assert notice.parse(raw) == MADE[name]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_another_spelling_of_a_notice_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="notice-malformed"):
        notice.parse(case["entry"].encode())


def test_a_kind_of_a_later_version_is_no_error() -> None:
    assert notice.parse(b'{"civium":"notice v1","kind":"later","on":"2026-11-21"}') is None


def test_many_ranges_are_split_into_notices_that_fit() -> None:
    ranges = [(index, index) for index in range(2**53 - 1 - 2 * 3000, 2**53 - 1, 2)]
    listed = list(notice.destructions(COLLECTION, ORIGIN, "destroyed-by-law", ranges, ON))
    assert [one.count for one in listed] == [1024, 1024, 952]
    assert [one for destruction in listed for one in destruction.ranges] == ranges
    assert all(len(notice.encode(one)) <= notice.LARGEST_NOTICE for one in listed)
    assert list(notice.destructions(COLLECTION, ORIGIN, "destroyed-by-law", [], ON)) == []
    (million,) = notice.destructions(COLLECTION, ORIGIN, "destroyed-by-law", [(0, 999_999)], ON)
    assert million.count == 1_000_000
