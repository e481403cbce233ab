"""A campaign in a real browser: links that offer a State and tell of a partner, and the counter in another site's frame."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Request, Route

from .conftest import Installation
from .signing import SPANISH, fill, sign, tick
from .test_form import AXE

pytestmark = pytest.mark.browser

CODE = "rail-forum"


@contextmanager
def _another_site(body: str) -> Iterator[str]:
    """Serve a page from another origin on this machine, and give its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        serving.join()


def _says(requests: list[Request], word: str) -> list[str]:
    """Give the addresses of requests that carry a word in address, headers or body."""
    return [
        request.url
        for request in requests
        if word in request.url or word in json.dumps(request.all_headers()) or word.encode() in (request.post_data_buffer or b"")
    ]


def test_a_link_offers_a_state_and_tells_of_its_partner_after_the_thanks(installation: Installation, page: Page) -> None:
    requests: list[Request] = []
    seen: list[str] = []

    def at_the_chunk(route: Route) -> None:
        seen.append(page.evaluate("location.href"))
        route.continue_()

    page.on("request", lambda request: requests.append(request))
    page.route("**/assets/preset.*.js", at_the_chunk)
    page.clock.install()
    page.goto(f"{installation.page}#state=ES&source={CODE}")
    page.wait_for_selector("#preset")
    # Gone from the address bar before the script asked for anything.
    assert seen == [installation.page]
    assert page.evaluate("[location.href, history.length, history.state]") == [installation.page, 2, None]
    assert page.locator("#preset p").first.inner_text() == "You come from a link for: Spain"
    assert page.input_value("#field-nationality") == "", "a State is offered, never chosen"
    assert page.locator("fieldset.asked").count() == 0 or not page.locator("fieldset.asked").first.is_visible()

    page.get_by_role("button", name="Choose Spain").click()
    assert page.input_value("#field-nationality") == "ES"
    assert page.locator("#preset").count() == 0
    assert page.evaluate("document.activeElement.id") == "field-nationality"
    page.wait_for_selector("fieldset.asked:not([disabled])")
    assert page.evaluate(
        "[...document.querySelectorAll('fieldset.asked input')].every(one => one.value === '' || one.type === 'checkbox')"
    )
    fill(page, SPANISH)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert _says(requests, CODE) == [], "nothing told of the partner up to the thanks"

    with page.expect_request("**/api/sources") as told:
        page.clock.fast_forward(36_000)
    request = told.value
    assert (request.method, request.headers["content-type"]) == ("POST", "application/octet-stream")
    body = request.post_data_buffer or b""
    (statement,) = [one for one in requests if one.url.endswith("/api/statements")]
    assert body[16:] == CODE.encode()
    assert body[:16] in (statement.post_data_buffer or b""), "the collection, and nothing else that the statement has"
    headers = request.all_headers()
    assert not {"referer", "cookie", "authorization"} & headers.keys()
    reply = request.response()
    assert reply is not None
    assert reply.status == 204
    assert _says(requests, CODE) == [request.url]


def test_what_a_link_may_not_set_is_passed_over(installation: Installation, page: Page) -> None:
    page.goto(f"{installation.page}#state=XX&source=Not+A+Code&full_first_names=Eve&id_number=1&date_of_birth=1985-03-07")
    page.wait_for_function("location.hash === ''")
    page.select_option("#field-nationality", "ES")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    assert page.locator("#preset").count() == 0
    assert (
        page.evaluate("[...document.querySelectorAll('#form input:not([type=checkbox])')].map(one => one.value).join('')") == ""
    )
    assert page.evaluate("[...document.querySelectorAll('#form input[type=checkbox]')].some(one => one.checked)") is False


def test_whoever_comes_without_a_preset_loads_nothing_of_it(installation: Installation, page: Page) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.goto(f"{installation.page}#support")
    page.wait_for_selector("#field-nationality")
    assert page.url.endswith("#support"), "a place on the page is no preset"
    assert [one.url for one in requests if "/preset." in one.url] == []
    assert page.locator("#preset").count() == 0


def test_the_counter_counts_in_another_site_and_the_form_does_not_show_there(installation: Installation, page: Page) -> None:
    frames = "<!doctype html><title>x</title>" + "".join(
        f'<iframe src="{address}" title="{name}"></iframe>'
        for address, name in ((f"{installation.page}/counter", "counter"), (installation.page, "form"))
    )
    totals = iter((4_711, None, 4_712))

    def counts(route: Route) -> None:
        total = next(totals)
        route.fulfill(json={"received": total}) if total is not None else route.abort()

    page.clock.install()
    page.route("**/api/collections/*/counts", counts)
    with _another_site(frames) as address:
        page.goto(address)
        counter = page.frame_locator("iframe[title=counter]")
        counter.locator("#received").wait_for()
        for shown in ("4,711", "4,711", "4,712"):
            page.clock.fast_forward(61_000)
            counter.get_by_text(shown, exact=True).wait_for()
        assert counter.locator("input, select, form").count() == 0
        assert page.frame_locator("iframe[title=form]").locator("#form").count() == 0, "no page of the form may be framed"
        link = counter.get_by_role("link")
        assert (link.get_attribute("target"), link.get_attribute("href")) == ("_blank", "/en/i/night-trains")


@pytest.mark.parametrize("path", ["/el/i/night-trains/campaign", "/mt/open-data", "/en/i/night-trains/counter"])
def test_the_pages_are_accessible_and_narrow_enough(installation: Installation, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(installation.url + path)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [one["id"] for one in found["violations"]] == []
