"""A document as a tagged PDF (PDF/UA-1). Values go to the typesetter as JSON, never as text that it would read as its own commands."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import typst

from civium.authority.documents.document import Block, Document, Paragraph, Picture

# It forgets what ten documents in a row have not used (measured: 70 MiB for each volume of 1,000 statements).
_KEPT = 11


def document_pdf(document: Document) -> bytes:
    """Give the document as a PDF: the same bytes for the same document."""
    told = {
        "title": document.title,
        "subtitle": document.subtitle,
        "foot": document.foot,
        "stamps": document.stamps,
        "signed": document.signed,
        "language": document.language,
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]} for section in document.sections
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
        return {"kind": "paragraph", "words": block.words, "is_strong": block.is_strong}
    if isinstance(block, Picture):
        return {"kind": "picture", "svg": block.svg, "alternative": block.alternative, "caption": block.caption}
    return {"kind": block.kind, "caption": block.caption, "head": block.head, "rows": block.rows}
