"""Whatever somebody who may sends to a screen, it is taken or refused: no view breaks over signs, numbers and names that no form of ours has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civium.server import console
from civium.server.console.screens import Screen
from civium.server.console.urls import all_screens
from tests.server.console.conftest import Browser, BrowserOf, Installation
from tests.server.console.lifecycle.going import go_live

_ASKED = re.compile(r"(?:line|text|address|email|day|one_of|is_ticked|file|files|get|getlist|number|whole)\(\s*\"([a-z_-]+)\"")
_IN_A_PAGE = re.compile(r"name=\"([a-z_-]+)\"")
_CAPTURE = re.compile(r"<(?:(\w+):)?(\w+)>")
_AWAY = ("log-off",)
ODD = {
    "nul": "\x00",
    "numbers": "9" * 25,
    "no-day": "2026-02-30",
    "markup": "\u202e💥\ufffe٣²'\"><svg/onload=x>{{7*7}}%s%(a)s\r\nX-A: b",
}


def _names() -> list[str]:
    """Give the names of all fields that a view asks for or a page has."""
    folder = Path(console.__file__).parent
    found = {name for path in folder.rglob("*.py") for name in _ASKED.findall(path.read_text("utf-8"))}
    return sorted(found | {name for path in folder.rglob("*.html") for name in _IN_A_PAGE.findall(path.read_text("utf-8"))})


def _address(screen: Screen, slug: str, number: str) -> str:
    given = {"int": number, "slug": "en", "str": "x"}
    return "/console/" + _CAPTURE.sub(lambda found: slug if found[2] == "slug" else given[found[1] or "str"], screen.path)


def _browser(screen: Screen, browser_of: BrowserOf, installation: Installation) -> Browser:
    made = browser_of(*(("representative", installation.petition) if screen.is_of_an_initiative else ("operator", None)))
    made.raise_request_exception = False
    return made


@pytest.mark.parametrize("kind", ODD)
def test_no_screen_breaks_over_what_is_sent(kind: str, installation: Installation, browser_of: BrowserOf) -> None:
    live = kind in ("nul", "numbers", "markup")
    if live:
        go_live(installation, installation.petition)
    told = dict.fromkeys(_names(), ODD[kind])
    broken = []
    for screen in all_screens():
        browser = _browser(screen, browser_of, installation)
        for number in ("1", "9" * 25):
            path = _address(screen, "quiet-skies", number)
            answers = [browser.get(path, told if number == "1" else {}).status_code] if "GET" in screen.methods else []
            if "POST" in screen.methods and screen.name not in _AWAY:
                answers.append(browser.post(path, told).status_code)
                if screen.largest_body > 1_000_000:
                    files = {
                        name: SimpleUploadedFile(f"{ODD[kind]}.pdf", b"%PDF-1.7 \xff")
                        for name in ("file", "files", "logo", "cover")
                    }
                    answers.append(browser.post(path, {**told, **files}).status_code)
            if any(status >= 500 for status in answers):
                broken.append((screen.name, number, answers))
            if "<int" not in screen.path:
                break
    assert not broken
