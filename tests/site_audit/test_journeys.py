"""A whole way through the real server: by keyboard alone in three languages; every screen of it without a fault; the pages of the tables are all walked."""

from __future__ import annotations

import pytest
from audit import keyboard, screens
from audit.demonstration import COLLECTING, Demonstration
from audit.keyboard import sign_by_keyboard
from audit.places import NOWHERE
from audit.working import Unit, look_at, units
from playwright.sync_api import Browser, Page

from civium.server.site import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", keyboard.LANGUAGES)
def test_one_signs_with_the_keyboard_alone(here: Demonstration, page: Page, language: str) -> None:
    journey = sign_by_keyboard(page, here, language)
    assert len(journey.stops) > 20
    assert journey.named > 30


def test_a_trap_is_told(here: Demonstration, page: Page) -> None:
    trap = "addEventListener('keydown', event => { if (event.key === 'Tab' && document.activeElement?.id === 'field-nationality') event.preventDefault() })"
    page.add_init_script(trap)
    with pytest.raises(keyboard.Stuck, match="Tab does not leave select#field-nationality"):
        sign_by_keyboard(page, here, "mt")


def test_every_page_of_the_tables_is_walked_where_it_is(here: Demonstration) -> None:
    names = {unit.name for unit in units(here, ("mt",)) if unit.kind == "page"}
    own, of_an_initiative = pages.endings()
    assert {"front", NOWHERE, COLLECTING} <= names
    assert {f"{COLLECTING}/{ending}" for ending in ("privacy", "protection", "take-back")} <= names
    assert names <= (
        {ending or "front" for ending in own}
        | {NOWHERE}
        | {f"{slug}/{ending}" if ending else slug for slug in here.slugs for ending in of_an_initiative}
    )


def test_no_screen_on_the_way_has_a_fault(here: Demonstration, browser: Browser) -> None:
    done = look_at(browser, here, Unit("form", "mt", "screens"))
    assert len(done.views) == len(screens.OF_THE_FORM)
    # Sentences that are new here are translated later; tests/server/site/test_catalogues.py holds a release to it.
    assert [fault for fault in done.faults if fault.criterion and fault.check != "english"] == []
