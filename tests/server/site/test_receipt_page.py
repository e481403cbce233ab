"""The page to check a receipt: it knows the log keys of this site's collections, and holds nothing of a visitor."""

from __future__ import annotations

import json

import pytest
from lxml import html

from civium.server.site import assets, languages
from tests.server.site import made


def _tree(code: str = "en", *initiatives: object) -> html.HtmlElement:
    page = made.site(*(initiatives or (made.initiative(),))).render(f"/{code}/receipt")  # type: ignore[arg-type]
    assert page is not None
    return html.document_fromstring(page.body.decode())


def test_the_script_knows_how_logs_begin_and_who_signs_them() -> None:
    assert json.loads(_tree().get_element_by_id("known").text) == [
        {
            "origins": f"{made.HOST}/{made.COLLECTION}/",
            "key": made.collection().log_key,
            "title": "Night trains for every capital",
            "language": "en",
            "href": "/en/i/night-trains",
        }
    ]


def test_without_a_collection_there_is_nothing_to_know() -> None:
    companion = made.initiative(deployment="companion", collection=None)
    assert json.loads(_tree("en", companion).get_element_by_id("known").text) == []


def test_no_field_is_served_and_one_script() -> None:
    tree = _tree()
    assert tree.xpath("//input|//form|//button|//textarea") == []
    assert tree.xpath("//script/@src") == [assets.bundle()["receipt.js"].path]


@pytest.mark.parametrize("code", languages.CODES)
def test_every_sentence_the_script_can_say_is_there_in_every_language(code: str) -> None:
    words = json.loads(_tree(code).get_element_by_id("words").text)
    for key in [
        *(f"check.{verdict}" for verdict in ("sound", "part", "wrong")),
        *(f"check.proof.{found}" for found in ("good", "bad")),
        *(f"check.signature.{found}" for found in ("good", "bad", "unknown")),
        *(f"check.present.{found}" for found in ("holds", "later", "broken", "unreached", "elsewhere")),
    ]:
        assert words[key], key
    assert "{origin}" in words["check.signature.unknown"]
    assert ("country.MT" in words) == (code in ("ga", "mt"))


def test_the_foot_of_every_page_leads_here() -> None:
    site = made.site(made.initiative())
    for path in ("/de/", "/de/i/night-trains", "/de/accessibility", "/de/i/night-trains/privacy"):
        assert b'href="/de/receipt"' in site.render(path).body  # type: ignore[union-attr]
