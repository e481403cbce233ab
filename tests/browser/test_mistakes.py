"""The forty most likely mistakes: each is answered beside its field, in the reader's language, with what to do; what is right is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from civium.law.periods import brussels_date
from civium.server.site import catalogues
from civium.server.site.words import words

from .conftest import Installation
from .signing import IRISH, SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

_BULGARIAN = {"full_first_names": "Калина", "family_names": "Ветренова", "id_number": "0101019998"}
_BELGIAN = {"full_first_names": "Annelore", "family_names": "Vanthieghem", "id_number": "01010199966"}
_PORTUGUESE = {"full_first_names": "Benedita", "family_names": "Salgueiral", "id_type": "cc", "id_number": "000000000ZZ4"}
_MALTESE = {"full_first_names": "Ġorġa", "family_names": "Xrihella", "id_type": "", "id_number": "1234567M"}
_FILLED = {"BG": _BULGARIAN, "BE": _BELGIAN, "PT": _PORTUGUESE, "ES": SPANISH, "SE": _BELGIAN | {"id_number": "190101019990"}}
# The server's calendar of these tests: noon in Brussels on this day.
_TODAY = "Sat, 20 Feb 2027 11:00:00 GMT"


@dataclass(frozen=True)
class Mistake:
    """What somebody typed, in which State's form and language, and the sentence (by its key) that answers beside which field."""

    state: str
    language: str
    typed: dict[str, str]
    beside: str
    key: str
    places: dict[str, str] = field(default_factory=dict)
    #: what the answer is: a fault that must be mended, a doubt that may be confirmed, a note that stops nobody
    kind: str = "fault"


def _fault(state: str, language: str, beside: str, value: str, key: str, /, **places: str) -> Mistake:
    return Mistake(state, language, {beside: value}, beside, key, places)


def _doubt(state: str, language: str, beside: str, value: str, key: str, /, **places: str) -> Mistake:
    return Mistake(state, language, {beside: value}, beside, key, places, "doubt")


def _note(state: str, language: str, beside: str, value: str, key: str) -> Mistake:
    return Mistake(state, language, {beside: value}, beside, key, {}, "note")


