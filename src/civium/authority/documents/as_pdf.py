"""A document as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from typing import Any

from civium.authority.documents.document import Block, Document, Paragraph, Picture
from civium.authority.documents.signs import set_signs
from civium.authority.typesetting import set_pdf


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
    return set_pdf("documents/document.typ", told)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "words": set_signs(block.words), "is_strong": block.is_strong}
    if isinstance(block, Picture):
        told = {"alternative": set_signs(block.alternative), "caption": set_signs(block.caption)}
        return {"kind": "picture", "svg": block.svg, **told}
    head, *rows = ([set_signs(cell) for cell in row] for row in (block.head, *block.rows))
    return {"kind": block.kind, "caption": set_signs(block.caption), "head": head, "rows": rows}
