"""The first screens: everybody sees their own initiatives, and nobody else's."""

from __future__ import annotations

from tests.server.console.conftest import Browser, BrowserOf, Installation


def test_one_sees_ones_own_initiatives_alone(installation: Installation, browser_of: BrowserOf) -> None:
    page = browser_of("member", installation.demonstration).get("/console/").content.decode()
    assert "Night trains for every capital" in page
    assert "/console/initiatives/night-trains/" in page
    assert "quiet-skies" not in page


def test_an_operator_sees_who_manages_each_and_opens_none(installation: Installation, browser_of: BrowserOf) -> None:
    browser_of("representative", installation.petition)
    operator = browser_of("operator", None)
    page = operator.get("/console/installation/").content.decode()
    assert "Annelore Vantieghem" in page
    assert "nobody yet" in page
    assert operator.get("/console/initiatives/quiet-skies/").status_code == 404


def test_an_initiative_opens_where_ones_role_works(installation: Installation, browser_of: BrowserOf) -> None:
    led = browser_of("auditor", installation.petition).get("/console/initiatives/quiet-skies/")
    assert led.status_code == 303
    assert led["Location"].startswith("/console/initiatives/quiet-skies/")


def test_whoever_is_not_logged_on_is_led_to_the_log_on_and_back(installation: Installation, stranger: Browser) -> None:
    led = stranger.get("/console/initiatives/quiet-skies/people/")
    assert (led.status_code, led["Location"]) == (303, "/console/log-on/?next=/console/initiatives/quiet-skies/people/")
    assert stranger.get(led["Location"]).status_code == 200
