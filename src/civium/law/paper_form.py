"""How a procedure's statement looks on paper: which official texts stand where, what is filled in beforehand, which columns it has.

The rules are:
- the order and the texts come from `paper.json` and the official wording; nothing here says a word of its own;
- a column holds fields of the part, the day of signing or the signature: together exactly what the jurisdiction asks (Art. 9(3)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from civium.errors import Refused
from civium.law.shelf import documents_of

Document = Mapping[str, Any]

# What is no field of the statement and yet a column of the paper (Annex III: DATE, SIGNATURE).
DATE, SIGNATURE = "date", "signature"
# What may be filled in beforehand: closed, as the code gives each.
FACTS: Final = (
    "jurisdiction",
    "registration",
    "period",
    "register_url",
    "title",
    "objectives",
    "contacts",
    "legal_entity",
    "website",
)


@dataclass(frozen=True)
class Item:
    """One line that the organisers fill in beforehand: its official label, what fills it, and the notes beside it."""

    wording: str
    fact: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column for signatories: its heading (a key of the wording), the fields that it holds, its share of the width."""

    wording: str
    fields: tuple[str, ...]
    width: int


@dataclass(frozen=True)
class PaperForm:
    """The paper form of one part, as keys of the official wording in their order."""

    part: str
    title: str
    title_note: str | None
    mandatory: str
    organisers: str
    items: tuple[Item, ...]
    signatories: str
    declaration: str
    columns: tuple[Column, ...]
    privacy_heading: str
    privacy: str
    code_place: bool

    def wordings(self) -> tuple[str, ...]:
        """Give the key of every official text that stands on the form."""
        given = [self.title, self.title_note, self.mandatory, self.organisers, self.signatories, self.declaration]
        given += [self.privacy_heading, self.privacy]
        for item in self.items:
            given += [item.wording, *item.notes]
        given += [column.wording for column in self.columns]
        return tuple(key for key in given if key is not None)


def paper_form(procedure: str, part: str) -> PaperForm:
    """Give the paper form of a part. Raises Refused `paper-not-possible` where the procedure has none, or none for this part."""
    told = documents_of(procedure).get("paper")
    if told is None or part not in told["parts"]:
        raise Refused("paper-not-possible")
    return paper_form_from(told, part)


def paper_form_from(told: Document, part: str) -> PaperForm:
    """Make the paper form of a part from its document."""
    own = told["parts"][part]
    return PaperForm(
        part=part,
        title=own["title"],
        title_note=own["title_note"],
        mandatory=told["mandatory"],
        organisers=told["organisers"],
        items=tuple(_item(item, part) for item in told["items"]),
        signatories=told["signatories"],
        declaration=told["declaration"],
        columns=tuple(Column(column["wording"], tuple(column["fields"]), column["width"]) for column in own["columns"]),
        privacy_heading=told["privacy_heading"],
        privacy=told["privacy"],
        code_place=told["code_place"],
    )


def _item(told: Document, part: str) -> Item:
    notes = [note["wording"] for note in told["notes"] if note["part"] in (None, part)]
    return Item(told["wording"], told["fact"], tuple(notes))
