"""Paper in the console: a week is entered at once, corrected with a reason, counted; forms are made for every place and language there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from civium.law.procedure import load_procedure
from civium.server.office import forms as office_forms
from civium.server.office import paper as office
from tests.server.console.lifecycle.going import text_of

if TYPE_CHECKING:
    from tests.server.console.conftest import BrowserOf, Clock, Installation

WEEK = "2026-11-16"


def _path(installation: Installation, rest: str = "") -> str:
    return f"/console/initiatives/{installation.demonstration.slug}/paper/{rest}"


def _text(answer: Any) -> str:
    return str(answer.content.decode("utf-8"))


def test_a_place_without_numbers_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    page = browser_of("clerk", installation.demonstration).get(_path(installation))
    assert page.status_code == 200
    assert "Nothing was counted yet" in _text(page)
    assert "Enter a week" in _text(page)


def test_a_week_is_entered_at_once_and_counted(installation: Installation, browser_of: BrowserOf) -> None:
    clerk = browser_of("clerk", installation.demonstration)
    answer = clerk.post(_path(installation, "enter/"), {"week": WEEK, "n-ES": "1.200", "n-MT": " 7 ", "n-DE": ""})
    assert (answer.status_code, answer["location"]) == (303, _path(installation))
    assert office.paper_totals(installation.demonstration) == {"ES": 1200, "MT": 7}
    page = _text(clerk.get(_path(installation)))
    assert "Counted so far: 1,207" in page
    assert "Entered for 2 places, 1,207 in all." in page
    again = _text(clerk.get(_path(installation, f"enter/?week={WEEK}")))
    assert 'name="n-ES"' not in again
    assert 'name="n-DE"' in again


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"week": WEEK, "n-ES": "many"}, 422, "Spain: type a whole number"),
        ({"week": WEEK, "n-ES": "-3"}, 422, "Spain: type a whole number"),
        ({"week": WEEK, "n-ES": "9999999"}, 422, "Spain: type a whole number"),
        ({"week": WEEK}, 422, "Type at least one number"),
        ({"week": "2026-11-23", "n-ES": "1"}, 422, "has not begun"),
        ({"week": "2020-01-06", "n-ES": "1"}, 422, "outside the collection period"),
    ],
)
def test_what_cannot_be_entered_is_said_and_kept_typed(
    installation: Installation, browser_of: BrowserOf, typed: dict[str, str], status: int, said: str
) -> None:
    page = browser_of("clerk", installation.demonstration).post(_path(installation, "enter/"), typed)
    assert page.status_code == status
    assert said in _text(page)
    if "n-ES" in typed:
        assert f'value="{typed["n-ES"]}"' in _text(page)
    assert office.paper_totals(installation.demonstration) == {}


def test_one_wrong_place_keeps_the_whole_week_out(installation: Installation, browser_of: BrowserOf) -> None:
    clerk = browser_of("clerk", installation.demonstration)
    clerk.post(_path(installation, "enter/"), {"week": WEEK, "n-MT": "3"})
    page = clerk.post(_path(installation, "enter/"), {"week": WEEK, "n-ES": "5", "n-MT": "4"})
    assert page.status_code == 422
    assert office.paper_totals(installation.demonstration) == {"MT": 3}


def test_a_number_is_corrected_with_its_reason(installation: Installation, browser_of: BrowserOf) -> None:
    clerk = browser_of("clerk", installation.demonstration)
    clerk.post(_path(installation, "enter/"), {"week": WEEK, "n-ES": "120"})
    there = _path(installation, f"correct/ES/{WEEK}/")
    assert "Now: 120" in _text(clerk.get(there))
    refused = clerk.post(there, {"number": "102", "version": "1", "reason": ""})
    assert refused.status_code == 422
    assert "why the number is corrected" in _text(refused).lower()
    assert clerk.post(there, {"number": "102", "version": "1", "reason": "digits turned round"}).status_code == 303
    stale = clerk.post(there, {"number": "103", "version": "1", "reason": "late"})
    assert stale.status_code == 422
    assert office.paper_totals(installation.demonstration) == {"ES": 102}
    trail = _text(clerk.get(_path(installation, "trail/")))
    assert "digits turned round" in trail
    assert "Jonas Weidlich (clerk for paper)" in trail
    assert clerk.get(_path(installation, "correct/FR/2026-11-16/")).status_code == 404
    assert clerk.get(_path(installation, "correct/ES/nonsense/")).status_code == 404


def test_a_sudden_number_is_shown_to_all_who_decide_for_a_day(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    """One person enters it; it decides nothing before the others had a day to see it, and to correct it."""
    one = installation.demonstration
    clerk, member, auditor = (browser_of(role, one) for role in ("clerk", "member", "auditor"))
    one.deployment = "central"
    one.save()
    assert clerk.post(_path(installation, "enter/"), {"week": WEEK, "n-ES": "400000"}).status_code == 303
    elsewhere = f"/console/initiatives/{one.slug}/set-up/"
    said = text_of(member.get(elsewhere).content)
    assert "Within a day Jonas Weidlich (clerk for paper) entered 400,000 statements on paper for Spain" in said
    assert "count toward whether packages may be made from 22 November 2026, 13:00 on, Brussels time" in said
    assert "statements on paper for Spain" not in text_of(auditor.get(elsewhere).content)
    correct = {"number": "400", "version": "1", "reason": "noughts"}
    assert member.post(_path(installation, f"correct/ES/{WEEK}/"), correct).status_code == 303
    assert "statements on paper for Spain" not in text_of(member.get(elsewhere).content)


def test_an_auditor_sees_and_enters_nothing(installation: Installation, browser_of: BrowserOf) -> None:
    auditor = browser_of("auditor", installation.demonstration)
    assert "Enter a week" not in _text(auditor.get(_path(installation)))
    assert auditor.post(_path(installation, "enter/"), {"week": WEEK, "n-ES": "1"}).status_code == 403
    assert auditor.post(_path(installation, "forms/place/"), {"send_to": "x"}).status_code == 403
    assert office.paper_totals(installation.demonstration) == {}


def test_numbers_are_given_as_a_table(installation: Installation, browser_of: BrowserOf) -> None:
    clerk = browser_of("clerk", installation.demonstration)
    clerk.post(_path(installation, "enter/"), {"week": WEEK, "n-ES": "120"})
    file = clerk.get(_path(installation, "tallies.csv"))
    assert _text(file).splitlines() == ["week,place,statements", "2026-11-16,ES,120"]
    assert "attachment" in file["content-disposition"]


def test_forms_are_made_for_every_place(installation: Installation, browser_of: BrowserOf) -> None:
    installation.demonstration.register_url = "https://register.example/7"
    installation.demonstration.save()
    browser = browser_of("representative", installation.demonstration)
    page = _text(browser.get(_path(installation, "forms/?language=el")))
    assert page.count(".pdf") == 27
    assert "Compare the sheet with the Official Journal" in page
    assert (
        browser.post(_path(installation, "forms/place/"), {"send_to": "12 Lantern Street\nGhent", "upload_code": ""}).status_code
        == 303
    )
    sheet = browser.get(_path(installation, "forms/EL/el.pdf"))
    assert sheet["content-type"] == "application/pdf"
    reader = PdfReader(BytesIO(sheet.content))
    assert len(reader.pages) == 2
    assert "12 Lantern Street, Ghent" in reader.pages[1].extract_text()
    assert browser.get(_path(installation, "forms/XX/el.pdf")).status_code == 404
    missing = browser.get(_path(installation, "forms/FR/fr.pdf"))
    assert missing.status_code == 422
    assert "no text in this language" in _text(missing)


def test_a_form_that_cannot_be_made_is_not_offered_and_its_reason_is_said(
    installation: Installation, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the address in the register no sheet is complete (Art. 9(2)): twenty-seven links would lead to the same refusal."""
    one = installation.demonstration
    browser = browser_of("representative", one)
    one.register_url = ""
    one.save()
    page = _text(browser.get(_path(installation, "forms/")))
    assert ".pdf" not in page
    assert "No form yet." in page
    assert "the address in the register is missing" in page
    one.register_url = "https://register.example/7"
    one.save()
    text = one.text("en")
    assert text is not None
    text.objectives = "Objective " * 1200
    text.save()
    page = _text(browser.get(_path(installation, "forms/")))
    assert ".pdf" not in page
    assert "The texts do not fit one sheet of paper" in page
    text.objectives = "Objective " * 20
    text.save()
    asked = office_forms.form_of

    def without_malta(procedure: Any, jurisdiction: str, day: date) -> Any:
        found = asked(procedure, jurisdiction, day)
        return found if jurisdiction != "MT" else replace(found, part="c")

    monkeypatch.setattr(office_forms, "form_of", without_malta)
    page = _text(browser.get(_path(installation, "forms/")))
    assert page.count(".pdf") == 26
    assert "No form for Malta." in page


