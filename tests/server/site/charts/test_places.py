"""Where the places of a procedure lie: the ECI's map has all 27 States, another procedure has none, and it may be used by anyone."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from civium.law.procedure import load_procedure
from civium.server.site.charts import places

FILE = Path(places.__file__).parent / "maps" / "eci.json"


def _eci() -> places.PlaceMap:
    found = places.place_map("eci")
    assert found is not None
    return found


def test_the_map_has_every_state_and_no_other() -> None:
    states = set(load_procedure("eci").jurisdictions)
    assert set(_eci().tiles) == set(_eci().shapes) == states
    assert _eci().covers(frozenset(states))
    assert not _eci().covers(frozenset({"XX"}))


def test_no_two_tiles_lie_on_each_other() -> None:
    assert len(set(_eci().tiles.values())) == 27


def test_a_procedure_without_a_map_has_none() -> None:
    assert places.place_map("petition") is None


def test_shapes_are_paths_of_whole_units_inside_the_frame() -> None:
    for code, path in _eci().shapes.items():
        if code in _eci().discs:
            continue
        assert re.fullmatch(r"(M\d+ \d+l(-?\d+[ -]?)+z)+", path), code
        for x, y in re.findall(r"M(\d+) (\d+)", path):
            assert 0 <= int(x) <= _eci().width, code
            assert 0 <= int(y) <= _eci().height, code


def test_the_smallest_are_drawn_large_enough_to_be_met() -> None:
    assert _eci().discs == {"LU", "MT"}


def test_the_file_says_where_it_comes_from_and_is_small() -> None:
    raw = FILE.read_bytes()
    told = json.loads(raw)
    assert list(told)[:2] == ["source", "licence"]
    assert "Natural Earth" in told["source"]
    assert "public domain" in told["licence"]
    assert len(gzip.compress(raw, 9)) < 25_000


@pytest.mark.parametrize(
    ("share", "step", "level", "is_over"),
    [
        (0, 0, 0, False),
        (0.249, 0, 0.249, False),
        (0.25, 1, 0.25, False),
        (0.999, 3, 0.999, False),
        (1, 4, 1, True),
        (4.1, 4, 1, True),
    ],
)
def test_a_place_is_full_at_its_threshold_and_not_before(share: float, step: int, level: float, is_over: bool) -> None:
    place = places.Place("ES", share, "", "")
    assert (place.step, place.level, place.is_over) == (step, level, is_over)
