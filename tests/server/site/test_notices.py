"""Legal notice, certificate of conformity, authorities: each says what follows from the deployment, and nothing more (P10, P17)."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from civium.law.procedure import load_procedure
from civium.server.site import authorities_page, shown
from civium.server.site.pages import Site
from tests.server.site import made
from tests.server.site.test_questions import _initiative

PAPER = shown.Certificate("Centre des technologies de l’information de l’État", "LU", date(2026, 3, 1), b"%PDF-1.7 synthetic")


def _main(site: Site, path: str) -> html.HtmlElement:
    page = site.render(path)
    assert page is not None
    return html.document_fromstring(page.body.decode()).xpath("//main")[0]


@pytest.mark.parametrize(
    ("kind", "purpose", "responsible"),
    [
        ("demonstration", "Nothing entered here counts.", "Lantern Servers, Ghent"),
        ("central", "on behalf of the European Commission", "The European Commission"),
        ("companion", "A campaign page of the organisers.", "The European Commission, for its central system"),
        ("individual", "by the organisers themselves", "Annelore Vantieghem, for the group of organisers"),
        ("procedure", "under the law named below", "Annelore Vantieghem, for the group of organisers"),
    ],
)
def test_the_legal_notice_says_who_answers(kind: str, purpose: str, responsible: str) -> None:
    seen = _main(made.site(_initiative(kind, operator_email="office@lantern.example")), "/en/legal-notice").text_content()
    assert purpose in seen
    assert responsible in seen
    assert "Annelore Vantieghem, Belgium" in seen
    assert "office@lantern.example" in seen
    assert ("not of the European Commission" in seen) == (kind != "procedure")


def test_a_server_without_a_name_says_so() -> None:
    assert "has not given a name" in _main(made.site(made.initiative(operator=None)), "/en/legal-notice").text_content()
    assert "has not given a name" in _main(made.site(), "/en/legal-notice").text_content()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("demonstration", "none was asked for"),
        ("central", "under Article 10"),
        ("companion", "no statements of support are collected here"),
        ("individual", "The law asks for one before"),
        ("procedure", "the law of this procedure says"),
    ],
)
def test_without_a_certificate_the_page_says_why(kind: str, said: str) -> None:
    main = _main(made.site(_initiative(kind)), "/en/i/night-trains/conformity")
    assert "There is no certificate" in main.text_content()
    assert said in main.text_content()
    assert bool(main.xpath(".//div[contains(@class,'warn')]")) == (kind == "individual")
    assert main.xpath(".//a[@download]") == []


def test_a_certificate_is_named_and_can_be_saved() -> None:
    site = made.site(made.initiative(deployment="individual", certificate=PAPER))
    main = _main(site, "/en/i/night-trains/conformity")
    assert "Centre des technologies de l’information de l’État (Luxembourg) confirmed on 1 March 2026" in main.text_content()
    paper = site.assets()[main.xpath(".//a[@download]/@href")[0]]
    assert (paper.media_type, paper.content) == ("application/pdf", PAPER.content)
    assert not main.xpath(".//div[contains(@class,'warn')]")


def test_every_state_has_its_row_with_the_facts_of_the_law() -> None:
    main = _main(made.site(made.initiative(deployment="central")), "/en/i/night-trains/authorities")
    rows = {row.xpath("string(th)"): [cell.text_content() for cell in row.xpath("td")] for row in main.xpath(".//tbody/tr")}
    assert len(rows) == 27
    assert rows["Germany"][:2] == ["16", "address and date of birth"]
    assert rows["Germany"][2].startswith("Bundesverwaltungsamt (BVA)")
    assert rows["Sweden"] == ["18", "Personnummer", "Valmyndigheten"]
    assert rows["Belgium"][1].count(" / ") == 2
    assert "one of these numbers" in rows["Spain"][1]
    authorities = [place.authority for place in load_procedure().jurisdictions.values()]
    unknown = [told for told in authorities if not told.name_native and not told.name_en]
    assert sum(cells[2] == "not known here" for cells in rows.values()) == len(unknown)
    assert main.xpath(f".//a[@href='{authorities_page.ADDRESSES}']")


def test_names_in_another_language_say_which() -> None:
    main = _main(made.site(made.initiative()), "/el/i/night-trains/authorities")
    assert main.xpath(".//td[3]/span[@lang='de']/text()")
    greek = main.xpath(".//tr[th='Ελλάδα']/td[3]/span")
    assert [span.get("lang") for span in greek] == [None]
