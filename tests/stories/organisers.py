"""An installation that organisers use by its console alone, and their hands in Chromium: what the stories of the console share."""

from __future__ import annotations

import base64
import copy
import hmac
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from civium.law.periods import brussels_date
from civium.law.shelf import documents_of
from tests.stories.conftest import free_port, serve

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 1280)
PASSWORD = "three wet socks"
PASSPHRASE = "four dry gloves and a hat"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_SLOW = 30_000  # milliseconds
_PATIENCE = 120.0  # seconds for a job on a machine that does other things, too


@dataclass(frozen=True)
class Place:
    """An installation that is served: its folder, its address."""

    folder: Path
    url: str

    def civium(self, *words: str) -> str:
        """Run a `civium` command of the operator on this installation, and give what it says."""
        return run("civium", *words, "--data", str(self.folder / "server"), CIVIUM_URL=self.url)

    def authority(self, *words: str) -> str:
        """Run `civium-authority` as an officer does, and give what it says."""
        procedures = self.folder / "procedures"
        given = {"CIVIUM_PROCEDURES": str(procedures)} if procedures.exists() else {}
        return run("civium-authority", *words, **given)

    def console(self, path: str = "") -> str:
        """Give the address of a screen."""
        return f"{self.url}/console/{path}"


def run(program: str, *words: str, **environment: str) -> str:
    """Run a program of the package, and give what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")} | environment
    done = subprocess.run([str(Path(sys.executable).with_name(program)), *words], capture_output=True, text=True, env=kept)
    assert done.returncode == 0, f"{program} {words}: {done.stderr}"
    return done.stdout


@contextmanager
def installed(
    folder: Path,
    purpose: str,
    procedures: tuple[Path, ...] = (),
    fill: Callable[[Place], None] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Place]:
    """Make an installation as an operator does, and serve it."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    place = Place(folder, f"http://localhost:{port}")
    place.civium("init", "--purpose", purpose, "--operator", "Town hall", "--operator-email", "office@valley.example")
    for one in procedures:
        place.civium("procedure", "add", str(one))
    if fill is not None:
        fill(place)
    server = serve(folder, port, folder / "serve.log", settings or {})
    try:
        yield place
    finally:
        server.terminate()
        assert server.wait(60) == 0


def write_small_petition(folder: Path) -> Path:
    """Write a procedure as an operator does: the petition's data, with a goal that three people reach, and a day for all to be destroyed."""
    documents: dict[str, Any] = copy.deepcopy(dict(documents_of("petition")))
    documents["procedure"] |= {"name": "valley", "title": {"en": "Petition of the valley", "ca": "Petició de la vall"}}
    documents["procedure"]["goal"] |= {"total": 3, "jurisdictions": 2}
    for name, document in documents.items():
        if name.startswith("jurisdictions/"):
            document["thresholds"] = dict.fromkeys(document["thresholds"], 1)
        elif name == "deadlines":
            for way in next(row for row in document if row["id"] == "destroy-statements")["on"]:
                for offset in way:
                    offset["months"] = 0 if offset["after"] == "submitted_on" else offset["months"]
        path = folder / "valley" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder / "valley"


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, browser: Browser, place: Place) -> None:
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.place = place
        self.seen: set[tuple[str, str]] = set()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if "Content Security Policy" in said.text else None)

    def has_virtual_passkeys(self) -> None:
        """Give the browser a device that holds passkeys."""
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})

    def is_at(self, title: str | re.Pattern[str]) -> None:
        """The page that is shown has this heading, and no fault that axe finds, on a telephone and on a desk."""
        heading = self.page.locator("main").get_by_role("heading", level=1)
        expect(heading).to_have_text(title, timeout=_SLOW)
        path = re.sub(r"\d+|[0-9a-zA-Z_-]{30,}", "…", self.page.url.removeprefix(self.place.url))
        if (path, heading.inner_text()) not in self.seen:
            self.look()
            self.seen.add((path, heading.inner_text()))

    def look(self) -> None:
        """The page has no fault that axe finds, and nothing of it is wider than the screen."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.page.evaluate("tags => axe.run('html', {runOnly: {type: 'tag', values: tags}})", _TAGS)
            faults = [(one["id"], node["html"][:200]) for one in found["violations"] for node in one["nodes"]]
            assert faults == [], (self.page.url, width)
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (self.page.url, width)

    def goes(self, path: str, title: str | re.Pattern[str]) -> None:
        """Open a screen of the console, and look at it."""
        self.page.goto(self.place.console(path))
        self.is_at(title)

    def presses(self, name: str | re.Pattern[str]) -> None:
        """Press a button of the page's own part."""
        self.page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).first.click()

    def follows(self, name: str | re.Pattern[str]) -> None:
        """Follow a link of the page's own part."""
        self.page.locator("main").get_by_role("link", name=name, exact=isinstance(name, str)).first.click()

    def types(self, **fields: str) -> None:
        """Type into fields, by their names."""
        for name, value in fields.items():
            self.page.fill(f"#f-{name}", value)

    def is_told(self, words: str | re.Pattern[str]) -> None:
        """The page says so somewhere."""
        expect(self.page.locator("main")).to_contain_text(words, timeout=_SLOW)

    def downloads(self, name: str | re.Pattern[str], into: Path) -> Path:
        """Follow a link to a file, keep the file, and give where it is."""
        with self.page.expect_download() as got:
            self.follows(name)
        path = into / got.value.suggested_filename
        got.value.save_as(path)
        return path

    def accepts(self, link: str, name: str, *, passkey: bool = False) -> None:
        """Accept an invitation; choose an app, or first a passkey and then an app."""
        self.page.goto(link)
        self.is_at("You are invited")
        self.types(name=name, password=PASSWORD)
        self.presses("Accept and go on")
        self.is_at("Choose your second factor")
        if passkey:
            self.has_virtual_passkeys()
            self.follows("Add a passkey")
            self.is_at("Add a passkey")
            self.presses("Make the passkey")
        else:
            self._adds_an_app()
        self.is_at("Recovery codes")
        expect(self.page.locator(".codes li")).to_have_count(10)
        if passkey:
            self.page.goto(self.place.console("account/factors/"))
            self.is_at("Add another second factor")
            self._adds_an_app()
            self.is_told("It is added.")
            self.is_at("Your account")
        self.page.goto(self.place.console())
        self.is_at("Your initiatives")

    def _adds_an_app(self) -> None:
        self.follows("Add an app")
        self.is_at("Add an authenticator app")
        secret = re.sub(r"\s", "", self.page.locator("#secret").text_content() or "")
        self.types(code=code_of(secret))
        self.presses("Add this app")

    def logs_on(self, address: str, password: str) -> None:
        """Log on for the first time: an app is added before anything else."""
        self.page.goto(self.place.console())
        self.is_at("Log on")
        self.types(login=address, password=password)
        self.presses("Log on")
        self.is_at("Choose your second factor")
        self._adds_an_app()
        self.is_at("Recovery codes")
        self.page.goto(self.place.console())
        self.is_at("Your initiatives")

    def logs_on_again_with_the_passkey(self) -> None:
        """Log off, and on again without a password."""
        self.page.locator(".menu.own summary").click()
        self.page.get_by_role("button", name="Log off").click()
        self.is_at("Log on")
        self.presses("Log on with a passkey")
        self.is_at("Your initiatives")

    def invites(self, where: str, address: str, role: str, initiative: str = "") -> str:
        """Invite somebody by the screen, and give the link that it shows."""
        self.goes(f"{where}invite/", "Invite somebody")
        self.types(address=address)
        self.page.check(f'input[name=role][value="{role}"]')
        if initiative:
            self.page.select_option("#f-initiative", initiative)
        self.presses("Make the invitation")
        self.is_at("The invitation is made")
        return self.page.locator("#link").inner_text()

    def leaves(self) -> None:
        """Close the browser; no script of any page failed."""
        self.context.close()
        assert self.errors == []


