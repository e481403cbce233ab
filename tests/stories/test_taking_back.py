"""A signatory signs, keeps the receipt, takes the statement back with the code, and signs again; the receipt page and the authority tell it truly."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from civium.formats.export import ExportReader, LeafRow
from civium.rehearsal.people import person_for, values_for
from tests.stories import conftest
from tests.stories.conftest import Served
from tests.stories.signing import Signed, confirm_hints, consent_and_send, fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STATE = "MT"


@dataclass
class Place:
    """A demonstration of this story's own, whose server is stopped and started again."""

    served: Served
    port: int
    server: subprocess.Popen[bytes]

    def start_again(self) -> None:
        """Stop and start the server: the public log moves when it starts, not only every ten minutes."""
        self.stop()
        self.server = conftest.serve(self.served.folder, self.port, self.served.log)

    def stop(self) -> None:
        """End the server and wait for it."""
        self.server.terminate()
        assert self.server.wait(30) == 0

    def counts(self, expected: int) -> bool:
        """Say whether the server tells this count; the total is at most a second old."""
        for _ in range(20):
            if self.received() == expected:
                return True
            time.sleep(0.2)
        return False

    def received(self) -> int:
        """Give the count that the server tells."""
        body = urllib.request.urlopen(self.served.page(), timeout=30).read().decode()
        collection = body.split('data-collection="')[1][:32]
        with urllib.request.urlopen(f"{self.served.url}/api/collections/{collection}/counts", timeout=30) as reply:
            count: int = json.load(reply)["received"]
        return count


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folder, port = tmp_path / "demo", conftest.free_port()
    conftest._run("civium", "demo", "--no-serve", "--folder", str(folder), "--statements", "30", "--port", str(port))
    log = tmp_path / "server.log"
    made = Place(Served(folder, f"http://localhost:{port}", log), port, conftest.serve(folder, port, log))
    yield made
    made.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 360, "height": 900}, bypass_csp=True, reduced_motion="reduce")
    yield made
    assert made.cookies() == []
    made.close()


