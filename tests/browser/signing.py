"""How a signatory fills in the form, for all tests that sign."""

from __future__ import annotations

from playwright.sync_api import Page

SPANISH = {
    "full_first_names": "Aurelia María",
    "family_names": "Montoro Vidal",
    "id_type": "dni",
    "id_number": "00000046T",
}
IRISH = {
    "full_first_names": "Eimear",
    "family_names": "Ní Dhuibhir",
    "residence_street": "Sráid na Trá",
    "residence_number": "7",
    "residence_postal_code": "A65 F4E2",
    "residence_city": "Baile Átha Cliath",
    "residence_country": "IE",
    "date_of_birth": "1985-03-07",
}


def choose(page: Page, address: str, jurisdiction: str) -> None:
    """Open the page and choose a nationality; come back when the fields may be typed into."""
    page.goto(address)
    page.select_option("#field-nationality", jurisdiction)
    page.wait_for_selector("fieldset.asked:not([disabled])")


def fill(page: Page, values: dict[str, str]) -> None:
    """Type the values into their fields."""
    for name, value in values.items():
        field = f"#field-{name.replace('_', '-')}"
        if name == "date_of_birth":
            for part, text in zip(("year", "month", "day"), value.split("-"), strict=True):
                page.fill(f"{field}-{part}", text.lstrip("0"))
        elif name in ("id_type", "residence_country"):
            page.select_option(field, value)
        else:
            page.fill(field, value)


def tick(page: Page) -> None:
    """Tick the declaration and the privacy statement."""
    page.check("#field-declaration")
    page.check("#field-privacy")


def sign(page: Page) -> None:
    """Press the button."""
    page.click("button[type=submit]")
