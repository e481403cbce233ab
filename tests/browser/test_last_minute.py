"""The last minute of a collection, by the server's clock: told before one types more, counted down, and never lost or doubled at midnight."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route

from civium.law.periods import brussels_date, brussels_midnight

from .conftest import Installation
from .signing import SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

_STATEMENTS = "**/api/statements"
_ENDED = "Collection has ended. Statements can no longer be given."


def _set_server_clock(page: Page, now: datetime) -> None:
    """The page's calendar comes from the Date header of the reply with the keys, and from nothing else."""
    header = now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    page.route("**/keys", lambda route: route.fulfill(response=route.fetch(), headers={"date": header}))


def _end(installation: Installation, page: Page) -> datetime:
    """Open the page and give the instant at which its collection ends: midnight in Brussels after the last day."""
    page.goto(installation.page)
    closes_on = date.fromisoformat(page.get_attribute("#form", "data-closes-on") or "")
    return brussels_midnight(closes_on + timedelta(days=1))


def test_the_last_hours_are_counted_down_and_the_end_is_told_before_one_types_more(
    installation: Installation, page: Page
) -> None:
    end = _end(installation, page)
    page.clock.install()
    _set_server_clock(page, end - timedelta(hours=3, seconds=-5))
    choose(page, installation.page, "ES")
    page.get_by_text("Collection ends at midnight in Brussels. Time left: 2 h 59 min").wait_for()
    fill(page, SPANISH)
    page.clock.run_for(3_000_000)  # 50 minutes later
    page.get_by_text("Time left: 2 h 09 min").wait_for()
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    page.clock.fast_forward(2 * 3_600_000 + 9 * 60_000)
    page.clock.run_for(2_000)
    page.get_by_text(re.compile(r"Time left: 0 min \d\d s")).wait_for()
    page.clock.run_for(60_000)
    page.get_by_text("Collection has just ended. What was typed here is cleared, and nothing was sent.").wait_for()
    assert page.locator("main input:visible, main select:visible").count() == 0
    assert SPANISH["family_names"] not in page.content()


def test_a_page_left_open_over_the_end_says_so_at_the_first_touch(installation: Installation, page: Page) -> None:
    end = _end(installation, page)
    _set_server_clock(page, end)
    page.goto(installation.page)
    page.click("#support-h")
    page.get_by_text(_ENDED).wait_for()
    assert page.locator("main input:visible, main select:visible").count() == 0


def test_a_device_that_slept_over_the_end_asks_the_server_for_the_time(installation: Installation, page: Page) -> None:
    end = _end(installation, page)
    page.clock.install()
    _set_server_clock(page, end - timedelta(hours=9))
    choose(page, installation.page, "ES")
    page.get_by_text("Time left: 9 h 00 min").or_(page.get_by_text("Time left: 8 h 59 min")).wait_for()
    page.unroute("**/keys")
    _set_server_clock(page, end + timedelta(hours=1))
    # The clock of the device went on while the counter of the page stood still.
    page.clock.set_system_time(page.evaluate("Date.now()") + 10 * 3_600_000)
    page.clock.run_for(2_000)
    page.get_by_text("Collection has just ended").wait_for()


def test_what_is_sent_after_the_end_is_refused_in_words(own_installation: Installation, page: Page) -> None:
    choose(page, own_installation.page, "ES")
    fill(page, SPANISH)
    tick(page)
    before = own_installation.received()
    own_installation.act("initiative", "end", "night-trains", "--at-once", "--by", "Anna")
    # Which of them is the first to hear of the end depends on how soon the server looked: a challenge, a token, or the statement itself.
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if "/api/" in answer.url and answer.status == 403 else None)
    sign(page)
    page.get_by_text(_ENDED).wait_for()
    page.get_by_text("Nothing was stored.").wait_for()
    assert page.locator("#thanks-h").count() == 0
    assert refused
    assert own_installation.received() == before


def test_a_statement_sent_before_midnight_and_answered_after_it_is_thanked_for(installation: Installation, page: Page) -> None:
    """Its day is the one on which it came (Annex III: the date is set by the server), not the one on which the answer arrived."""
    before = installation.received()
    today = brussels_date(datetime.now(UTC))
    midnight = brussels_midnight(today + timedelta(days=1))
    page.clock.install()
    _set_server_clock(page, midnight - timedelta(seconds=30))

    def answer_late(route: Route) -> None:
        reply = route.fetch()  # received now, on its day
        page.clock.fast_forward(40_000)  # and answered on the next
        route.fulfill(response=reply)

    page.route(_STATEMENTS, answer_late)
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert installation.received() == before + 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_device_with_another_time_zone_and_a_wrong_clock_reads_the_servers_calendar(
    installation: Installation, browser: Browser, zone: str
) -> None:
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    end = _end(installation, page)
    page.clock.install(time=datetime(2019, 1, 1, tzinfo=UTC))
    _set_server_clock(page, end - timedelta(minutes=5, seconds=-1))
    choose(page, installation.page, "ES")
    page.get_by_text(re.compile(r"Time left: 4 min \d\d s")).wait_for()
    page.unroute("**/keys")
    _set_server_clock(page, end - timedelta(days=40))
    choose(page, installation.page, "ES")
    assert page.get_by_text("Time left").count() == 0
    context.close()
