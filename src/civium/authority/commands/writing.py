"""civium-authority write: the statements as files, in one or in volumes. They hold personal data in clear."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from civium.authority.commands.asking import add_processes_option, positive
from civium.authority.commands.cases import Case, add_case_options, load_case, load_opened
from civium.authority.commands.opening import bar
from civium.authority.commission_xml import LAYOUT, InitiativeData, write_xml
from civium.authority.documents.lists import VOLUME_SIZE, list_about, write_lists
from civium.authority.documents.split_xml import write_split_xml
from civium.authority.judging import VERDICTS as VERDICT_NAMES
from civium.authority.placing import write_whole
from civium.authority.results import Result, read_results
from civium.authority.table_csv import FIXED_COLUMNS, result_cells, write_csv
from civium.authority.table_xlsx import write_xlsx
from civium.law.procedure import form_of

# Art. 5(3): the contact persons of the group of organisers.
_CONTACTS = ("representative", "substitute")
_WHICH = tuple(VERDICT_NAMES.values())
_LANGUAGE = "en"


def add_write(parser: ArgumentParser) -> None:
    """Add the options of `write`."""
    add_case_options(parser)
    parser.add_argument(
        "--form",
        choices=("xml", "csv", "xlsx", "pdf"),
        required=True,
        help=f"xml: the Commission's layout ({LAYOUT}); csv: a table; xlsx: the same as a workbook; pdf: lists on paper, in volumes",
    )
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FILE",
        help="the file to write, or for volumes the folder; it holds personal data in clear",
    )
    parser.add_argument("--which", choices=("all", *_WHICH), default="all", help="%(default)s unless told otherwise")
    parser.add_argument(
        "--split",
        type=positive,
        metavar="N",
        help=f"so many statements a file; xml: otherwise one file; pdf: otherwise {VOLUME_SIZE}",
    )
    parser.add_argument("--separator", choices=(",", ";"), default=",", help="csv: between the cells (%(default)s)")
    parser.add_argument("--excel", action="store_true", help="csv: begin with the mark by which Excel knows UTF-8")
    parser.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="xml: of title and objectives (en); pdf: of the headings (the State's first)",
    )
    parser.add_argument("--register-address", default="", metavar="URL", help="xml: the initiative's address in the register")
    parser.add_argument("--contact-persons", default="", metavar="TEXT", help="xml: names and e-mail addresses")
    parser.add_argument("--website", default="", metavar="URL", help="xml: the initiative's website")
    add_processes_option(parser)
    parser.set_defaults(run=_write)


def _write(options: Namespace, _now: datetime) -> list[str]:
    case = load_case(options)
    opened = load_opened(case, options)
    which: Sequence[str] = _WHICH if options.which == "all" else (options.which,)
    results = read_results(opened, case.verdicts, case.journal.decisions, which=which)
    if options.form == "pdf":
        return _write_lists(case, results, which, options)
    if options.form == "xml" and options.split:
        return _write_split(case, results, which, options)
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


def _write_lists(case: Case, results: Iterator[Result], which: Sequence[str], options: Namespace) -> list[str]:
    facts = case.verdicts.facts
    about = list_about(
        facts, procedure=case.procedure, jurisdiction=case.jurisdiction, which=options.which, language=options.language
    )
    total, size = _total(case, which), options.split or VOLUME_SIZE
    with bar("on paper") as shown:
        names = write_lists(
            results,
            options.to,
            about=about,
            named=_named(case, options),
            total=total,
            size=size,
            processes=1 if total <= size else options.processes,
            told=shown.show,
        )
    return [f"statements {total}", f"volumes {len(names)}", f"written {options.to.name}"]


def _write_split(case: Case, results: Iterator[Result], which: Sequence[str], options: Namespace) -> list[str]:
    with bar("written") as shown:
        written = write_split_xml(
            results,
            options.to,
            jurisdiction=case.jurisdiction,
            procedure=case.procedure,
            about=_about(case, options),
            language=options.language or _LANGUAGE,
            named=_named(case, options),
            total=_total(case, which),
            size=options.split,
            told=shown.show,
        )
    return [f"statements {written}", f"files {len(list(options.to.glob('*.xml')))}", f"written {options.to.name}"]


def _named(case: Case, options: Namespace) -> dict[str, str]:
    """Give what a folder of volumes is made of: it is taken up again for nothing else."""
    return {"verdicts": case.verdicts.head_hash(), "journal": case.journal.last_hash, "which": options.which}


def _total(case: Case, which: Sequence[str]) -> int:
    tally = case.tally()
    return sum(tally.verdicts[verdict] for verdict in which)


def _closes_on(case: Case) -> date:
    return date.fromisoformat(case.verdicts.facts["closes_on"])


def _about(case: Case, options: Namespace) -> InitiativeData:
    facts = case.verdicts.facts
    texts = facts["texts"]
    text: object = texts.get(options.language or _LANGUAGE) or next(iter(texts.values()), {})
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
