"""Tiles and land: level, tick and hatching say what the colours say; each place tells its figures; nothing is styled inline."""

from __future__ import annotations

from lxml import etree

from civium.server.site.charts import geography, places, shares, tiles

PLACES = [
    places.Place("AT", 4.12, "412%", "Austria: 59,349 / 14,400 (412%)"),
    places.Place("MT", 0.5, "50%", "Malta <b>: 2,160 / 4,320 (50%)"),
    places.Place("IE", 0.0, "0%", "Ireland: 0 / 10,080 (0%)"),
]


def _tree(svg: str) -> etree._Element:
    assert " style=" not in svg
    return etree.fromstring(svg)


def _map() -> places.PlaceMap:
    found = places.place_map("eci")
    assert found is not None
    return found


def test_a_tile_is_filled_from_below_and_only_a_full_one_is_of_the_class_with_the_tick() -> None:
    tree = _tree(tiles.tile_map(PLACES, _map(), label="story"))
    assert (tree.get("role"), tree.get("aria-label")) == ("img", "story")
    drawn = {group.get("data-place"): group for group in tree.iter("g")}
    assert [code for code, group in drawn.items() if group.get("class") == "in"] == ["AT"]
    level = drawn["MT"].findall("rect")[1]
    assert float(level.get("height")) == 21.5
    assert float(level.get("y")) + float(level.get("height")) == tiles.INSIDE + 0.5
    assert [text.text for text in drawn["MT"].findall("text")] == ["MT", "50%"]
    assert drawn["MT"].findtext("title") == "Malta <b>: 2,160 / 4,320 (50%)"


def test_tiles_fit_into_their_drawing() -> None:
    tree = _tree(tiles.tile_map(PLACES, _map(), label=""))
    _, _, width, height = map(int, tree.get("viewBox").split())
    assert (width, height) == (4 * 48, 7 * 48)


def test_land_has_a_shape_with_a_title_for_each_and_hatching_for_those_over() -> None:
    tree = _tree(geography.land_map(PLACES, _map(), label="story"))
    drawn = {path.get("data-place"): path for path in tree.iter("path") if path.get("data-place")}
    assert set(drawn) == {"AT", "MT", "IE"}
    assert [path.get("class") for path in drawn.values()] == ["q4", "q0", "q2 disc"]
    assert drawn["AT"].get("fill") == "url(#over-threshold)"
    assert drawn["MT"].get("fill") is None
    assert drawn["IE"].findtext("title") == "Ireland: 0 / 10,080 (0%)"
    assert tree.find(".//pattern").get("id") == "over-threshold"
    assert list(drawn)[-1] == "MT", "a disc lies above its neighbours"


def test_samples_are_for_the_eye_alone() -> None:
    for step in range(places.WHOLE + 1):
        sample = _tree(geography.swatch(step))
        assert sample.get("aria-hidden") == "true"
        assert sample.find("rect").get("class") == f"q{step}"


def test_a_bar_ends_at_the_threshold() -> None:
    for share, width, kind in (
        (0, "0%", "fill"),
        (0.805, "80.5%", "fill"),
        (1, "100%", "fill over"),
        (4.12, "100%", "fill over"),
    ):
        fill = _tree(shares.share_bar(share)).findall("rect")[1]
        assert (fill.get("width"), fill.get("class")) == (width, kind)
