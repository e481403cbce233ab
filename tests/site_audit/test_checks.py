"""Each check finds the fault that was planted for it, and a sound page passes them all."""

from __future__ import annotations

import pytest
from audit.examining import Fault, View, examine
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_STYLE = "body { margin: 1rem; font: 17px/1.5 sans-serif } a { padding: 12px; display: inline-block } :focus-visible { outline: 3px solid #000 }"
_SOUND = "<h1>Nachtzüge</h1><p>Überall Nachtzüge.</p><p><a href='#a'>Weiter lesen</a></p>"


def _examined(page: Page, main: str, style: str = "") -> list[Fault]:
    page.set_content(
        f"<!doctype html><html lang='de'><meta name='viewport' content='width=device-width'><title>Probe</title><style>{_STYLE}{style}</style>"
        f"<body><main>{main}</main></body></html>"
    )
    return [fault for fault in examine(page, View("probe", "de")) if fault.criterion]


def _checks(page: Page, main: str, style: str = "") -> set[str]:
    return {fault.check for fault in _examined(page, _SOUND + main, style)}


def test_a_sound_page_passes(page: Page) -> None:
    assert _examined(page, _SOUND) == []


@pytest.mark.parametrize(
    ("check", "main", "style"),
    [
        ("overflow", "<div class='w'>x</div>", ".w { width: 700px }"),
        ("overflow", "<button class='b'>Staatsangehörigkeitsangelegenheit</button>", ".b { width: 100px; height: 48px }"),
        ("overflow", "<p class='c'>Abgeschnitten steht hier ein Satz</p>", ".c { width: 90px; overflow: hidden; white-space: nowrap }"),
        ("covered", "<p class='s'>Immer da</p>", ".s { position: sticky; top: 0; height: 200px }"),
        ("spacing", "<p class='h'>" + "Wort " * 60 + "</p>", ".h { height: 260px; overflow: hidden; font-size: 17px }"),
        ("small-text", "<form><label for='n'>Name</label> <input id='n' class='t'></form>", ".t { font-size: 12px }"),
        ("focus", "<button class='f'>Senden</button>", ".f:focus-visible { outline: none } .f { padding: 12px }"),
        ("order", "<div class='o'><p><a href='#b'>Erst</a></p><p><a href='#c'>Dann</a></p></div>", ".o { display: flex; flex-direction: column-reverse }"),
        ("english", "<p>Check a receipt</p>", ""),
        ("color-contrast", "<p class='k'>Kaum zu sehen</p>", ".k { color: #bbb; background: #fff }"),
        ("target-size", "<p><button class='k'>x</button><button class='k'>y</button></p>", ".k { all: unset; width: 12px; height: 12px }"),
        ("label", "<form><input class='i'></form>", ".i { font-size: 17px }"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(page: Page, check: str, main: str, style: str) -> None:
    assert check in _checks(page, main, style)


def test_a_fault_of_the_dark_alone_is_found(page: Page) -> None:
    style = "@media (prefers-color-scheme: dark) { body { background: #333; color: #444 } }"
    found = [fault for fault in _examined(page, _SOUND, style) if fault.check == "color-contrast"]
    assert found
    assert {fault.scheme for fault in found} == {"dark"}


def test_a_focus_that_only_forced_colours_hide_is_found(page: Page) -> None:
    style = ".f { padding: 12px; border: 0 } .f:focus-visible { outline: none; box-shadow: 0 0 0 3px #000 }"
    found = [fault for fault in _examined(page, _SOUND + "<button class='f'>Senden</button>", style) if fault.check == "focus"]
    assert {fault.scheme for fault in found} == {"forced"}


def test_what_says_that_it_is_english_may_be(page: Page) -> None:
    assert "english" not in _checks(page, "<p lang='en'>Check a receipt</p>")
