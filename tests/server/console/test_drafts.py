"""Fifteen minutes without anybody end a session; what was typed meanwhile is kept for whoever typed it, and for nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from civium.server.console.models import ConsoleSession
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation, log_on
from tests.server.console.test_accounts import PASSWORD, SECOND, code, typed

INVITE = "/console/initiatives/quiet-skies/people/invite/"
FORM = {"address": "lena@organisers.example", "role": "clerk", "password": "not to be kept"}


def away(browser: Browser, clock: Clock, minutes: float) -> None:
    """Be away, after a last look."""
    browser.get("/console/")
    clock.now += timedelta(minutes=minutes)


def test_fifteen_minutes_are_enough_and_fourteen_are_not(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("member", installation.petition)
    for _ in range(4):
        away(browser, clock, 14.9)
        assert browser.get("/console/").status_code == 200
    away(browser, clock, 15.1)
    led = browser.get("/console/account/")
    assert led["Location"] == "/console/log-on/?next=/console/account/&because=idle"
    assert "You were away for 15 minutes" in browser.get(led["Location"]).content.decode()
    clock.now -= timedelta(minutes=15)
    assert browser.get("/console/account/").status_code == 303


def test_the_warning_is_answered_by_a_request(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("member", installation.petition)
    away(browser, clock, 14)
    assert browser.post("/console/stay/", headers={"accept": "application/json"}).status_code == 204
    clock.now += timedelta(minutes=14)
    assert browser.get("/console/").status_code == 200


def test_a_page_that_asks_by_itself_keeps_nobody_logged_on(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    browser = browser_of("member", installation.petition)
    for _ in range(3):
        clock.now += timedelta(minutes=7)
        last = browser.get("/console/", headers={"x-civium-by-itself": "1"})
    assert last.status_code == 401


def test_twelve_hours_end_a_session_in_any_case(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.petition)
    browser.get("/console/")
    ends = ConsoleSession.objects.get(account=browser.account).expire_date
    assert timedelta(hours=11.9) < ends - timezone.now() <= timedelta(hours=12)


def test_what_was_typed_survives_and_is_sent_after_the_log_on(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    browser = browser_of("representative", installation.petition)
    browser.account.set_password(PASSWORD)
    browser.account.save()
    log_on(browser, browser.account, at=clock.now)
    away(browser, clock, 16)
    led = browser.post(INVITE, FORM)
    assert led["Location"] == "/console/log-on/?because=idle"
    typed(browser, address=browser.account.email)
    assert browser.post(SECOND, {"code": code()})["Location"] == "/console/draft/"
    page = browser.get("/console/draft/").content.decode()
    assert "lena@organisers.example" in page
    assert "not to be kept" not in page
    assert f'action="{INVITE}"' in page
    kept = dict(re.findall(r'<textarea name="(\w+)" hidden aria-hidden="true">\n([^<]*)</textarea>', page))
    assert browser.post(INVITE, kept).status_code == 200
    assert "lena@organisers.example" in browser.get("/console/initiatives/quiet-skies/people/").content.decode()
    # It was taken: nobody is asked again.
    assert browser.get("/console/draft/").status_code == 303


def test_a_draft_is_shown_to_nobody_else(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("representative", installation.petition)
    other = browser_of("member", installation.petition)
    other.account.set_password(PASSWORD)
    other.account.save()
    away(browser, clock, 16)
    browser.post(INVITE, FORM)
    typed(browser, address=other.account.email)
    browser.post(SECOND, {"code": code()})
    page = browser.get("/console/")
    assert page.status_code == 200
    assert "is kept" not in page.content.decode()
    assert browser.get("/console/draft/").status_code == 303


def test_a_draft_is_thrown_away(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("representative", installation.petition)
    away(browser, clock, 10)
    away(browser, clock, 10)
    assert browser.post(INVITE, FORM)["Location"] == "/console/confirm/?next=/console/draft/"
    assert "is kept" in browser.get("/console/").content.decode()
    browser.post("/console/draft/")
    assert "is kept" not in browser.get("/console/").content.decode()


def test_the_factor_is_given_again_and_the_form_is_sent(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("representative", installation.petition)
    away(browser, clock, 10)
    away(browser, clock, 10)
    led = browser.post(INVITE, FORM)["Location"]
    assert browser.post(led, {"code": "000000", "next": "/console/draft/"}).status_code == 422
    assert browser.post(led, {"code": code(), "next": "/console/draft/"})["Location"] == "/console/draft/"
    assert browser.get(INVITE).status_code == 200


def test_a_stranger_leaves_nothing_here(installation: Installation, stranger: Browser) -> None:
    stranger.post(INVITE, FORM)
    assert not ConsoleSession.objects.exists()


def test_a_forged_form_is_not_kept(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("representative", installation.petition)
    away(browser, clock, 16)
    browser.handler.enforce_csrf_checks = True
    browser.post(INVITE, FORM)
    assert not ConsoleSession.objects.exists()
