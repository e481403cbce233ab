"""docs/spec/http.md tells of the console what there is: areas, cookies, headers."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from civium.server.console import gate
from civium.server.console.urls import all_screens

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "spec" / "http.md").read_text("utf-8")


def test_the_areas_of_an_initiative_are_those_there_are() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `/console/initiatives/<slug>/<area>/…`"))
    there = {screen.path.split("/")[2] for screen in all_screens() if screen.path.startswith("initiatives/<slug:slug>/")}
    assert set(re.findall(r"`([a-z-]+)`", row)) == there - {""}


def test_cookies_and_headers_are_those_that_are_sent() -> None:
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert f"`{name}`" in PAGE
    assert f"`Path={settings.SESSION_COOKIE_PATH}`" in PAGE
    assert gate.BY_ITSELF in PAGE
    policy = gate.HEADERS["content-security-policy"]
    told = re.search(r"`Content-Security-Policy: ([^…]+); …`", PAGE)
    assert told is not None
    assert set(told[1].split("; ")) <= set(policy.split("; "))
    for name in ("x-frame-options", "cache-control", "referrer-policy", "x-robots-tag"):
        assert f"{name}: {gate.HEADERS[name]}".lower() in PAGE.lower()
