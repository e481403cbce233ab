"""Where every screen of the console is opened, in an installation that lifelike.py has filled: each by its name, with what its address holds.

The rules are:
- a screen whose address holds nothing but its initiative needs no line here; any other has one, or stands among those that have no page;
- a screen that has no page of its own is a file, or is named with the reason why nobody opens it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import resolve

from civium.server.console.accounts.doors import DOORS
from civium.server.console.lifecycle.forms import FORMS
from civium.server.console.screens import Screen
from civium.server.console.urls import all_screens
from tests.stories.lifelike import COLLECTING, EMPTY, ENDED, PETITION

_CAPTURE = re.compile(r"<(?:\w+:)?(\w+)>")
# What answers with a file, and how the file begins.
FILES: Mapping[str, bytes] = {
    "dashboard-file": b"",
    "duties-calendar": b"BEGIN:VCALENDAR",
    "letter-pdf": b"%PDF-",
    "letter-text": b"",
    "export-file": b"",
    "feedback-csv": b"",
    "journal-csv": b"",
    "journal-lines": b"{",
    "installation-journal-csv": b"",
    "installation-journal-lines": b"{",
    "paper-form": b"%PDF-",
    "paper-file": b"week,place,statements",
    "partners-csv": b"",
    "partner-code": b"",
    "post-words": b"",
}
# Opened on the way, by a person's acts: there is nothing to open before.
BY_ACTS = frozenset(
    {"setup-comparison", "post-preview", "post-message", "post-text", "post-settings", "post-send", "export-anyway"}
)
# Leads on to the log-on at once, which says why.
LEADS_ON = frozenset({"account_inactive"})
# No page of their own.
NO_PAGE: Mapping[str, str] = {
    "initiative": "leads on to the screen that one's role works with",
    "draft": "stands there only for who was away for fifteen minutes: tests/server/console/test_drafts.py",
    "setup-certificate-file": "the paper that was handed in: tests/server/console/setup/test_by_hand.py",
    "setup-preview-file": "a picture of the preview, which asks for it",
    "destruction-proof": "a text after all is destroyed: test_console.py takes it",
    "destruction-proof-pdf": "the same as a PDF",
    "certificate-scan-file": "a scan that an authority sent: tests/server/console/lifecycle",
    "proposal-file": "a file that a proposal brings: tests/server/console/proposals",
}


@dataclass(frozen=True)
class Address:
    """A screen's name, and one of its addresses below the console's."""

    screen: str
    path: str
    is_of_an_initiative: bool = True


def check_table() -> None:
    """Check that every screen that answers GET is in one of these tables, and that these name nothing else."""
    with_captures = set(captures(_Anywhere()))
    apart = BY_ACTS | set(NO_PAGE)
    assert (with_captures | apart | set(FILES)) - set(_opened()) == set(), "no such screen answers GET"
    for name, screen in _opened().items():
        if set(_CAPTURE.findall(screen.path)) - {"slug"}:
            assert name in with_captures | apart, f"{name}: where is it opened?"


def names_of(paths: set[str]) -> set[str]:
    """Give the names of the screens and doors at these paths."""
    return {resolve(path).url_name or "" for path in paths}


def unseen(seen: set[str]) -> set[str]:
    """Give the screens and doors with a page that nobody came to."""
    doors = {door.name for door in DOORS if "GET" in door.methods}
    return (set(_opened()) | doors) - set(FILES) - set(NO_PAGE) - LEADS_ON - seen


def captures(places: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give what stands in addresses, by screen."""
    duty, due_on = places["duty"]
    jurisdiction, week = places["paper"]
    number = [{"number": places["letter"]}]
    return {
        "act": [{"act": name} for name in FORMS if name not in ("pause", "destroy-statements")],
        "dashboard-burst": [{"number": places["burst"]}],
        "dashboard-file": [{"chart": "course", "kind": kind} for kind in ("csv", "svg", "png")],
        "desk-request": [{"number": one} for one in (1, 2, 3, 4)],
        "destroying-one": [{"number": places["destruction"]}],
        "duty-mark": [{"duty": duty, "due_on": due_on}],
        "export": [{"number": places["export"]}, {"number": places["export-waiting"]}],
        "export-file": [{"number": places["export"], "place": 0}],
        "funding-strike": [{"entry": places["entry"]}],
        "installation-person": [{"key": places["operator"]}],
        "letter": number,
        "letter-pdf": number,
        "letter-text": number,
        "letter-write": [{"letter": places["letter-id"]}],
        "new-initiative-of": [{"procedure": "eci"}, {"procedure": "petition"}],
        "paper-correct": [{"jurisdiction": jurisdiction, "week": week}],
        "paper-form": [{"jurisdiction": "DE", "language": "de"}],
        "partner": [{"code": "ghent-sleepers"}, {"code": "spring-fair"}],
        "partner-code": [{"code": "lantern", "kind": kind} for kind in ("svg", "png")],
        "person": [{"key": places["person"]}],
        "proposal": [{"number": places["proposal"]}, {"number": places["proposal-over"]}],
        "setup-preview": [{"language": "en"}, {"language": "el"}],
        "setup-preview-page": [{"language": "en", "page": "privacy"}],
        "setup-share": [{"language": "en"}],
        "setup-text": [{"language": "en"}],
    }


def every(places: Mapping[str, Any]) -> list[Address]:
    """Give every page and file that is opened by its address. A screen that nothing is known of here raises KeyError: it is new."""
    held = captures(places)
    found = []
    for name, screen in _opened().items():
        if name in NO_PAGE or name in BY_ACTS:
            continue
        names = set(_CAPTURE.findall(screen.path)) - {"slug"}
        for one in held[name] if names else [{}]:
            filled = {"slug": COLLECTING, **{key: str(value) for key, value in one.items()}}
            path = _CAPTURE.sub(lambda hit, filled=filled: filled[hit[1]], screen.path)  # type: ignore[misc]
            found.append(Address(name, path, screen.is_of_an_initiative))
    return found


def further() -> list[Address]:
    """Give what looks otherwise elsewhere: where nothing is there yet, where all is over, where two decide."""
    empty = [name for name, screen in _opened().items() if set(_CAPTURE.findall(screen.path)) == {"slug"}]
    ended = (
        "dashboard",
        "lifecycle",
        "certificates",
        "destruction",
        "exports",
        "export-ways",
        "duties",
        "set-up",
    )
    two = (
        "lifecycle",
        "proposals",
        "exports",
        "paper",
        "letters",
        "dashboard",
        "setup-keys",
        "setup-details",
        "setup-appearance",
    )
    wanted = [(EMPTY, name) for name in empty] + [(ENDED, name) for name in ended] + [(PETITION, name) for name in two]
    return [
        Address(name, _opened()[name].path.replace("<slug:slug>", slug))
        for slug, name in wanted
        if name not in FILES and name not in NO_PAGE and name not in BY_ACTS
    ]


def _opened() -> dict[str, Screen]:
    return {screen.name: screen for screen in all_screens() if "GET" in screen.methods}


class _Anywhere(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return ("", "")
