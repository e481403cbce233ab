"""The page for data subjects: what, of whom, how and within which time; for every deployment that collects, and none where nothing is collected."""

from __future__ import annotations

import pytest
from lxml import html

from civium.server.site import languages
from tests.server.site import made

PATH = "/i/night-trains/rights"


def _tree(code: str = "en", **changes: object) -> html.HtmlElement:
    page = made.site(made.initiative(**changes)).render(f"/{code}{PATH}")
    assert page is not None
    return html.document_fromstring(page.body.decode())


def _said(tree: html.HtmlElement) -> str:
    return " ".join(tree.xpath("//main")[0].text_content().split())


@pytest.mark.parametrize("deployment", ["demonstration", "central", "individual"])
def test_it_says_what_of_whom_and_within_which_time(deployment: str) -> None:
    initiative = made.initiative(deployment=deployment)
    tree = _tree(deployment=deployment)
    said = _said(tree)
    assert "You get an answer within one month, free of charge." in said
    assert "Without the code, write to the organisers and give the identifier." in said
    assert "complain to your data protection authority" in said
    assert "Responsible for the data" in said
    assert said.count("Your rights") == 1
    assert initiative.data_protection_officer is None or initiative.data_protection_officer.name in said
    links = tree.xpath("//main//p//a/@href")
    for page in ("take-back", "protection", "authorities", "privacy"):
        assert f"/en/i/night-trains/{page}" in links
    assert f"mailto:{initiative.contact_email}" in links


@pytest.mark.parametrize("code", languages.CODES)
def test_it_is_in_every_language_and_asks_for_nothing(code: str) -> None:
    tree = _tree(code)
    said = _said(tree)
    assert len(said) > 900
    assert code == "en" or "You get an answer" not in said
    assert code == "en" or "Without the identifier" not in said
    assert tree.xpath("//input|//form|//button|//main//script") == []


def test_it_is_found_from_the_foot_and_the_privacy_statement() -> None:
    site = made.site(made.initiative())
    for path in ("/en/i/night-trains", "/en/i/night-trains/privacy"):
        page = site.render(path)
        assert page is not None
        assert f"/en{PATH}".encode() in page.body
    assert _tree().xpath("//footer//a[@aria-current='page']/@href") == [f"/en{PATH}"]


def test_where_nothing_is_collected_there_is_none_and_no_link() -> None:
    site = made.site(made.initiative(deployment="companion", collection=None))
    assert site.render(f"/en{PATH}") is None
    for path in ("/en/i/night-trains", "/en/i/night-trains/privacy"):
        page = site.render(path)
        assert page is not None
        assert b"night-trains/rights" not in page.body
