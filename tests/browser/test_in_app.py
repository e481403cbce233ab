"""Browsers inside other apps, and devices that go from hand to hand: nothing is lost where an app can do less, nothing is left for the next person."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route

from civium.formats import receipt

from .conftest import Installation
from .signing import SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

_PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36"
_APPS = {
    "Facebook": f"{_PHONE} [FB_IAB/FB4A;FBAV/480.0.0.54.88;]",
    "Instagram": f"{_PHONE} Instagram 350.0.0.0.0 Android",
    "TikTok": f"{_PHONE} musical_ly_2023500030 BytedanceWebview/d8a21c6",
    "Telegram": f"{_PHONE} Telegram-Android/11.2.3",
    "WeChat": f"{_PHONE} MicroMessenger/8.0.50 WeChat/arm64 Language/en",
}
# What pages lack there: another window, the system's sheet, the clipboard, a place for files.
_LESS = """
window.open = () => null;
delete Navigator.prototype.share;
delete Navigator.prototype.clipboard;
window.print = () => undefined;
const click = HTMLAnchorElement.prototype.click;
window.filesAsked = 0;
HTMLAnchorElement.prototype.click = function () { if (this.download) window.filesAsked += 1; else click.call(this); };
"""


@pytest.mark.parametrize("agent", _APPS.values(), ids=_APPS.keys())
def test_inside_an_app_one_signs_and_takes_the_receipt_along_as_text(
    installation: Installation, browser: Browser, agent: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, user_agent=agent, accept_downloads=False)
    page = context.new_page()
    page.add_init_script(_LESS)
    _sign(page, installation.page)
    page.wait_for_selector("#thanks-h")
    page.get_by_role("button", name="Save the receipt").click()
    page.get_by_text("Files cannot be saved in this app").wait_for()
    kept = receipt.parse(page.input_value("textarea"))
    assert str(receipt.identifier(kept.leaf[5:37])) == page.inner_text(".slip .code")
    assert page.evaluate("[window.filesAsked, document.activeElement.tagName, getSelection().toString().length > 0]")[:2] == [
        0,
        "TEXTAREA",
    ]
    page.get_by_role("button", name="Copy the erasure code").click()
    page.get_by_text("Mark the text and copy it by hand").first.wait_for()
    code = page.inner_text(".bigcode").replace("\n", "")
    assert code in [
        area.replace("\n", "") for area in page.eval_on_selector_all("textarea", "all => all.map(area => area.value)")
    ]
    context.close()


def test_where_a_file_was_offered_its_text_is_one_button_away(installation: Installation, page: Page) -> None:
    _sign(page, installation.page)
    page.wait_for_selector("#thanks-h")
    with page.expect_download():
        page.get_by_role("button", name="Save the receipt").click()
    page.get_by_role("button", name="No file arrived? Show it as text").click()
    assert receipt.parse(page.input_value("textarea"))


def test_a_lost_network_after_the_first_touch_lacks_nothing(installation: Installation, page: Page) -> None:
    """Everything that sending, waiting and thanking need was loaded before a field opened; offline and online again, the same envelope arrives once."""
    before = installation.received()
    bodies: list[bytes | None] = []
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    tick(page)
    page.wait_for_timeout(500)  # the work is solved meanwhile
    page.route("**/assets/**", lambda route: route.abort())

    def lose(route: Route) -> None:
        bodies.append(route.request.post_data_buffer)
        if len(bodies) == 1:
            route.fetch()  # kept, and its reply is lost
            page.context.set_offline(True)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/statements", lose)
    sign(page)
    page.get_by_text("You are offline. We send it as soon as you are connected again.").wait_for()
    page.context.set_offline(False)
    page.wait_for_selector("#thanks-h")
    assert bodies[0] == bodies[-1]
    assert installation.received() == before + 1


def test_an_unknown_outcome_stays_until_it_is_answered(installation: Installation, page: Page) -> None:
    before = installation.received()
    page.clock.install()
    bodies: list[bytes | None] = []

    def lose(route: Route) -> None:
        bodies.append(route.request.post_data_buffer)
        if len(bodies) == 1:
            route.fetch()
        route.abort()

    page.route("**/api/statements", lose)
    _sign(page, installation.page)
    for _ in range(6):
        page.wait_for_timeout(100)
        page.clock.run_for(10_000)
    page.get_by_role("heading", name="We do not know yet whether it arrived").wait_for()
    # Offline and online again: the screen stays, and says what is going on.
    page.context.set_offline(True)
    page.clock.run_for(120_000)
    page.get_by_text("You are offline.").wait_for()
    assert page.get_by_role("heading", name="We do not know yet whether it arrived").count() == 1
    page.context.set_offline(False)
    page.clock.run_for(120_000)
    assert page.get_by_role("heading", name="We do not know yet whether it arrived").count() == 1
    assert SPANISH["family_names"] not in page.content()
    page.unroute("**/api/statements")
    page.get_by_role("button", name="Try now").click()
    page.wait_for_selector("#thanks-h")
    assert len(set(bodies)) == 1
    assert installation.received() == before + 1


def test_a_slow_answer_is_explained(installation: Installation, page: Page) -> None:
    page.clock.install()
    held: list[Route] = []
    page.route("**/api/statements", lambda route: held.append(route))
    _sign(page, installation.page)
    page.get_by_text("Your sealed statement is on its way").wait_for()
    while not held:
        page.wait_for_timeout(50)
    page.clock.run_for(9_000)
    page.get_by_text("This takes longer than usual").wait_for()
    held[0].continue_()
    page.wait_for_selector("#thanks-h")


def test_a_stand_clears_itself_for_the_next_person(installation: Installation, page: Page) -> None:
    page.clock.install()
    _sign(page, f"{installation.page}#stand")
    page.wait_for_selector("#thanks-h")
    assert page.url == installation.page, "taken off the address at once"
    identifier = page.inner_text(".slip .code")
    page.get_by_text("This page clears itself for the next person. Seconds left: 60").first.wait_for()
    page.clock.run_for(10_000)
    page.get_by_text("Seconds left: 50").first.wait_for()
    with page.expect_navigation():
        page.clock.run_for(51_000)
    page.wait_for_selector("#field-nationality")
    assert identifier not in page.content()
    assert page.url == installation.page
    # The next person finds the stand as it was, and so does whoever begins and walks away.
    page.select_option("#field-nationality", "ES")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    page.fill("#field-family-names", "Montoro")
    page.clock.run_for(181_000)
    page.get_by_role("button", name="I am still here").click()
    assert page.input_value("#field-family-names") == "Montoro"
    page.clock.run_for(181_000)
    page.get_by_text("Is somebody still here?").wait_for()
    with page.expect_navigation():
        page.clock.run_for(61_000)
    page.wait_for_selector("#field-nationality")
    assert page.locator("#field-family-names").count() == 0


def test_the_countdown_of_a_stand_can_be_stopped_and_the_page_cleared_by_hand(installation: Installation, page: Page) -> None:
    page.clock.install()
    _sign(page, f"{installation.page}#stand")
    page.get_by_role("button", name="Do not clear it yet").click()
    page.clock.run_for(120_000)
    assert page.locator("#thanks-h").count() == 1
    page.get_by_text("This page no longer clears itself.").wait_for()
    with page.expect_navigation():
        page.locator("#stand").get_by_role("button", name="Clear for the next person").click()
    page.wait_for_selector("#field-nationality")


def test_without_a_stand_nothing_clears_itself(installation: Installation, page: Page) -> None:
    page.clock.install()
    choose(page, installation.page, "ES")
    page.fill("#field-family-names", "Montoro")
    page.clock.run_for(600_000)
    assert page.input_value("#field-family-names") == "Montoro"
    assert page.locator("#stand").count() == 0


def _sign(page: Page, address: str) -> None:
    choose(page, address, "ES")
    fill(page, SPANISH)
    tick(page)
    sign(page)
