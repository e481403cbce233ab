"""The page of progress at a running server: its days are those of the public log, and it stays fresh only while somebody looks."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import Installation

pytestmark = pytest.mark.browser

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COUNTS = "**/counts"


@pytest.fixture(scope="module")
def series(installation: Installation) -> dict[str, Any]:
    """Give the days as open data tells them: the server counts them in the background after its start."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{_api(installation)}/series", timeout=10) as reply:
                told: dict[str, Any] = json.load(reply)
                return told
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(0.1)
    pytest.fail("the days are not counted")


def _api(installation: Installation) -> str:
    return f"{installation.url}/api/collections/{installation.collection()}"


def _address(installation: Installation, code: str = "en") -> str:
    return f"{installation.url}/{code}/i/night-trains/progress"


def _counts(installation: Installation) -> dict[str, Any]:
    with urllib.request.urlopen(f"{_api(installation)}/counts", timeout=10) as reply:
        told: dict[str, Any] = json.load(reply)
        return told


def test_the_page_shows_what_open_data_tells(installation: Installation, series: dict[str, Any], page: Page) -> None:
    page.goto(_address(installation))
    counts = _counts(installation)
    assert page.locator(".goal [data-live=received]").inner_text() == f"{counts['received']:,}"
    entries = series["entries"]["all"]
    told = [int(text) for text in page.locator("figure details:last-of-type td:nth-of-type(1)").all_text_contents()]
    assert told[: len(entries)] == entries
    assert set(told[len(entries) :]) <= {0}, "since then, none"
    for code, received in counts["jurisdictions"].items():
        assert page.locator(f"tr[data-place={code}] td").first.inner_text() == str(received)


@pytest.mark.parametrize(("code", "width", "scheme"), [("en", 1280, "light"), ("el", 360, "dark"), ("mt", 320, "light")])
def test_axe_finds_nothing_and_the_strict_policy_holds(
    installation: Installation, series: dict[str, Any], browser: Browser, code: str, width: int, scheme: Any
) -> None:
    assert series["days"]
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(_address(installation, code))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    found = page.evaluate(f"{_AXE.read_text(encoding='utf-8')}; axe.run(document, {{runOnly: {json.dumps(_RULES)}}})")
    assert found["passes"]
    assert [fault["id"] for fault in found["violations"]] == []
    context.close()


def test_figures_change_in_place_and_a_sentence_is_heard_once_in_five_minutes(installation: Installation, page: Page) -> None:
    counts = _counts(installation)
    page.clock.install()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        counts["received"] += 1_000_000
        counts["jurisdictions"]["MT"] = 4_320 if len(asked) > 1 else 2_160
        route.fulfill(json=counts)

    page.route(_COUNTS, answer)
    page.goto(_address(installation))
    total = page.locator(".goal [data-live=received]")
    before = total.inner_text()
    page.clock.run_for(59_000)
    assert asked == []
    assert total.inner_text() == before
    page.clock.run_for(2_000)
    expect(total).to_have_text(f"{counts['received']:,}")
    row, tile = page.locator("tr[data-place=MT]"), page.locator(".tiles g[data-place=MT]")
    expect(row.locator("td")).to_contain_text(["2,160", "4,320", "50%"])
    expect(tile.locator(".pc")).to_have_text("50%")
    assert tile.locator(".level").get_attribute("height") == "21.5"
    assert page.locator(".land path[data-place=MT]").get_attribute("class") == "q2 disc"
    assert page.locator("#told").inner_text() == "", "not within five minutes"
    _let_it_ask(page, asked)
    expect(row).to_have_class("is-over")
    expect(tile).to_have_class("in")
    assert page.locator(".land path[data-place=MT]").get_attribute("fill") == "url(#over-threshold)"
    assert page.locator("[data-live=over]").inner_text() == str(page.locator("tr.is-over").count())
    assert "Malta" in str(page.locator("svg.tiles[role=img]").get_attribute("aria-label"))
    for _ in range(4):
        _let_it_ask(page, asked)
        expect(total).to_have_text(f"{counts['received']:,}")
    expect(page.locator("#told")).to_contain_text("statements received")


def _let_it_ask(page: Page, asked: list[str]) -> None:
    """Let the page's clock run for its minute until it asks once more: in steps, as it gives up what by that clock takes long."""
    before = len(asked)
    for _ in range(90):
        if len(asked) > before:
            return
        page.clock.run_for(1_000)
    raise AssertionError("it did not ask within a minute and a half")


def test_nothing_is_asked_while_hidden_or_offline_and_failures_make_it_slower(installation: Installation, page: Page) -> None:
    page.clock.install()
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, body="")

    page.route(_COUNTS, fail)
    page.goto(_address(installation))
    _show(page, "hidden")
    page.clock.run_for(600_000)
    assert asked == []
    page.context.set_offline(True)
    _show(page, "visible")
    page.clock.run_for(600_000)
    assert asked == []
    page.context.set_offline(False)
    with page.expect_response(_COUNTS):
        page.clock.run_for(1_000)  # it has waited long enough
    page.wait_for_timeout(100)
    page.clock.run_for(110_000)
    assert len(asked) == 1, "two minutes after one failure"
    with page.expect_response(_COUNTS):
        page.clock.run_for(15_000)
    page.wait_for_timeout(100)
    page.clock.run_for(200_000)
    assert len(asked) == 2, "four minutes after two"


def test_without_script_the_page_is_whole(installation: Installation, series: dict[str, Any], browser: Browser) -> None:
    assert series["days"]
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(_address(installation))
    assert page.locator("table.states tbody tr").count() == 27
    assert page.locator("svg.land path[data-place]").count() == 27
    assert page.locator("svg.plot").is_visible()
    assert page.get_by_role("link", name="E-mail").is_visible()
    context.close()


def _show(page: Page, state: str) -> None:
    """Bring the page to the front or take it away, as far as its script can tell."""
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        state,
    )
