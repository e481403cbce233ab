"""Axe finds nothing on any page, small and large, light and dark; nothing overflows at 320 pixels; nothing breaks the strict policy."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, Route

from civium.server.intake.replies import SECURITY
from civium.server.site import languages, outage, pages
from tests.server.site import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from civium.server.site.assets import Asset
    from civium.server.site.pages import Site

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
ORIGIN = "https://collect.example"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = [
    "/i/night-trains",
    "/",
    "/i/night-trains/protection",
    "/i/night-trains/privacy",
    "/i/night-trains/take-back",
    "/accessibility",
    "/receipt",
    "/nothing",
]
HEADERS = {name.decode(): value.decode() for name, value in SECURITY}


@cache
def _site(state: str) -> tuple[Site, dict[str, Asset]]:
    site = made.site(made.initiative(state=state, offers_news=True))
    return site, site.assets()


def _answer(route: Route, state: str = "collecting") -> None:
    """Answer from the pages themselves, with the headers of the hot path."""
    path = route.request.url.removeprefix(ORIGIN).split("#")[0]
    site, known = _site(state)
    if path in known:
        route.fulfill(body=known[path].content, content_type=known[path].media_type, headers=HEADERS)
    elif path.startswith("/api/"):
        route.fulfill(status=503, body=b"", headers=HEADERS)
    else:
        page = site.render(path) or pages.problem(404, pages.language_of_path(path))
        route.fulfill(body=page.body, content_type=page.media_type, headers=HEADERS)


@contextmanager
def _opened(browser: Browser, *, width: int, state: str = "collecting", **options: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.route("**/*", lambda route: _answer(route, state))
    yield page
    context.close()


def _violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert found["passes"], "axe did not run"
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes']]}" for fault in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("code", ["en", "el", "mt"])
def test_axe_finds_nothing(browser: Browser, code: str, width: int, scheme: str) -> None:
    with _opened(browser, width=width, bypass_csp=True, color_scheme=scheme, reduced_motion="reduce") as page:
        for path in PATHS:
            page.goto(f"{ORIGIN}/{code}{path}")
            page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
            assert _violations(page) == [], path


@pytest.mark.parametrize(("code", "width", "scheme"), [("en", 1280, "light"), ("el", 360, "dark"), ("mt", 320, "light")])
def test_axe_finds_nothing_on_the_forms_after_signing(browser: Browser, code: str, width: int, scheme: str) -> None:
    with _opened(browser, width=width, bypass_csp=True, color_scheme=scheme) as page:
        for name in ("news", "news-sent", "feedback", "feedback-sent"):
            page.goto(f"{ORIGIN}/{code}/i/night-trains/{name}")
            assert page.locator("main form").count() == (0 if name.endswith("-sent") else 1)
            assert _violations(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("state", ["waiting", "paused", "ended"])
def test_axe_finds_nothing_on_a_page_that_is_closed(browser: Browser, state: str) -> None:
    with _opened(browser, width=360, state=state, bypass_csp=True) as page:
        page.goto(f"{ORIGIN}/en/i/night-trains")
        assert page.locator("#form").count() == 0
        assert _violations(page) == []


@pytest.mark.parametrize("code", languages.CODES)
def test_nothing_overflows_at_320_pixels_in_any_language(browser: Browser, code: str) -> None:
    with _opened(browser, width=320) as page:
        for path in ("/i/night-trains", "/i/night-trains/protection", "/i/night-trains/take-back", "/receipt", "/"):
            page.goto(f"{ORIGIN}/{code}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_no_page_breaks_the_strict_policy_or_asks_elsewhere(browser: Browser) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    with _opened(browser, width=1280) as page:
        page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("request", lambda request: asked.append(request.url))
        for path in PATHS:
            page.goto(f"{ORIGIN}/en{path}")
            page.wait_for_load_state("networkidle")
        assert page.context.cookies() == []
    assert complaints == []
    assert all(url.startswith(f"{ORIGIN}/") for url in asked)


def test_without_script_the_whole_page_is_there_and_no_field(browser: Browser) -> None:
    with _opened(browser, width=360, java_script_enabled=False) as page:
        page.goto(f"{ORIGIN}/en/i/night-trains")
        assert page.locator("input, select, textarea, form").count() == 0
        assert page.get_by_text("These ways are open to you:").is_visible()
        assert page.get_by_role("heading", level=1).inner_text().split() == ["Night", "trains", "for", "every", "capital"]


def test_the_form_takes_the_place_of_what_stood_there(browser: Browser) -> None:
    with _opened(browser, width=360) as page:
        page.goto(f"{ORIGIN}/en/i/night-trains")
        page.wait_for_selector("#form select")
        assert page.locator("#support-h").count() == 1


def test_the_outage_page_passes_axe(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.set_content(outage.outage_page().decode())
    assert _violations(page) == []
    context.close()