_BORN = "date_of_birth"
_AGE = "age.too-young"
MISTAKES = {
    "wrong script": _doubt("IE", "ga", "family_names", "Ní Dhuіbhir", "hint.name-script"),
    "number in another alphabet": _doubt("ES", "bg", "id_number", "00000000Т", "hint.number-alphabet"),
    "O for 0": _doubt("ES", "el", "id_number", "0000000OT", "hint.number-zero", number="00000000T"),
    "I for 1": _doubt("BG", "bg", "id_number", "0I01019998", "hint.number-zero", number="0101019998"),
    "day and month changed about": _fault("FI", "fi", _BORN, "1985-27-3", "error.date_of_birth.order", n="27"),
    "two-digit year": _fault("NL", "nl", _BORN, "85-3-27", "error.date_of_birth.year"),
    "30 February": _fault("DE", "de", _BORN, "1988-2-30", "error.date_of_birth.days", n="29", month="Februar 1988"),
    "29 February of a year without": _fault(
        "LU", "fr", _BORN, "1985-2-29", "error.date_of_birth.days", n="28", month="février 1985"
    ),
    "no such day": _fault("DK", "da", _BORN, "1985-3-45", "error.date_of_birth.unreal"),
    "the month as a word": _fault("SK", "sk", _BORN, "1985-marec-27", "error.date_of_birth.unreal"),
    "day missing": _fault("EL", "el", _BORN, "1985-3-", "error.date_of_birth.part"),
    "future date": _fault("IE", "en", _BORN, "2030-1-1", "error.date_of_birth.future"),
    "under age by one day": _fault("DE", "de", _BORN, "2011-2-21", _AGE, state="Deutschland", date="21. Februar 2027"),
    "implausible age": _doubt("FI", "sv", _BORN, "1896-2-1", "hint.birth-date-implausible"),
    "foreign postal code": _doubt("DE", "mt", "residence_postal_code", "D02 X285", "hint.postal-code-format", example="26133"),
    "missing house number": _fault("SK", "hu", "residence_number", "", "error.residence_number"),
    "single name": _fault("BG", "ro", "family_names", "", "error.family_names"),
    "emoji in the name": _doubt("ES", "es", "full_first_names", "Aurelia \N{GRINNING FACE}", "hint.name-characters"),
    "digits in the name": _doubt("BE", "nl", "family_names", "Vanthieghem 2", "hint.name-figures"),
    "e-mail in the name": _doubt("PT", "pt", "family_names", "benedita@example.org", "hint.name-email"),
    "title in the name": _note("BE", "de", "full_first_names", "Dr. Annelore", "note.title"),
    "full name filled into the first names": _note("ES", "it", "full_first_names", "Aurelia Montoro Vidal", "note.both"),
    "201 letters": _note("BG", "bg", "family_names", "Ж" * 201, "note.long"),
    "longer than the form holds": _fault("IE", "lv", "residence_street", "x" * 1025, "error.too-long"),
    "only spaces": _fault("ES", "sl", "family_names", "   \N{NO-BREAK SPACE}", "error.family_names"),
    "control characters": _fault("ES", "hr", "family_names", "Mon\x07toro", "error.characters"),
    "number of another document": _doubt("ES", "et", "id_number", "ABC123456", "hint.number-other", document="Pasaporte"),
    "number too short": _doubt(
        "BE", "fr", "id_number", "0101019996", "hint.number-length", n="10", usual="11", example="01010199966"
    ),
    "number too long": _doubt(
        "ES", "lt", "id_number", "0000000000T", "hint.number-length", n="11", usual="9", example="00000000T"
    ),
    "wrong checksum": _doubt("PT", "pl", "id_number", "000000000ZZ5", "hint.number-checksum"),
    "country not chosen": _fault("IE", "cs", "residence_country", "", "error.residence_country"),
    "document not chosen": _fault("PT", "en", "id_type", "", "error.id_type"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_beside_its_field_with_what_to_do(installation: Installation, page: Page, mistake: Mistake) -> None:
    if mistake.kind != "note":  # what is sent is received today, whatever the calendar of a test says
        _set_calendar(page)
    _begin(installation, page, mistake.state, mistake.language)
    _type(page, _whole(mistake.state) | mistake.typed)
    tick(page)
    if mistake.kind != "note":
        sign(page)
    said = _said(page, mistake.beside, mistake.kind)
    expected = _sentence(mistake.language, mistake.key, mistake.places)
    assert said.startswith(expected) if mistake.key == _AGE else said == expected
    control = page.locator(_place(mistake.beside)).first
    described = [page.inner_text(f"#{each}") for each in (control.get_attribute("aria-describedby") or "").split()]
    assert any(said in each for each in described), "whoever hears the page hears it with the field"
    if mistake.kind == "note":
        sign(page)
        page.wait_for_selector("#thanks-h")
        return
    assert control.get_attribute("aria-invalid") == "true"
    assert page.locator(".summary a").count() == 1, "nothing else is found fault with"
    assert page.locator("#thanks-h").count() == 0


RIGHT = {
    "hyphenated name": ("ES", {"family_names": "Vidal-Montoro"}),
    "apostrophes of all kinds": ("ES", {"family_names": "D'Amico d’Amico dʼAmico d´Amico"}),
    "name in capitals": ("BG", {"family_names": "ВЕТРЕНОВА"}),
    "one name in both fields": ("BE", {"full_first_names": "Annelore", "family_names": "Annelore"}),
    "pasted spaces": ("ES", {"id_number": " 0000 0000\N{NO-BREAK SPACE}T\N{ZERO WIDTH SPACE}"}),
    "pasted dashes and dots": ("BE", {"id_number": "01.01.01\N{EN DASH}999-66"}),
    "lower-case letters": ("PT", {"id_number": "000000000zz4"}),
    "full-width digits": ("BG", {"id_number": "０１０１０１９９９８"}),
    "right-to-left mark": (
        "ES",
        {"id_number": "\N{RIGHT-TO-LEFT MARK}00000000T", "family_names": "Montoro\N{RIGHT-TO-LEFT MARK}"},
    ),
    "exactly of age today": ("DE", {_BORN: "sixteen years ago"}),
    "a hyphen for no house number": ("IE", {"residence_number": "-"}),
    "a whole date put into the first part": ("FI", {_BORN: "27.3.1985"}),
}


@pytest.mark.parametrize(("state", "typed"), RIGHT.values(), ids=RIGHT.keys())
def test_what_is_right_is_left_alone(installation: Installation, page: Page, state: str, typed: dict[str, str]) -> None:
    bodies: list[bytes | None] = []
    page.on("request", lambda sent: bodies.append(sent.post_data_buffer) if sent.url.endswith("/api/statements") else None)
    if "sixteen" in typed.get(_BORN, ""):
        today = brussels_date(datetime.now(UTC))
        typed = {_BORN: f"{today.year - 16}-{today.month}-{today.day if (today.month, today.day) != (2, 29) else 28}"}
    _begin(installation, page, state, "en")
    _type(page, _whole(state) | typed)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert bodies[0] is not None
    sealed = installation.opened(bodies[0])
    assert sealed.confirmations == frozenset()
    assert not any("\N{RIGHT-TO-LEFT MARK}" in value for value in sealed.fields.values())
    if "." in typed.get(_BORN, ""):
        assert sealed.fields[_BORN] == "1985-03-27"


@pytest.mark.parametrize(("state", "language"), [("EL", "el"), ("MT", "mt"), ("HU", "hu")])
def test_all_fields_empty_and_both_ticks_missing_are_answered_one_by_one(
    installation: Installation, page: Page, state: str, language: str
) -> None:
    _begin(installation, page, state, language)
    sign(page)
    links = page.locator(".summary a")
    shown = page.locator(".asked .field.wrong")
    assert links.count() == shown.count() >= 4
    said = links.all_inner_texts()
    assert said[-2:] == [_sentence(language, key, {}) for key in ("error.declaration", "error.privacy")]
    assert page.inner_text(".summary h2") == _sentence(language, "summary.title", {})
    page.check("#field-privacy")
    sign(page)
    assert page.locator(".summary a").last.inner_text() == _sentence(language, "error.declaration", {})


def test_a_checksum_is_confirmed_once_for_one_document_and_asked_again_for_another(
    installation: Installation, page: Page
) -> None:
    _begin(installation, page, "PT", "en")
    _type(page, _PORTUGUESE | {"id_number": "000000000ZZ5"})
    tick(page)
    page.check(".confirm input")
    page.select_option("#field-id-type", "passport")
    assert not page.is_checked(".confirm input"), "what was confirmed was the other document's number"
    assert "another document" not in page.inner_text(".confirm") or "Cartão" in page.inner_text(".confirm")
    page.select_option("#field-id-type", "cc")
    page.check(".confirm input")
    sign(page)
    page.wait_for_selector("#thanks-h")


def test_another_state_keeps_names_and_no_number_of_another_document(installation: Installation, page: Page) -> None:
    _begin(installation, page, "ES", "en")
    _type(page, SPANISH)
    page.select_option("#field-nationality", "BG")
    page.wait_for_selector("fieldset.asked:not([disabled]) #field-id-number")
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    assert page.input_value("#field-id-number") == ""
    page.select_option("#field-nationality", "ES")
    page.wait_for_selector("fieldset.asked:not([disabled]) #field-id-type")
    assert (page.input_value("#field-id-type"), page.input_value("#field-id-number")) == ("dni", SPANISH["id_number"])


def test_another_language_says_the_same_of_what_was_typed(installation: Installation, page: Page) -> None:
    _begin(installation, page, "ES", "en")
    _type(page, SPANISH | {"id_number": "00000001A"})
    page.click("header .menu summary")
    page.click("header a[hreflang=fi]")
    page.wait_for_selector("html[lang=fi] fieldset.asked:not([disabled])")
    tick(page)
    sign(page)
    assert _said(page, "id_number", "doubt") == _sentence("fi", "hint.number-checksum", {})


@pytest.mark.parametrize(
    ("language", "parts"),
    [("hu", "year month day"), ("sv", "year month day"), ("el", "day month year"), ("mt", "day month year")],
)
def test_the_parts_of_a_date_stand_in_the_order_of_the_language(
    installation: Installation, page: Page, language: str, parts: str
) -> None:
    _begin(installation, page, "IE", language)
    ids = page.eval_on_selector_all(".parts input", "found => found.map(input => input.id)")
    assert ids == [f"field-date-of-birth-{part}" for part in parts.split()]
    example = " ".join({"day": "27", "month": "3", "year": "1985"}[part] for part in parts.split())
    assert example in page.inner_text("#field-date-of-birth-hint")


def test_a_state_is_found_by_typing_and_never_chosen_by_it_alone(installation: Installation, page: Page) -> None:
    page.goto(f"{installation.url}/fi/i/night-trains")
    page.focus("#find")
    page.keyboard.type("s")
    page.locator(".finder .button").first.wait_for()
    assert page.input_value("#field-nationality") == ""
    page.keyboard.press("Enter")
    assert page.input_value("#field-nationality") == "", "more than one State fits"
    page.fill("#find", "norja")
    assert page.inner_text(".finder [role=status]") == _sentence("fi", "nationality.found.none", {})
    page.fill("#find", "espana")
    assert page.locator(".finder .button").all_inner_texts() == ["Espanja"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    assert page.input_value("#field-nationality") == "ES"
    assert page.evaluate("document.activeElement.id") == "field-nationality"
    assert page.is_hidden("#find")


def _begin(installation: Installation, page: Page, state: str, language: str) -> None:
    choose(page, f"{installation.url}/{language}/i/night-trains", state)


def _set_calendar(page: Page) -> None:
    page.route("**/keys", lambda route: route.fulfill(response=route.fetch(), headers={"date": _TODAY}))


def _whole(state: str) -> dict[str, str]:
    return _FILLED.get(state) or IRISH | {
        "residence_country": "GR" if state == "EL" else state,
        "residence_postal_code": _POSTAL_CODES[state],
    }


_POSTAL_CODES = {
    "IE": "A65 F4E2",
    "DE": "26133",
    "FI": "00550",
    "NL": "1234AB",
    "LU": "4750",
    "DK": "1566",
    "SK": "01001",
    "EL": "15124",
}


def _type(page: Page, values: dict[str, str]) -> None:
    born = values.get(_BORN, "")
    rest = {name: value for name, value in values.items() if name != _BORN}
    if "." in born:
        page.fill("#field-date-of-birth-day", born)
    elif born:
        for part, text in zip(("year", "month", "day"), born.split("-"), strict=True):
            page.fill(f"#field-date-of-birth-{part}", text)
    fill(page, {name: value for name, value in rest.items() if name != "id_number"})
    if "id_number" in rest and page.is_visible("#field-id-number"):
        page.fill("#field-id-number", rest["id_number"])


def _place(name: str) -> str:
    return "#field-date-of-birth-day" if name == _BORN else f"#field-{name.replace('_', '-')}"


def _said(page: Page, name: str, kind: str) -> str:
    base = f"#field-{name.replace('_', '-')}"
    ending = {"fault": "error", "doubt": "doubt", "note": "note"}[kind]
    return page.inner_text(f"{base}-{ending}")


def _sentence(language: str, key: str, places: dict[str, str]) -> str:
    translated = words(language)
    sentence = translated(catalogues.browser_words()[key])
    if key == "error.date_of_birth.order":
        own = {part: translated(catalogues.browser_words()[f"birth.{part}"]) for part in ("day", "month")}
        places = places | own
    for place, value in places.items():
        sentence = sentence.replace(f"{{{place}}}", value)
    return sentence
