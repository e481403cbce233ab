"""Fills the form as a person does and gives what was typed: the hands of the stories."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect


@dataclass(frozen=True)
class Signed:
    """What the thank-you screen told, and what went over the wire."""

    identifier: str
    erasure_code: str
    posted: bytes


def fill(page: Page, state: str, values: dict[str, str]) -> None:
    """Choose the State and type the values, in the order of the form."""
    page.select_option("#field-nationality", state)
    expect(page.locator("#field-full-first-names")).to_be_enabled(timeout=20_000)
    for name, value in values.items():
        if name == "id_number" or (name == "id_type" and page.locator("#field-id-type").count() == 0):
            continue  # where a State accepts one number only, its kind is not asked
        _put(page, name, value)
    # The number's field appears when the document is chosen.
    if "id_number" in values:
        page.fill("#field-id-number", values["id_number"])


def _put(page: Page, name: str, value: str) -> None:
    place = f"#field-{name.replace('_', '-')}"
    if name == "date_of_birth":
        year, month, day = value.split("-")
        for part, figure in (("day", str(int(day))), ("month", str(int(month))), ("year", year)):
            page.fill(f"{place}-{part}", figure)
    elif name in ("residence_country", "id_type"):
        page.select_option(place, value)
    else:
        page.fill(place, value)


def confirm_hints(page: Page) -> int:
    """Tick every confirmation that is shown and give their number."""
    page.locator("#field-declaration").focus()
    boxes = page.locator(".confirm input[type=checkbox]:visible")
    count = boxes.count()
    for at in range(count):
        boxes.nth(at).check()
    return count


def consent_and_send(page: Page) -> Signed:
    """Tick the two boxes, press the button, and wait for the thanks."""
    page.check("#field-declaration")
    page.check("#field-privacy")
    with page.expect_request(lambda request: request.url.endswith("/api/statements")) as sent:
        page.click("form button[type=submit]")
    expect(page.locator(".thanks")).to_be_visible(timeout=30_000)
    return Signed(
        identifier=page.locator(".slip dd.code").inner_text(),
        erasure_code=page.locator(".bigcode").inner_text(),
        posted=sent.value.post_data_buffer or b"",
    )


def sign(page: Page, url: str, state: str, values: dict[str, str]) -> Signed:
    """Open the page, fill the form, confirm what is asked, send, and give what came of it."""
    page.goto(url)
    fill(page, state, values)
    confirm_hints(page)
    return consent_and_send(page)
