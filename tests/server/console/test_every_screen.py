"""Every screen of the console, whatever area it is of: strangers, other initiatives' people and lesser roles are refused, and told nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import get_resolver

from civium.server.console import frame, gate
from civium.server.console.permissions import OF_AN_INITIATIVE, Permission, Role, may
from civium.server.console.screens import Screen
from civium.server.console.urls import AREAS, all_screens, screens_of
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation, log_on, new_browser

SCREENS = all_screens()
_CAPTURE = re.compile(r"<(?:(\w+):)?(\w+)>")
_EXAMPLES = {"int": "999999", "slug": "nothing-of-this-name", "str": "nothing", "path": "nothing"}
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "


def address(screen: Screen, slug: str = "quiet-skies") -> str:
    """Give an address of a screen; what it captures besides the initiative names nothing that there is."""
    return "/console/" + _CAPTURE.sub(lambda found: slug if found[2] == "slug" else _EXAMPLES[found[1] or "str"], screen.path)


def ask(browser: Browser, screen: Screen, method: str = "", slug: str = "quiet-skies") -> Any:
    """Ask for a screen with its first method, or another. A fault in its view is an answer here, not the end of the round."""
    browser.raise_request_exception = False
    return getattr(browser, (method or screen.methods[0]).lower())(address(screen, slug))


def is_led_to_log_on(response: HttpResponse) -> bool:
    return response.status_code == 303 and response["Location"].startswith("/console/log-on/")


def test_a_stranger_is_led_to_the_log_on_from_every_screen(installation: Installation, stranger: Browser) -> None:
    for screen in SCREENS:
        for method in screen.methods:
            assert is_led_to_log_on(ask(stranger, screen, method)), screen.name
    assert (
        stranger.get("/console/initiatives/no-such/people/")["Location"]
        == "/console/log-on/?next=/console/initiatives/no-such/people/"
    )


def test_people_of_another_initiative_learn_nothing(installation: Installation, browser_of: BrowserOf) -> None:
    """404, word for word the same as for an initiative that there is not; the highest role elsewhere helps nobody."""
    representative, operator = browser_of("representative", installation.demonstration), browser_of("operator", None)
    for screen in SCREENS:
        if screen.is_of_an_initiative:
            theirs, nobodys = ask(representative, screen), ask(representative, screen, slug="no-such-initiative")
            assert (theirs.status_code, nobodys.status_code) == (404, 404), screen.name
            assert _without_token(theirs) == _without_token(nobodys), screen.name
            assert ask(operator, screen).status_code == 404, screen.name


def _without_token(response: HttpResponse) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_role_passes_where_the_table_says_so_and_nowhere_else(
    role: str, installation: Installation, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the gate lets somebody through, without what is behind it: the views have tests of their own."""
    reached: list[str] = []
    monkeypatch.setattr(
        gate,
        "_wrong_method",
        lambda request, methods: reached.append(request.screen.name) or frame.problem(request, 405, "wrong-method"),
    )
    browser = browser_of(role, None if role == "operator" else installation.petition)
    for screen in SCREENS:
        reached.clear()
        response = ask(browser, screen)
        if screen.is_of_an_initiative:
            expected = role != "operator" and may(Role(role), screen.permission)
        else:
            expected = may(Role.OPERATOR if role == "operator" else None, screen.permission)
        assert bool(reached) is expected, f"{role} at {screen.name}"
        if not expected:
            assert response.status_code == (404 if role == "operator" and screen.is_of_an_initiative else 403), screen.name


def test_whoever_is_refused_reads_who_may(installation: Installation, browser_of: BrowserOf) -> None:
    page = browser_of("observer", installation.petition).get("/console/initiatives/quiet-skies/people/invite/")
    assert page.status_code == 403
    assert "representative, substitute" in page.content.decode()
    assert "You are here as: observer." in page.content.decode()


def test_other_methods_than_a_screen_has_are_refused(installation: Installation, browser_of: BrowserOf) -> None:
    everybody = {True: browser_of("representative", installation.petition), False: browser_of("operator", None)}
    for screen in SCREENS:
        for method in {"GET", "POST", "PUT"} - set(screen.methods):
            response = ask(everybody[screen.is_of_an_initiative], screen, method)
            assert response.status_code == 405, screen.name
            assert response["Allow"] == ", ".join(screen.methods)


def test_a_forged_request_is_refused_at_every_screen_that_takes_one(installation: Installation, browser_of: BrowserOf) -> None:
    everybody = {True: browser_of("representative", installation.petition), False: browser_of("operator", None)}
    taking = [screen for screen in SCREENS if "POST" in screen.methods]
    assert taking
    for screen in taking:
        browser = everybody[screen.is_of_an_initiative]
        browser.handler.enforce_csrf_checks = True
        response = ask(browser, screen, "POST")
        assert response.status_code == 403, screen.name
        assert b"Please try that once more" in response.content, screen.name


