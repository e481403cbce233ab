"""The catalogues: complete in every language, every place kept, nothing left in English."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from civium.server.site import catalogues, languages
from civium.server.site.words import catalogue_path, words

TRANSLATED = [code for code in languages.CODES if code != languages.SOURCE]
# Short sentences that are the same in some languages, and names.
MAY_BE_SAME = 24


def _catalogue(code: str) -> Catalog:
    with catalogue_path(code).open("rb") as stream:
        return read_po(stream, locale=str(languages.locale_of(code)), domain="site")


def _said(code: str) -> list[str]:
    """Every translated sentence of a language, all plural forms."""
    found: list[str] = []
    for message in _catalogue(code):
        if message.id:  # the one without is the catalogue's head
            found += [message.string] if isinstance(message.string, str) else message.string or ()
    return found


def test_the_template_holds_the_sentences_of_templates_modules_and_browser() -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogues.extract()}
    assert "Who can read this" in found
    assert "They receive a sealed envelope. They can count it, not open it." in found
    assert set(catalogues.browser_words().values()) <= found


def test_the_written_template_is_the_one_the_sources_give() -> None:
    with catalogues.OF_THE_SITE.template.open("rb") as stream:
        written = read_po(stream)
    assert {message.id for message in written} == {message.id for message in catalogues.extract()}, "run `make words`"


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_language_is_complete(code: str) -> None:
    assert catalogues.faults(code) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_left_in_english(code: str) -> None:
    same = [
        message.id
        for message in _catalogue(code)
        if isinstance(message.id, str) and message.id == message.string and len(message.id) > MAY_BE_SAME
    ]
    assert same == []


@pytest.mark.parametrize(("code", "script"), [("el", "GREEK"), ("bg", "CYRILLIC")])
def test_sentences_are_in_the_script_of_the_language(code: str, script: str) -> None:
    for said in _said(code):
        letters = [letter for letter in catalogues._PLACES.sub("", said) if letter.isalpha()]
        own = sum(unicodedata.name(letter).startswith(script) for letter in letters)
        assert len(letters) < 10 or own * 2 >= len(letters), said


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_are_composed_and_hold_no_markup(code: str) -> None:
    for said in _said(code):
        assert said == unicodedata.normalize("NFC", said)
        assert "<" not in said
        assert said == said.strip()


@pytest.mark.parametrize("code", languages.CODES)
def test_plurals_are_chosen_for_every_number(code: str) -> None:
    for number in (0, 1, 2, 3, 5, 7, 11, 21, 22, 100, 1_000_000):
        said = words(code).ngettext("%(days)s day", "%(days)s days", number, days=number)
        assert said


def test_a_lost_place_and_an_invented_one_are_faults(tmp_path: Path) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("Opens on %(date)s", "Beginnt bald")
    catalogue.add("Ended on %(date)s", "Ende am %(day)s")
    catalogue.add("Paused", "Angehalten", flags=["fuzzy"])
    catalogue.add("Withdrawn", "")
    wording = replace(catalogues.OF_THE_SITE, locale=tmp_path)
    wording.path("de").parent.mkdir(parents=True)
    wording.path("de").write_bytes(catalogues.written(catalogue))
    found = catalogues.faults("de", wording)
    assert "places differ: Opens on %(date)s" in found
    assert "places differ: Ended on %(date)s" in found
    assert "fuzzy: Paused" in found
    assert "missing: Withdrawn" in found
