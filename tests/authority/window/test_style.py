"""The window's stylesheet is its own file, as this room reads nothing of the server's; its colours, sizes and type are the site's."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import civium

_ROOM = Path(civium.__file__).parent
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;}]+)[;}]")


def _tokens(sheet: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in _TOKEN.findall(sheet.read_text(encoding="utf-8")):
        found[name].append(" ".join(value.split()))
    return found


def test_what_has_one_name_in_both_looks_the_same() -> None:
    site = _tokens(_ROOM / "server" / "site" / "static" / "civium.css")
    window = _tokens(_ROOM / "authority" / "window" / "static" / "window.css")
    assert {"--ink", "--surface", "--line", "--t-small"} <= set(window)
    unlike = {
        name: (values, site.get(name)) for name, values in window.items() if name in site and not set(values) <= set(site[name])
    }
    assert unlike == {}
