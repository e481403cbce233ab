"""Statements as pages show them: names of fields, one statement as a card, what differs from the first of a group marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from civium.authority.commands.results import visible
from civium.authority.grounds import GROUNDS, NEVER_ACCEPTED, codes_of
from civium.authority.settling import ACCEPT, DECIDABLE, STRIKE
from civium.authority.window.frame import day_of, label, pairs
from civium.authority.window.markup import Child, Markup, joined, tag
from civium.authority.window.overview import ShownRow
from civium.authority.window.words import FIELDS, say

_NAMES = ("full_first_names", "family_names")
_KINDS = {"accepted": "ok", "struck": "", "for-decision": "warn"}
LEAVE = "leave"


def verdict_label(row: ShownRow) -> Markup:
    """Give a statement's verdict as a small word."""
    return label(say(f"verdict-{row.verdict}") if row.verdict else say("verdict-gone"), _KINDS.get(row.verdict, ""))


def ground_words(mask: int) -> str:
    """Give grounds as a person reads them."""
    return "; ".join(GROUNDS[code].sentence for code in codes_of(mask))


def name_of(row: ShownRow) -> str:
    """Give the name in a statement, or that it cannot be read."""
    if row.statement is None:
        return say("unreadable")
    return " ".join(visible(row.statement.fields.get(field, "")) for field in _NAMES).strip() or say("nameless")


def card(row: ShownRow, place: int, *, first: ShownRow | None = None, phrase: str = "", ask: bool = True) -> Markup:
    """Give a statement as a card. `first`: what it is compared with; `ask`: with the choice, where a person may decide."""
    fields = row.statement.fields if row.statement else {}
    others = first.statement.fields if first and first.statement else fields
    confirmed = {field for field, _ in row.statement.confirmations} if row.statement else set()
    names = (
        joined(*(child for field in _NAMES for child in (_value(fields, others, field), " "))) if row.statement else name_of(row)
    )
    rows: list[tuple[str, Child]] = [(say("signed"), day_of(row.row.received_on))]
    rows += [(FIELDS.get(field, field), _value(fields, others, field)) for field in fields if field not in _NAMES]
    if confirmed:
        rows.append((say("confirmed"), ", ".join(FIELDS.get(field, field) for field in sorted(confirmed))))
    rows.append((say("grounds"), ground_words(row.grounds) or say("no-ground")))
    heading = tag("h2", tag("span", f"{place}. "), names, id=f"p{row.index}")
    return tag(
        "article",
        heading,
        tag("p", verdict_label(row)),
        pairs(rows, beside=False),
        tag("p", phrase, class_="small quiet") if phrase else None,
        decision(row) if ask and row.row.verdict in DECIDABLE else None,
        class_="card person",
        aria_labelledby=f"p{row.index}",
    )


def _value(fields: Mapping[str, str], others: Mapping[str, str], field: str) -> Child:
    told = visible(fields.get(field, ""))
    return told if fields.get(field, "") == others.get(field, "") or not told else tag("mark", told, class_="diff")


def decision(row: ShownRow) -> Markup:
    """Give the choice for one statement: it counts, it is struck, it is left as it is."""
    ways = {ACCEPT: say("way-accept"), STRIKE: say("way-strike"), LEAVE: say("way-leave")}
    if row.grounds & NEVER_ACCEPTED:
        del ways[ACCEPT]
    name = f"d{row.index}"
    shown = (
        tag("label", tag("input", type="radio", name=name, value=way, checked=way == LEAVE), tag("span", words), class_="choice")
        for way, words in ways.items()
    )
    return tag("fieldset", tag("legend", say("way"), class_="small"), tag("div", *shown, class_="choices"))


def fields_of(rows: Sequence[ShownRow]) -> list[str]:
    """Give the fields that some statements have, in the order in which they come."""
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(row.statement.fields if row.statement else ()))
    return list(found)
