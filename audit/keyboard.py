"""Signs with the keyboard alone, from the top of the page to the thanks, as somebody does who cannot use a pointer.

The rules are:
- nothing but keys moves anything: no click, no script sets a value;
- at every stop the focus must be seen and must have moved on, and what has it must have a name;
- what is wrong is told by a `Stuck` with the place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.demonstration import COLLECTING, Demonstration
from audit.screens import STATES, values_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

LANGUAGES = ("el", "mt", "de")
_MOST_STOPS = 120
_CONTROLS = {
    "button", "link", "textbox", "combobox", "checkbox", "radio", "searchbox", "spinbutton", "slider", "switch", "listbox", "menuitem",
    "tab", "DisclosureTriangle",
}  # fmt: skip
_STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  return {
    tag: at.localName, id: at.id, type: at.type ?? '', href: at.getAttribute('href') ?? '', className: at.className,
    value: at.value ?? '', checked: at.checked ?? false, expanded: at.parentElement?.open ?? false,
    isInConfirm: at.closest('.confirm') !== null, isInHeader: at.closest('header') !== null,
    isShown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1, top: box.top + scrollY,
    isOnScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
_SAYS = """selector => {
  const at = document.querySelector(selector);
  return at && {role: at.getAttribute('role'), hasFocus: document.activeElement === at, text: at.textContent};
}"""


class Stuck(Exception):
    """The keyboard alone does not lead on."""


@dataclass
class Journey:
    """What was met on the way."""

    stops: list[str] = field(default_factory=list)
    named: int = 0


def sign_by_keyboard(page: Page, here: Demonstration, language: str) -> Journey:
    """Sign in a language and give the journey. Raises Stuck."""
    journey = Journey()
    state = STATES[language]
    page.goto(f"{here.url}/{language}/i/{COLLECTING}")
    page.wait_for_selector("#field-nationality")
    _open_and_close_the_languages(page, journey)
    page.reload()
    page.wait_for_selector("#field-nationality")
    if "skip" not in _tab(page, journey)["className"]:
        raise Stuck("the first stop is not the way past the head of the page")
    page.keyboard.press("Enter")
    _tab_until(page, journey, "field-nationality")
    for _ in range(60):
        if _stop(page)["value"] == state:
            break
        page.keyboard.press("ArrowDown")
    page.wait_for_selector("fieldset.asked:not([disabled])")
    _hear(page, "#form p[role=status]", takes_focus=False)
    _names(page, journey)
    _meet_mistakes(page, journey)
    _fill(page, journey, values_of(state))
    page.wait_for_selector("#thanks-h", timeout=60_000)
    if page.evaluate("document.activeElement.id") != "thanks-h":
        raise Stuck("the thanks do not have the focus")
    _names(page, journey)
    _leave(page, journey)
    return journey


def _open_and_close_the_languages(page: Page, journey: Journey) -> None:
    for _ in range(6):
        at = _tab(page, journey)
        if at["tag"] == "summary" and at["isInHeader"]:
            break
    else:
        raise Stuck("the list of languages is not reached from the top")
    page.keyboard.press("Enter")
    if not _stop(page)["expanded"]:
        raise Stuck("the list of languages does not open by Enter")
    if _tab(page, journey)["tag"] != "a":
        raise Stuck("an open list of languages is not entered by Tab")


def _meet_mistakes(page: Page, journey: Journey) -> None:
    """Send the empty form: the summary is announced, has the focus, and leads to the first field."""
    _tab_until(page, journey, lambda at: at["type"] == "submit")
    page.keyboard.press("Enter")
    _hear(page, ".summary", takes_focus=True)
    if _tab(page, journey)["tag"] != "a":
        raise Stuck("the summary has no link to a field")
    page.keyboard.press("Enter")
    at = _stop(page)
    if not at["id"].startswith("field-"):
        raise Stuck("a link of the summary does not lead to its field")
    told = page.evaluate(
        "id => { const at = document.getElementById(id); const by = at.closest('[aria-describedby]')?.getAttribute('aria-describedby') ?? '';"
        "return by.split(' ').some(name => document.getElementById(name)?.textContent.trim()) }",
        at["id"],
    )
    if not told:
        raise Stuck(f"{at['id']} does not say what is wrong with it")


def _fill(page: Page, journey: Journey, values: dict[str, str]) -> None:
    """Type everything in the order of the stops, tick what is to be ticked, press the button."""
    parts = dict(zip(("year", "month", "day"), values.get("date_of_birth", "--").split("-"), strict=True))
    typed = {f"field-{name.replace('_', '-')}": value for name, value in values.items() if name != "date_of_birth"}
    typed |= {f"field-date-of-birth-{part}": figure.lstrip("0") for part, figure in parts.items()}
    for _ in range(_MOST_STOPS):
        at = _stop(page)
        if at["id"] in typed and at["tag"] == "select":
            _choose(page, typed[at["id"]])
        elif at["id"] in typed:
            page.keyboard.press("Control+A")
            page.keyboard.type(typed[at["id"]])
        elif at["type"] == "checkbox" and not at["checked"]:
            page.keyboard.press("Space")
        elif at["type"] == "submit":
            page.keyboard.press("Enter")
            if page.locator(".summary:visible").count() == 0:
                return
            raise Stuck("what was typed is not taken: " + page.locator(".summary").inner_text())
        _tab(page, journey)
    raise Stuck("the button is not reached")


def _choose(page: Page, value: str) -> None:
    for _ in range(300):
        if _stop(page)["value"] == value:
            return
        page.keyboard.press("ArrowDown")
    raise Stuck(f"{value} cannot be chosen by the arrow keys")


def _leave(page: Page, journey: Journey) -> None:
    """From the thanks on, Tab leads through everything and out of the page at last."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        if (at := _stop_or_none(page)) is None:
            return
        _check(journey, at, None)
    raise Stuck("the focus never leaves the page")


