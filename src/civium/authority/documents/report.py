"""The report of a verification as a document: verdicts, grounds, days, repeats, sample, completeness, rules. Nothing of a signatory is in it.

The rules are:
- numbers of the whole only: no number is told by day and verdict together, none by place;
- every number of a picture stands in a table;
- the same findings give the same document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.metadata import version
from itertools import zip_longest
from typing import Any

from civium.authority.documents.charts import (
    AMBER,
    GREY,
    TEAL,
    VIOLET,
    Bar,
    Part,
    bars,
    columns_by_day,
    days_words,
    share_bar,
    share_words,
)
from civium.authority.documents.document import ABOUT, CALENDAR, Block, Document, Paragraph, Picture, Section, Table
from civium.authority.documents.findings import Findings, GroupCount
from civium.authority.grounds import CERTAIN_CODES, GROUNDS, INDICATION_CODES
from civium.authority.plausibility_places import THRESHOLDS
from civium.authority.reading.origin import SENDERS_WORD, is_read, origin_rows
from civium.authority.report import german_rows, in_order, reason_sentence, sum_rows
from civium.authority.sampling.chart import alternative, chart_of
from civium.authority.sampling.words import decides_sentence, percent, sample_page
from civium.authority.settling import Tally
from civium.law.procedure import load_procedure

_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
KINDS = {
    "group": ("one identity given more than once", "Repeats: one number, or one name, date of birth and postal code"),
    "near": ("near-repeats", "Near-repeats: a slip in a number or a date, another spelling or order of names"),
    "place": ("one address or street", "Many at one address, or of one street in a short run"),
}


def report_document(findings: Findings, *, has_german_list: bool = False) -> Document:
    """Give the report. `has_german_list`: also by section 4 EBIG."""
    tally = findings.tally
    sections = (
        verdicts_section(findings),
        grounds_section(tally),
        *([_german_section(tally)] if has_german_list else []),
        days_section(findings),
        repeats_section(findings),
        *sample_sections(findings),
        completeness_section(findings),
        rules_section(findings.facts),
    )
    return framed(findings, sections)


def framed(findings: Findings, sections: tuple[Section, ...], *, remark: str = "") -> Document:
    """Give a document of these sections, with what every report says of itself."""
    facts, undecided = findings.facts, findings.tally.undecided
    name = load_procedure(facts["procedure"]).jurisdictions[facts["jurisdiction"]].name_en
    stamps = ["DEMONSTRATION. Invented statements; nothing here counts."] if facts["deployment"] == "demonstration" else []
    if undecided:
        stamps.append(f"NOT FINISHED. {f'{undecided:,} statements wait' if not remark else 'Statements wait'} for a person.")
    foot = f"civium-authority {version('civium')}, {findings.made_on.isoformat()}. Numbers only; no statement is in this report."
    return Document(
        title="Report of a verification",
        subtitle=f"{facts['registration']}, {name}, {facts['channel']}, as of {findings.made_on.isoformat()}",
        foot=f"{foot} {remark}".strip(),
        sections=sections,
        stamps=tuple(stamps),
    )


def verdict_parts(tally: Tally) -> tuple[Part, ...]:
    """Give the three classes, repeats apart, as the parts of what was read."""
    return (
        Part("Accepted", tally.accepted, TEAL),
        Part("Struck: repeats", tally.repeats, VIOLET),
        Part("Struck: other grounds", tally.struck - tally.repeats, GREY),
        Part("For decision", tally.undecided, AMBER),
    )


def verdicts_section(findings: Findings) -> Section:
    """Give the verdicts: the picture, and the rows that add up."""
    tally, parts = findings.tally, verdict_parts(findings.tally)
    first = "Statements in the files" if is_read(findings.facts) else "Entries in the log"
    by_person = (
        ("accepted by a person's decision", f"{tally.accepted_by_decision:,}"),
        ("struck by a person's decision", f"{tally.struck_by_decision:,}"),
    )
    return Section(
        "Verdicts",
        (
            Picture(share_bar(parts), share_words(parts), f"{tally.opened:,} statements; each has exactly one verdict."),
            Table("How the number was found", ("What was there, and what was taken off", "Number"), sum_rows(tally, first)),
            Table("Of these", ("Decided by a person", "Number"), by_person),
        ),
    )


def grounds_section(tally: Tally) -> Section:
    """Give every ground with its number, also where it is only listed."""
    counts = in_order(tally.grounds)
    if not counts:
        return Section("Grounds", (Paragraph("No statement has a ground."),))
    rows = [Bar(code, _ground_parts(tally, code)) for code in sorted(counts, key=lambda code: (-counts[code], code))]
    told = tuple(
        (
            f"{code}: {GROUNDS[code].sentence}",
            *(
                f"{number:,}"
                for number in (counts[code], _struck_for(tally, code), tally.undecided_grounds[code], tally.confirmed[code])
            ),
        )
        for code in counts
    )
    head = ("Ground", "Statements", "struck for it first", "waiting", "confirmed when warned")
    most = f"{rows[0].name} {rows[0].count:,}"
    label = f"Statements by ground, {len(rows)} grounds, most often: {most}"
    return Section(
        "Grounds",
        (
            Picture(
                bars(rows, label=label),
                label,
                "Violet: repeats; grey: other grounds in law; amber: waiting; teal: listed, or settled.",
            ),
            Table("Every ground; a statement can have several", head, told),
        ),
    )


def _ground_parts(tally: Tally, code: str) -> tuple[Part, ...]:
    count, waiting = tally.grounds[code], tally.undecided_grounds[code]
    struck = _struck_for(tally, code)
    colour = VIOLET if code == "repeat" else GREY
    rest = max(count - waiting - struck, 0)
    return (Part("struck", struck, colour), Part("waiting", waiting, AMBER), Part("listed or settled", rest, TEAL))


def _struck_for(tally: Tally, code: str) -> int:
    return tally.repeats if code == "repeat" else tally.struck_grounds[code]


def _german_section(tally: Tally) -> Section:
    rows = tuple((item, f"{count:,}") for item, count in german_rows(tally))
    return Section("Struck, by section 4 EBIG", (Table("In this project's words", ("Item", "Statements"), rows),))


def days_section(findings: Findings) -> Section:
    """Give the statements of each day, verdicts together: by day and verdict the numbers of a small State would tell of persons."""
    first, last = (date.fromisoformat(findings.facts[name]) for name in ("opens_on", "closes_on"))
    counts = {day: verdicts.total() for day, verdicts in findings.tally.days.items() if verdicts.total()}
    outside = sum(count for day, count in counts.items() if not first <= day <= last)
    words = f"Days outside the collection period: {outside:,} statements." if outside else ""
    period = f"{first.isoformat()} to {last.isoformat()}"
    blocks: list[Block] = [
        Picture(
            columns_by_day(counts, first=first, last=last),
            days_words(counts, first=first, last=last),
            f"Statements on each day, {period}.",
        ),
        *([Paragraph(words)] if words else []),
        _calendar(counts, first, last),
    ]
    return Section("Days", tuple(blocks))


def _calendar(counts: Mapping[date, int], first: date, last: date) -> Table:
    weeks: Counter[date] = Counter()
    for day, count in counts.items():
        if first <= day <= last:
            weeks[day - timedelta(days=day.weekday())] += count
    rows = []
    for monday, total in sorted(weeks.items()):
        days = [monday + timedelta(days=number) for number in range(7)]
        cells = [f"{counts[day]:,}" if counts.get(day) and first <= day <= last else "·" for day in days]
        rows.append((monday.isoformat(), *cells, f"{total:,}"))
    return Table(
        "Statements of each day, by week; weeks without any are left out", ("Week from", *_WEEK, "Week"), tuple(rows), CALENDAR
    )


def repeats_section(findings: Findings) -> Section:
    """Give the groups of each kind: how many, and how many a person has decided."""
    rows = tuple((KINDS[kind][1], *_group_cells(count)) for kind, count in findings.groups.items())
    shown = [
        Bar(
            KINDS[kind][0],
            (
                Part("decided", count.asking - count.waiting, TEAL),
                Part("waiting", count.waiting, AMBER),
                Part("no decision needed", count.groups - count.asking, GREY),
            ),
        )
        for kind, count in findings.groups.items()
    ]
    label = "; ".join(f"{bar.name}: {', '.join(f'{part.count:,} {part.name}' for part in bar.parts)}" for bar in shown)
    head = ("Kind of group", "groups", "statements in them", "ask a person", "of them decided", "still waiting")
    return Section(
        "Repeats and groups",
        (
            Picture(
                bars(shown, label=label), label, "Groups. Teal: decided by a person; amber: waiting; grey: no decision needed."
            ),
            Table("Groups", head, rows),
            Paragraph(
                f"Struck as repeats: {findings.tally.repeats:,}. Of one person's statements that are otherwise accepted the earliest counts."
            ),
        ),
    )


def _group_cells(count: GroupCount) -> tuple[str, ...]:
    numbers = (count.groups, count.statements, count.asking, count.asking - count.waiting, count.waiting)
    return tuple(f"{number:,}" for number in numbers)


def sample_sections(findings: Findings) -> tuple[Section, ...]:
    """Give the sample as far as it has come; nothing where none was drawn."""
    record = findings.sample
    if record.plan is None or not record.draws:
        return ()
    if record.estimate is None:
        drawn = sum(sum(draw.drawn) for draw in record.draws)
        words = (
            f"Drawn: {drawn:,} statements in {len(record.draws)} draws; {len(record.results):,} have a result. No estimate yet."
        )
        return (Section("Random sample", (Paragraph(words),)),)
    return (
        _estimate_section(
            record.estimate, sample_page(record.estimate, record.plan.table(), record.draws[0].seed), findings.tally.accepted
        ),
    )


def _estimate_section(estimate: Mapping[str, Any], told: Mapping[str, Any], accepted: int) -> Section:
    blocks: list[Block] = [Paragraph(told["text"]), Paragraph(f"{decides_sentence(estimate).capitalize()}.", is_strong=True)]
    if estimate["population"] != accepted:
        stale = f"The estimate is of {estimate['population']:,} accepted statements; now there are {accepted:,}. It has to be made anew."
        blocks.append(Paragraph(stale, is_strong=True))
    rows = (*map(tuple, told["rows"]), ("Rate of valid statements", percent(estimate["estimate"], estimate["population"])))
    blocks += [
        Picture(chart_of(estimate), alternative(estimate), "Share of valid statements, with exact bounds."),
        Table("What the sample says", ("Of the accepted statements", "Number"), rows),
    ]
    if told["strata"]:
        head = ("Stratum", "Accepted", "Drawn", "Valid", "By the sample", "Exact bounds")
        blocks.append(Table("By stratum", head, tuple(map(tuple, told["strata"]))))
    blocks += [
        Table("How it was drawn", ("What", "Value"), tuple(map(tuple, told["hashes"])), ABOUT),
        *map(Paragraph, told["remarks"]),
    ]
    return Section("Random sample", tuple(blocks))


def completeness_section(findings: Findings) -> Section:
    """Give what the statements were taken from, and what can be checked again."""
    facts, export = findings.facts, findings.facts["export"]
    journal = ("Decision journal (SHA-256 of its last line)", findings.journal.last_hash or "none: nothing was decided")
    lines = ("Lines of the decision journal", f"{findings.journal.lines:,}")
    verdicts = ("Verdicts file (SHA-256 of its head)", findings.verdicts_hash)
    if is_read(facts):
        rows = (*origin_rows(facts), ("Files (SHA-256)", export["sha256"]), verdicts, journal, lines)
        return Section(
            "Where the statements come from",
            (Paragraph(SENDERS_WORD, is_strong=True), Table("What can be checked again", ("What", "Value"), rows, ABOUT)),
        )
    logs = zip_longest(*(export[name].split(" ") for name in ("origin", "sha256", "root")), fillvalue="")
    rows = tuple(
        row
        for origin, file, root in logs
        for row in (("Log", origin), ("Export file (SHA-256)", file), ("Merkle root at the checkpoint", root))
    )
    entries = ("Entries at the checkpoint", f"{export['size']:,}")
    told = (
        ("Kind of export", export["kind"].replace("-", " ")),
        ("Exported on", export["made_on"]),
        *rows,
        entries,
        verdicts,
        journal,
        lines,
    )
    sentence = (
        "Before anything was opened, the export was compared with the checkpoint of the public log that its key signed: every entry is there, in its"
        " order, with its day. Entries whose envelope was destroyed or withheld stand there as leaf records with their reason."
    )
    gone = tuple((title, f"{count:,}") for title, count in gone_rows(findings.tally))
    missing = Table("Entries without an envelope", ("Reason", "Number"), gone or (("none", "0"),))
    return Section(
        "Completeness", (Paragraph(sentence), missing, Table("What can be checked again", ("What", "Value"), told, ABOUT))
    )


def gone_rows(tally: Tally) -> list[tuple[str, int]]:
    """Give how many entries have no envelope, by reason."""
    return [(reason_sentence(reason), count) for reason, count in sorted(tally.gone.items()) if count]


def rules_section(facts: Mapping[str, Any]) -> Section:
    """Give the policy by which it was verified."""
    policy, procedure = facts["policy"], load_procedure(facts["procedure"])
    rows = [(GROUNDS[code].sentence, "strike, in every State") for code in CERTAIN_CODES]
    thresholds = policy.get("thresholds", {})
    for code in INDICATION_CODES:
        beyond = f", from {thresholds.get(code, THRESHOLDS[code])} on" if code in THRESHOLDS else ""
        rows.append((GROUNDS[code].sentence, policy["actions"].get(code, GROUNDS[code].default) + beyond))
    source = policy.get("source") or "not named"
    words = f"Policy of {facts['jurisdiction']}; decided by: {source}. Procedure: {procedure.name}. Confirmed before anything was opened."
    return Section("Rules", (Paragraph(words), Table("What each ground does", ("Ground", "What it does"), tuple(rows))))