def test_weeks_before_the_first_day_cannot_be_entered(installation: Installation, browser_of: BrowserOf) -> None:
    one = installation.demonstration
    one.opens_on, one.closes_on = date(2027, 1, 4), date(2027, 6, 30)
    one.save()
    clerk = browser_of("clerk", one)
    assert "No week to count yet" in _text(clerk.get(_path(installation, "enter/")))
    assert "Enter a week" not in _text(clerk.get(_path(installation)))


def test_no_week_and_no_empty_form_is_a_fault(installation: Installation, browser_of: BrowserOf) -> None:
    clerk = browser_of("clerk", installation.demonstration)
    enter = _path(installation, "enter/")
    assert clerk.get(enter, {"week": "9999-12-31"}).status_code == 200, "the calendar ends before its week does"
    assert clerk.post(enter, {"week": "9999-12-31", "n-ES": "1"}).status_code == 422
    assert clerk.get(enter, {"week": "0001-01-01"}).status_code == 200
    everywhere = {f"n-{code}": "1" for code in load_procedure(installation.demonstration.procedure).jurisdictions}
    assert clerk.post(enter, {"week": WEEK, **everywhere}).status_code == 303
    again = clerk.post(enter, {"week": WEEK})
    assert again.status_code == 422
    assert "Every place has a number for this week" in _text(again)
