"""The pages in Chromium: they fit a small phone, the form is a thumb away, the list is searched, drawings stay still, paper is whole."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from civium.server.intake.replies import SECURITY, SECURITY_OF_DRAWINGS
from civium.server.site import shown
from civium.server.site.pages import Site
from tests.server.site import made

pytestmark = pytest.mark.browser
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>document.documentElement.id="ran"</script><path d="M0 0h9v9z"/></svg>'
# Lines, letters and words as far apart as a reader may set them (WCAG 2.2, 1.4.12).
SPACED = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}"
FAR = [
    "/en/",
    "/el/i/night-trains",
    "/bg/i/night-trains/questions",
    "/mt/i/night-trains/authorities",
    "/fi/i/night-trains/protection",
    "/de/i/night-trains/take-back",
    "/de/i/night-trains/privacy",
    "/en/legal-notice",
    "/fi/i/companion",
    "/en/style",
]


def _site() -> Site:
    texts = {"en": shown.Text("en", "Ħobż tajjeb for every school", "Bread.", lead="Good bread.")}
    others = [made.initiative(slug=f"bread-{at}", state="ended", texts=texts) for at in range(4)]
    companion = made.initiative(slug="companion", deployment="companion", collection=None, central_url="https://central.example/")
    return made.site(made.initiative(logo=DRAWING), companion, *others)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve the pages with the headers that they have, until the module is through."""
    site = _site()
    files = site.assets()

    class _Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = files.get(self.path)
            page = None if file else site.render(self.path)
            body, kind = (
                (file.content, file.media_type) if file else (page.body, page.media_type) if page else (b"", "text/plain")
            )
            self.send_response(200 if body else 404)
            for name, value in SECURITY_OF_DRAWINGS if kind == "image/svg+xml" else SECURITY:
                self.send_header(name.decode(), value.decode())
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _overflow(page: Page) -> int:
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wide


def test_pages_fit_320_pixels_also_with_the_readers_own_spacing(browser: Browser, url: str) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True) as context:
        page = context.new_page()
        for path in FAR:
            page.goto(url + path)
            assert _overflow(page) <= 0, path
            page.add_style_tag(content=SPACED)
            assert _overflow(page) <= 0, f"{path}, spaced"


def test_long_codes_are_seen_whole_on_a_phone(browser: Browser, url: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(url + "/en/i/night-trains/take-back")
        for name, typed in (
            ("identifier", "0192f3a4-b5c6-8d7e-9f01-23456789abcd"),
            ("erasure-code", "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z23"),
        ):
            field = page.locator(f"#field-{name}")
            field.fill(typed)
            assert field.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight + 1")


def test_the_form_is_a_thumb_away_and_on_a_low_window_covers_nothing(browser: Browser, url: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(url + "/en/i/night-trains")
        bar = page.locator(".thumb a")
        expect(bar).to_be_in_viewport()
        page.mouse.wheel(0, 1500)
        expect(bar).to_be_in_viewport()
        bar.click()
        expect(page.locator("#support-h")).to_be_in_viewport()
        page.goto(url + "/fi/i/companion")
        expect(page.locator(".thumb a")).to_be_in_viewport()
        assert page.locator(".thumb a").get_attribute("href") == "https://central.example/"
        page.set_viewport_size({"width": 320, "height": 256})
        assert page.locator(".thumb").evaluate("e => getComputedStyle(e).position") == "static"


def test_the_list_is_whole_without_script_and_searched_with_it(browser: Browser, url: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(url + "/en/")
        expect(page.locator(".hosted > li")).to_have_count(6)
        expect(page.locator("#find")).to_be_hidden()
    with browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url + "/en/")
        expect(page.locator("#find")).to_be_visible()
        before = len(asked)
        page.get_by_label("Find an initiative").fill("BREAD hobz")
        expect(page.locator(".hosted > li:visible")).to_have_count(4)
        expect(page.get_by_role("heading", name="Open for support")).to_be_hidden()
        expect(page.get_by_role("status")).to_have_text("Initiatives shown: 4")
        page.get_by_label("Find an initiative").fill("nothing like this")
        expect(page.get_by_role("status")).to_have_text("No initiative here has these words.")
        page.get_by_label("Find an initiative").fill("")
        expect(page.locator(".hosted > li:visible")).to_have_count(6)
        assert len(asked) == before
        assert not re.search(r"[?#]", page.url)


def test_nothing_in_a_drawing_runs_even_if_it_was_never_cleaned(browser: Browser, url: str) -> None:
    address = next(path for path in _site().assets() if path.startswith("/assets/logo-"))
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url + address)
        assert page.evaluate("document.documentElement.id") == ""


def test_paper_has_the_whole_text_and_no_form(browser: Browser, url: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url + "/en/i/night-trains")
        page.emulate_media(media="print")
        expect(page.get_by_text(made.initiative().texts["en"].treaties).first).to_be_visible()
        for hidden in (".thumb", ".cover", ".foot-groups", "#support"):
            expect(page.locator(hidden)).to_be_hidden()
