"""civium-authority report, show: the numbers, the statements on the screen."""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from civium.authority.commands.asking import positive, tell_next
from civium.authority.commands.cases import add_case_options, load_case, load_opened
from civium.authority.documents.as_html import document_html
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.findings import findings_of
from civium.authority.documents.passing_on import document_to_pass_on
from civium.authority.documents.report import report_document
from civium.authority.grounds import BITS, GROUP_GROUNDS, codes_of
from civium.authority.judging import VERDICTS as VERDICT_NAMES
from civium.authority.near_repeats_words import explain_group
from civium.authority.placing import write_together
from civium.authority.report import german_lines, report_lines, report_of
from civium.authority.results import Result, read_results
from civium.authority.sampling.words import estimate_lines
from civium.errors import Refused
from civium.law.periods import brussels_date

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
    parser.add_argument(
        "--pass-on", action="store_true", help="html, pdf: without numbers so small that they could point at somebody"
    )
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


def _report(options: Namespace, now: datetime) -> list[str]:
    case = load_case(options)
    findings = findings_of(case.verdicts, case.journal, made_on=brussels_date(now))
    tally, estimate = findings.tally, findings.sample.estimate
    make = document_to_pass_on if options.pass_on else report_document
    document = make(findings, has_german_list=options.list == "ebig")
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
