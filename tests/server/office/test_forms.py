"""A paper form is one sheet with the official text of its State's part, word for word, filled in; where official text lacks, it says so or is none."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from civium.errors import Refused
from civium.law.procedure import form_of, load_procedure
from civium.law.wording import wording, wordings
from civium.server.office import forms, paper
from tests.server.initiatives.place import NOW, ONE, TODAY

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative


def _sheet(initiative: Initiative, code: str, language: str) -> tuple[str, PdfReader]:
    reader = PdfReader(BytesIO(forms.form_pdf(initiative, code, language, on=TODAY)))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return said, reader


def _plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("code", "part"), [("DE", "a"), ("ES", "b")])
def test_the_sheet_holds_the_official_text_of_its_part_word_for_word(initiative: Initiative, code: str, part: str) -> None:
    said, reader = _sheet(initiative, code, "en")
    assert len(reader.pages) == 2
    for key in (f"annex_iii.part_{part}_title", f"annex_iii.part_{part}_title_note", "annex_iii.mandatory_note", "declaration",
                "annex_iii.pre_completed_heading", "annex_iii.signatory_heading", "annex_iii.privacy_heading_paper_individual"):  # fmt: skip
        assert _plain(wording("en", key).text) in said, key
    told = forms.form_told(initiative, code, "en", on=TODAY)
    assert [column["heading"]["text"] for column in told["columns"]] == [
        text.text for text in wordings("en", f"annex_iii.columns_part_{part}")
    ]
    assert told["privacy"] == {"text": wording("en", "privacy_statement_paper_individual").text, "language": "en"}
    assert [item["number"] for item in told["items"]] == [f"{number}." for number in range(1, 9)]
    for filled in ("ECI(2026)000007", "Night trains for every capital", "Annelore Vantieghem", "https://night-trains.example"):
        assert filled in said.replace("https:// ", "https://"), filled


@pytest.mark.parametrize("code", list(load_procedure("eci").jurisdictions))
def test_each_states_columns_are_the_fields_that_it_asks_and_no_more(initiative: Initiative, code: str) -> None:
    from civium.law.paper_form import DATE, SIGNATURE, paper_form

    asked = form_of(load_procedure("eci"), code, TODAY)
    columns = [field for column in paper_form("eci", asked.part).columns for field in column.fields]
    assert sorted(columns) == sorted((*asked.fields, DATE, SIGNATURE))
    told = forms.form_told(initiative, code, "en", on=TODAY)
    assert len(told["columns"]) == 6


def test_only_germans_abroad_are_noticed(initiative: Initiative) -> None:
    assert [text["text"] for text in forms.form_told(initiative, "DE", "en", on=TODAY)["notices"]] == [
        wording("en", "annex_iii.footnote_german_residents_abroad").text
    ]
    assert forms.form_told(initiative, "FR", "en", on=TODAY)["notices"] == []


def test_another_language_has_its_own_official_texts_and_says_what_stands_in_english(initiative: Initiative) -> None:
    told = forms.form_told(initiative, "AT", "de", on=TODAY)
    assert told["declaration"]["language"] == told["privacy"]["language"] == "de"
    assert told["title"]["language"] == "en"
    assert told["columns"][0]["beneath"] == "Vollständige Vornamen"
    assert "Reisepass" in told["columns"][3]["beneath"]
    said, reader = _sheet(initiative, "AT", "de")
    assert "Österreich" in said
    assert "not compared with the Official Journal" in said
    assert reader.trailer["/Root"]["/Lang"] == "de"
    offered = {one.language: one for one in forms.offered_forms(initiative)}
    assert "annex_iii.part_a_title" in offered["de"].missing
    assert offered["en"].missing == ()


def test_greek_letters_are_read_out_again(initiative: Initiative) -> None:
    said, _reader = _sheet(initiative, "EL", "el")
    assert _plain(wording("el", "declaration").text) in said
    assert "Ελλάδα" in said


def test_a_language_without_its_privacy_statement_has_no_form(initiative: Initiative) -> None:
    assert not next(one for one in forms.offered_forms(initiative) if one.language == "hr").is_possible
    with pytest.raises(Refused, match="official-text-missing"):
        forms.form_pdf(initiative, "HR", "hr", on=TODAY)
    with pytest.raises(Refused, match="paper-language"):
        forms.form_pdf(initiative, "FR", "fr", on=TODAY)
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        forms.form_pdf(initiative, "CH", "de", on=TODAY)


def test_an_item_that_is_empty_stops_the_form(initiative: Initiative) -> None:
    """LAW-27: forms are complete before collection begins."""
    initiative.register_url = ""
    with pytest.raises(Refused, match=r"paper-item-empty \(what=register_url\)"):
        forms.form_pdf(initiative, "ES", "en", on=TODAY)


def test_a_legal_entity_stands_beside_the_contact_persons(initiative: Initiative) -> None:
    initiative.legal_entity = {"name": "Night Trains Association", "seat": "BE"}
    items = forms.form_told(initiative, "ES", "en", on=TODAY)["items"]
    entity = next(item for item in items if item["label"]["text"] == wording("en", "annex_iii.item_7_legal_entity").text)
    assert (entity["number"], entity["value"]) == ("", "Night Trains Association, Belgium")


def test_the_longest_objectives_still_fit_one_sheet(initiative: Initiative) -> None:
    """Annex II: 1,100 characters without spaces in the original, and a fifth more in a longer language."""
    text = initiative.text("en")
    assert text is not None
    text.title, text.objectives = "T" * 40 + " " + "W" * 59, "Objective " * 147
    text.save()
    said, reader = _sheet(initiative, "ES", "en")
    assert len(reader.pages) == 2
    assert said.count("Objective") == 148
    text.objectives = "Objective " * 1200
    text.save()
    with pytest.raises(Refused, match="paper-form-too-long"):
        forms.form_pdf(initiative, "ES", "en", on=TODAY)


def test_where_sheets_are_sent_and_the_commissions_code_stand_on_them(initiative: Initiative) -> None:
    paper.set_place(initiative, "Night trains\n12 Lantern Street\nGhent", "EC-77", ONE, now=NOW)
    said, _reader = _sheet(initiative, "ES", "en")
    assert "Night trains, 12 Lantern Street, Ghent" in said
    assert "EC-77" in said


def test_a_demonstrations_sheet_says_that_nothing_counts(initiative: Initiative) -> None:
    initiative.deployment = "demonstration"
    said, _reader = _sheet(initiative, "ES", "en")
    assert said.count("DEMONSTRATION") == 2


def test_a_region_has_its_own_sheet_in_its_own_language(region: Initiative) -> None:
    said, reader = _sheet(region, "BRA-MONTE", "gl")
    assert "INICIATIVA POPULAR DE BRAÑALBA: SINATURAS" in said
    assert "Monte Cinza" in said
    assert "Tarxeta de residente, Pasaporte" in said
    assert "Estradas lentas" in said
    assert reader.trailer["/Root"]["/Lang"] == "gl"
    told = forms.form_told(region, "BRA-ILLA", "en", on=date(2026, 11, 21))
    assert [column["heading"]["text"] for column in told["columns"]][3:5] == [
        "Postal code, municipality",
        "National or foreign resident",
    ]
    assert told["sources"] == ["invented (en): Written by this project"]
