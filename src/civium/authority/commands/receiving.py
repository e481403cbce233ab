"""civium-authority acknowledge, dates: what arrived and when the law's periods end. Neither needs a key, neither opens anything."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from civium.authority.commands.asking import EXPORT, OPENED, VERDICTS, about_file
from civium.authority.commands.opening import bar
from civium.authority.completeness import CompleteExport, check_export
from civium.authority.documents.acknowledgement import (
    Receipt,
    Received,
    acknowledgement_document,
    acknowledgement_of,
    received_export,
    received_file,
)
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.as_text import document_text
from civium.authority.documents.dates import CERTIFIED, RECEIVED, calendar_of, duties_of, told_day
from civium.authority.placing import write_bytes, write_together
from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure


def add_acknowledge(parser: ArgumentParser) -> None:
    """Add the options of `acknowledge`."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="what arrived: exports, or files of another system")
    parser.add_argument("--to", type=Path, required=True, metavar="NAME", help="NAME.pdf, NAME.txt and NAME.json are written")
    parser.add_argument("--by", required=True, metavar="NAME", help="who acknowledges")
    _add_received(parser, "the day on which the last of it arrived (2026-11-13); otherwise today")
    parser.add_argument(
        "--more-to-come", action="store_true", help="not all has arrived, on paper or online: no period begins yet"
    )
    parser.add_argument("--authority", default="", metavar="NAME", help="the authority's name, where it is not known here")
    _add_about(parser, "of files of another system")
    parser.set_defaults(run=_acknowledge)


def add_dates(parser: ArgumentParser) -> None:
    """Add the options of `dates`."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="EXPORT", help="the export, or its name: which initiative and State"
    )
    _add_received(parser, "the day on which everything had arrived, on paper and online")
    parser.add_argument("--certified-on", type=_day, metavar="DAY", help="the day of the certificate")
    parser.add_argument("--to", type=Path, metavar="FILE.ics", help="write a calendar file with reminders")
    _add_about(parser, "where no export is named")
    parser.set_defaults(run=_dates)


def _add_received(parser: ArgumentParser, told: str) -> None:
    parser.add_argument("--received-on", type=_day, metavar="DAY", help=told)


def _add_about(parser: ArgumentParser, when: str) -> None:
    parser.add_argument("--jurisdiction", default="", metavar="CODE", help=f"the State, {when}")
    parser.add_argument("--registration", default="", metavar="NUMBER", help=f"the initiative's number, {when}")
    parser.add_argument("--procedure", default="eci", metavar="NAME", help=f"the procedure, {when} (%(default)s)")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("a day is written 2026-03-02") from None


def _acknowledge(options: Namespace, now: datetime) -> list[str]:
    today = brussels_date(now)
    received_on = _past_day(options.received_on, today)
    files = _files(options.files)
    about = _about_of([file.export for file in files if file.export], options)
    procedure = load_procedure(about["procedure"])
    jurisdiction = jurisdiction_of(procedure, about["jurisdiction"])
    authority = options.authority or jurisdiction.authority.name_native or jurisdiction.authority.name_en
    if not authority:
        raise Refused("authority-unnamed")
    receipt = Receipt(
        authority=authority,
        jurisdiction=jurisdiction,
        registration=about["registration"],
        files=files,
        received_on=received_on,
        made_on=today,
        by=options.by,
        duties=duties_of(procedure, {RECEIVED: received_on}),
        has_all=not options.more_to_come,
        is_demonstration=about["deployment"] == "demonstration",
    )
    _write(receipt, options.to)
    lines = [f"files {len(files)}", f"received on {received_on.isoformat()}"]
    if receipt.has_all:
        lines += [f"{duty.id} {told_day(duty)}" for duty in receipt.duties]
    return [*lines, f"written {options.to.name}.pdf {options.to.name}.txt {options.to.name}.json"]


def _write(receipt: Receipt, to: Path) -> None:
    document, told = acknowledgement_document(receipt), acknowledgement_of(receipt)
    made = (
        (".json", json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"),
        (".txt", document_text(document).encode()),
        (".pdf", document_pdf(document)),
    )
    write_together([(to.with_name(to.name + ending), raw, 0o600) for ending, raw in made])


def _files(paths: Sequence[Path]) -> tuple[Received, ...]:
    """Give what arrived, folders file by file. Raises what completeness raises; Refused `acknowledgement-nothing`."""
    found: list[Received] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink()) if path.is_dir() else [path]
        for one in inside:
            if one.suffix == EXPORT:
                with bar("checked") as shown:
                    found.append(received_export(check_export(one, told=shown.show)))
            else:
                # Where it lay in the folder tells the parts of a tree apart.
                name = one.relative_to(path.parent).as_posix() if path.is_dir() else one.name
                found.append(replace(received_file(one), name=name))
    if not found:
        raise Refused("acknowledgement-nothing")
    return tuple(found)


def _about_of(exports: Sequence[CompleteExport], options: Namespace) -> dict[str, str]:
    """Give which procedure, State and initiative it is about. Raises Refused `acknowledgement-mixed`, `acknowledgement-about`."""
    names = ("procedure", "jurisdiction", "registration", "deployment")
    told = {tuple(getattr(complete.head, name) for name in names) for complete in exports}
    if len(told) > 1:
        raise Refused("acknowledgement-mixed")
    if told:
        return dict(zip(names, told.pop(), strict=True))
    return _asked(options)


def _asked(options: Namespace) -> dict[str, str]:
    if not options.jurisdiction or not options.registration:
        raise Refused("acknowledgement-about")
    asked = {name: getattr(options, name) for name in ("procedure", "jurisdiction", "registration")}
    return {**asked, "deployment": ""}


def _past_day(day: date | None, today: date) -> date:
    if day is not None and day > today:
        raise Refused("day-in-the-future")
    return day or today


def _dates(options: Namespace, now: datetime) -> list[str]:
    today = brussels_date(now)
    about: Mapping[str, Any] = about_file(options.file, OPENED, VERDICTS) if options.file else _asked(options)
    events = {name: date.fromisoformat(about[name]) for name in ("opens_on", "closes_on") if name in about}
    for name, day in ((RECEIVED, options.received_on), (CERTIFIED, options.certified_on)):
        if day is not None:
            events[name] = _past_day(day, today)
    if events.get(CERTIFIED, date.max) < events.get(RECEIVED, date.min):
        raise Refused("day-too-early")
    duties = duties_of(load_procedure(about["procedure"]), events)
    lines = [f"{about['registration']}, {about['jurisdiction']}", *(duty.line(today) for duty in duties)]
    if not duties:
        lines.append("nothing yet: give --received-on, and later --certified-on")
    if options.to:
        told = calendar_of(duties, registration=about["registration"], jurisdiction=about["jurisdiction"], now=now)
        write_bytes(options.to, told, mode=0o644)
        lines.append(f"written {options.to.name}")
    return lines
