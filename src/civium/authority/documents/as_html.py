"""A document as one HTML file that asks nobody for anything: no script, no address, light, dark and print by its own style."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from civium.authority.documents.charts import DARK
from civium.authority.documents.document import ABOUT, CALENDAR, Block, Document, Paragraph, Picture, Section, Table

_DARK_PICTURES = "".join(
    f'  svg [fill="{light}"] {{ fill: {dark} }}\n  svg [stroke="{light}"] {{ stroke: {dark} }}\n' for light, dark in DARK.items()
)
STYLE = f"""\
:root {{ color-scheme: light dark; --ink: #221f1b; --quiet: #5c564d; --paper: #faf8f4; --surface: #fff; --line: #dfd8cc; --bad: #8a1f11 }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #f2ede5; --quiet: #bdb5a8; --paper: #161412; --surface: #1f1d1a; --line: #39352f; --bad: #ffb4a8 }}
}}
@media screen and (prefers-color-scheme: dark) {{
{_DARK_PICTURES}}}
* {{ box-sizing: border-box }}
body {{ margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.55 system-ui, "Segoe UI", sans-serif; overflow-wrap: break-word }}
main, header, footer {{ max-width: 56rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2rem) }}
header {{ padding-top: 2rem }}
footer {{ padding-bottom: 3rem; color: var(--quiet); font-size: .9rem }}
h1 {{ margin: 0 0 .25rem; font-size: clamp(1.6rem, 5vw, 2.25rem); line-height: 1.15; text-wrap: balance }}
h2 {{ margin: 0 0 1rem; font-size: 1.3rem; line-height: 1.25 }}
header p {{ margin: 0 0 1rem; color: var(--quiet) }}
section {{ margin: 1.5rem 0; padding: clamp(1rem, 3vw, 1.75rem); background: var(--surface); border: 1px solid var(--line); border-radius: 10px }}
section > :last-child {{ margin-bottom: 0 }}
p {{ max-width: 42rem }}
.stamp {{ max-width: none; padding: .6rem .8rem; border: 2px solid var(--bad); color: var(--bad); font-weight: 700 }}
figure {{ margin: 0 0 1.5rem }}
figcaption {{ margin-top: .5rem; color: var(--quiet); font-size: .9rem }}
svg {{ display: block; width: 100%; overflow: visible }}
svg[viewBox] {{ min-width: 34rem; height: auto }}
svg text {{ font-family: system-ui, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums }}
.wide {{ margin-bottom: 1.5rem; overflow-x: auto }}
.wide:focus-visible {{ outline: 3px solid var(--ink); outline-offset: 3px }}
table {{ width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }}
caption {{ padding-bottom: .4rem; text-align: left; font-weight: 600 }}
th, td {{ padding: .4rem .6rem; border-top: 1px solid var(--line); text-align: right; vertical-align: baseline }}
thead th {{ border-top: 0; color: var(--quiet); font-size: .9rem; font-weight: 400 }}
th:first-child, td:first-child {{ padding-left: 0; text-align: left }}
th:last-child, td:last-child {{ padding-right: 0 }}
tbody th {{ min-width: 10rem; font-weight: 400 }}
td {{ white-space: nowrap }}
.about td {{ text-align: left; white-space: normal; overflow-wrap: anywhere; font-family: ui-monospace, "Cascadia Mono", monospace; font-size: .9rem }}
.about tbody th {{ width: 38%; min-width: 8rem; color: var(--quiet) }}
.calendar {{ font-size: .9rem }}
.calendar th, .calendar td {{ min-width: 0; padding: .2rem .35rem; white-space: nowrap }}
.signed {{ margin-top: 4rem; padding-top: .4rem; border-top: 1px solid var(--ink); max-width: 20rem; color: var(--quiet); font-size: .9rem }}
@media print {{
  :root {{ --paper: #fff; --surface: #fff; --ink: #000; --quiet: #444; --line: #bbb; --bad: #8a1f11 }}
  body {{ font-size: 10pt }}
  main, header, footer {{ max-width: none; padding-left: 0; padding-right: 0 }}
  section {{ padding: 0; border: 0 }}
  h2, caption {{ break-after: avoid }}
  figure, tr {{ break-inside: avoid }}
  .wide {{ overflow: visible }}
  svg[viewBox] {{ min-width: 0 }}
}}
"""
# What a page that shows a document must allow, and nothing else: this one style.
STYLE_SOURCE = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"


def document_html(document: Document) -> str:
    """Give the document as a page of its own."""
    policy = f"default-src 'none'; style-src {STYLE_SOURCE}"
    stamps = "".join(f'<p class="stamp">{escape(stamp)}</p>\n' for stamp in document.stamps)
    signed = f'<p class="signed">{escape(document.signed)}</p>\n' if document.signed else ""
    return "".join(
        (
            f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(document.title)}, {escape(document.subtitle)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            f"<header>\n<h1>{escape(document.title)}</h1>\n<p>{escape(document.subtitle)}</p>\n{stamps}</header>\n<main>\n",
            *(section_html(section) for section in document.sections),
            f"{signed}</main>\n<footer>\n<p>{escape(document.foot)}</p>\n</footer>\n</body>\n</html>\n",
        )
    )


def section_html(section: Section) -> str:
    """Give one section, for a page that has STYLE."""
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{''.join(map(block_html, section.blocks))}</section>\n"


def block_html(block: Block) -> str:
    """Give one paragraph, table or picture, for a page that has STYLE."""
    if isinstance(block, Paragraph):
        words = escape(block.words)
        return f"<p>{f'<strong>{words}</strong>' if block.is_strong else words}</p>\n"
    if isinstance(block, Picture):
        svg = _scrolling(block.caption, block.svg) if " viewBox=" in block.svg else block.svg
        return f"<figure>{svg}<figcaption>{escape(block.caption)}</figcaption></figure>\n"
    return _scrolling(block.caption, _table(block))


def _table(table: Table) -> str:
    style = f' class="{table.kind}"' if table.kind in (ABOUT, CALENDAR) else ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    body = "".join(map(_row, table.rows))
    return f"<table{style}><caption>{escape(table.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"


def _row(row: tuple[str, ...]) -> str:
    first, *others = row
    return f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in others)}</tr>\n'


def _scrolling(name: str, inside: str) -> str:
    """Give what may be wider than a telephone: it scrolls by itself, by keyboard too."""
    return f'<div class="wide" role="group" tabindex="0" aria-label="{escape(name)}">{inside}</div>\n'
