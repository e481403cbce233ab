"""An officer's way in real Chromium, by keyboard alone: from the address that works once to the certificate."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect
from pypdf import PdfReader

from tests.authority.build import PASSPHRASE, called, dni, spanish, statement, write_key
from tests.authority.make_sample import sample_log
from tests.stories.organisers import AXE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_VIEWS = ((360, "light"), (1280, "dark"))
_AXE = """async tags => {
    const found = (await axe.run("html", {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})).violations;
    return found.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`));
}"""
_MOST_TABS = 120


@dataclass
class Office:
    """A folder with an export, and the window that runs on it."""

    folder: Path
    address: str
    program: subprocess.Popen[str]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Begin the window as an officer does, on an export of some statements, one of each kind among them."""
    folder = tmp_path / "office"
    folder.mkdir()
    log = sample_log()
    for serial in range(100, 130):
        log.add(statement(spanish(dni(serial), called(serial), f"Familia {called(serial * 7)}")), date(2026, 7, 1 + serial % 20))
    log.write(folder / "night-trains-ES-online.civium")
    write_key(folder / "es.civium-private-key", log.key)
    command = [str(Path(sys.executable).with_name("civium-authority")), "window", str(folder), "--no-browser", "--processes", "1"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    assert program.stderr is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+/begin/\S+", program.stderr.readline())
        assert found is not None
        yield Office(folder, found[0], program)
    finally:
        program.kill()
        program.communicate(timeout=30)


@dataclass
class Officer:
    """Somebody with a keyboard. Every page they come to is looked at: axe, width, requests, what the browser complains of."""

    page: Page
    office: Office
    seen: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origin = self.office.address.partition("/begin")[0]
        self.page.set_default_timeout(30_000)
        self.page.on("request", self._sees)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None)

    def _sees(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.complaints.append(f"asks {request.url}")

    def is_at(self, title: str) -> None:
        """The page has this heading, and no fault that axe finds, narrow and wide, light and dark."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        where = f"{self.page.url.rpartition('/')[2].partition('?')[0]} {title} {self.page.locator('main h2').all_inner_texts()}"
        if where in self.seen:
            return
        self.seen.add(where)
        self.page.evaluate(AXE.read_text("utf-8"))
        for width, scheme in _VIEWS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            assert self.page.evaluate(_AXE, _TAGS) == [], (where, width)
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (where, width)

    def tabs_to(self, part: Locator) -> None:
        """Press the Tab key until a part of the page has the focus, which can be seen there."""
        expect(part).to_be_visible()
        for _ in range(_MOST_TABS):
            if part.evaluate("one => one === document.activeElement"):
                assert part.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {part}")

    def presses(self, name: str | re.Pattern[str]) -> None:
        """Press a button of the page."""
        self.tabs_to(self.page.get_by_role("button", name=name, exact=isinstance(name, str)).first)
        self.page.keyboard.press("Enter")

    def follows(self, name: str | re.Pattern[str]) -> None:
        """Follow a link of the page."""
        self.tabs_to(self.page.get_by_role("link", name=name, exact=isinstance(name, str)).first)
        self.page.keyboard.press("Enter")

    def types(self, label: str, text: str) -> None:
        """Type into a field in the place of what stands there."""
        self.tabs_to(self.page.get_by_label(label, exact=True).first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def chooses(self, group: Locator, name: str | re.Pattern[str]) -> None:
        """Choose one of a few ways with the arrow keys."""
        wanted = group.get_by_role("radio", name=name, exact=isinstance(name, str)).first
        checked = group.locator("input:checked")
        self.tabs_to(checked if checked.count() else group.get_by_role("radio").first)
        if not checked.count():
            self.page.keyboard.press("Space")
        for _ in range(6):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowUp")
        raise AssertionError(f"{name} is not reached")

    def is_told(self, words: str | re.Pattern[str]) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(words)


def test_an_officer_goes_from_the_file_to_the_certificate_by_keyboard(office: Office, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    officer = Officer(context.new_page(), office)
    officer.page.goto(office.address)
    officer.page.wait_for_url(re.compile(r"/[\w-]{22}/$"))
    root = officer.page.url
    _opens(officer)
    _decides(officer)
    _samples(officer)
    _certifies(officer)
    assert officer.complaints == []
    _nobody_else_comes_in(office, browser, root)
    assert context.storage_state()["origins"] == []
    officer.page.goto(f"{root}journal")
    officer.presses("End")
    officer.is_told("The window has ended")
    out, err = office.program.communicate(timeout=30)
    assert (office.program.returncode, out) == (0, "ended\n")
    assert not re.search("Robledo|Familia", err)
    context.close()
    names = {path.name for path in office.folder.iterdir() if "civium" not in path.name}
    assert names == {"certificate-ES.pdf", "certificate-ES.json"}


def _opens(officer: Officer) -> None:
    officer.is_at("Choose the file")
    officer.presses("Take this file")
    officer.is_at("47 statements")
    officer.types("Passphrase", "not this one")
    officer.types("Your name", "R. Ejemplo")
    officer.presses("Unlock")
    officer.is_told("The passphrase does not open this key.")
    officer.types("Passphrase", PASSPHRASE)
    officer.types("Your name", "R. Ejemplo")
    officer.presses("Unlock")
    officer.is_told("The key is unlocked.")
    officer.is_at("47 statements")
    officer.follows("Plan the sample")
    officer.is_at("Sample plan")
    officer.presses("Fix the plan")
    officer.is_at("Are you sure?")
    officer.presses("Yes, fix the plan")
    officer.is_told("The plan is fixed")
    officer.is_at("Sample")
    officer.follows("Open")
    officer.presses(re.compile("Confirm these rules"))
    officer.is_told("Everything is opened and checked")
    officer.is_told("47 entries, the same number and order as in the signed public log")
    officer.is_at("47 statements")


def _decides(officer: Officer) -> None:
    officer.follows("Look at the verdicts")
    officer.is_at("Verdicts")
    officer.follows("For decision")
    officer.is_at("Statements")
    officer.is_told("Nombre Inventado Falso")
    officer.follows("Decide")
    officer.is_at("Decide")
    officer.follows(re.compile("^Begin ?: One identity"))
    officer.is_at("One person or several?")
    cards = officer.page.locator(".person")
    assert cards.locator("mark").all_inner_texts() == ["Elba", "Dávila Rey"]
    officer.chooses(cards.nth(0), "Is struck")
    officer.chooses(cards.nth(1), "Counts")
    officer.types("Reason, for the journal", "not the name of that number")
    officer.presses("Decide and show the next group")
    officer.is_told("2 decided, written into the journal. 4 still wait.")
    officer.is_at("Decide")
    for ground, way in (
        ("check digit", "Counts"),
        ("usual form", "Is struck"),
        ("does not open", "Is struck"),
        ("not a statement", "Is struck"),
    ):
        officer.follows("Decide")
        officer.follows(re.compile(f"^Begin ?: .*{ground}"))
        officer.is_at("One statement")
        officer.chooses(officer.page.locator(".person"), way)
        officer.types("Reason, for the journal", "looked up in the register")
        officer.presses("Decide")
    officer.is_told("0 still wait")
    officer.follows("Undo or change the last decision")
    officer.is_at("One statement")
    officer.follows("Journal")
    officer.is_at("Journal")
    assert officer.page.locator("tbody tr").count() == 6


def _samples(officer: Officer) -> None:
    officer.follows("Sample")
    officer.presses("Draw")
    officer.is_at("Are you sure?")
    officer.presses("Yes, draw")
    officer.is_told("The sample is drawn.")
    officer.is_at("Sample")
    officer.follows("Type results in")
    officer.is_at("Results of the sample")
    # Twenty on a page: the first is typed by keyboard, the others as fast as the page lets a test.
    officer.chooses(officer.page.locator(".person").nth(0), "unclear")
    while officer.page.get_by_role("heading", level=1).inner_text() == "Results of the sample":
        officer.page.evaluate("document.querySelectorAll('input[value=valid]').forEach(one => { one.checked = true; })")
        officer.presses("Keep these and go on")
        officer.is_told("new results, written into the journal")
    officer.presses("Say what it tells")
    officer.is_told("The estimate stands in the journal.")
    officer.is_at("Sample")


def _certifies(officer: Officer) -> None:
    officer.follows("Report and lists")
    officer.is_at("Report and lists")
    officer.follows("Look at the report")
    expect(officer.page.get_by_role("heading", level=1)).to_have_text("Report of a verification")
    officer.page.go_back()
    officer.follows("Certificate")
    officer.is_at("Certificate")
    officer.types("Statements on paper received", "40")
    officer.types("Of them valid", "31")
    officer.chooses(officer.page.locator("fieldset"), re.compile("sample"))
    officer.presses("Draft the certificate")
    officer.is_at("Are you sure?")
    officer.presses("Yes, write the draft")
    officer.is_told("valid in all")
    officer.is_at("Certificate")
    told = officer.page.locator("dl.facts dd").all_inner_texts()
    pages = PdfReader(officer.office.folder / "certificate-ES.pdf").pages
    assert told[0] in pages[0].extract_text()


def _nobody_else_comes_in(office: Office, browser: Browser, root: str) -> None:
    """The address was used, and the place alone opens nothing: in this browser's next tab, and in another browser."""
    stranger = browser.new_page()
    for address in (office.address, root, f"{root}list?verdict=accepted"):
        reply = stranger.goto(address)
        assert reply is not None
        assert reply.status == 403
        assert "Robledo" not in stranger.content()
    stranger.close()