def let_a_day_pass(place: Place) -> None:
    """Let what was ordered have been ordered a day sooner: what waits a day may begin now."""
    with closing(sqlite3.connect(place.folder / "server" / "civium.db", timeout=30)) as database, database:
        for table, column in (("initiatives_destruction", "ordered_at"), ("jobs_job", "not_before")):
            moved = database.execute(f"UPDATE {table} SET {column} = datetime({column}, '-25 hours') WHERE {column} IS NOT NULL")
            assert moved.rowcount > 0, table


def today() -> date:
    """Give the day in Brussels, as the console has it."""
    return brussels_date(datetime.now(UTC))


def code_of(secret: str) -> str:
    """Give the code that an app shows now (RFC 6238)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    return f"{(struct.unpack_from('>I', mac, mac[-1] & 15)[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign(page: Page, url: str, place: str, values: Mapping[str, str]) -> None:
    """Sign on the public page as a citizen does, and wait for the thanks."""
    page.goto(url)
    page.select_option("#field-nationality", place)
    page.wait_for_selector("fieldset.asked:not([disabled])")
    for name, value in values.items():
        field = f"#field-{name.replace('_', '-')}"
        if name == "date_of_birth":
            for part, figure in zip(("year", "month", "day"), value.split("-"), strict=True):
                page.fill(f"{field}-{part}", figure.lstrip("0"))
        elif page.locator(field).count() == 0 and name == "id_type":
            continue  # where one number only is accepted, its kind is not asked
        elif page.locator(field).evaluate("one => one.localName") == "select":
            page.select_option(field, value)
        else:
            page.fill(field, value)
    page.check("#field-declaration")
    page.check("#field-privacy")
    page.click("form button[type=submit]")
    expect(page.locator(".thanks")).to_be_visible(timeout=60_000)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Look at a page again until something holds there."""
    last = time.monotonic() + _PATIENCE
    _look_again(page)
    while not holds():
        assert time.monotonic() < last, page.locator("main").inner_text()
        _look_again(page)


def _look_again(page: Page) -> None:
    """Load a page anew. One that was about to load itself at this moment has done so."""
    try:
        page.reload()
    except Error as error:
        if "Not attached to an active page" not in error.message:
            raise
        page.wait_for_load_state()
