"""The form in a real browser: what it asks, what it says, what it sends, and that only its authority can read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from civium.formats import posting
from civium.law.procedure import load_procedure

from .conftest import ROOT, Installation
from .signing import IRISH, SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(("jurisdiction", "values"), [("ES", SPANISH), ("IE", IRISH)])
def test_a_statement_arrives_and_only_its_authority_reads_it(
    installation: Installation, page: Page, jurisdiction: str, values: dict[str, str]
) -> None:
    before = installation.received()
    posts: list[Request] = []
    page.on("request", lambda request: posts.append(request) if request.url.endswith("/api/statements") else None)
    choose(page, installation.page, jurisdiction)
    fill(page, values)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert len(posts) == 1
    body = posts[0].post_data_buffer
    assert body is not None
    opened = installation.opened(body)
    assert dict(opened.fields) == values
    assert (opened.declaration, opened.privacy_read, opened.language) == (True, True, "en")
    assert opened.confirmations == frozenset()
    sent = posting.parse(body)
    assert (opened.identity_key_version, opened.token, len(sent.token)) == (1, sent.token, posting.TOKEN_SIZE)
    assert not any(value.encode() in body for value in values.values() if len(value) > 3)
    assert installation.received() == before + 1


def test_nothing_leaves_the_page_while_it_is_filled_in_and_nothing_is_kept(installation: Installation, page: Page) -> None:
    requests: list[Request] = []
    choose(page, installation.page, "ES")
    page.on("request", lambda request: requests.append(request))
    fill(page, SPANISH | {"id_number": "00000001A"})
    tick(page)
    sign(page)  # the doubt about the number stands in the way
    page.wait_for_selector(".summary:not([hidden])")
    # The worker that proves work is loaded and works meanwhile; it knows nothing of what is typed.
    assert [request.url for request in requests if "/assets/work-worker." not in request.url] == []
    assert page.url == installation.page
    kept = "[localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, history.state]"
    assert page.evaluate(f"async () => {kept}") == [0, 0, "", 0, None]
    assert page.eval_on_selector_all("#form [name]", "found => found.length") == 0
    assert page.eval_on_selector_all("#form [action], #form [formaction]", "found => found.length") == 0


def test_the_summary_gets_the_focus_and_leads_to_each_field(installation: Installation, page: Page) -> None:
    choose(page, installation.page, "IE")
    sign(page)
    assert page.evaluate("document.activeElement.className") == "summary"
    links = page.locator(".summary a")
    assert links.count() == len(IRISH) + 2
    links.nth(1).click()
    assert page.evaluate("document.activeElement.id") == "field-family-names"
    assert page.get_attribute("#field-family-names", "aria-invalid") == "true"
    described = page.get_attribute("#field-family-names", "aria-describedby")
    assert described is not None
    assert page.locator(f"#{described.split()[-1]}").inner_text() == "Enter your family names, as in your document"
    assert page.url == installation.page


def test_a_doubt_is_confirmed_and_the_confirmation_is_sealed(installation: Installation, page: Page) -> None:
    bodies: list[bytes | None] = []
    page.on(
        "request", lambda request: bodies.append(request.post_data_buffer) if request.url.endswith("/api/statements") else None
    )
    choose(page, installation.page, "ES")
    fill(page, SPANISH | {"id_number": "00000001A"})
    tick(page)
    page.check(".confirm input")
    # Another value is another doubt: the box does not stay ticked.
    page.fill("#field-id-number", "00000002A")
    page.press("#field-id-number", "Tab")
    assert not page.is_checked(".confirm input")
    sign(page)
    page.wait_for_selector(".summary:not([hidden])")
    page.check(".confirm input")
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert bodies[0] is not None
    assert installation.opened(bodies[0]).confirmations == frozenset({("id_number", "number-checksum")})


def test_who_is_too_young_is_told_from_when_and_nothing_is_sent(installation: Installation, page: Page) -> None:
    choose(page, installation.page, "IE")
    fill(page, IRISH | {"date_of_birth": "2020-02-29"})
    tick(page)
    sign(page)
    assert "28 February 2038" in page.inner_text(".summary") or "1 March 2038" in page.inner_text(".summary")
    assert page.locator("#thanks-h").count() == 0


def test_every_state_asks_what_its_rules_ask(installation: Installation, page: Page) -> None:
    page.goto(installation.page)
    for code, jurisdiction in load_procedure("eci").jurisdictions.items():
        page.select_option("#field-nationality", code)
        page.wait_for_selector("fieldset.asked:not([disabled])")
        expected = {"full-first-names", "family-names"} if jurisdiction.forms[-1].part == "B" else set(_PART_A)
        shown = set(page.eval_on_selector_all("fieldset.asked [id^=field-]:is(input, select)", "found => found.map(x => x.id)"))
        assert {f"field-{name}" for name in expected} <= shown, code
        assert page.input_value("#field-full-first-names") == ""
        assert not page.is_checked("#field-declaration")


_PART_A = [name.replace("_", "-") for name in IRISH if name != "date_of_birth"]


def test_what_was_typed_survives_another_state_and_not_a_clearing(installation: Installation, page: Page) -> None:
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    page.select_option("#field-nationality", "IE")
    page.wait_for_selector("fieldset.asked:not([disabled]) #field-residence-street")
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    page.get_by_role("button", name="Clear everything").click()
    page.get_by_role("button", name="No, keep it").click()
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    page.get_by_role("button", name="Clear everything").click()
    page.get_by_role("button", name="Yes, clear it").click()
    assert page.locator("#field-family-names").count() == 0
    page.select_option("#field-nationality", "ES")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    assert page.input_value("#field-family-names") == ""


def test_coming_back_finds_an_empty_form(installation: Installation, page: Page) -> None:
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    page.goto(f"{installation.page}/protection")
    page.go_back()
    page.wait_for_selector("#field-nationality")
    assert page.input_value("#field-nationality") == ""
    assert page.locator("#field-family-names").count() == 0
    assert SPANISH["family_names"] not in page.content()


def test_the_form_can_be_filled_in_with_the_keyboard_alone(installation: Installation, page: Page) -> None:
    page.goto(installation.page)
    page.focus("#field-nationality")
    page.keyboard.type("Spain")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    typed = {
        "field-full-first-names": "Aurelia",
        "field-family-names": "Montoro",
        "field-id-type": "Documento",
        "field-id-number": "00000000T",
    }
    for _ in range(30):
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.id || document.activeElement.type")
        if reached in typed:
            page.keyboard.type(typed[reached])
        elif reached in ("field-declaration", "field-privacy"):
            page.keyboard.press("Space")
        elif reached == "submit":
            page.keyboard.press("Enter")
            break
    page.wait_for_selector("#thanks-h")
    assert page.evaluate("document.activeElement.id") == "thanks-h"


@pytest.mark.parametrize(("language", "name"), [("mt", "Spanja"), ("el", "Ισπανία"), ("ga", "an Spáinn")])
def test_states_stand_in_the_readers_language(installation: Installation, page: Page, language: str, name: str) -> None:
    page.goto(f"{installation.url}/{language}/i/night-trains")
    assert page.inner_text("#field-nationality option[value=ES]") == name
    assert page.input_value("#field-nationality") == ""
    assert page.locator("#field-nationality option").count() == 28


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_form_with_mistakes(installation: Installation, browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(installation.page)
    page.fill("#find", "s")
    page.locator(".finder .button").first.wait_for()
    assert _violations(page, "#support") == []
    choose(page, installation.page, "DE")
    fill(page, IRISH | {"residence_postal_code": "x", "residence_country": "FR", "date_of_birth": "2020-01-01"})
    sign(page)
    page.wait_for_selector(".summary:not([hidden])")
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    choose(page, f"{installation.page}#stand", "ES")
    fill(page, SPANISH)
    tick(page)
    sign(page)
    page.wait_for_selector("#thanks-h")
    page.wait_for_selector("#stand")
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_another_language_keeps_what_was_typed_and_the_boxes_are_ticked_anew(installation: Installation, page: Page) -> None:
    bodies: list[bytes | None] = []
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    tick(page)
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.click("header .menu summary")
    page.click("header a[hreflang=fr]")
    page.wait_for_selector("html[lang=fr] fieldset.asked:not([disabled])")
    assert page.url == f"{installation.url}/fr/i/night-trains"
    assert not any("Montoro" in request.url or request.post_data for request in requests)
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    assert page.input_value("#field-id-number") == SPANISH["id_number"]
    assert not page.is_checked("#field-declaration")
    tick(page)
    page.on(
        "request", lambda request: bodies.append(request.post_data_buffer) if request.url.endswith("/api/statements") else None
    )
    sign(page)
    page.wait_for_selector("#thanks-h")
    assert bodies[0] is not None
    opened = installation.opened(bodies[0])
    assert (dict(opened.fields), opened.language) == (SPANISH, "fr")


def _violations(page: Page, part: str = "html") -> list[tuple[str, str]]:
    page.add_script_tag(content=Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate("([part, tags]) => axe.run(part, {runOnly: {type: 'tag', values: tags}})", [part, _AXE_TAGS])
    return [(violation["id"], node["html"][:200]) for violation in found["violations"] for node in violation["nodes"]]
