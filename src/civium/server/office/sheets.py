"""Sets letters and paper forms as tagged PDF (PDF/UA-1).

The rules are:
- values go to the typesetter as JSON, never as text that it would read as its own commands; fonts are those it brings;
- the same words give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typst

from civium.server import typesetting

_PACKAGE = "civium.server.office"


def typeset(template: str, told: Mapping[str, Any]) -> bytes:
    """Give the PDF of a template of this folder, filled with plain JSON."""
    return typesetting.typeset(_PACKAGE, template, _as_json(told))


def pages_of(template: str, told: Mapping[str, Any]) -> int:
    """Give how many pages a template fills."""
    found = typst.query(
        typesetting.template_of(_PACKAGE, template),
        "<pages>",
        field="value",
        one=True,
        sys_inputs={"told": _as_json(told)},
        ignore_system_fonts=True,
    )
    return int(json.loads(found))


def letter_pdf(told: Mapping[str, Any], emblem: bytes) -> bytes:
    """Give a letter (`letters.Composed.told()`, or one that was kept) as a PDF; `emblem` is the procedure's SVG, or nothing."""
    return typeset("letter.typ", {**told, "emblem_svg": emblem.decode("utf-8")})


def _as_json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
