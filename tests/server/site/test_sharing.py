"""Telling others: each way carries the initiative's address and the organisers' words, escaped, and nothing that somebody did."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from civium.server.site import sharing, shown
from tests.server.site import made

URL = "https://collect.example"
HOSTS = {
    "WhatsApp": "wa.me",
    "Telegram": "t.me",
    "Viber": "forward",
    "Facebook": "www.facebook.com",
    "Bluesky": "bsky.app",
    "LinkedIn": "www.linkedin.com",
    "X": "x.com",
}


def _text(**changes: str) -> shown.Text:
    return shown.Text(
        "en", **({"title": "Night trains", "objectives": "-", "share_text": "Add your voice & tell 100 % of them!"} | changes)
    )


def test_every_way_carries_the_address_and_nothing_of_a_person() -> None:
    share = sharing.share("night-trains", _text(), URL)
    assert {way.name: urlsplit(way.href).netloc for way in share.ways} == HOSTS
    for href in (*(way.href for way in share.ways), share.mail):
        parts = urlsplit(href)
        values = [value for found in parse_qs(parts.query, strict_parsing=True).values() for value in found]
        assert any("https://collect.example/i/night-trains" in value for value in values), href
        assert "+" not in parts.query, "a space is %20 everywhere"
        assert all(
            value.replace("\n", " ") in (share.url, share.title, share.text, f"{share.text} {share.url}") for value in values
        )
    assert share.address == "collect.example/i/night-trains"


def test_without_the_organisers_words_there_is_the_title() -> None:
    assert sharing.share("night-trains", _text(share_text=""), URL).text == "Night trains"


@pytest.mark.parametrize(("length", "kept"), [(241, True), (242, False)])
def test_words_too_long_for_a_place_give_way_to_the_title(length: int, kept: bool) -> None:
    share = sharing.share("night-trains", _text(share_text="x" * length), URL)
    query = parse_qs(urlsplit(next(way.href for way in share.ways if way.name == "X")).query)
    assert (query["text"] == ["x" * length]) is kept


@pytest.mark.parametrize("code", ["en", "el", "mt"])
def test_the_page_has_plain_links_that_tell_nobody_where_one_came_from(code: str) -> None:
    page = made.site(made.initiative()).render(f"/{code}/i/night-trains")
    assert page is not None
    tree = html.document_fromstring(page.body.decode())
    part = tree.get_element_by_id("share")
    links = part.xpath(".//ul//a")
    assert len(links) == 8
    for link in links:
        assert link.get("href").startswith("mailto:") or link.get("rel") == "noopener noreferrer"
        assert (link.get("target") == "_blank") == link.get("href").startswith("https:")
    assert tree.xpath("//img[starts-with(@src, 'http')]|//iframe|//script[starts-with(@src, 'http')]") == []
    assert part.get("hidden") is None


def test_where_the_organisers_leave_the_part_out_it_waits_for_the_thanks() -> None:
    page = made.site(made.initiative(blocks=("questions",))).render("/en/i/night-trains")
    assert page is not None
    assert html.document_fromstring(page.body.decode()).get_element_by_id("share").get("hidden") is not None


def test_what_organisers_wrote_is_text() -> None:
    bad = '"><script>alert(1)</script>'
    text = shown.Text("en", bad, bad, share_text=bad, thanks_note=bad)
    initiative = made.initiative(texts={"en": text}, calls={"en": shown.Call(bad, "https://night-trains.example/")})
    page = made.site(initiative).render("/en/i/night-trains")
    assert page is not None
    assert b"<script>alert" not in page.body
