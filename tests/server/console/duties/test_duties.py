"""Duties, letters and the ledger as organisers use them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from civium.server.console.duties.funding import cents_of
from civium.server.office import paper
from civium.server.office.funding import sponsors
from civium.server.office.letters import kept_letters
from tests.server.initiatives.place import NOW, ONE, TODAY

if TYPE_CHECKING:
    from tests.server.console.conftest import BrowserOf, Installation


def _path(installation: Installation, rest: str = "") -> str:
    return f"/console/initiatives/{installation.demonstration.slug}/duties/{rest}"


def _text(answer: Any) -> str:
    return str(answer.content.decode("utf-8"))


def test_the_page_says_what_presses_and_what_comes(installation: Installation, browser_of: BrowserOf) -> None:
    page = _text(browser_of("member", installation.demonstration).get(_path(installation)))
    for said in (
        "To do now",
        "Overdue",
        "Report the numbers by Member State",
        "Art. 9(7)",
        "Calendar file",
    ):
        assert said in page, said
    assert "No mail server is set" in page
    seen = _text(browser_of("auditor", installation.demonstration).get(_path(installation)))
    assert "Mark as done" not in seen


def test_the_calendar_is_a_file(installation: Installation, browser_of: BrowserOf) -> None:
    file = browser_of("auditor", installation.demonstration).get(_path(installation, "duties.ics"))
    assert file["content-type"] == "text/calendar; charset=utf-8"
    assert file.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "night-trains-duties.ics" in file["content-disposition"]


def test_a_duty_is_marked_as_done_and_taken_back(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.demonstration)
    there = _path(installation, "mark/funding-update/2026-05-02/")
    assert "Update the sources of funding" in _text(browser.get(there))
    assert browser.post(there, {"done_on": "never"}).status_code == 422
    ahead = browser.post(there, {"done_on": "2026-12-24", "note": "soon"})
    assert ahead.status_code == 422
    assert 'value="soon"' in _text(ahead)
    assert browser.post(there, {"done_on": "2026-05-04", "note": "reference 12"}).status_code == 303
    page = _text(browser.get(_path(installation)))
    assert "reference 12" in page
    assert browser.post(_path(installation, "unmark/funding-update/2026-05-02/")).status_code == 303
    assert "reference 12" not in _text(browser.get(_path(installation)))
    assert browser.get(_path(installation, "mark/funding-update/2026-05-03/")).status_code == 404
    assert browser.get(_path(installation, "mark/dance/2026-05-02/")).status_code == 404


def test_a_report_holds_paper_and_is_sent(installation: Installation, browser_of: BrowserOf) -> None:
    paper.enter_tally(installation.demonstration, "ES", TODAY, 1200, ONE, now=NOW)
    browser = browser_of("representative", installation.demonstration)
    assert "Number of statements of support collected" in _text(browser.get(_path(installation, "letters/")))
    written = browser.post(_path(installation, "letters/write/report-numbers/"), {"language": "en"})
    (kept,) = kept_letters(installation.demonstration)
    assert written["location"] == _path(installation, f"letters/{kept.pk}/")
    page = _text(browser.get(written["location"]))
    assert "1,200 on paper" in page
    assert "No official model of this letter exists" in page
    assert "Written and kept." in page
    assert "&#39;language&#39;" not in page
    reader = PdfReader(BytesIO(browser.get(_path(installation, f"letters/{kept.pk}/letter.pdf")).content))
    said = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    assert "1,200 on paper" in said
    assert "DEMONSTRATION" in said
    assert "1,200 on paper" in _text(browser.get(_path(installation, f"letters/{kept.pk}/letter.txt")))
    assert browser.post(written["location"], {"sent_on": "2026-11-21", "how": ""}).status_code == 422
    assert browser.post(written["location"], {"sent_on": "2026-11-21", "how": "by e-mail"}).status_code == 303
    assert "Sent on 21 November 2026: by e-mail" in _text(browser.get(written["location"]))
    assert f"letter {kept.pk}" in _text(browser.get(_path(installation)))


def test_a_letter_asks_what_it_needs(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    there = _path(installation, "letters/write/change-of-group/")
    assert "Who leaves the group" in _text(browser.get(there))
    short = browser.post(there, {"language": "en", "changed_on": "2026-11-01", "leaving": "nobody", "joining": ""})
    assert short.status_code == 422
    assert "question 3" in _text(short).lower()
    assert 'value="2026-11-01"' in _text(short)
    answers = {"language": "en", "changed_on": "2026-11-01", "leaving": "nobody", "joining": "<b>Iva</b> Horvat"}
    assert browser.post(there, answers).status_code == 303
    (kept,) = kept_letters(installation.demonstration)
    page = _text(browser.get(_path(installation, f"letters/{kept.pk}/")))
    assert "&lt;b&gt;Iva&lt;/b&gt; Horvat" in page
    assert browser.get(_path(installation, "letters/write/love-letter/")).status_code == 404
    assert browser.post(there, {**answers, "language": "xx"}).status_code == 422


def test_a_letter_of_another_initiative_is_not_there(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(_path(installation, "letters/write/withdrawal/"), {"language": "en", "reason": ""})
    (kept,) = kept_letters(installation.demonstration)
    other = browser_of("representative", installation.petition)
    for name in ("", "letter.pdf", "letter.txt"):
        assert other.get(f"/console/initiatives/{installation.petition.slug}/duties/letters/{kept.pk}/{name}").status_code == 404


def test_official_headings_are_said_to_be_official(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    there = _path(installation, "letters/write/submit-to-commission/")
    made = browser.post(there, {"language": "en", "postal_addresses": "12 Lantern Street, Ghent"})
    page = _text(browser.get(made["location"]))
    assert "Headings are the official text: Annex VII" in page
    assert "FORM FOR THE SUBMISSION OF AN INITIATIVE TO THE EUROPEAN COMMISSION" in page


def test_the_ledger_is_kept_and_struck(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.demonstration)
    there = _path(installation, "funding/")
    given = {"sponsor": "Lantern Fund", "kind": "money", "amount": "1.250,50", "given_on": "2026-05-01", "note": ""}
    assert browser.post(there, given).status_code == 303
    assert browser.post(there, {**given, "amount": "much"}).status_code == 422
    assert browser.post(there, {**given, "given_on": ""}).status_code == 422
    assert browser.post(there, {**given, "kind": "gold", "amount": ""}).status_code == 422
    assert browser.post(there, {**given, "kind": "help", "amount": "", "note": "two rooms"}).status_code == 303
    page = _text(browser.get(there))
    assert "EUR 1,250.50" in page
    assert "two rooms" in page
    (sponsor,) = sponsors(installation.demonstration)
    assert (sponsor.cents, sponsor.is_named) == (125050, True)
    links = re.findall(r'href="([^"]+/strike/)"', page)
    assert browser.post(links[0], {"reason": ""}).status_code == 422
    assert browser.post(links[0], {"reason": "another year"}).status_code == 303
    assert "Struck by Ines Quintão (member of the group): another year" in _text(browser.get(there))
    assert browser.get(links[0]).status_code == 404


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1250", 125000),
        ("1250.00", 125000),
        ("1250,5", None),
        ("1.250,50", 125050),
        ("1,250.50", 125050),
        ("1 250", 125000),
        ("€ 12.50", 1250),
        ("1.250", 125000),
        ("1.250.000", 125000000),
        ("-1", None),
        ("", None),
        ("12.345.6", None),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, cents: int | None) -> None:
    assert cents_of(typed) == cents