def test_what_is_larger_than_a_screen_takes_is_refused_before_its_view(installation: Installation, browser_of: BrowserOf) -> None:
    everybody = {True: browser_of("representative", installation.petition), False: browser_of("operator", None)}
    for screen in SCREENS:
        if "POST" in screen.methods:
            browser = everybody[screen.is_of_an_initiative]
            response = browser.post(address(screen), {}, CONTENT_LENGTH=str(screen.largest_body + 1))
            assert response.status_code == 413, screen.name


def test_every_answer_carries_the_headers_and_no_script_of_its_own(
    installation: Installation, browser_of: BrowserOf, stranger: Browser
) -> None:
    """Nothing is kept, nothing is framed, nothing comes from elsewhere, nothing is told to another site."""
    representative, operator = browser_of("representative", installation.petition), browser_of("operator", None)
    for screen in SCREENS:
        for browser in (stranger, representative if screen.is_of_an_initiative else operator):
            response = ask(browser, screen)
            assert response.status_code < 500, f"{screen.name}: {response.status_code}"
            policy = response["Content-Security-Policy"]
            assert "unsafe" not in policy, screen.name
            assert "default-src 'none'" in policy, screen.name
            assert response["X-Frame-Options"] == "DENY" or "frame-ancestors 'self'" in policy, screen.name
            assert response["Cache-Control"] == "no-store", screen.name
            assert response["Referrer-Policy"] == "no-referrer", screen.name
            assert response["X-Content-Type-Options"] == "nosniff", screen.name
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            _check_page(screen, response.content.decode())
    assert operator.get("/console/")["Content-Security-Policy"].startswith(_POLICY)


def _check_page(screen: Screen, text: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), screen.name
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, screen.name
    assert text.count("<h1") == 1, screen.name


def test_idle_screens_ask_again(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    """After fifteen minutes without anybody every screen leads to the log-on, and says why."""
    account, since = browser_of("representative", installation.petition).account, clock.now
    clock.now += timedelta(seconds=gate.IDLE_SECONDS + 1)
    for screen in SCREENS:
        browser = new_browser()
        log_on(browser, account, at=since)
        response = ask(browser, screen)
        assert is_led_to_log_on(response), screen.name
        assert "because=idle" in response["Location"], screen.name


def test_screens_that_cannot_be_undone_ask_for_the_factor_again(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    browsers = {True: browser_of("representative", installation.petition), False: browser_of("operator", None)}
    fresh = [screen for screen in SCREENS if screen.fresh]
    assert {"invite", "person", "password"} <= {screen.name for screen in fresh}
    # Somebody who was there all the time, and gave the factor twenty minutes ago.
    clock.now += timedelta(minutes=10)
    for browser in browsers.values():
        browser.get("/console/")
    clock.now += timedelta(minutes=10)
    for screen in fresh:
        for method in screen.methods:
            led = ask(browsers[screen.is_of_an_initiative], screen, method)
            assert (led.status_code, led["Location"][:17]) == (303, "/console/confirm/"), screen.name


def test_every_area_lists_screens_that_can_be_opened() -> None:
    """What stands in the navigation has an address without anything to fill in but the initiative."""
    assert {screen.name for area in ("home", "accounts") for screen in screens_of(area)} <= {screen.name for screen in SCREENS}
    for screen in SCREENS:
        if screen.place:
            assert "GET" in screen.methods, screen.name
            assert {name for _, name in _CAPTURE.findall(screen.path)} <= {"slug"}, screen.name
            assert any(may(role, screen.permission) for role in Role), screen.name
    assert len(AREAS) == len(set(AREAS))


def test_every_address_below_the_console_is_a_screen_or_a_door() -> None:
    """Nothing of Django's or allauth's own is reachable beside the gate."""
    for pattern in get_resolver().url_patterns:
        nested = getattr(pattern, "url_patterns", None)
        found = nested if nested is not None and str(pattern.pattern) == "console/" else [pattern]
        for one in found:
            view = getattr(one, "callback", None)
            if str(pattern.pattern).startswith("console/"):
                assert hasattr(view, "screen") or hasattr(view, "methods"), str(one.pattern)
            elif view is not None:
                assert not view.__module__.startswith(("allauth", "django")), str(one.pattern)


def test_the_roles_of_an_initiative_do_not_run_the_installation() -> None:
    assert all(not may(role, Permission.RUN_INSTALLATION) for role in OF_AN_INITIATIVE)
    assert not may(None, Permission.SEE_DASHBOARD)
    assert may(None, Permission.SEE_OWN_ACCOUNT)
