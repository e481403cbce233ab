"""The page of the authorities: an address stands under the name where a source gave one, without a word, and nowhere else."""

from __future__ import annotations

import pytest
from lxml import html

from civium.law.procedure import load_procedure
from civium.server.site import languages
from tests.server.site import made

PLACES = load_procedure().jurisdictions


def _cells(code: str = "en") -> dict[str, html.HtmlElement]:
    """The cell of each State's authority, in the page's order, under the State's name."""
    page = made.site(made.initiative(deployment="central")).render(f"/{code}/i/night-trains/authorities")
    assert page is not None
    return {
        row.xpath("string(th)"): row.xpath("td")[-1] for row in html.document_fromstring(page.body.decode()).xpath("//tbody/tr")
    }


def _lines(cell: html.HtmlElement) -> list[str]:
    return [line.strip() for line in cell.itertext() if line.strip()]


def test_name_and_address_stand_line_under_line() -> None:
    cell = _cells()["Austria"]
    name, *address, email, website = _lines(cell)
    assert name == "Bundeswahlbehörde"
    assert address == [
        "p.A. Bundesministerium für Inneres",
        "Abteilung III/S/2 (Wahlangelegenheiten)",
        "Herrengasse 7",
        "1010 Wien",
    ]
    assert (email, website) == ("wahl@bmi.gv.at", "bmi.gv.at")
    assert [span.get("lang") for span in cell.xpath("span")] == ["de", "de"]
    assert cell.xpath("a[1]/@href") == ["mailto:wahl@bmi.gv.at"]
    assert cell.xpath("a[2]/@rel") == ["noreferrer"]


def test_a_first_line_that_is_the_name_is_not_said_twice() -> None:
    assert _lines(_cells()["Germany"]) == ["Bundesverwaltungsamt (BVA)", "50728 Köln"]
    assert _lines(_cells()["Estonia"]) == ["Siseministeerium", "Pikk 61", "15065 Tallinn"]


def test_a_page_in_the_language_of_the_address_names_no_language() -> None:
    assert [span.get("lang") for span in _cells("de")["Österreich"].xpath("span")] == [None, None]


def test_without_a_source_there_is_no_address() -> None:
    known = sum(place.authority.contact is not None for place in PLACES.values())
    cells = _cells().values()
    assert sum(bool(cell.xpath("br")) for cell in cells) == known
    assert 0 < known < len(PLACES)
    for place in PLACES.values():
        if place.authority.contact is None:
            assert len(_lines(_cells()[place.name_en])) == 1, place.code


@pytest.mark.parametrize("code", languages.CODES)
def test_an_address_needs_no_words(code: str) -> None:
    """The same lines in every language."""
    shown = {line for cell in _cells(code).values() for line in _lines(cell)[1:]}
    assert shown == {line for cell in _cells().values() for line in _lines(cell)[1:]}


def test_a_minister_known_in_english_alone_says_so() -> None:
    (irish,) = [cell for state, cell in _cells("de").items() if state == "Irland"]
    assert irish.xpath("span/@lang") == ["en"]
