"""civium-authority read: files of the Commission's collection software, or a table, into the same working file that `open` writes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from civium.authority import organisers_key
from civium.authority import policy as policies
from civium.authority.commands.asking import OPENED, add_key_options, beside, positive, small_file, tell, tell_next, unlocked_key
from civium.authority.commands.opening import bar, confirm_rules, policy_lines, saying_first
from civium.authority.kept_key import parse_kept_key
from civium.authority.placing import write_bytes
from civium.authority.policy import Policy
from civium.authority.reading import columns as column_files
from civium.authority.reading.checking import Asked, Checked, check_delivery
from civium.authority.reading.columns import DELIMITERS, ENCODINGS, ORDERS, Columns
from civium.authority.reading.delivery import TABLE, Delivery, delivered
from civium.authority.reading.origin import LAYOUTS, SENDERS_WORD
from civium.authority.reading.table_text import headings_of
from civium.authority.reading.working import read_into
from civium.authority.sentences import sentence_of
from civium.errors import CiviumError, Refused
from civium.law.procedure import form_of, load_procedure

# What a person at the terminal is asked where a table does not tell it, and the option that answers it too.
_QUESTIONS = {
    "table-delimiter": ("delimiter", "what separates the columns? , or ; or | or tab: ", DELIMITERS),
    "table-encoding": ("encoding", "which encoding? windows-1252, iso-8859-2 and the like: ", ENCODINGS),
    "table-dates": ("dates", "are the dates day-month-year (dmy), month-day-year (mdy), or Excel's numbers (excel)? ", ORDERS),
}


def add_read(parser: ArgumentParser) -> None:
    """Add the options of `read`."""
    parser.add_argument(
        "sources",
        type=Path,
        metavar="FILE",
        nargs="+",
        help="XML of the Commission's software, a folder or a ZIP of it, or a table",
    )
    add_key_options(parser)
    parser.add_argument("--into", "--to", type=Path, metavar="FILE", help=f"another name for what is written (ending {OPENED})")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the State's policy; without it the neutral one")
    parser.add_argument("--confirm-rules", action="store_true", help="confirm the rules without being asked")
    parser.add_argument(
        "--announced",
        type=positive,
        default=-1,
        metavar="N",
        help="the number of statements in the sender's letter, to be compared",
    )
    parser.add_argument("--registration", default="", metavar="NUMBER", help="the initiative, where the files do not tell it")
    parser.add_argument(
        "--opens-on", type=_day, metavar="DAY", help="the first day of the collection, where the files do not tell it"
    )
    parser.add_argument("--closes-on", type=_day, metavar="DAY", help="the last day, likewise")
    parser.add_argument("--accept-gaps", action="store_true", help="go on though files lack by the numbers in their names")
    parser.add_argument("--channel", choices=("online", "eid", "paper"), default="online", help="how they came (%(default)s)")
    parser.add_argument("--demonstration", action="store_true", help="invented statements: whatever is made of them says so")
    parser.add_argument("--procedure", default="eci", metavar="NAME", help="the procedure (%(default)s)")
    table = parser.add_argument_group("tables")
    table.add_argument("--columns", type=Path, metavar="FILE", help="what the columns of a table hold")
    table.add_argument("--draft", type=Path, metavar="FILE", help="write such a file to be completed, and read nothing else")
    table.add_argument("--delimiter", choices=(*DELIMITERS, "tab"), default="", help="what separates the columns")
    table.add_argument("--encoding", choices=ENCODINGS, default="", metavar="NAME", help="such as windows-1252")
    table.add_argument("--dates", choices=ORDERS, default="", help="how dates such as 01/02/1990 are meant")
    parser.set_defaults(run=run_read)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("a day is written 2026-03-02") from None


def run_read(options: Namespace, _now: datetime) -> list[str]:
    """Check a delivery, show the rules, read it into the working file; give the numbers."""
    first: Path = options.sources[0]
    options.file = options.into or (first if first.name not in ("", "..") else first.resolve())
    target = beside(options.file, OPENED)
    if target.exists() and not options.draft:
        raise Refused("file-exists")
    jurisdiction = _jurisdiction(options.key)
    with delivered(options.sources) as delivery:
        if options.draft:
            return _draft(delivery, jurisdiction, options)
        policy = policies.parse(small_file(options.policy)) if options.policy else Policy(jurisdiction, source="neutral")
        if policy.jurisdiction != jurisdiction:
            raise Refused("policy-foreign")
        try:
            checked = _checked(delivery, _asked(jurisdiction, options), options)
            _tell(checked)
            tell(*policy_lines(policy))
            confirm_rules(options)
            key = unlocked_key(options.key, options)
            with bar("read") as shown:
                told = saying_first(shown.show, "going on after {:,} that were read before")
                read_into(checked, target, key=key, policy=policy, told=told)
        except CiviumError as error:
            _tell_file(error, delivery)
            raise
    tell_next("verify", options)
    return [
        f"files {len(checked.hashes)}",
        f"copies taken once {len(checked.copies)}",
        f"read {checked.size}",
        f"written {target.name}",
    ]


def _jurisdiction(key: Path) -> str:
    raw = small_file(key)
    if organisers_key.is_organisers(raw):
        raise Refused("organisers-key-elsewhere")
    return parse_kept_key(raw).public.jurisdiction


def _asked(jurisdiction: str, options: Namespace) -> Asked:
    columns = column_files.parse(small_file(options.columns)) if options.columns else Columns()
    return Asked(
        jurisdiction=jurisdiction,
        procedure=options.procedure,
        registration=options.registration,
        opens_on=options.opens_on,
        closes_on=options.closes_on,
        announced=options.announced,
        accepts_gaps=options.accept_gaps,
        channel=options.channel,
        is_demonstration=options.demonstration,
        columns=_told(columns, options),
    )


def _told(columns: Columns, options: Namespace) -> Columns:
    delimiter = "\t" if options.delimiter == "tab" else options.delimiter
    told = {"delimiter": delimiter, "encoding": options.encoding, "dates": options.dates}
    return replace(columns, **{name: value for name, value in told.items() if value})


def _checked(delivery: Delivery, asked: Asked, options: Namespace) -> Checked:
    """Check a delivery; at a terminal, ask what a table does not tell, once each."""
    for _ in range(len(_QUESTIONS) + 1):
        try:
            return _looked_through(delivery, asked)
        except Refused as refused:
            question = _QUESTIONS.get(refused.code)
            if question is None or getattr(asked.columns, question[0]) or not sys.stdin.isatty():
                raise
            _tell_file(refused, delivery)
            tell(sentence_of(refused)[0])
            setattr(options, question[0], _answer(question[1], question[2], refused))
            asked = replace(asked, columns=_told(asked.columns, options))
    raise AssertionError  # pragma: no cover - each is asked once


def _looked_through(delivery: Delivery, asked: Asked) -> Checked:
    def remarked(file: int, shortened: dict[str, int]) -> None:
        for name, count in sorted(shortened.items()):
            tell(
                f"in {_name(delivery, file)}: {count:,} values of {name} have fewer digits than the longest; "
                f'if a spreadsheet took zeros away, say so in the file of --columns: "zeros"'
            )

    with bar("bytes looked through") as shown:
        return check_delivery(delivery, asked, told=shown.show, remarked=remarked)


def _answer(question: str, allowed: tuple[str, ...], refused: Refused) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    answer = sys.stdin.readline().strip().lower()
    if ("\t" if answer == "tab" else answer) not in allowed:
        raise refused
    return answer


def _tell(checked: Checked) -> None:
    delivery = checked.delivery
    days = f"{checked.opens_on.isoformat()} to {checked.closes_on.isoformat()}"
    tell(
        f"{LAYOUTS[checked.layout]}: files {len(checked.hashes):,}, statements {checked.size:,}",
        f"initiative {checked.registration}, collected from {days}",
    )
    counted = (
        ("files left out (hidden, links, sealed input of the organisers' tool, other kinds)", delivery.left_out),
        ("files that lack, by the numbers in their names", delivery.gaps),
        ("copies of a statement, word for word, taken once", len(checked.copies)),
        ("statements without a day, counted as of the last day", checked.undated),
        ("statements named by their place, for want of an identifier", checked.named_by_place),
        ("elements that are not of this layout, passed over", checked.unknown),
    )
    tell(*(f"{name}: {count:,}" for name, count in counted if count))
    if checked.asked.announced < 0:
        tell("(--announced N compares this with the number in the sender's letter)")
    tell(SENDERS_WORD, f"SHA-256, to be compared with what the sender tells you by another way: {checked.sha256()}")


def _draft(delivery: Delivery, jurisdiction: str, options: Namespace) -> list[str]:
    if delivery.kind != TABLE:
        raise Refused("table-none")
    procedure = load_procedure(options.procedure)
    form = form_of(procedure, jurisdiction, options.closes_on or procedure.as_of)
    _, delimiter, headings = headings_of(delivery.sources[0], _told(Columns(), options), 1)
    made = replace(
        column_files.draft(headings, form),
        delimiter=delimiter,
        encoding=options.encoding,
        dates=options.dates,
        registration=options.registration,
        opens_on=options.opens_on.isoformat() if options.opens_on else "",
        closes_on=options.closes_on.isoformat() if options.closes_on else "",
    )
    write_bytes(options.draft, column_files.encode(made))
    tell(f"fields of {jurisdiction}: {' '.join(form.fields)}; besides them: identifier received_on")
    if form.numbers:
        tell(f"kinds of number (id_type): {' '.join(number.id for number in form.numbers)}")
    return [f"columns {len(headings)}", f"filled in {len(made.headings)}", f"written {options.draft.name}"]


def _name(delivery: Delivery, file: int) -> str:
    """Give a file's name with every sign spelled out that a terminal would obey or hide: a ZIP may name its members anything."""
    if not 0 < file <= len(delivery.sources):
        return "the delivery"
    return "".join(sign if sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in str(delivery.sources[file - 1].path))


def _tell_file(error: CiviumError, delivery: Delivery) -> None:
    """Say which file an error is about: the error itself holds nothing from outside."""
    for name in ("file", "other_file"):
        number = error.facts.get(name)
        if isinstance(number, int) and number:
            tell(f"file {number} is {_name(delivery, number)}")
