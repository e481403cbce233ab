"""A document as plain text, for a terminal, a letter or a machine without anything: pictures by their sentence."""

from __future__ import annotations

from civium.authority.documents.document import ABOUT, Block, Document, Paragraph, Picture, Table


def document_text(document: Document) -> str:
    """Give the document as text that ends in a line feed."""
    lines = [document.title, "=" * len(document.title)]
    lines += [document.subtitle] if document.subtitle else []
    lines += [f"*** {stamp} ***" for stamp in document.stamps]
    for section in document.sections:
        lines += ["", section.title, "-" * len(section.title)]
        for block in section.blocks:
            lines += _block_lines(block)
    if document.signed:
        lines += ["", "", "_" * 40, document.signed]
    lines += ["", document.foot]
    return "".join(f"{line}\n" for line in lines)


def _block_lines(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.words]
    if isinstance(block, Picture):
        return [f"({block.alternative})"]
    return ["", block.caption, *_table_lines(block)]


def _table_lines(table: Table) -> list[str]:
    if table.kind == ABOUT:
        wide = max((len(row[0]) for row in table.rows), default=0)
        return [f"  {name:<{wide}}  {value}" for name, value in table.rows]
    rows = [table.head, *table.rows]
    sizes = [max(len(row[place]) for row in rows) for place in range(len(table.head))]
    return [
        "  "
        + "  ".join(
            f"{cell:<{size}}" if not place else f"{cell:>{size}}"
            for place, (cell, size) in enumerate(zip(row, sizes, strict=True))
        ).rstrip()
        for row in rows
    ]
