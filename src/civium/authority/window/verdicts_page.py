"""Verdicts: the numbers by class and ground, as pictures and tables; and the statements of a class, page by page."""

from __future__ import annotations

from collections.abc import Mapping

from civium.authority.commands.results import visible
from civium.authority.documents.as_html import block_html
from civium.authority.documents.document import Block
from civium.authority.documents.findings import Findings
from civium.authority.documents.report import days_section, verdicts_section
from civium.authority.grounds import BITS, GROUNDS
from civium.authority.judging import VERDICTS
from civium.authority.reading.origin import SENDERS_WORD, is_read, origin_rows
from civium.authority.settling import DECIDED, Tally
from civium.authority.window.desk import Desk
from civium.authority.window.frame import (
    Page,
    actions,
    button,
    day_of,
    empty,
    link,
    note,
    pages,
    pairs,
    section,
    select_field,
    table,
)
from civium.authority.window.markup import Child, Markup, joined, tag, trusted
from civium.authority.window.statements import fields_of, ground_words, name_of
from civium.authority.window.words import FIELDS, say
from civium.law.periods import brussels_date

ROWS_A_PAGE = 25
_NUMBERS = {name: number for number, name in VERDICTS.items()}
_NAMES = ("full_first_names", "family_names")


def page(desk: Desk, _query: Mapping[str, str]) -> Page:
    """Give the numbers as they stand."""
    case = desk.case()
    tally = desk.overview(case).tally
    findings = Findings(case.verdicts.facts, tally, {}, case.journal, case.verdicts.head_hash(), brussels_date(desk.now()))
    facts = case.verdicts.facts
    read = [pairs(origin_rows(facts)), note(tag("p", SENDERS_WORD), kind="warn")] if is_read(facts) else []
    body = joined(
        *read,
        tag("div", *map(_block, verdicts_section(findings).blocks), class_="card stack tight written"),
        section("lists", say("lists"), _lists(tally)),
        section("grounds", say("grounds-title"), _grounds(tally)) if _count(tally) else None,
        section("days", say("days"), *map(_block, days_section(findings).blocks)),
        _next(tally),
    )
    return Page("verdicts", say("verdicts-title"), body, kicker=say("verdicts-kicker", number=f"{tally.entries:,}"))


def _block(block: Block) -> Markup:
    return trusted(block_html(block))


def _lists(tally: Tally) -> Markup:
    rows = [
        (tag("a", say(f"verdict-{name}"), href=f"list?verdict={name}"), f"{tally.verdicts[name]:,}", say(f"means-{name}"))
        for name in _NUMBERS
    ]
    return table(say("lists"), (say("verdict"), say("statements"), say("means")), rows, numbers=(1,))


def _count(tally: Tally) -> int:
    return tally.grounds.total() + tally.struck_grounds.total()


def _grounds(tally: Tally) -> Markup:
    rows: list[tuple[Child, ...]] = []
    for code in BITS:
        struck, open_ = tally.struck_grounds[code], tally.undecided_grounds[code]
        if code == "repeat":
            struck = tally.repeats
        if not tally.grounds[code] and not struck:
            continue
        waiting: Child = tag("a", f"{open_:,}", href=f"list?verdict=for-decision&ground={code}") if open_ else "0"
        confirmed = f"{tally.confirmed[code]:,}"
        rows.append((GROUNDS[code].sentence, f"{tally.grounds[code]:,}", f"{struck:,}", waiting, confirmed))
    if tally.struck_grounds[DECIDED]:
        rows.append((say("by-decision"), "", f"{tally.struck_grounds[DECIDED]:,}", "", ""))
    head = (say("ground"), say("statements"), say("struck-first"), say("waiting"), say("confirmed-number"))
    return table(say("grounds-title"), head, rows, numbers=(1, 2, 3, 4))


def _next(tally: Tally) -> Markup:
    decides = (
        link(say("to-decide", number=f"{tally.undecided:,}"), "decide", kind=" ")
        if tally.undecided
        else link(say("to-certificate"), "certificate", kind=" ")
    )
    return actions(decides, link(say("to-files"), "files", kind="second"))


def list_page(desk: Desk, query: Mapping[str, str]) -> Page:
    """Give the statements of a class, or of a ground in it, some at a time."""
    verdict, ground = query.get("verdict", "for-decision"), query.get("ground", "")
    verdict = verdict if verdict in _NUMBERS else "for-decision"
    ground = ground if ground in BITS else ""
    case = desk.case()
    found = desk.overview(case).indices(_NUMBERS[verdict], BITS.get(ground, 0))
    last = max(1, -(-len(found) // ROWS_A_PAGE))
    at = min(max(number_of(query.get("page", "1")), 1), last)
    rows = desk.rows(case, found[(at - 1) * ROWS_A_PAGE : at * ROWS_A_PAGE])
    fields = [field for field in fields_of(rows) if field not in _NAMES]
    head = (say("name"), say("signed"), *(FIELDS.get(field, field) for field in fields), say("grounds"))
    lines = (
        (
            tag("a", name_of(row), href=f"one?at={row.index}"),
            day_of(row.row.received_on),
            *(visible(row.statement.fields.get(field, "")) if row.statement else "" for field in fields),
            ground_words(row.grounds) or say("no-ground"),
        )
        for row in rows
    )
    query_words = f"verdict={verdict}&" + (f"ground={ground}&" if ground else "")
    grounds = {"": say("any-ground"), **{code: one.sentence for code, one in GROUNDS.items()}}
    which = tag(
        "form",
        select_field("verdict", say("verdict"), {name: say(f"verdict-{name}") for name in _NUMBERS}, chosen=verdict),
        select_field("ground", say("ground"), grounds, chosen=ground),
        actions(button(say("show"), kind="second")),
        action="list",
        class_="form card which",
    )
    shown = table(say("list-title"), head, lines) if rows else empty(say("list-none"))
    body = joined(tag("p", say("list-clear"), class_="quiet"), which, shown, pages("list", query_words, at, last))
    return Page(
        "verdicts",
        say("list-title"),
        body,
        kicker=say("list-kicker", number=f"{len(found):,}", verdict=say(f"verdict-{verdict}")),
    )


def number_of(text: str) -> int:
    """Give a whole number that was asked for, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
