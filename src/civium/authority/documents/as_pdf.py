"""A document as a tagged PDF (PDF/UA-1). Values go to the typesetter as JSON, never as text that it would read as its own commands."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import typst

from civium.authority.documents.document import Block, Document, Paragraph, Picture
from civium.authority.documents.signs import set_signs

# It forgets what ten documents in a row have not used (measured: 70 MiB for each volume of 1,000 statements).
_KEPT = 11


def document_pdf(document: Document) -> bytes:
    """Give the document as a PDF: the same bytes for the same document."""
    told = {
        "title": set_signs(document.title),
        "subtitle": set_signs(document.subtitle),
        "foot": set_signs(document.foot),
        "stamps": [set_signs(stamp) for stamp in document.stamps],
        "signed": set_signs(document.signed),
        "language": document.language,
        "sections": [
            {"title": set_signs(section.title), "blocks": [_block(block) for block in section.blocks]}
            for section in document.sections
        ],
    }
    return set_pdf("document.typ", told)


def set_pdf(template: str, told: dict[str, Any]) -> bytes:
    """Give the PDF that a template of this package makes of a value."""
    made = typst.compile(
        files("civium.authority.documents").joinpath(template).read_bytes(),
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


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "words": set_signs(block.words), "is_strong": block.is_strong}
    if isinstance(block, Picture):
        told = {"alternative": set_signs(block.alternative), "caption": set_signs(block.caption)}
        return {"kind": "picture", "svg": block.svg, **told}
    head, *rows = ([set_signs(cell) for cell in row] for row in (block.head, *block.rows))
    return {"kind": block.kind, "caption": set_signs(block.caption), "head": head, "rows": rows}
