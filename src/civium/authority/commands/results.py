"""civium-authority report, show, write: the numbers, the statements on the screen, the statements as files."""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from civium.authority.commands.asking import positive, tell_next
from civium.authority.commands.cases import Case, add_case_options, load_case, load_opened
from civium.authority.commission_xml import LAYOUT, InitiativeData, write_xml
from civium.authority.documents.as_html import document_html
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.findings import findings_of
from civium.authority.documents.report import report_document
from civium.authority.grounds import BITS, GROUP_GROUNDS, codes_of
from civium.authority.judging import VERDICTS as VERDICT_NAMES
from civium.authority.near_repeats_words import explain_group
from civium.authority.placing import write_together, write_whole
from civium.authority.report import german_lines, report_lines, report_of
from civium.authority.results import Result, read_results
from civium.authority.sampling.words import estimate_lines
from civium.authority.table_csv import FIXED_COLUMNS, result_cells, write_csv
from civium.authority.table_xlsx import write_xlsx
from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import form_of

# Art. 5(3): the contact persons of the group of organisers.
_CONTACTS = ("representative", "substitute")
_WHICH = tuple(VERDICT_NAMES.values())


def add_report(parser: ArgumentParser) -> None:
    """Add the options of `report`."""
    add_case_options(parser)
    parser.add_argument(
        "--list", choices=("neutral", "ebig"), default="neutral", help="ebig: also by the German list, section 4 EBIG"
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="write the numbers as JSON, days included")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report with pictures, as one page for a browser")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write the report with pictures, as a tagged PDF")
    parser.set_defaults(run=_report)


def add_show(parser: ArgumentParser) -> None:
    """Add the options of `show`."""
    add_case_options(parser)
    parser.add_argument("--verdict", choices=_WHICH, default="for-decision", help="%(default)s unless told otherwise")
    parser.add_argument("--ground", metavar="CODE", help="only those with this ground")
    parser.add_argument(
        "--group", metavar="NAME", help="one group whole, as 'show' names it (near-1), and in what its members differ"
    )
    parser.add_argument("--most", type=positive, default=50, metavar="N", help="at most so many (%(default)s)")
    parser.set_defaults(run=_show)


def add_write(parser: ArgumentParser) -> None:
    """Add the options of `write`."""
    add_case_options(parser)
    parser.add_argument(
        "--form",
        choices=("xml", "csv", "xlsx"),
        required=True,
        help=f"xml: the Commission's layout ({LAYOUT}); csv: a table; xlsx: the same as a workbook",
    )
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FILE", help="the file to write; it holds personal data in clear"
    )
    parser.add_argument("--which", choices=("all", *_WHICH), default="all", help="%(default)s unless told otherwise")
    parser.add_argument("--separator", choices=(",", ";"), default=",", help="csv: between the cells (%(default)s)")
    parser.add_argument("--excel", action="store_true", help="csv: begin with the mark by which Excel knows UTF-8")
    parser.add_argument("--language", default="en", metavar="CODE", help="xml: language of title and objectives (%(default)s)")
    parser.add_argument("--register-address", default="", metavar="URL", help="xml: the initiative's address in the register")
    parser.add_argument("--contact-persons", default="", metavar="TEXT", help="xml: names and e-mail addresses")
    parser.add_argument("--website", default="", metavar="URL", help="xml: the initiative's website")
    parser.set_defaults(run=_write)