def _tab_until(page: Page, journey: Journey, wanted: Any) -> None:
    for _ in range(_MOST_STOPS):
        at = _tab(page, journey)
        if at["id"] == wanted or (callable(wanted) and wanted(at)):
            return
    raise Stuck(f"{wanted} is not reached by Tab")


def _tab(page: Page, journey: Journey) -> dict[str, Any]:
    before = page.evaluate_handle("document.activeElement")
    page.keyboard.press("Tab")
    at = _stop(page)
    has_moved = page.evaluate("before => document.activeElement !== before", before)
    _check(journey, at, None if has_moved else before)
    return at


def _check(journey: Journey, at: dict[str, Any], same: object) -> None:
    place = f"{at['tag']}#{at['id']}.{at['className']}"
    if same is not None:
        raise Stuck(f"Tab does not leave {place}")
    if not at["isShown"]:
        raise Stuck(f"{place} does not show that it has the focus")
    if not at["isOnScreen"]:
        raise Stuck(f"{place} has the focus and is not on the screen")
    journey.stops.append(place)


def _stop(page: Page) -> dict[str, Any]:
    at = _stop_or_none(page)
    if at is None:
        raise Stuck("the focus is nowhere")
    return at


def _stop_or_none(page: Page) -> dict[str, Any] | None:
    at: dict[str, Any] | None = page.evaluate(_STOP)
    return at


def _hear(page: Page, selector: str, *, takes_focus: bool) -> None:
    """What has changed is announced: by a live role, and by the focus where it was asked for."""
    told = page.evaluate(_SAYS, selector)
    if told is None or told["role"] not in ("alert", "status") or not told["text"].strip():
        raise Stuck(f"{selector} is not announced")
    if takes_focus and not told["hasFocus"]:
        raise Stuck(f"{selector} does not get the focus")


def _names(page: Page, journey: Journey) -> None:
    """Everything that can be used has a name in the tree that screen readers are given."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    for node in nodes:
        if node.get("ignored") or node.get("role", {}).get("value") not in _CONTROLS:
            continue
        if not str(node.get("name", {}).get("value", "")).strip():
            raise Stuck(f"a {node['role']['value']} has no name")
        journey.named += 1
    if not journey.named:
        raise Stuck("the accessibility tree names nothing")
