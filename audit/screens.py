"""The screens that no address leads to: the form open, with mistakes, the thanks, an unknown outcome, taking back. Each is reached by really going there.

The rules are:
- everything is found by what no language changes: identifiers and classes;
- each screen is yielded while it stands; whoever looks may resize, but leaves it as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from audit.demonstration import COLLECTING, Demonstration
from civium.rehearsal.people import person_for, values_for
from civium.server.site import outage

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# A State whose nationals read the language; those that share one are spread, so that more forms are seen.
STATES = {
    "bg": "BG", "cs": "CZ", "da": "DK", "de": "AT", "et": "EE", "el": "CY", "en": "IE", "es": "ES", "fr": "LU", "ga": "IE", "hr": "HR",
    "it": "IT", "lv": "LV", "lt": "LT", "hu": "HU", "mt": "MT", "nl": "BE", "pl": "PL", "pt": "PT", "ro": "RO", "sk": "SK", "sl": "SI",
    "fi": "FI", "sv": "SE",
}  # fmt: skip
OF_THE_FORM = (
    "form", "form with mistakes", "form with a doubt", "form before clearing", "thanks", "receipt checked", "receipt wrong",
    "taking back with mistakes", "taking back, asked once more", "taken back",
)  # fmt: skip
OUTAGE = "outage"
_SENT = "**/api/statements"
_PATIENCE_MS = 60_000


def values_of(state: str) -> dict[str, str]:
    """Give what an invented national of a State types; the same each time."""
    rng = Random(f"audit {state}")  # noqa: S311  invented people
    return values_for(person_for(state, rng), rng)


def sign_in(language: str) -> str:
    """Give a language in which the demonstration can be signed: it has no official wording in Croatian."""
    return language if language != "hr" else "en"


def open_form(page: Page, here: Demonstration, language: str) -> str:
    """Open the page, choose the nationality that goes with the language, wait until the fields may be typed into; give the State."""
    state = STATES[language]
    page.goto(f"{here.url}/{language}/i/{COLLECTING}")
    page.select_option("#field-nationality", state)
    page.wait_for_selector("fieldset.asked:not([disabled])")
    return state


def fill(page: Page, values: dict[str, str]) -> None:
    """Type the values into the fields that are asked; a number comes last, its field waits for the choice of the document."""
    for name, value in sorted(values.items(), key=lambda pair: pair[0] == "id_number"):
        place = f"#field-{name.replace('_', '-')}"
        if name == "date_of_birth":
            for part, figure in zip(("year", "month", "day"), value.split("-"), strict=True):
                page.fill(f"{place}-{part}", figure.lstrip("0"))
        elif name in ("residence_country", "id_type"):
            if page.locator(place).count():
                page.select_option(place, value)
        else:
            page.fill(place, value)


def settle_doubts(page: Page) -> None:
    """Tick every confirmation that is asked for."""
    page.locator("#field-declaration").focus()
    for box in page.locator(".confirm input[type=checkbox]:visible").all():
        box.check()


def sign(page: Page) -> None:
    """Tick the two boxes and press the button."""
    page.check("#field-declaration")
    page.check("#field-privacy")
    page.click("form button[type=submit]")


def of_the_form(page: Page, here: Demonstration, language: str) -> Iterator[str]:
    """Go from the open form to the thanks, then take the statement back, and give the name of each screen on the way."""
    state = open_form(page, here, language)
    yield "form"
    page.click("form button[type=submit]")
    page.wait_for_selector(".summary:visible")
    yield "form with mistakes"
    fill(page, values_of(state) | {"full_first_names": "Ana 7"})
    page.locator("#field-declaration").focus()
    page.wait_for_selector(".confirm:visible")
    yield "form with a doubt"
    page.click("form .group > .button.plain")
    yield "form before clearing"
    page.click("form .group .button.second")
    fill(page, values_of(state))
    settle_doubts(page)
    sign(page)
    page.wait_for_selector("#thanks-h", timeout=_PATIENCE_MS)
    yield "thanks"
    with page.expect_download() as saving:
        page.locator(".slip .actions button").first.click()
    receipt = saving.value.path().read_text(encoding="utf-8")
    identifier = page.locator(".slip dd.code").inner_text()
    code = page.locator(".bigcode").inner_text()
    yield from _checking(page, here, language, receipt)
    yield from _taking_back(page, here, language, identifier, code)


def _checking(page: Page, here: Demonstration, language: str, receipt: str) -> Iterator[str]:
    page.goto(f"{here.url}/{language}/receipt")
    page.fill("#receipt-text", receipt)
    page.click("#check .form .button")
    page.wait_for_selector("#check h2:focus")
    yield "receipt checked"
    page.fill("#receipt-text", receipt.replace("\nindex ", "\nindex 1"))
    page.click("#check .form .button")
    page.wait_for_selector("#check .notice.bad")
    yield "receipt wrong"


def _taking_back(page: Page, here: Demonstration, language: str, identifier: str, code: str) -> Iterator[str]:
    page.goto(f"{here.url}/{language}/i/{COLLECTING}/take-back")
    page.fill("#field-identifier", identifier[:-1])
    page.fill("#field-erasure-code", code[::-1])
    page.click("#erase button[type=submit]")
    page.wait_for_selector("#erase .error:visible")
    yield "taking back with mistakes"
    page.fill("#field-identifier", identifier)
    page.fill("#field-erasure-code", code)
    page.click("#erase button[type=submit]")
    page.wait_for_selector("#erase .confirm")
    yield "taking back, asked once more"
    page.click("#erase .button.danger")
    page.wait_for_selector("#erase .notice.ok")
    yield "taken back"


def of_sending(page: Page, here: Demonstration, language: str) -> Iterator[str]:
    """Sign while the answers are lost, and give the screens of that; then one that the server refuses."""

    def lose(route: Route) -> None:
        route.fetch()  # it arrives and is stored; the answer does not come back
        route.abort()

    page.clock.install()
    page.route(_SENT, lose)
    state = open_form(page, here, language)
    fill(page, values_of(state))
    settle_doubts(page)
    sign(page)
    page.wait_for_selector("#form:not(:has(form)) [role=status]")
    yield "sending"
    for _ in range(40):
        if page.locator(".bigcode").count():
            break
        page.clock.run_for(10_000)
        page.wait_for_timeout(100)
    page.wait_for_selector("#form .bigcode", timeout=_PATIENCE_MS)
    yield "outcome unknown"
    page.unroute(_SENT)
    refusal = json.dumps({"code": "manifest-expired", "facts": {}})
    page.route(_SENT, lambda route: route.fulfill(status=409, content_type="application/json", body=refusal))
    page.locator("#form .button:not(.second)").first.click()
    page.wait_for_selector("#form .notice.warn + p + .actions")
    yield "refused"


def of_an_outage(page: Page) -> Iterator[str]:
    """Show the page that a proxy gives while nothing else answers; it is one for all languages."""
    page.set_content(outage.outage_page().decode())
    yield OUTAGE
