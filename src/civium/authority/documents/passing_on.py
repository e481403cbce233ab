"""The report as it may be passed on: as the whole one, without numbers so small that they could point at somebody.

The rules are:
- entries, destroyed ones and accepted statements are told whole: the public log and the certificate tell them anyway;
- a number from 1 to 4 in a breakdown is "under 5"; where it would be the only one that lacks in a sum, the next smallest lacks too;
- days are told by month, groups without what was decided about them, strata not at all where one of them would tell a small number;
- a hedge, no proof: whoever knows more than the report can still reckon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from civium.authority.documents.charts import AMBER, TEAL, Bar, Part, bars, share_bar, share_words
from civium.authority.documents.document import Block, Document, Paragraph, Picture, Section, Table
from civium.authority.documents.findings import Findings
from civium.authority.documents.report import KINDS, completeness_section, framed, rules_section, sample_sections
from civium.authority.grounds import GROUNDS
from civium.authority.reading.origin import is_read
from civium.authority.report import german_rows, gone_parts, in_order, struck_parts
from civium.authority.settling import Tally

FEWEST = 5
_UNDER, _LEFT_OUT = f"under {FEWEST}", "left out"
_SMALL_STRATA = "The table by stratum is left out: some of its numbers are small."


def document_to_pass_on(findings: Findings, *, has_german_list: bool = False) -> Document:
    """Give the report without small numbers."""
    tally = findings.tally
    sections = (
        _verdicts(findings),
        _grounds(tally),
        *([_german(tally)] if has_german_list else []),
        _months(findings),
        _groups(findings),
        *map(without_small_strata, sample_sections(findings)),
        completeness_section(findings),
        rules_section(findings.facts),
    )
    return framed(findings, sections, remark=f"Numbers from 1 to {FEWEST - 1} are told as {_UNDER}.")


def small(count: int) -> str:
    """Give a number as it may be passed on."""
    return _UNDER if 0 < count < FEWEST else f"{count:,}"


def in_a_sum(counts: Sequence[int]) -> list[str]:
    """Give numbers whose sum is known: small ones are not told, nor one more where a single one could be reckoned out."""
    told = [small(count) for count in counts]
    if told.count(_UNDER) == 1:
        others = [place for place, count in enumerate(counts) if count >= FEWEST]
        if others:
            told[min(others, key=lambda place: (counts[place], place))] = _LEFT_OUT
    return told


def _verdicts(findings: Findings) -> Section:
    tally = findings.tally
    first = "Statements in the files" if is_read(findings.facts) else "Entries in the log"
    parts = struck_parts(tally)
    rows = (
        (first, f"{tally.entries:,}"),
        *((name, f"{count:,}") for name, count in gone_parts(tally)),
        *zip((name for name, _ in parts), in_a_sum([count for _, count in parts]), strict=True),
        ("Accepted", f"{tally.accepted:,}"),
    )
    shown = (Part("Accepted", tally.accepted, TEAL), Part("Struck, or for decision", tally.struck + tally.undecided, AMBER))
    return Section(
        "Verdicts",
        (
            Picture(share_bar(shown), share_words(shown), f"{tally.opened:,} statements; each has exactly one verdict."),
            Table("How the number was found", ("What was there, and what was taken off", "Number"), rows),
        ),
    )


def _grounds(tally: Tally) -> Section:
    counts = in_order(tally.grounds)
    if not counts:
        return Section("Grounds", (Paragraph("No statement has a ground."),))
    rows = tuple((f"{code}: {GROUNDS[code].sentence}", small(count)) for code, count in counts.items())
    ranked = sorted((code for code, count in counts.items() if count >= FEWEST), key=lambda code: (-counts[code], code))
    label = f"Statements by ground, {len(ranked)} grounds"
    picture = Picture(
        bars([Bar(code, (Part(code, counts[code], TEAL),)) for code in ranked], label=label),
        label,
        f"Grounds of {FEWEST} statements or more.",
    )
    return Section(
        "Grounds",
        (*([picture] if ranked else []), Table("Every ground; a statement can have several", ("Ground", "Statements"), rows)),
    )


def _german(tally: Tally) -> Section:
    found = german_rows(tally)
    rows = tuple(zip((item for item, _ in found), in_a_sum([count for _, count in found]), strict=True))
    return Section("Struck, by section 4 EBIG", (Table("In this project's words", ("Item", "Statements"), rows),))


def _months(findings: Findings) -> Section:
    first, last = (date.fromisoformat(findings.facts[name]) for name in ("opens_on", "closes_on"))
    months: Counter[str] = Counter()
    outside = 0
    for day, verdicts in findings.tally.days.items():
        if first <= day <= last:
            months[day.isoformat()[:7]] += verdicts.total()
        else:
            outside += verdicts.total()
    named = [*sorted(months.items()), *([("outside the collection period", outside)] if outside else [])]
    told = in_a_sum([count for _, count in named])
    shown = [
        Bar(name, (Part(name, count, TEAL),)) for (name, count), words in zip(named, told, strict=True) if words == f"{count:,}"
    ]
    label = f"Statements by month, {len(shown)} months"
    rows = tuple(zip((name for name, _ in named), told, strict=True))
    blocks: tuple[Block, ...] = (Table("Statements of each month", ("Month", "Statements"), rows),)
    return Section(
        "Months", (*([Picture(bars(shown, label=label), label, "Statements of each month.")] if shown else []), *blocks)
    )


def _groups(findings: Findings) -> Section:
    rows = tuple((KINDS[kind][1], small(count.groups), small(count.statements)) for kind, count in findings.groups.items())
    return Section("Repeats and groups", (Table("Groups", ("Kind of group", "groups", "statements in them"), rows),))


def without_small_strata(section: Section) -> Section:
    """Give the sample's section; without its table by stratum where a number of valid or not valid ones in it is small."""
    blocks: list[Block] = []
    for block in section.blocks:
        is_strata = isinstance(block, Table) and block.caption == "By stratum"
        blocks.append(
            Paragraph(_SMALL_STRATA) if is_strata and isinstance(block, Table) and any(map(_is_small, block.rows)) else block
        )
    return Section(section.title, tuple(blocks))


def _is_small(row: tuple[str, ...]) -> bool:
    size, drawn, valid = (int(cell.replace(",", "")) for cell in row[1:4])
    return any(0 < number < FEWEST for number in (size, valid, drawn - valid))