def _axe(page: Page) -> None:
    """Axe finds nothing, on a phone and on a desk; nothing overflows on the phone."""
    page.add_script_tag(path=AXE)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert found["passes"], "axe did not run"
        assert [f"{fault['id']}: {[node['target'] for node in fault['nodes']]}" for fault in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _sign(page: Page, place: Place) -> Signed:
    rng = Random("taking back")
    page.goto(place.served.page())
    fill(page, STATE, values_for(person_for(STATE, rng), rng))
    confirm_hints(page)
    return consent_and_send(page)


def _take_back(page: Page, identifier: str, code: str) -> None:
    """Type both and answer the question, with the keyboard alone."""
    page.locator("#field-identifier").focus()
    page.keyboard.type(identifier)
    page.keyboard.press("Tab")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    _axe(page)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Yes, destroy it")).to_be_focused()
    page.keyboard.press("Enter")


def _receipt(page: Page, tmp_path: Path) -> Path:
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the receipt").click()
    path = tmp_path / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def _check(page: Page, receipt: Path) -> list[str]:
    """Choose the file, press the button, and give the sentences of the checks."""
    page.set_input_files("#receipt-file", receipt)
    expect(page.locator("#receipt-text")).to_have_value(re.compile("c2sp.org/tlog-proof@v1"))
    page.get_by_role("button", name="Check a receipt").click()
    expect(page.locator("#check h2")).to_be_focused()
    return page.locator("#check .notice").all_inner_texts()


def test_a_statement_is_taken_back_and_given_again(place: Place, context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    before = place.received()
    told = _sign(page, place)
    receipt = _receipt(page, tmp_path)
    assert place.counts(before + 1)
    with context.expect_page() as opening:
        page.get_by_role("link", name="Take back your support").first.click()
    back = opening.value
    back.wait_for_selector("#field-identifier")
    assert page.locator(".bigcode").is_visible(), "what is shown only once is still there"

    posts: list[str] = []
    back.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    _mistakes_are_told_and_send_nothing(back, told)
    assert posts == []
    wrong = "0000-0000-0000-0000-0000-0000-0" + _check_of_zeros()
    _take_back(back, told.identifier, wrong)
    expect(back.get_by_text("No statement here has this identifier and this code.")).to_be_visible()
    _axe(back)
    back.reload()
    back.wait_for_selector("#field-identifier")
    _take_back(back, told.identifier.upper(), told.erasure_code.lower().replace("-", " "))
    expect(back.get_by_role("heading", name="Your support has been taken back.")).to_be_focused()
    _axe(back)
    assert back.locator("input").count() == 0, "the code is gone from the page"
    assert posts == [f"{place.served.url}/api/erasures"] * 2
    assert told.erasure_code not in back.url

    _the_receipt_page_is_true(place, context, receipt)
    assert place.counts(before)
    _the_authority_sees_it(place, told)
    again = _sign(page, place)
    assert again.identifier != told.identifier
    _after_the_hand_over_the_authority_is_named(place, context, again)


def _check_of_zeros() -> str:
    from civium.formats.receipt import erasure_code_text

    return erasure_code_text(bytes(16))[-3:]


def _mistakes_are_told_and_send_nothing(page: Page, told: Signed) -> None:
    page.locator("#field-identifier").fill(told.identifier[:-1])
    page.locator("#field-erasure-code").fill(told.erasure_code[::-1])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter the whole identifier, as on your receipt")).to_be_visible()
    expect(page.get_by_text("Something in this code is mistyped")).to_be_visible()
    expect(page.locator("#field-identifier")).to_be_focused()
    _axe(page)
    page.locator("#field-identifier").fill("")
    page.locator("#field-erasure-code").fill("")


def _the_receipt_page_is_true(place: Place, context: BrowserContext, receipt: Path) -> None:
    page = context.new_page()
    asked: list[tuple[str, str, bytes | None]] = []
    page.goto(f"{place.served.url}/en/receipt")
    page.wait_for_selector("#receipt-file")
    page.on("request", lambda request: asked.append((request.method, request.url, request.post_data_buffer)))
    sentences = _check(page, receipt)
    assert "moves every ten minutes" in sentences[2]
    place.start_again()
    sentences = _check(page, receipt)
    assert page.locator("#check h2").inner_text() == "The receipt is sound."
    assert "still holds the entry" in sentences[2]
    assert "Malta" in page.locator("#check dl").inner_text()
    _axe(page)
    log = f"{place.served.url}/log/"
    assert asked
    assert all((method, url.startswith(log), body) == ("GET", True, None) for method, url, body in asked), asked
    context.set_offline(True)
    sentences = _check(page, receipt)
    assert page.locator("#check h2").inner_text() == "What could be checked is sound."
    assert "Check again when you are online." in sentences[2]
    context.set_offline(False)
    page.fill("#receipt-text", receipt.read_text(encoding="utf-8").replace("\nindex ", "\nindex 1"))
    page.get_by_role("button", name="Check a receipt").click()
    expect(page.get_by_role("heading", name="Something about this receipt is wrong.")).to_be_focused()
    _axe(page)
    page.fill("#receipt-text", "my receipt")
    page.get_by_role("button", name="Check a receipt").click()
    expect(page.get_by_text("This is no receipt.")).to_be_visible()
    page.close()


def _the_authority_sees_it(place: Place, told: Signed) -> None:
    export = place.served.export(STATE)
    with export.open("rb") as stream:
        erased = [row for row in ExportReader(stream).rows() if isinstance(row, LeafRow)]
    assert [row.reason for row in erased] == ["erased-by-signatory"]
    said = place.served.authority("open", str(export), "--confirm-rules", state=STATE)
    assert re.search(r"not in the file +1\b", said), said


def _after_the_hand_over_the_authority_is_named(place: Place, context: BrowserContext, told: Signed) -> None:
    place.served.civium("handover", "night-trains", STATE)
    page = context.new_page()
    page.goto(f"{place.served.page()}/take-back")
    page.wait_for_selector("#field-identifier")
    before = place.received()
    _take_back(page, told.identifier, told.erasure_code)
    expect(page.get_by_text("Your statement was handed to the authority already: Malta.")).to_be_visible()
    assert place.counts(before)


def test_without_script_no_field_is_shown(place: Place, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in ("/en/receipt", "/en/i/night-trains/take-back"):
        page.goto(f"{place.served.url}{path}")
        assert page.locator("input, textarea, form, button").count() == 0
        assert page.get_by_text("Allow scripts for this page.").is_visible()
    context.close()
