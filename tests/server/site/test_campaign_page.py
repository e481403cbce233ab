"""The page for whoever helps, and the counter: what is offered, what may be framed, what is never given away."""

from __future__ import annotations

import re

import pytest
from lxml import html

from civium.server.intake.replies import SECURITY
from civium.server.site import campaign_page, languages
from tests.server.site import made
from tests.server.site.test_pages import check_html

URL = "https://collect.example"
WITH_NUMBERS = {"badge.svg", "counter"}


def _site(**changed: object) -> object:
    return made.site(made.initiative(**changed), url=URL)


def _tree(name: str = "campaign", code: str = "en", **changed: object) -> html.HtmlElement:
    page = _site(**changed).render(f"/{code}/i/night-trains/{name}")  # type: ignore[attr-defined]
    return check_html(page.body, code)


@pytest.mark.parametrize("code", languages.CODES)
def test_it_offers_link_code_posters_badge_and_counter_in_every_language(code: str) -> None:
    tree = _tree(code=code)
    assert tree.xpath("//p[contains(@class,'copied')]")[0].text_content() == f"{URL}/{code}/i/night-trains"
    addresses = [element.text_content() for element in tree.xpath("//ul[@class='addresses']//span[contains(@class,'copied')]")]
    assert addresses == [f"{URL}/{other}/i/night-trains" for other in languages.CODES]
    start = f"/{code}/i/night-trains"
    for name in ("poster.pdf", "poster-small.pdf", "qr.svg", "qr.png"):
        assert tree.xpath(f"//a[@href='{start}/{name}'][@download]"), name
    assert len(tree.xpath("//a[contains(@href,'/poster.pdf')]")) == 1 + len(languages.CODES)
    assert tree.xpath(f"//img[@src='{start}/qr.svg']/@alt") == tree.xpath(
        f"//img[@src='{start}/qr.svg']/@alt[string-length()>10]"
    )
    snippets = [element.text_content() for element in tree.xpath("//pre")]
    assert f'<img src="{URL}{start}/badge.svg"' in snippets[0]
    assert f'<iframe src="{URL}{start}/counter"' in snippets[1]


def test_whatever_it_links_to_is_there() -> None:
    site = _site()
    for address in _tree().xpath("//main//@href|//main//img/@src"):
        if address.startswith("/en/i/") or re.match(r"/[a-z]{2}/i/", address):
            assert site.render(address) is not None, address  # type: ignore[attr-defined]


def test_the_counter_alone_may_stand_in_other_sites_frames() -> None:
    site = _site()
    usual = dict(SECURITY)[b"content-security-policy"]
    assert b"frame-ancestors 'none'" in usual
    framed = set()
    for address in ("", "/protection", "/privacy", "/take-back", *(f"/{name}" for name in campaign_page.NAMES)):
        page = site.render(f"/en/i/night-trains{address}")  # type: ignore[attr-defined]
        policy = dict(page.headers).get(b"content-security-policy", usual)
        if b"frame-ancestors *" in policy:
            framed.add(address)
    assert framed == {"/counter"}


def test_the_counter_has_no_field_and_its_link_opens_a_window_of_its_own() -> None:
    tree = html.document_fromstring(_site().render("/en/i/night-trains/counter").body)  # type: ignore[attr-defined]
    assert tree.xpath("//form|//input|//select|//textarea|//button") == []
    (link,) = tree.xpath("//a")
    assert (link.get("href"), link.get("target"), link.get("rel")) == ("/en/i/night-trains", "_blank", "noopener noreferrer")
    assert "612,480" in tree.text_content()
    assert "Demonstration." in tree.text_content()
    policy = dict(campaign_page.FRAMED)[b"content-security-policy"]
    for part in (b"default-src 'none'", b"form-action 'none'", b"connect-src 'self'", b"script-src 'self'", b"base-uri 'none'"):
        assert part in policy


def test_where_nothing_is_collected_there_is_nothing_to_count() -> None:
    site = _site(deployment="companion", collection=None)
    there = {name for name in campaign_page.NAMES if site.render(f"/en/i/night-trains/{name}")}  # type: ignore[attr-defined]
    assert there == set(campaign_page.NAMES) - WITH_NUMBERS
    tree = _tree(deployment="companion", collection=None)
    assert tree.xpath("//pre") == []
    assert "the form of the European Commission" in tree.text_content()


@pytest.mark.parametrize("state", ["ended", "withdrawn", "destroyed"])
def test_nobody_is_brought_to_what_is_over(state: str) -> None:
    site = _site(state=state)
    there = {name for name in campaign_page.NAMES if site.render(f"/en/i/night-trains/{name}")}  # type: ignore[attr-defined]
    assert there == {"campaign", *WITH_NUMBERS}
    assert _tree(state=state).xpath("//a[contains(@href,'poster')]") == []


def test_it_says_why_the_form_is_never_in_another_page() -> None:
    said = _tree().text_content()
    assert "The form itself cannot be put into another page." in said
    assert "the address of the site that receives the statement" in said


def test_no_address_takes_more_than_its_language_and_its_initiative() -> None:
    """The number of posters is that of languages and sizes: nothing in an address makes another."""
    site = _site()
    for address in ("poster-a3.pdf", "poster.pdf?x=1", "poster.png", "qr.gif", "badge.png"):
        assert site.render(f"/en/i/night-trains/{address}") is None  # type: ignore[attr-defined]
