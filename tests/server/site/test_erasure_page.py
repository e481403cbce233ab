"""The page to take a statement back: it knows its collection and nobody else, says what happens, and stands where something is collected."""

from __future__ import annotations

import json

import pytest
from lxml import html

from civium.law.procedure import load_procedure
from civium.server.site import assets, languages
from tests.server.site import made

PATH = "/i/night-trains/take-back"
KINDS = ("unknown", "often", "failed", "handed-over")


def _tree(code: str = "en", **changes: object) -> html.HtmlElement:
    page = made.site(made.initiative(**changes)).render(f"/{code}{PATH}")
    assert page is not None
    return html.document_fromstring(page.body.decode())


def test_the_script_is_told_the_collection_and_where_to_send() -> None:
    tree = _tree()
    where = json.loads(tree.get_element_by_id("where").text)
    assert (where["collection"], where["erasures"]) == (made.COLLECTION, "/api/erasures")
    assert where["authorities"]["ES"] == "Oficina del Censo Electoral (INE)"
    assert set(where["authorities"]) < set(load_procedure("eci").jurisdictions), "some are not known by name"
    assert tree.xpath("//script/@src") == [assets.bundle()["erasure.js"].path]


def test_no_field_is_served() -> None:
    assert _tree().xpath("//input|//form|//button|//textarea") == []


@pytest.mark.parametrize("code", languages.CODES)
def test_every_sentence_the_script_can_say_is_there_in_every_language(code: str) -> None:
    words = json.loads(_tree(code).get_element_by_id("words").text)
    source = (assets.STATIC.parents[2] / "browser" / "erase-main.ts").read_text(encoding="utf-8")
    said = {key for key in words if not key.startswith("country.")}
    assert {f"erase.{kind}" for kind in KINDS} <= said
    for key in said - {f"erase.{kind}" for kind in KINDS}:
        assert f'"{key}"' in source, key
    assert all(words.values())
    assert ("country.MT" in words) == (code in ("ga", "mt")), "browsers know the other names"


@pytest.mark.parametrize("state", ["waiting", "collecting", "paused", "ended"])
def test_it_stands_as_long_as_there_is_a_collection(state: str) -> None:
    tree = _tree(state=state)
    assert tree.xpath("//footer//a[@aria-current='page']/@href") == [f"/en{PATH}"]


def test_where_nothing_is_collected_there_is_no_such_page_and_no_link_to_it() -> None:
    site = made.site(made.initiative(deployment="companion", collection=None))
    assert site.render(f"/en{PATH}") is None
    page = site.render("/en/i/night-trains")
    assert page is not None
    assert b"take-back" not in page.body


def test_the_initiatives_page_says_that_one_can_take_it_back_oneself() -> None:
    page = made.site(made.initiative()).render("/en/i/night-trains")
    assert page is not None
    assert "Yes, yourself, until it is handed to the authority." in page.body.decode()
    assert f'href="/en{PATH}"' in page.body.decode()
