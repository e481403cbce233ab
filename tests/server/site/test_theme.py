"""The contrast guard: every colour that organisers may give can be read on every ground it stands on."""

from __future__ import annotations

import random

import pytest

from civium.server.site import theme

COLOURS = [
    "#51307a",
    "#0f5560",
    "#ffff00",
    "#ffffff",
    "#000000",
    "#808080",
    "#00ff00",
    "#ff0000",
    "#003399",
    "#ffcc00",
    "#c60b1e",
]
COLOURS += [f"#{random.Random(7).randrange(1 << 24) ^ (step * 40503) & 0xFFFFFF:06x}" for step in range(60)]


@pytest.mark.parametrize("given", COLOURS)
def test_a_colour_reaches_five_to_one_in_light_and_six_to_one_in_dark(given: str) -> None:
    light, dark = theme.light_colours(given), theme.dark_colours(given)
    assert theme.contrast(light.brand, theme.SUNK_LIGHT) >= 5
    assert theme.contrast(dark.brand, theme.SUNK_DARK) >= 6
    for colours in (light, dark):
        assert theme.contrast(colours.brand, colours.on_brand) >= 4.5, "what is written on a button"
        assert theme.contrast(colours.brand, colours.tint) >= 4.5, "a link on a tinted ground"
    assert theme.contrast("#221f1b", light.tint) >= 7
    assert theme.contrast("#f2ede5", dark.tint) >= 7


def test_a_colour_that_is_strong_enough_is_used_as_given() -> None:
    assert theme.light_colours("#51307a").brand == "#51307a"
    assert theme.dark_colours("#51307a").brand != "#51307a"


@pytest.mark.parametrize("given", ["#51307a", "#c60b1e", "#1565c0", "#e65100"])
def test_the_hue_stays(given: str) -> None:
    for colours in (theme.light_colours(given), theme.dark_colours(given)):
        turned = abs(theme.hue(colours.brand) - theme.hue(given)) % 360
        assert min(turned, 360 - turned) < 6


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_the_stylesheet_leaves_forced_colours_alone_and_shows_the_given_colour_on_the_cover_only() -> None:
    css = theme.stylesheet("#FFCC00").decode()
    assert css.count("forced-colors:none") == 2
    light, dark = css.split("\n")[:2]
    assert "--cover:#ffcc00" in light
    assert light.count("#ffcc00") == 1, "too light to be read on paper"
    assert "--brand:#ffcc00" in dark


@pytest.mark.parametrize("given", ["red", "#fff", "#12345g", "#123456;}body{}"])
def test_what_is_no_colour_is_not_written(given: str) -> None:
    with pytest.raises(AssertionError):
        theme.stylesheet(given)
