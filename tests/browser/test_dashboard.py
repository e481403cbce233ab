"""The organisers' dashboard in a real browser: without faults for axe, and renewed in place while one looks, but not under one's hands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from .conftest import Installation
from .test_console_accounts import _AUTHENTICATOR, accept, invited, look

pytestmark = pytest.mark.browser


@pytest.fixture
def dashboard(installation: Installation, browser: Browser) -> Iterator[Page]:
    """Give the dashboard to an observer who just logged on with a passkey, with a clock that can be moved; a script's error fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.clock.install()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
    accept(page, invited(installation, "olga@organisers.example", "observer"), "Olga Petrauskas")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have them, go on").click()
    page.goto(f"{installation.url}/console/initiatives/night-trains/dashboard/")
    yield page
    context.close()
    assert errors == []


def test_it_renews_itself_in_place_and_disturbs_nobody(dashboard: Page) -> None:
    expect(dashboard.get_by_role("heading", level=1)).to_have_text("Dashboard")
    # The intake told of the move of the public log at its start, and the days of what it held were counted.
    expect(dashboard.locator("#days-h")).to_be_visible()
    look(dashboard)
    dashboard.set_viewport_size({"width": 1280, "height": 900})
    look(dashboard)
    asked: list[Request] = []
    dashboard.on("request", lambda request: asked.append(request) if request.url.endswith("/dashboard/") else None)
    # From here on time moves when it is moved.
    dashboard.clock.pause_at(dashboard.evaluate("Date.now()") + 60_000)
    dashboard.reload()
    asked.clear()
    dashboard.evaluate("document.querySelector('#now .kpis').id = 'before'")
    dashboard.clock.run_for(50_000)
    assert asked == []
    with dashboard.expect_response(lambda reply: reply.url.endswith("/dashboard/")):
        dashboard.clock.run_for(15_000)
    expect(dashboard.locator("#before")).to_have_count(0)
    expect(dashboard.locator("#now .kpis")).to_have_count(1)
    assert asked[0].headers["x-civium-by-itself"] == "dashboard"
    # Whoever is at a link in there with the keyboard is not disturbed; a minute later, elsewhere, it goes on.
    dashboard.locator("#now a").first.focus()
    dashboard.clock.run_for(65_000)
    assert len(asked) == 1
    dashboard.locator("#f-state").focus()
    with dashboard.expect_response(lambda reply: reply.url.endswith("/dashboard/")):
        dashboard.clock.run_for(65_000)
    dashboard.clock.resume()
    look(dashboard)
    dashboard.locator("#f-state").select_option("MT")
    dashboard.get_by_role("button", name="Show").click()
    expect(dashboard.get_by_role("heading", level=1)).to_have_text("Dashboard: Malta")
    look(dashboard)
    dashboard.goto(dashboard.url.partition("?")[0] + "how/")
    expect(dashboard.get_by_role("heading", level=1)).to_have_text("How the numbers are made")
    look(dashboard)
