"""Whoever listens on the way learns nothing but that a page was opened: one journey through the whole site, every request looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from audit import screens
from audit.demonstration import COLLECTING, Demonstration
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Letters that occur in no address and no reply but by being typed.
VALUES = {"full_first_names": "Żżaqħeċ", "family_names": "Ċħoqqħaż", "id_number": "0000001M"}
_KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
_NOTHING = {"local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0, "workers": 0}


class Listener:
    """Everything that went over the wire, in order."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request))
        context.on("response", lambda response: self.responses.append(response))
        context.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        # That a page's data blocks are not run when another language takes its place is told as an error, too: they are not meant to be.
        if "Security Policy" in message.text:
            self.complaints.append(message.text)

    def carried(self, request: Request) -> str:
        """Give all that a request carries, as text."""
        body = (request.post_data_buffer or b"").decode("utf-8", "replace")
        return unquote(request.url) + str(request.all_headers()) + body


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 360, "height": 800}, accept_downloads=True)
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


def _journey(page: Page, here: Demonstration, tmp_path: Path) -> int:
    """Open, switch the language, sign, keep the receipt, share, check it, take the statement back; give the number of requests before sealing."""
    requests: list[Request] = []
    page.context.on("request", lambda request: requests.append(request))
    page.goto(f"{here.url}/en/i/{COLLECTING}")
    page.select_option("#field-nationality", "MT")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    screens.fill(page, VALUES)
    page.click("header summary")
    page.click("header a[hreflang=mt]")
    page.wait_for_url(f"**/mt/i/{COLLECTING}*")
    page.wait_for_selector("#field-nationality")
    page.select_option("#field-nationality", "MT")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    screens.fill(page, VALUES)
    screens.settle_doubts(page)
    before_sealing = len(requests)
    screens.sign(page)
    page.wait_for_selector("#thanks-h", timeout=60_000)
    with page.expect_download() as saving:
        page.locator(".slip .actions button").first.click()
    saving.value.save_as(tmp_path / "receipt")
    page.locator("[data-share=copy]:visible").click()
    expect(page.locator("#share [data-told]")).not_to_be_empty()
    identifier, code = page.locator(".slip dd.code").inner_text(), page.locator(".bigcode").inner_text()
    page.goto(f"{here.url}/mt/receipt")
    page.set_input_files("#receipt-file", tmp_path / "receipt")
    expect(page.locator("#receipt-text")).to_have_value(re.compile("tlog-proof"))
    page.click("#check .form .button")
    page.wait_for_selector("#check h2")
    page.goto(f"{here.url}/mt/i/{COLLECTING}/take-back")
    page.fill("#field-identifier", identifier)
    page.fill("#field-erasure-code", code)
    page.click("#erase button[type=submit]")
    page.click("#erase .button.danger")
    page.wait_for_selector("#erase .notice.ok")
    return before_sealing


def test_a_whole_journey_tells_nobody_anything(here: Demonstration, context: BrowserContext, tmp_path: Path) -> None:
    listener = Listener(context)
    page = context.new_page()
    before_sealing = _journey(page, here, tmp_path)
    assert page.evaluate(_KEPT) == _NOTHING
    assert context.cookies() == []
    assert context.storage_state() == {"cookies": [], "origins": []}
    assert listener.complaints == [], "the browser refused something that the pages wanted"
    _goes_nowhere_else(listener, here)
    _carries_no_letter(listener, before_sealing)
    _replies_are_strict(listener)


def _goes_nowhere_else(listener: Listener, here: Demonstration) -> None:
    assert len(listener.requests) > 30
    for request in listener.requests:
        parts = urlsplit(request.url)
        # A file that was made in the page is saved from it; no other address is without a host.
        assert request.url.startswith(f"{here.url}/") or request.url.startswith(f"blob:{here.url}/"), request.url
        assert parts.query == "", request.url
        headers = request.all_headers()
        assert "cookie" not in headers
        assert "authorization" not in headers
        assert not headers.get("referer"), request.url


def _carries_no_letter(listener: Listener, before_sealing: int) -> None:
    posts = []
    for place, request in enumerate(listener.requests):
        carried = listener.carried(request)
        for value in VALUES.values():
            assert value not in carried, request.url
        assert "ħ" not in unquote(request.url)
        if request.method == "POST":
            posts.append((place >= before_sealing, urlsplit(request.url).path))
        else:
            assert request.post_data_buffer is None
    assert all(after for after, _ in posts), "something was posted before the statement was sealed"
    assert [path.rpartition("/")[2] for _, path in posts] == ["tokens", "statements", "erasures"]


def _replies_are_strict(listener: Listener) -> None:
    pages = 0
    for response in listener.responses:
        headers = response.all_headers()
        assert "set-cookie" not in headers, response.url
        policy = headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy, response.url
        # A picture may have styles of its own: alone it is shown in a sandbox, and in a page no policy of its own counts.
        is_picture = headers.get("content-type") == "image/svg+xml"
        assert "sandbox" in policy if is_picture else "unsafe" not in policy, response.url
        assert not re.search(r"https?:|\*|data:|blob:|nonce|sha\d{3}", policy), response.url
        if headers.get("content-type", "").startswith("text/html"):
            pages += 1
            for part in ("form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"):
                assert part in policy, response.url
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
    assert pages >= 4
