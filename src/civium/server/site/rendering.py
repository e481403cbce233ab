"""Templates and the words in them: one environment for all languages, everything escaped."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from jinja2.runtime import Context

    from civium.server.site.languages import Language
    from civium.server.site.words import Words

TEMPLATES = Path(__file__).parent / "templates"
_BLANK = re.compile(r"\n\s*\n")
_LINES = re.compile(r"\n\s*")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters.update(
        number=_number, date=_date, country=_country, money=_money, paragraphs=paragraphs, prose=prose, host=_host, site=_site
    )
    return environment


def render(template: str, _: Words, context: dict[str, object]) -> bytes:
    """The template filled, with the words of the language; needless space between lines removed."""
    page = _environment().get_template(template).render(**context, _=_.marked, ngettext=_.marked_ngettext)
    return (_LINES.sub("\n", page).strip() + "\n").encode()


def json_block(value: object) -> Markup:
    """JSON that can stand inside a script element: it holds no character that could end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Not HTML but JSON: what could end the element, or be read as markup, is written as an escape.
    return Markup(  # noqa: S704
        text.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def attributes(values: dict[str, str]) -> Markup:
    """Attributes of an element, each with a space before it; empty ones are left out."""
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in values.items() if value)


def prose(text: str, level: int) -> Markup:
    """Plain text as paragraphs; lines that start with "- " are a list, with "## " a heading of the level given."""
    return Markup("").join(_block(block, level) for block in _BLANK.split(text.strip()) if block.strip())


def paragraphs(text: str) -> Markup:
    """Text of the law: each of its lines a paragraph, nothing in it taken for a sign of ours."""
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in text.split("\n") if line.strip())


def _block(block: str, level: int) -> Markup:
    lines = [line.strip() for line in block.strip().split("\n")]
    pieces = []
    for is_item, group in _grouped(lines):
        if is_item:
            items = Markup("").join(Markup("<li>{}</li>").format(line.removeprefix("- ")) for line in group)
            pieces.append(Markup("<ul>{}</ul>").format(items))
        elif group[0].startswith("## "):
            pieces.append(Markup("<h{0}>{1}</h{0}>").format(level, group[0].removeprefix("## ")))
            if group[1:]:
                pieces.append(_paragraph(group[1:]))
        else:
            pieces.append(_paragraph(group))
    return Markup("").join(pieces)


def _paragraph(lines: list[str]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in lines))


def _grouped(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    group: list[str] = []
    for line in lines:
        if group and line.startswith("- ") != group[-1].startswith("- "):
            yield group[0].startswith("- "), group
            group = []
        group.append(line)
    if group:
        yield group[0].startswith("- "), group


def _language(context: Context) -> Language:
    found: Language = context["language"]
    return found


@pass_context
def _number(context: Context, value: int) -> str:
    return _language(context).number(value)


@pass_context
def _date(context: Context, day: date) -> str:
    return _language(context).date(day)


@pass_context
def _country(context: Context, code: str) -> str:
    return _language(context).country(code)


@pass_context
def _money(context: Context, amount: int, currency: str) -> str:
    return _language(context).money(amount, currency)


def _host(address: str) -> str:
    return address.split("//", 1)[-1].rstrip("/")


def _site(address: str) -> str:
    return _host(address).split("/", 1)[0].removeprefix("www.")
