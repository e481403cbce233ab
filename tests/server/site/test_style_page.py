"""The living style page: in English only, not for search engines, and every pair of colours in use can be read."""

from __future__ import annotations

import pytest

from civium.server.site import style_page, theme
from tests.server.site import made
from tests.server.site.test_pages import check_html


def test_it_is_there_in_english_only_and_not_for_search_engines() -> None:
    site = made.site(made.initiative())
    page = site.render("/en/style")
    assert page is not None
    tree = check_html(page.body, "en")
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert tree.xpath("//header//nav//a/@hreflang") == ["en"]
    assert site.render("/de/style") is None


@pytest.mark.parametrize("pair", style_page.contrasts(), ids=lambda pair: f"{pair.text} on {pair.ground}")
def test_every_pair_of_colours_in_use_can_be_read_in_light_and_dark(pair: style_page.Contrast) -> None:
    assert pair.holds, f"{pair.light} in light, {pair.dark} in dark, {pair.least} at least"


def test_both_schemes_tell_the_same_tokens() -> None:
    light, dark = style_page.tokens()
    assert set(dark) == set(light)
    for name in ("paper", "surface", "sunk", "ink", "ink-2", "brand", "brand-text", "ok", "warn", "bad"):
        assert light[name] != dark[name], name
    assert light["sunk"] == theme.SUNK_LIGHT
    assert dark["sunk"] == theme.SUNK_DARK
