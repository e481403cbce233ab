"""Examines what a browser shows now: axe-core and our own checks, small and large, light, dark and in forced colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.chromium import DESK, PHONE, ZOOMED
from audit.english import english_for
from civium.server.site import languages

if TYPE_CHECKING:
    from playwright.sync_api import Page

STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Rules whose outcome may follow the colours; all others are the same in every scheme.
_OF_COLOUR = ("color-contrast", "link-in-text-block")
_HEIGHT = 800
_ZOOMED_HEIGHT = 256  # 1280 x 1024 at 400 per cent
# Our own checks -> the criterion of WCAG 2.2 that they stand for; text under 16 pixels is a rule of our own.
CRITERIA = {
    "overflow": "1.4.10",
    "covered": "1.4.10",
    "spacing": "1.4.12",
    "small-text": "ours",
    "focus": "2.4.7",
    "order": "2.4.3",
    "english": "3.1.2",
}
_CRITERION = re.compile(r"wcag(\d)(\d)(\d+)")
_AXE = """async ([values, rules]) => {
  const options = rules.length ? {runOnly: {type: 'rule', values: rules}} : {runOnly: {type: 'tag', values}, rules: {'target-size': {enabled: true}}}
  const found = await axe.run(document, {...options, resultTypes: ['violations'], preload: false, elementRef: false})
  return {
    ran: found.passes.length + found.violations.length + found.inapplicable.length + found.incomplete.length,
    violations: found.violations.map(({id, tags, nodes}) => ({id, tags, nodes: nodes.map(({target, html}) => `${target.join(' ')} “${html.slice(0, 90)}”`)})),
  }
}"""


@dataclass(frozen=True)
class Fault:
    """One fault: which check, on which page in which language, how the page stood, what is wrong. `criterion` is empty for a mere advice."""

    check: str
    criterion: str
    page: str
    language: str
    width: int
    scheme: str
    what: str


@dataclass(frozen=True)
class View:
    """What is being examined: the name of a page or screen, and its language."""

    name: str
    language: str


def examine(page: Page, view: View) -> list[Fault]:
    """Give every fault of what the page shows now; it stands as before afterwards, as on a phone in the light."""
    found: list[Fault] = []
    page.evaluate("civiumChecks.unfold(false)")
    for width in (DESK, PHONE):
        _stand(page, width)
        found += _axe(page, view, width, "light")
        for scheme in ("dark", "forced"):
            _stand(page, width, scheme)
            found += _axe(page, view, width, scheme, _OF_COLOUR)
    found += _own(page, view)
    _stand(page, PHONE)
    return list(dict.fromkeys(found))


def _own(page: Page, view: View) -> Iterator[Fault]:
    _stand(page, ZOOMED, height=_ZOOMED_HEIGHT)
    page.evaluate("civiumChecks.unfold(true)")
    yield from _checked(page, view, "overflow", "overflow", ZOOMED)
    page.evaluate("civiumChecks.unfold(false)")
    yield from _checked(page, view, "covered", "covered", ZOOMED)
    page.evaluate("civiumChecks.space(true)")
    yield from _checked(page, view, "spacing", "overflow", ZOOMED)
    page.evaluate("civiumChecks.space(false)")
    yield from _checked(page, view, "overflow", "overflow", ZOOMED)
    _stand(page, PHONE)
    yield from _checked(page, view, "small-text", "small", PHONE)
    yield from _checked(page, view, "order", "order", PHONE)
    for width, scheme in ((DESK, "light"), (PHONE, "forced")):
        _stand(page, width, scheme)
        if scheme == "light":
            yield from _checked(page, view, "overflow", "overflow", width)
        yield from _focus(page, view, width, scheme)
    if view.language in languages.OWN_NAMES:
        left = english_for(view.language).left(page.evaluate("civiumChecks.sentences()"))
        yield from (Fault("english", CRITERIA["english"], view.name, view.language, DESK, "light", text) for text in left)


def _focus(page: Page, view: View, width: int, scheme: str) -> Iterator[Fault]:
    """Whoever has pressed a key is shown the focus; afterwards it stands where it stood."""
    kept = page.evaluate_handle("document.activeElement")
    page.keyboard.press("Shift")
    page.evaluate("civiumChecks.unfold(true)")
    yield from _checked(page, view, "focus", "focus", width, scheme)
    page.evaluate("civiumChecks.unfold(false)")
    page.evaluate("element => { element?.focus?.(); scrollTo(0, 0) }", kept)


def _checked(page: Page, view: View, name: str, check: str, width: int, scheme: str = "light") -> Iterator[Fault]:
    for place, what in page.evaluate(f"civiumChecks.{check}()"):
        yield Fault(name, CRITERIA[name], view.name, view.language, width, scheme, f"{place}: {what}")


def _axe(page: Page, view: View, width: int, scheme: str, rules: tuple[str, ...] = ()) -> Iterator[Fault]:
    told: dict[str, Any] = page.evaluate(_AXE, [[*STANDARD, "best-practice"], list(rules)])
    if told["ran"] == 0:
        raise RuntimeError("axe-core did not run")
    for violation in told["violations"]:
        criteria = [f"{one[1]}.{one[2]}.{one[3]}" for tag in violation["tags"] if (one := _CRITERION.fullmatch(tag))]
        criterion = (criteria or ["4.1.2"])[0] if set(violation["tags"]) & set(STANDARD) else ""
        for node in violation["nodes"]:
            yield Fault(violation["id"], criterion, view.name, view.language, width, scheme, node)


def _stand(page: Page, width: int, scheme: str = "light", *, height: int = _HEIGHT) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="active" if scheme == "forced" else "none",
        reduced_motion="reduce",
    )
