"""Partners on screen: add, retire, links and codes to give out, and no figure that docs/spec/campaign.md keeps back."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from lxml import html

from civium.server.campaign.models import Partner, SourceDay
from civium.server.initiatives.models import JournalEntry
from tests.server.console.conftest import BrowserOf, Installation
from tests.server.initiatives.place import TODAY

PAGE = "/console/initiatives/night-trains/partners/"


def _said(answer: Any) -> str:
    main = html.document_fromstring(answer.content.decode()).xpath("//main")[0]
    return " ".join(" ".join(main.itertext()).split())


def _told(partner: Partner, **told: int) -> None:
    for days_ago, number in told.items():
        SourceDay.objects.create(partner=partner, day=TODAY - timedelta(days=int(days_ago[1:])), told=number)


def test_a_partner_is_added_shown_and_retired(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.demonstration)
    assert "No partner yet" in _said(browser.get(PAGE))
    answer = browser.post(f"{PAGE}add/", {"code": "rail-forum", "name": "Rail Forum"})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}of/rail-forum/")
    page = _said(browser.get(answer["Location"]))
    assert "https://collect.example/i/night-trains#source=rail-forum" in page
    chosen = _said(browser.get(f"{PAGE}of/rail-forum/?language=el&state=ES"))
    assert "https://collect.example/el/i/night-trains#state=ES&source=rail-forum" in chosen
    odd = _said(browser.get(f"{PAGE}of/rail-forum/?language=xx&state=<b>"))
    assert "https://collect.example/i/night-trains#source=rail-forum" in odd
    assert browser.post(f"{PAGE}of/rail-forum/retire/").status_code == 303
    assert "Retired" in _said(browser.get(PAGE))
    again = browser.post(f"{PAGE}of/rail-forum/retire/")
    assert (again.status_code, "No partner of this code is counted" in _said(again)) == (422, True)
    assert list(JournalEntry.objects.filter(act__endswith="partner").values_list("act", "persons")) == [
        ("add-partner", ["Ines Quintão (member)"]),
        ("retire-partner", ["Ines Quintão (member)"]),
    ]


def test_what_is_no_code_is_refused_and_kept_in_the_form(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.demonstration)
    for code, name in (("Rail Forum", "Rail Forum"), ("a" * 33, "x"), ("rail--forum", "x"), ("rail", "")):
        answer = browser.post(f"{PAGE}add/", {"code": code, "name": name})
        assert answer.status_code == 422
        assert html.document_fromstring(answer.content.decode()).xpath("//input[@name='code']/@value") == [code]
    assert not Partner.objects.exists()


def test_figures_are_those_that_may_be_shown(installation: Installation, browser_of: BrowserOf) -> None:
    kept = Partner.objects.create(initiative=installation.demonstration, code="forum", name="=Forum", added_on=TODAY)
    small = Partner.objects.create(initiative=installation.demonstration, code="small", name="Small", added_on=TODAY)
    elsewhere = Partner.objects.create(initiative=installation.petition, code="elsewhere", name="Elsewhere", added_on=TODAY)
    _told(kept, d0=400, d1=123, d2=9, d3=9)
    _told(small, d1=9)
    _told(elsewhere, d1=77)
    browser = browser_of("partner", installation.demonstration)
    page = _said(browser.get(PAGE))
    assert "133" in page, "123 and 18 small ones, rounded down to ten"
    assert "under 10" in page
    assert "Elsewhere" not in page
    assert "Add a partner" not in page, "a partner looks and changes nothing"
    one = _said(browser.get(f"{PAGE}of/forum/"))
    assert "400" not in one, "today is not shown"
    assert "All smaller days together: 10" in one
    assert browser.get(f"{PAGE}of/elsewhere/").status_code == 404
    rows = list(csv.reader(io.StringIO(browser.get(f"{PAGE}partners.csv").content.decode())))
    assert rows[1:] == [
        ["forum", "'=Forum", "2026-11-20", "123"],
        ["forum", "'=Forum", "other days", "10"],
        ["small", "Small", "other days", "0"],
    ]


def test_codes_are_drawn_for_print_and_screens(installation: Installation, browser_of: BrowserOf) -> None:
    Partner.objects.create(initiative=installation.demonstration, code="forum", name="Forum", added_on=TODAY)
    browser = browser_of("member", installation.demonstration)
    drawn = browser.get(f"{PAGE}of/forum/code.svg?language=el")
    assert (drawn["Content-Type"], drawn.content[:4]) == ("image/svg+xml", b"<svg")
    assert b"https://collect.example/el/i/night-trains#source=forum" in drawn.content
    saved = browser.get(f"{PAGE}of/forum/code.png?save=1")
    assert (saved["Content-Type"], saved.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert saved["Content-Disposition"] == 'attachment; filename="night-trains-forum.png"'
    for path in ("of/forum/code.exe", "of/none/code.svg", "of/none/"):
        assert browser.get(PAGE + path).status_code == 404
