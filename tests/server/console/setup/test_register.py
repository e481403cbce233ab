"""The register's file in the console: given, compared, taken over; bad ones are told what is wrong and where."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civium.server.initiatives.models import Initiative, JournalEntry
from tests.server.console.conftest import Browser, BrowserOf, Installation
from tests.server.register import files

OF = "/console/initiatives/night-trains/set-up/"


def _give(browser: Browser, raw: bytes, name: str = "register.xml") -> Any:
    return browser.post(f"{OF}register/", {"file": SimpleUploadedFile(name, raw)})


def test_a_file_is_compared_before_it_is_taken_over(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    texts = {
        **files.TEXTS,
        "en": (files.TEXTS["en"][0], "We ask for many night trains."),
        "fr": ("Des trains de nuit", "Nous demandons."),
    }
    given = _give(browser, files.export(texts=texts))
    assert (given.status_code, given["Location"]) == (303, f"{OF}register/comparison/")
    page = browser.get(given["Location"]).content.decode()
    assert (
        '<mark class="diff">many ' in page
        or '<mark class="diff"> many</mark>' in page
        or '<mark class="diff">many</mark>' in page
    )
    assert "only in the file" in page
    assert "Where does Inés Carballeda live?" in page
    assert set(installation.demonstration.texts_in_force()) == {"el", "en"}
    sha256 = bytes(installation.demonstration.register_files.get().sha256).hex()
    mended = browser.post(f"{OF}register/comparison/", {"sha256": sha256})
    assert mended.status_code == 422
    assert "Choose where Inés Carballeda lives." in mended.content.decode()
    taken = browser.post(f"{OF}register/comparison/", {"sha256": sha256, "country-1": "ES"})
    assert (taken.status_code, taken["Location"]) == (303, OF)
    initiative = Initiative.objects.get(slug="night-trains")
    assert set(initiative.texts_in_force()) == {"el", "en", "fr"}
    assert [person["country_of_residence"] for person in initiative.organisers] == ["BE", "SI", "ES"]
    assert JournalEntry.objects.last().act == "register-taken-over"  # type: ignore[union-attr]
    assert JournalEntry.objects.last().persons == ["Annelore Vantieghem (representative)"]  # type: ignore[union-attr]
    assert "taken over" in browser.get(OF).content.decode()


def test_a_file_that_another_person_replaced_is_not_taken_over(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    _give(browser, files.export())
    first = bytes(installation.demonstration.register_files.get().sha256).hex()
    _give(browser_of("substitute", installation.demonstration), files.export(exported_at="2026-04-01T00:00:00Z"))
    refused = browser.post(f"{OF}register/comparison/", {"sha256": first, "country-1": "ES"})
    assert refused.status_code == 422
    assert set(Initiative.objects.get(slug="night-trains").texts_in_force()) == {"el", "en"}


def test_a_file_is_thrown_away(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    _give(browser, files.details(), "details.json")
    assert browser.post(f"{OF}register/away/").status_code == 303
    assert browser.get(f"{OF}register/comparison/")["Location"] == f"{OF}register/"


BAD = {
    "line 10 has an element in language that the format does not know": files.export().replace(
        b"<title>Night", b"<h1>x</h1><title>Night"
    ),
    "marks 2 languages as the original": files.export().replace(b'code="el"', b'code="el" original="true"'),
    "has 25 languages; the Union has 24": files.details(linguisticVersions=[{}] * 25),
    "declares a document type": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><export>&amp;a;</export>',
    "larger than 2097152 bytes": files.export() + b" " * 10_000_000,
    "not in UTF-8: line 1": files.export().decode().encode("utf-16"),
    "Language version 1 of the file.": files.details(
        linguisticVersions=[{"languageCode": "EN", "title": " ", "objectives": "x"}]
    ),
    "nested deeper": b"<export>" + b"<a>" * 50_000,
}


def test_a_bad_file_gets_a_sentence_and_changes_nothing(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    for sentence, raw in BAD.items():
        refused = _give(browser, raw)
        assert refused.status_code == 422, sentence
        assert sentence.lower() in refused.content.decode().lower(), sentence
    assert not installation.demonstration.register_files.exists()
    assert "Choose the file" in browser.post(f"{OF}register/", {}).content.decode()


@pytest.mark.parametrize("role", ["auditor", "security-officer"])
def test_who_may_only_look_gives_no_file(installation: Installation, browser_of: BrowserOf, role: str) -> None:
    browser = browser_of(role, installation.demonstration)
    assert _give(browser, files.export()).status_code == 403
    page = browser.get(OF).content.decode()
    assert f'{OF}register/"' not in page
