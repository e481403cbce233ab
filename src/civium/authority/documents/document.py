"""A document as a value: stamps, sections, paragraphs, tables, pictures. Setting it as HTML, PDF or text adds nothing and leaves nothing out."""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS, ABOUT, CALENDAR = "numbers", "about", "calendar"


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; strong where everything depends on them."""

    words: str
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table. `kind`: `numbers` (names left, numbers right), `about` (a name and its value, such as a hash), `calendar` (many narrow columns)."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = NUMBERS


@dataclass(frozen=True)
class Picture:
    """A picture (SVG), what it shows in a sentence, and the line below it."""

    svg: str
    alternative: str
    caption: str


Block = Paragraph | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole document. `stamps`: what must be seen first; `foot`: what stands at the foot of each page; `signed`: who signs it by hand."""

    title: str
    subtitle: str
    foot: str
    sections: tuple[Section, ...]
    stamps: tuple[str, ...] = ()
    signed: str = ""
    language: str = "en"
