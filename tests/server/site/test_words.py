"""Words of one language: what is missing or in doubt stays English, what is filled in is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog

from civium.server.site import catalogues, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[words.Words]:
    catalogue = Catalog(locale="pl")
    catalogue.add("Paused", "Wstrzymana <b>")
    catalogue.add("Withdrawn", "Wycofana", flags=["fuzzy"])
    catalogue.add("Closed", "")
    catalogue.add(("%(days)s day", "%(days)s days"), ("%(days)s dzień", "%(days)s dni", "%(days)s dni"))
    catalogue.add(("statement received", "statements received"), ("deklaracja", "", ""))
    catalogue.add("Opens on %(date)s", "Od %(date)s")
    path = tmp_path / "site.po"
    path.write_bytes(catalogues.written(catalogue))
    monkeypatch.setattr(words, "catalogue_path", lambda _: path)
    words.words.cache_clear()
    yield words.words("pl")
    words.words.cache_clear()


def test_a_translation_is_said_and_what_is_missing_or_in_doubt_stays_english(polish: words.Words) -> None:
    assert polish("Opens on %(date)s", date="jutro") == "Od jutro"
    assert polish("Withdrawn") == "Withdrawn"
    assert polish("Closed") == "Closed"
    assert polish("Never heard of") == "Never heard of"


def test_a_number_chooses_its_form(polish: words.Words) -> None:
    assert [polish.ngettext("%(days)s day", "%(days)s days", number, days=number) for number in (1, 2, 5)] == [
        "1 dzień",
        "2 dni",
        "5 dni",
    ]
    assert polish.ngettext("statement received", "statements received", 2) == "statements received", "half a translation is none"


def test_what_pages_show_is_escaped_with_everything_filled_in(polish: words.Words) -> None:
    assert polish.marked("Paused") == "Wstrzymana &lt;b&gt;"
    assert polish.marked("Opens on %(date)s", date="<i>") == "Od &lt;i&gt;"
    assert polish.marked_ngettext("%(days)s day", "%(days)s days", 1, days="<i>") == "&lt;i&gt; dzień"


def test_a_language_without_a_catalogue_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "catalogue_path", lambda _: tmp_path / "none.po")
    words.words.cache_clear()
    assert words.words("pl").ngettext("%(days)s day", "%(days)s days", 1, days=1) == "1 day"
    words.words.cache_clear()
