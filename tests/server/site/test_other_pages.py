"""Front page, protection, privacy statement, accessibility: what each must say."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import html

from civium.law import wording
from civium.law.procedure import load_procedure
from civium.server.site import languages
from tests.server.site import made


def _tree(path: str, *initiatives: object) -> html.HtmlElement:
    page = made.site(*(initiatives or (made.initiative(),))).render(path)  # type: ignore[arg-type]
    assert page is not None
    return html.document_fromstring(page.body.decode())


def test_the_front_page_lists_open_initiatives_first() -> None:
    ended = dataclasses.replace(made.initiative(), slug="ended", state="ended")
    tree = _tree("/en/", ended, made.initiative())
    assert tree.xpath("//main//h2/text()") == ["Open for support", "Not open now"]
    assert tree.xpath("//main//h3/a/@href") == ["/en/i/night-trains", "/en/i/ended"]
    assert [tag.strip() for tag in tree.xpath("//span[contains(@class,'tag')]/text()")] == [
        "Open until 13 April 2027",
        "Ended on 13 April 2027",
    ]


def test_a_front_page_without_initiatives_says_what_will_be_there() -> None:
    page = made.site().render("/en/")
    assert page is not None
    assert b"Nothing is being collected here yet" in page.body


def test_the_front_page_is_marked_only_if_everything_on_it_is_a_demonstration() -> None:
    real = dataclasses.replace(made.initiative(deployment="central"), slug="real")
    assert _tree("/en/").xpath("//div[@class='strip']")
    assert not _tree("/en/", made.initiative(), real).xpath("//div[@class='strip']")


def test_protection_names_keys_logs_and_manifest() -> None:
    initiative = made.initiative()
    tree = _tree("/en/i/night-trains/protection")
    assert initiative.collection is not None
    seen = tree.text_content()
    assert initiative.collection.manifest_hash in seen
    for key in initiative.collection.keys:
        assert key.words in seen
        assert f"/log/{made.COLLECTION}/{key.jurisdiction}/online/1/checkpoint" in tree.xpath("//a/@href")
    assert seen.count("No key yet: closed online") == 1
    assert len(tree.xpath("//tbody/tr")) == len(load_procedure("eci").jurisdictions)


def test_fingerprints_are_not_to_be_translated() -> None:
    assert len(_tree("/el/i/night-trains/protection").xpath("//*[@translate='no']")) == 26


@pytest.mark.parametrize("code", languages.CODES)
def test_the_privacy_statement_is_the_one_that_applies_word_for_word(code: str) -> None:
    tree = _tree(f"/{code}/i/night-trains/privacy", made.initiative(deployment="central"))
    seen = [paragraph.text_content() for paragraph in tree.xpath("//h1/following-sibling::div[@class='flow']/p")]
    assert "\n".join(seen) == wording.wording(code, "privacy_statement_central").text


def test_a_missing_privacy_statement_is_shown_in_english_and_says_so() -> None:
    tree = _tree("/hr/i/night-trains/privacy")
    assert tree.xpath("//div[@lang='en']")
    own = _tree("/de/i/night-trains/privacy")
    assert not own.xpath("//div[@lang='en']")


def test_a_page_that_collects_nothing_has_no_privacy_statement_for_statements() -> None:
    tree = _tree("/en/i/night-trains/privacy", made.initiative(deployment="companion", collection=None))
    assert "collects no statements of support" in tree.text_content()


def test_accessibility_says_whom_to_write_to() -> None:
    assert "mailto:operator@night-trains.example" in _tree("/en/accessibility").xpath("//a/@href")


def test_an_initiative_of_another_procedure_has_the_languages_of_that_procedure() -> None:
    petition = made.initiative(
        deployment="demonstration", procedure="petition", collection=made.collection("demonstration", "petition"), goal=3000
    )
    tree = _tree("/en/i/night-trains/protection", petition)
    assert tree.xpath("//nav//a/@hreflang") == ["en"]
    assert made.site(petition).render("/de/i/night-trains") is None
