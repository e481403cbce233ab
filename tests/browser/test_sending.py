"""Sending in a real browser: the write lost, the reply lost, the server full, the receipt forged, the page too old."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from civium.formats import receipt

from .conftest import Installation
from .signing import SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

_STATEMENTS = "**/api/statements"


def _sign(page: Page, installation: Installation) -> None:
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    tick(page)
    sign(page)


def test_a_lost_write_is_sent_again_and_a_lost_reply_counts_once(installation: Installation, page: Page) -> None:
    before = installation.received()
    bodies: list[bytes | None] = []

    def lose(route: Route) -> None:
        bodies.append(route.request.post_data_buffer)
        if len(bodies) == 1:  # the write is lost
            route.abort()
        elif len(bodies) == 2:  # the write is kept, its reply is lost
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(_STATEMENTS, lose)
    _sign(page, installation)
    page.wait_for_selector("#thanks-h", timeout=20_000)
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert installation.received() == before + 1


def test_a_full_server_is_asked_again_after_the_time_it_named(installation: Installation, page: Page) -> None:
    replies = iter([503, 503])

    def answer(route: Route) -> None:
        status = next(replies, None)
        if status is None:
            route.continue_()
        else:
            route.fulfill(status=status, headers={"retry-after": "1"}, body="")

    page.route(_STATEMENTS, answer)
    _sign(page, installation)
    page.get_by_text("Many people are supporting at this moment").wait_for()
    page.wait_for_selector("#thanks-h", timeout=20_000)


def test_an_outcome_that_stays_unknown_is_told_so_and_trying_goes_on(installation: Installation, page: Page) -> None:
    page.clock.install()
    page.route(_STATEMENTS, lambda route: route.abort())
    _sign(page, installation)
    for _ in range(5):
        page.wait_for_timeout(100)
        page.clock.run_for(10_000)
    page.get_by_role("heading", name="We do not know yet whether it arrived").wait_for()
    assert page.locator(".bigcode").count() == 1
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the sealed statement").click()
    assert saved.value.suggested_filename.endswith(".envelope")
    page.unroute(_STATEMENTS)
    page.get_by_role("button", name="Try now").click()
    page.wait_for_selector("#thanks-h")


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text.replace("\nindex ", "\nindex 9"), lambda _: "not a receipt", lambda text: text[:-10] + "AAAAAAAAA\n"],
)
def test_a_receipt_that_does_not_fit_is_never_thanked_for(
    installation: Installation, page: Page, spoil: Callable[[str], str]
) -> None:
    bodies: list[bytes | None] = []

    def forge(route: Route) -> None:
        bodies.append(route.request.post_data_buffer)
        route.fulfill(body=spoil(route.fetch().text()), content_type="text/plain; charset=utf-8")

    page.route(_STATEMENTS, forge)
    _sign(page, installation)
    page.get_by_role("heading", name="The receipt does not fit").wait_for()
    assert page.locator("#thanks-h").count() == 0
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the sealed statement and the answer").click()
    kept = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert bodies[0] is not None
    assert base64.b64decode(kept["envelope"]) in bodies[0]
    assert kept["answer"]
    assert SPANISH["family_names"] not in page.content()


def test_a_refusal_is_told_in_a_sentence_and_what_was_typed_is_still_there(installation: Installation, page: Page) -> None:
    page.route(_STATEMENTS, lambda route: route.fulfill(status=403, json={"code": "collection-paused", "facts": {}}))
    _sign(page, installation)
    page.get_by_text("Collection is paused at the moment").wait_for()
    page.get_by_role("button", name="Back to the form").click()
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    page.unroute(_STATEMENTS)
    sign(page)
    page.wait_for_selector("#thanks-h")


def test_the_receipt_to_keep_is_the_servers_and_holds_no_secret(installation: Installation, page: Page) -> None:
    _sign(page, installation)
    page.wait_for_selector("#thanks-h")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the receipt").click()
    text = saved.value.path().read_text(encoding="utf-8")
    kept = receipt.parse(text)
    code = page.inner_text(".bigcode").replace("\n", "")
    identifier = page.inner_text(".slip .code")
    assert saved.value.suggested_filename == f"{identifier}.tlog-proof"
    assert str(receipt.identifier(kept.leaf[5:37])) == identifier
    assert code not in text
    assert receipt.erasure_commitment(_collection(page), receipt.parse_erasure_code(code)) == kept.leaf[37:]
    page.get_by_role("button", name="Do not keep it").click()
    assert identifier not in page.content()
    # For the next person nothing is left, not by the button "back" either.
    page.get_by_role("button", name="Clear for the next person").click()
    page.wait_for_selector("#field-nationality")
    assert code not in page.content()
    page.go_back()
    assert code not in page.content()


def _collection(page: Page) -> bytes:
    """The collection's identifier, of which the page no longer tells anything once it thanks."""
    page_source: str = page.evaluate("async () => (await fetch(location.pathname)).text()")
    return bytes.fromhex(page_source.split('data-collection="')[1][:32])