def _report(options: Namespace, now: datetime) -> list[str]:
    case = load_case(options)
    findings = findings_of(case.verdicts, case.journal, made_on=brussels_date(now))
    tally, estimate = findings.tally, findings.sample.estimate
    document = report_document(findings, has_german_list=options.list == "ebig")
    files: list[tuple[Path, bytes, int]] = []
    if options.to:
        told = report_of(case.verdicts.facts, tally, case.journal.last_hash, estimate)
        files.append((options.to, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n", 0o600))
    if options.html:
        files.append((options.html, document_html(document).encode(), 0o600))
    if options.pdf:
        files.append((options.pdf, document_pdf(document), 0o600))
    write_together(files)
    lines = report_lines(case.verdicts.facts, tally)
    if estimate:
        lines += ["", "random sample of the accepted statements", *estimate_lines(estimate)]
    tell_next("show" if tally.undecided else "certify", options)
    return [*lines, *german_lines(tally)] if options.list == "ebig" else lines


def _show(options: Namespace, _now: datetime) -> list[str]:
    case = load_case(options)
    if options.ground and options.ground not in BITS:
        raise Refused("ground-unknown")
    if options.group and options.group.partition("-")[0] not in GROUP_GROUNDS:
        raise Refused("group-unknown")
    wanted = BITS[options.ground] if options.ground else -1
    # Of a group all are shown: what was struck or accepted meanwhile belongs to what is decided.
    which = _WHICH if options.group else (options.verdict,)
    results = read_results(load_opened(case, options), case.verdicts, case.journal.decisions, which=which)
    chosen = (
        result
        for result in results
        if (result.settled.grounds & wanted or not options.ground)
        and (not options.group or options.group in result.settled.row.labels)
    )
    shown = list(islice(chosen, options.most))
    if options.group:
        return _shown_group(shown)
    lines: list[str] = []
    for result in shown:
        lines += _shown(result)
    return lines or ["none"]


def _shown_group(members: Sequence[Result]) -> list[str]:
    """Give the members of a group, each with its place in it, its verdict, and in what it differs from one before."""
    told = explain_group([member.statement.fields if member.statement else {} for member in members])
    lines: list[str] = []
    for place, (member, phrase) in enumerate(zip(members, told, strict=True), start=1):
        head, *fields = _shown(member)
        lines += [f"{place}: {head}  ({member.verdict})", *fields, *([f"  {phrase}"] if phrase else [])]
    return lines or ["none"]


def _shown(result: Result) -> list[str]:
    row = result.settled.row
    group = "".join(f"  {label}" for label in row.labels)
    lines = [
        f"{row.identifier}  {row.received_on.isoformat()}  {' '.join(codes_of(result.settled.grounds)) or 'no ground'}{group}"
    ]
    if result.statement is None:
        return [*lines, "  (cannot be read)"]
    confirmed = {field for field, _ in result.statement.confirmations}
    for field, value in result.statement.fields.items():
        lines.append(f"  {field}: {visible(value)}{'  (confirmed when warned)' if field in confirmed else ''}")
    return lines


def visible(value: str) -> str:
    """Give a value with its invisible signs spelled out: one that turns the direction of writing can make a line read as another."""
    return "".join(f"<U+{ord(sign):04X}>" if unicodedata.category(sign) in ("Cf", "Co", "Cn") else sign for sign in value)


def _write(options: Namespace, _now: datetime) -> list[str]:
    case = load_case(options)
    opened = load_opened(case, options)
    which: Sequence[str] = _WHICH if options.which == "all" else (options.which,)
    results = read_results(opened, case.verdicts, case.journal.decisions, which=which)
    written: list[int] = []

    def write(stream: BinaryIO) -> None:
        if options.form == "xml":
            about = _about(case, options)
            written.append(write_xml(stream, results, jurisdiction=case.jurisdiction, procedure=case.procedure, about=about))
            return
        fields = form_of(case.procedure, case.jurisdiction.code, _closes_on(case)).fields
        if options.form == "csv":
            written.append(write_csv(stream, results, fields=fields, separator=options.separator, has_mark=options.excel))
        else:
            rows = (result_cells(result, fields) for result in results)
            columns = (*FIXED_COLUMNS, *fields)
            written.append(write_xlsx(stream, columns, rows, name="statements", folder=options.to.resolve().parent))

    write_whole(options.to, write)
    return [f"statements {written[0]}", f"written {options.to.name}"]


def _closes_on(case: Case) -> date:
    return date.fromisoformat(case.verdicts.facts["closes_on"])


def _about(case: Case, options: Namespace) -> InitiativeData:
    facts = case.verdicts.facts
    texts = facts["texts"]
    text: object = texts.get(options.language) or next(iter(texts.values()), {})
    return InitiativeData(
        registration_number=facts["registration"],
        opens_on=date.fromisoformat(facts["opens_on"]),
        closes_on=_closes_on(case),
        register_address=options.register_address or _told(text, "register_url"),
        title=_told(text, "title"),
        objectives=_told(text, "objectives"),
        contact_persons=options.contact_persons or _told(text, "contact_persons") or _contact_persons(text),
        website=options.website or _told(text, "website"),
    )


def _told(text: object, name: str) -> str:
    value = text.get(name) if isinstance(text, dict) else None
    return value if isinstance(value, str) else ""


def _contact_persons(text: object) -> str:
    """Give representative and substitute as the Commission writes them: name and e-mail address, then the next."""
    organisers = text.get("organisers") if isinstance(text, dict) else None
    persons = [person for person in organisers or [] if isinstance(person, dict) and person.get("role") in _CONTACTS]
    return ", ".join(" ".join(filter(None, (_told(person, "name"), _told(person, "email")))) for person in persons)
