"""The letters that a procedure asks of its organisers: to whom, for which duty, which sentences with which blanks, which tables.

The rules are:
- a letter is data (`letters.json`): sentences of this project, marked `own`, or the headings of an official form (keys of the wording);
- blanks stand in braces and come from a closed set: what an initiative is, and what the letter asks its writer;
- nothing is translated: a letter exists in the languages that its data has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from civium.errors import Refused
from civium.law.shelf import documents_of

Document = Mapping[str, Any]

# What fills a blank without being asked: closed.
BLANKS: Final = (
    "title",
    "registration",
    "registered_on",
    "register_url",
    "opens_on",
    "closes_on",
    "representative",
    "substitute",
    "contact_email",
    "website",
    "total",
    "total_online",
    "total_paper",
    "reached",
    "needed",
    "goal",
    "today",
)
TABLES: Final = ("counts", "funding", "certified", "contacts")
ASK_KINDS: Final = ("text", "lines", "day", "number", "choice")
# What fills an item of an official form: a blank, a table, or nothing but room.
ITEM_FACTS: Final = (*BLANKS, *TABLES, "valid_total", "signature", "enclosed_certificates", "enclosed_statements")
BLANK: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Recipient:
    """Whom a letter goes to: the lines of the address, and an electronic address where a source gave one."""

    lines: tuple[str, ...]
    email: str | None


@dataclass(frozen=True)
class Ask:
    """What the writer of a letter has to tell: its name in the blanks, its kind, its label by language, the choices by language."""

    name: str
    kind: str
    labels: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    is_optional: bool


@dataclass(frozen=True)
class LetterItem:
    """One item of an official form: its heading (a key of the wording), and what fills it."""

    wording: str
    fact: str


@dataclass(frozen=True)
class Letter:
    """One letter of a procedure: everything that does not depend on the initiative."""

    id: str
    duty: str | None
    article: str
    recipient: Recipient
    heading: str | None
    subjects: Mapping[str, str]
    paragraphs: Mapping[str, tuple[str, ...]]
    asks: tuple[Ask, ...]
    table: str | None
    items: tuple[LetterItem, ...]
    languages: tuple[str, ...]

    def ask(self, name: str) -> Ask | None:
        """Give what is asked under a name, or None."""
        return next((ask for ask in self.asks if ask.name == name), None)


def letters(procedure: str) -> tuple[Letter, ...]:
    """Give the letters of a procedure in their order; () where it has none."""
    return _letters(procedure)


def letter(procedure: str, letter_id: str) -> Letter:
    """Give one letter. Raises Refused `letter-unknown`."""
    for one in _letters(procedure):
        if one.id == letter_id:
            return one
    raise Refused("letter-unknown")


def letter_from(told: Document) -> Letter:
    """Make a letter from its row."""
    return Letter(
        id=told["id"],
        duty=told["duty"],
        article=told["article"],
        recipient=Recipient(tuple(told["to"]["lines"]), told["to"]["email"]),
        heading=told["heading"],
        subjects=dict(told["subjects"]),
        paragraphs={language: tuple(lines) for language, lines in told["paragraphs"].items()},
        asks=tuple(_ask(ask) for ask in told["asks"]),
        table=told["table"],
        items=tuple(LetterItem(item["wording"], item["fact"]) for item in told["items"]),
        languages=tuple(told["subjects"]),
    )


@cache
def _letters(procedure: str) -> tuple[Letter, ...]:
    return tuple(letter_from(told) for told in documents_of(procedure).get("letters", ()))


def _ask(told: Document) -> Ask:
    return Ask(told["name"], told["kind"], dict(told["labels"]), dict(told.get("choices", {})), told["optional"])
