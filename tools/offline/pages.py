"""The handbook as pages that open without a network: the Markdown of docs/ as plain HTML, and every file that a page links to.

The rules are:
- a page links to what lies in the bundle, by the same path as in the repository, and to nothing outside but by its full address;
- no script, no picture, no style sheet: a page is readable in any browser, and as text.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

FIRST = ("docs/handbook/authority-it.md", "docs/handbook/officer.md")
# Of what lies elsewhere in the repository an office needs nothing: its links become plain words.
_TAKEN = ("docs/", "tests/transcripts/", "tests/authority/transcripts/")
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<body style="max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif">
{body}
</body>
</html>
"""


def write_pages(tree: Path, folder: Path) -> list[str]:
    """Write the handbook's pages and all that they link to; give their paths."""
    waiting, written = list(FIRST), []
    while waiting:
        path = waiting.pop(0)
        if path in written:
            continue
        written.append(path)
        target = folder / named(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (tree / path).read_text("utf-8")
        if path.endswith(".md"):
            text, linked = page(tree, path, text)
            waiting += linked
        target.write_bytes(text.encode("utf-8"))
    return sorted(map(named, written))


def named(path: str) -> str:
    """Give the path of a file of the repository in the bundle."""
    return f"{path.removesuffix('.md')}.html" if path.endswith(".md") else path


def page(tree: Path, path: str, text: str) -> tuple[str, list[str]]:
    """Give a page as HTML, and the files of the repository that it links to."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    linked = []
    for token in _links(tokens):
        target = str(token.attrs["href"])
        file, _, part = target.partition("#")
        if re.match(r"[a-z]+:", target) or not file:
            continue
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
        if meant.startswith(_TAKEN) and (tree / meant).is_file():
            linked.append(meant)
            token.attrs["href"] = named(file) + (f"#{part}" if part else "")
        else:
            token.attrs.pop("href")
    _number_headings(tokens)
    title = next((token.content for token in tokens if token.type == "inline"), path)
    body = markdown.renderer.render(tokens, markdown.options, {})
    return _PAGE.format(title=title.replace("&", "&amp;").replace("<", "&lt;"), body=body), linked


def _links(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from _links(token.children or [])
        if token.type == "link_open":
            yield token


def _number_headings(tokens: list[Token]) -> None:
    """Give headings the names by which the repository's pages link to them."""
    for token, words in itertools.pairwise(tokens):
        if token.type == "heading_open":
            plain = re.sub(r"[^\w\s-]", "", words.content.lower())
            token.attrSet("id", re.sub(r"\s+", "-", plain.strip()))
