"""The console in a real browser: invited, a passkey or an app as second factor, logged on again, warned before one is logged off."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Installation
from .test_form import AXE

pytestmark = pytest.mark.browser

PASSWORD = "three wet socks"
_PROGRAM = Path(sys.executable).with_name("civium")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(params=[360, 1280])
def console(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Give an empty page, on a telephone and on a desk; a script's error fails the test."""
    context = browser.new_context(viewport={"width": request.param, "height": 780})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert errors == []


def invited(installation: Installation, address: str, role: str) -> str:
    """Invite somebody at the command line, and give the link."""
    command = [_PROGRAM, "console", "invite", address, "--initiative", "night-trains", "--role", role]
    told = subprocess.run(
        [*command, "--data", str(installation.folder / "server")],
        env={"CIVIUM_URL": installation.url, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip()


def look(page: Page) -> None:
    """The page has no fault that axe finds, and nothing of it is wider than the screen."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run('html', {runOnly: {type: 'tag', values: tags}})", _TAGS)
    faults = [(one["id"], node["html"][:200]) for one in found["violations"] for node in one["nodes"]]
    assert faults == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def accept(page: Page, link: str, name: str) -> None:
    """Open an invitation and choose a name and a password."""
    page.goto(link)
    look(page)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Accept and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose your second factor")
    look(page)


def log_off(page: Page) -> None:
    """Log off by the menu of one's own name."""
    page.locator(".menu.own summary").click()
    page.get_by_role("button", name="Log off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log on")


def test_a_passkey_is_made_and_opens_the_console_without_a_password(installation: Installation, console: Page) -> None:
    width = console.viewport_size["width"] if console.viewport_size else 0
    session = console.context.new_cdp_session(console)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
    accept(console, invited(installation, f"anna.{width}@organisers.example", "member"), "Anna Ribeiro")
    console.get_by_role("link", name="Add a passkey").click()
    look(console)
    console.get_by_role("button", name="Make the passkey").click()
    expect(console.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(console.locator(".codes li")).to_have_count(10)
    look(console)
    console.get_by_role("link", name="I have them, go on").click()
    expect(console.get_by_role("heading", level=1)).to_have_text("Your initiatives")
    look(console)
    log_off(console)
    look(console)
    console.get_by_role("button", name="Log on with a passkey").click()
    expect(console.get_by_role("heading", level=1)).to_have_text("Your initiatives")
    # And beside the password, as the second factor.
    log_off(console)
    console.get_by_label("E-mail address").fill(f"anna.{width}@organisers.example")
    console.get_by_label("Password", exact=True).fill(PASSWORD)
    console.get_by_role("button", name="Log on", exact=True).click()
    look(console)
    console.get_by_role("button", name="Use my passkey").click()
    expect(console.get_by_role("heading", level=1)).to_have_text("Your initiatives")
    for path in ("account/", "initiatives/night-trains/people/", "log-on/lost/"):
        console.goto(f"{installation.url}/console/{path}")
        look(console)


def test_an_app_is_added_and_its_code_opens_once(installation: Installation, console: Page) -> None:
    width = console.viewport_size["width"] if console.viewport_size else 0
    address = f"ben.{width}@organisers.example"
    accept(console, invited(installation, address, "clerk"), "Ben Okafor")
    console.get_by_role("link", name="Add an app").click()
    look(console)
    secret = re.sub(r"\s", "", console.locator("#secret").text_content() or "")
    console.get_by_label("The six digits").fill(_code(secret))
    console.get_by_role("button", name="Add this app").click()
    console.get_by_role("link", name="I have them, go on").click()
    log_off(console)
    used = _code(secret)
    for is_first in (True, False):
        console.get_by_label("E-mail address").fill(address)
        console.get_by_label("Password", exact=True).fill(PASSWORD)
        console.get_by_role("button", name="Log on", exact=True).click()
        console.get_by_label("Code").fill(used)
        console.get_by_role("button", name="Go on").click()
        if is_first:
            expect(console.get_by_role("heading", level=1)).to_have_text("Your initiatives")
            log_off(console)
    expect(console.get_by_role("alert")).to_contain_text("That is not it")
    look(console)


def test_one_is_warned_before_one_is_logged_off_and_a_button_answers(installation: Installation, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.clock.install()
    accept(page, invited(installation, "carla@organisers.example", "observer"), "Carla Nunes")
    page.get_by_role("link", name="Add an app").click()
    secret = re.sub(r"\s", "", page.locator("#secret").text_content() or "")
    page.get_by_label("The six digits").fill(_code(secret))
    page.get_by_role("button", name="Add this app").click()
    warning = page.locator("#idle")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("13:06")
    expect(warning).to_contain_text("You are about to be logged off")
    look(page)
    page.get_by_role("button", name="I am still here").click()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("15:06")
    expect(warning).to_contain_text("What you have typed is still on this page")
    context.close()


def _code(secret: str) -> str:
    """Give the code that an app shows now (RFC 6238)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    return f"{(struct.unpack_from('>I', mac, mac[-1] & 15)[0] & 0x7FFFFFFF) % 1_000_000:06}"
