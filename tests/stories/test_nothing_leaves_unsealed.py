"""P16: whatever happens to the script, no request carries a typed character, and without it no field is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.stories.conftest import Served
from tests.stories.signing import fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECRET = "Ćhîsêldůn"
VALUES = {"full_first_names": SECRET, "family_names": SECRET, "id_number": SECRET}


@pytest.fixture
def page(browser: Browser) -> Any:
    """A page that remembers every request it makes."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    opened = context.new_page()
    yield opened
    context.close()


def _watch(page: Page) -> list[Request]:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    return requests


def _check_silent(requests: list[Request], *, posts: int = 0) -> None:
    spelt = SECRET.encode()
    assert sum(request.url.endswith("/api/statements") for request in requests) == posts
    for request in requests:
        assert "%C4%86" not in request.url
        assert SECRET not in request.url
        assert spelt not in (request.post_data_buffer or b"")


def _abort(route: Route) -> None:
    route.abort()


def _missing(route: Route) -> None:
    route.fulfill(status=404, body="")


def _throwing(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body="throw new Error('half-way');" + answer.text())


@pytest.mark.parametrize("spoil", [_abort, _missing, _throwing])
def test_without_the_script_there_is_the_initiative_and_no_field(
    served: Served, page: Page, spoil: Callable[[Route], None]
) -> None:
    page.route("**/assets/form.*.js", spoil)
    requests = _watch(page)
    page.goto(served.page())
    page.wait_for_timeout(400)
    assert page.locator("#form input, #form select, #form textarea, #form button").count() == 0
    expect(page.locator("#form")).to_contain_text("These ways are open to you")
    expect(page.locator("h1")).to_have_text("Night trains for every capital")
    for key in ("Tab", "Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    _check_silent(requests)


def test_scripts_switched_off_show_the_same(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(served.page("mt"))
    assert opened.locator("#form input, #form select").count() == 0
    assert opened.locator("main").inner_text().strip()
    context.close()


@pytest.mark.parametrize(
    "lost", ["**/assets/seal-native*", "**/assets/rules-*", "**/api/collections/*/keys", "**/api/collections/*/manifests/*"]
)
def test_a_part_that_never_comes_keeps_the_fields_shut(served: Served, page: Page, lost: str) -> None:
    page.route(lost, _abort)
    if "seal" in lost:
        page.route("**/assets/seal-fallback*", _abort)
    requests = _watch(page)
    page.goto(served.page())
    page.select_option("#field-nationality", "MT")
    page.wait_for_timeout(1500)
    typed = page.locator("#form input:enabled")
    assert typed.count() == 0
    _check_silent(requests)


def test_enter_in_every_field_sends_nothing_before_everything_is_filled(served: Served, page: Page) -> None:
    page.goto(served.page())
    requests = _watch(page)
    fill(page, "MT", VALUES)
    for box in page.locator("#form input:not([type=checkbox])").all():
        box.focus()
        page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_visible()
    _check_silent(requests)
    assert page.url == served.page()
    for element in page.locator("#form form, #form input, #form select").all():
        assert element.get_attribute("name") is None
        assert element.get_attribute("action") is None


def test_a_forced_native_submission_is_stopped_by_the_page_itself(served: Served, page: Page) -> None:
    page.goto(served.page())
    requests = _watch(page)
    fill(page, "MT", VALUES)
    page.evaluate("document.querySelector('#form form').method = 'get'; document.querySelector('#form form').submit()")
    page.wait_for_timeout(500)
    _check_silent(requests)
    assert "?" not in page.url


def test_a_seal_that_fails_after_typing_sends_nothing(served: Served, page: Page) -> None:
    page.goto(served.page())
    fill(page, "MT", VALUES | {"id_number": "0000001M"})
    requests = _watch(page)
    gone = "() => { throw new Error('gone') }"
    page.evaluate(f"() => {{ crypto.subtle.encrypt = crypto.subtle.encapsulateBits = crypto.getRandomValues = {gone} }}")
    for box in page.locator(".confirm input[type=checkbox]:visible").all():
        box.check()
    page.check("#field-declaration")
    page.check("#field-privacy")
    page.click("form button[type=submit]")
    page.wait_for_timeout(1000)
    _check_silent(requests)


def test_what_leaves_is_sealed_and_what_was_typed_is_gone_on_the_way_back(served: Served, page: Page) -> None:
    page.goto(served.page())
    fill(page, "MT", VALUES | {"id_number": "0000001M"})
    page.goto(served.page("fr"))
    page.go_back()
    page.wait_for_timeout(300)
    values = page.locator("#form input:not([type=checkbox])").evaluate_all("boxes => boxes.map(box => box.value)")
    assert SECRET not in "".join(values)
