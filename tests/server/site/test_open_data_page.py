"""The page of open data: every address on it exists, its examples are of an initiative hosted here, its terms are said."""

from __future__ import annotations

import re
from functools import cache

import msgspec
import pytest
from lxml import html

from civium.server.open_data import openapi
from civium.server.site import languages
from tests.server.site import made
from tests.server.site.test_pages import check_html

URL = "https://collect.example"


@cache
def _known() -> re.Pattern[str]:
    paths = msgspec.json.decode(openapi.document("0"))["paths"]
    return re.compile("|".join(re.sub(r"\\\{[a-z]+\\\}", "[^/]+", re.escape(path)) for path in paths))


def _tree(code: str = "en", *initiatives: object) -> html.HtmlElement:
    page = made.site(*initiatives, url=URL).render(f"/{code}/open-data")  # type: ignore[arg-type]
    assert page is not None
    return check_html(page.body, code)


@pytest.mark.parametrize("code", languages.CODES)
def test_every_language_has_it(code: str) -> None:
    tree = _tree(code, made.initiative())
    assert len(tree.xpath("//ul[@class='addresses']")) == 4
    assert tree.xpath("//a[@rel='license noreferrer']/@href") == ["https://creativecommons.org/licenses/by/4.0/"]


def test_every_address_is_one_that_openapi_knows() -> None:
    addresses = _tree("en", made.initiative()).xpath("//ul[@class='addresses']//a/@href")
    assert len(addresses) == 13
    for address in addresses:
        assert _known().fullmatch(address), address


def test_commands_name_the_address_of_this_installation() -> None:
    commands = [element.text_content() for element in _tree("en", made.initiative()).xpath("//pre")]
    assert commands[0] == f"civium-monitor watch {URL}"
    assert all(URL in command for command in commands)
    assert f"curl {URL}/api/collections/{made.COLLECTION}/counts" in commands


def test_without_an_initiative_it_shows_forms_and_no_link_that_leads_nowhere() -> None:
    tree = _tree("en")
    assert tree.xpath("//ul[@class='addresses']//a/@href") == ["/api/initiatives", "/api/openapi.json", "/log/keys"]
    assert "will look like" in tree.text_content()


def test_a_companion_has_facts_but_no_figures() -> None:
    addresses = _tree("en", made.initiative(deployment="companion", collection=None)).xpath("//ul[@class='addresses']//a/@href")
    assert "/api/initiatives/night-trains" in addresses
    assert not [address for address in addresses if "counts" in address or "report" in address]


def test_figures_are_of_one_that_collects_if_there_is_one() -> None:
    companion = made.initiative(slug="beside", deployment="companion", collection=None)
    tree = _tree("en", companion, made.initiative())
    assert f"/api/collections/{made.COLLECTION}/counts" in tree.xpath("//ul[@class='addresses']//a/@href")
