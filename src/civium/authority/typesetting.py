"""Sets the authority's papers: a template of this room and a value become a tagged PDF (PDF/UA-1), the same bytes for the same value.

Values go to the typesetter as JSON, never as text that it would read as its own commands.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import typst

# It forgets what ten documents in a row have not used (measured: 70 MiB for each volume of 1,000 statements).
_KEPT = 11


def set_pdf(template: str, told: dict[str, Any]) -> bytes:
    """Give the PDF that a template makes of a value; `template` is its path from this room on."""
    made = typst.compile(
        files("civium.authority").joinpath(template).read_bytes(),
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


def forget_pages() -> None:
    """Have the typesetter forget what it kept of former pages, for whoever sets many: it keeps what the last ten documents needed."""
    for _ in range(_KEPT):
        typst.compile(b"", format="pdf", ignore_system_fonts=True, timestamp=0)
