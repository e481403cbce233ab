"""Nothing can leave unsealed: the script blocked, late, cut off or translated; sealing lacking; a key that was not promised (feature P16)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Response, Route

from .conftest import Installation
from .signing import SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

_NO_ML_KEM = (
    "delete SubtleCrypto.prototype.encapsulateBits; delete SubtleCrypto.prototype.encapsulateKey; delete SubtleCrypto.supports;"
)
_NO_ED25519 = """
const importKey = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
  if (algorithm === "Ed25519") return Promise.reject(new DOMException("not supported", "NotSupportedError"));
  return importKey.call(this, format, key, algorithm, ...rest);
};
"""
_NO_CRYPTOGRAPHY = "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined});"


def _cut(route: Route) -> None:
    """Serve the first half of a file, as a lost connection might."""
    body = route.fetch().body()
    route.fulfill(body=body[: len(body) // 2], content_type="text/javascript")


@pytest.mark.parametrize("spoil", [lambda route: route.abort(), _cut], ids=["blocked", "cut off"])
def test_without_its_script_the_page_has_no_field_to_type_into(
    installation: Installation, tolerant_page: Page, spoil: Callable[[Route], None]
) -> None:
    page = tolerant_page
    page.route("**/assets/form.*.js", spoil)
    requests: list[Request] = []
    page.goto(installation.page)
    page.on("request", lambda request: requests.append(request))
    assert page.locator("main input, main select, main textarea").count() == 0
    page.locator("#support").click()
    page.keyboard.type("Aurelia 00000000T")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert [request.url for request in requests if "Aurelia" in request.url or "00000000T" in request.url] == []
    assert page.url.split("#")[0] == installation.page


@pytest.mark.parametrize("chunk", ["seal-native", "seal-fallback"])
def test_where_sealing_does_not_arrive_the_fields_stay_closed_and_the_way_on_is_told(
    installation: Installation, page: Page, chunk: str
) -> None:
    if chunk == "seal-fallback":
        page.add_init_script(_NO_ML_KEM)
    page.route(f"**/assets/{chunk}.*.js", lambda route: route.abort())
    page.goto(installation.page)
    page.select_option("#field-nationality", "ES")
    page.get_by_role("button", name="Try again").wait_for()
    assert page.locator("main input").count() == 0
    page.unroute(f"**/assets/{chunk}.*.js")


def test_the_fields_are_closed_until_a_test_value_was_sealed(installation: Installation, page: Page) -> None:
    held: list[Route] = []
    page.route("**/assets/seal-native.*.js", lambda route: held.append(route))
    page.goto(installation.page)
    page.select_option("#field-nationality", "ES")
    page.wait_for_selector("fieldset.asked[disabled] #field-family-names", state="attached")
    assert page.is_disabled("#field-family-names")
    assert page.is_disabled("button[type=submit]")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_selector("fieldset.asked:not([disabled])")
    assert page.is_enabled("#field-family-names")


def test_enter_and_submission_of_any_kind_send_nothing_typed(installation: Installation, page: Page) -> None:
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    for field in ("#field-full-first-names", "#field-family-names", "#field-id-number"):
        page.press(field, "Enter")
    # As if every listener had been lost: the browser's own submission, past the script.
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('form.form'))")
    page.wait_for_timeout(200)
    assert requests == []
    assert page.url == installation.page


@pytest.mark.parametrize(
    ("lacking", "chunk"), [(_NO_ML_KEM, "seal-fallback"), (_NO_ED25519, "ed25519-fallback")], ids=["no ML-KEM", "no Ed25519"]
)
def test_a_browser_that_lacks_something_loads_it_and_signs(
    installation: Installation, page: Page, lacking: str, chunk: str
) -> None:
    replies: list[Response] = []
    bodies: list[bytes | None] = []
    page.add_init_script(lacking)
    page.on("response", lambda reply: replies.append(reply))
    page.on(
        "request", lambda request: bodies.append(request.post_data_buffer) if request.url.endswith("/api/statements") else None
    )
    choose(page, installation.page, "ES")
    assert any(f"/assets/{chunk}." in reply.url for reply in replies)
    fill(page, SPANISH)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert bodies[0] is not None
    assert dict(installation.opened(bodies[0]).fields) == SPANISH


def test_a_browser_that_has_all_it_needs_loads_no_fallback(installation: Installation, page: Page) -> None:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    choose(page, installation.page, "ES")
    assert any("/assets/seal-native." in url for url in urls)
    assert not any("fallback" in url for url in urls)


def test_a_browser_that_can_do_neither_is_told_and_shown_the_ways_left(installation: Installation, page: Page) -> None:
    page.add_init_script(_NO_CRYPTOGRAPHY)
    page.goto(installation.page)
    page.get_by_role("heading", name="This browser cannot seal your statement").wait_for()
    assert page.locator("main input").count() == 0
    # The ways that the server wrote for a page without script: they differ from one deployment to the other.
    assert page.get_by_text("Come back later, on any device").count() == 1


def test_a_key_that_the_manifest_does_not_promise_closes_the_form(installation: Installation, page: Page) -> None:
    def swapped(route: Route) -> None:
        reply = json.loads(route.fetch().body())
        reply["keys"]["ES"] = reply["keys"]["FR"]
        route.fulfill(json=reply, headers={"date": "Sat, 21 Nov 2026 12:00:00 GMT"})

    page.route("**/keys", swapped)
    page.goto(installation.page)
    page.select_option("#field-nationality", "ES")
    page.get_by_role("heading", name="The form stays closed").wait_for()
    assert page.locator("main input").count() == 0


@pytest.mark.parametrize("pattern", ["**/assets/rules-eci.*.json", "**/manifests/*"], ids=["rules", "manifest"])
def test_other_rules_or_another_manifest_close_the_form(installation: Installation, page: Page, pattern: str) -> None:
    page.route(pattern, lambda route: route.fulfill(body=route.fetch().body() + b" "))
    page.goto(installation.page)
    page.select_option("#field-nationality", "ES")
    page.get_by_role("heading", name="The form stays closed").wait_for()
    assert page.locator("main input").count() == 0


def test_a_state_without_a_key_is_closed_and_says_so(installation: Installation, page: Page) -> None:
    def without(route: Route) -> None:
        reply = route.fetch()
        found = json.loads(reply.body())
        del found["keys"]["ES"]
        route.fulfill(json=found, headers={"date": reply.headers["date"]})

    page.route("**/keys", without)
    page.goto(installation.page)
    page.select_option("#field-nationality", "ES")
    page.get_by_text("Statements of support from nationals of Spain cannot be given online").wait_for()
    assert page.locator("main input").count() == 1, "what finds a State, and no field of a statement"
    page.select_option("#field-nationality", "FR")
    page.wait_for_selector("fieldset.asked:not([disabled])")


def test_a_page_translated_by_the_browser_seals_what_was_typed(installation: Installation, page: Page) -> None:
    bodies: list[bytes | None] = []
    page.on(
        "request", lambda request: bodies.append(request.post_data_buffer) if request.url.endswith("/api/statements") else None
    )
    choose(page, installation.page, "ES")
    # What a translation does: every text node is wrapped and replaced, attributes too.
    page.evaluate("""() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const nodes = [];
      while (walker.nextNode()) nodes.push(walker.currentNode);
      for (const node of nodes) {
        if (!node.textContent.trim() || node.parentElement.closest('script, option')) continue;
        const font = document.createElement('font');
        font.textContent = 'xx ' + node.textContent;
        node.replaceWith(font);
      }
      for (const option of document.querySelectorAll('option')) option.textContent = 'xx ' + option.textContent;
    }""")
    fill(page, SPANISH)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert bodies[0] is not None
    assert dict(installation.opened(bodies[0]).fields) == SPANISH
