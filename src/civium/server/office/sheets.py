"""Sets letters and paper forms as tagged PDF (PDF/UA-1).

The rules are:
- values go to the typesetter as JSON, never as text that it would read as its own commands; fonts are those it brings;
- the same words give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import typst

MEDIA_TYPE = "application/pdf"


def typeset(template: str, told: Mapping[str, Any]) -> bytes:
    """Give the PDF of a template of this folder, filled with plain JSON."""
    made = typst.compile(
        files("civium.server.office").joinpath(template).read_bytes(),
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False, sort_keys=True)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


def pages_of(template: str, told: Mapping[str, Any]) -> int:
    """Give how many pages a template fills."""
    found = typst.query(
        files("civium.server.office").joinpath(template).read_bytes(),
        "<pages>",
        field="value",
        one=True,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False, sort_keys=True)},
        ignore_system_fonts=True,
    )
    return int(json.loads(found))


def letter_pdf(told: Mapping[str, Any], emblem: bytes) -> bytes:
    """Give a letter (`letters.Composed.told()`, or one that was kept) as a PDF; `emblem` is the procedure's SVG, or nothing."""
    return typeset("letter.typ", {**told, "emblem_svg": emblem.decode("utf-8")})
