"""civium-authority sample split, merge, match: the sample goes out on sheets and comes back, or is compared with the register's extract."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from civium.authority.commands.asking import positive, tell
from civium.authority.commands.sampled import Sample, add_sample_options, load_sample, opened_of, tell_journal, tell_next_act
from civium.authority.decisions import Entry
from civium.authority.placing import write_whole
from civium.authority.sampling.drawing import SheetRow, read_sampled
from civium.authority.sampling.matching import NOT_FOUND, RULES, match, read_register
from civium.authority.sampling.merging import SENTENCES, Conflict, Found, Given, merge
from civium.authority.sampling.record import INVALID, MATCH, RESULT, RESULTS, SPLIT, UNCLEAR, VALID, Split
from civium.authority.sampling.sheets import LARGEST_SHEET, cells_of, columns_of, read_sheet, split_rows, write_sheet
from civium.errors import Refused

# More clerks than any office has; each sheet is a file.
_MOST_SHEETS = 200
_SHOWN = 40


def add_split(parser: ArgumentParser) -> None:
    """Add the options of `sample split`."""
    add_sample_options(parser)
    parser.add_argument("--sheets", type=positive, default=1, metavar="N", help="among how many clerks (%(default)s)")
    parser.add_argument(
        "--second-opinion",
        type=_share,
        default=0,
        metavar="PERCENT",
        help="so many of the rows stand on two sheets (%(default)s)",
    )
    parser.add_argument("--form", choices=("xlsx", "csv"), default="xlsx", help="%(default)s unless told otherwise")
    parser.add_argument("--separator", choices=(",", ";"), default=";", help="csv: between the cells (%(default)s)")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="a new folder for the sheets; they hold personal data in clear"
    )
    parser.set_defaults(run=_split)


def add_merge(parser: ArgumentParser) -> None:
    """Add the options of `sample merge`."""
    add_sample_options(parser)
    parser.add_argument("sheets", type=Path, nargs="+", metavar="SHEET", help="the sheets that came back, .xlsx or .csv (UTF-8)")
    parser.add_argument(
        "--settle",
        type=_settled,
        action="append",
        default=[],
        metavar="ROW=RESULT",
        help="your word on a row: 17=invalid, for example",
    )
    parser.add_argument(
        "--ignore-column",
        action="append",
        default=[],
        metavar="COLUMN",
        help="changes in this column do not matter; again for each",
    )
    parser.set_defaults(run=_merge)


def add_match(parser: ArgumentParser) -> None:
    """Add the options of `sample match`."""
    add_sample_options(parser)
    parser.add_argument(
        "--register", type=Path, required=True, metavar="FILE", help="an extract of the register: CSV in UTF-8 with a head line"
    )
    rules = "; ".join(f"{name}: {rule.sentence}" for name, rule in RULES.items())
    parser.add_argument("--rule", choices=tuple(RULES), required=True, help=rules)
    parser.add_argument(
        "--column",
        type=_named,
        action="append",
        default=[],
        metavar="FIELD=NAME",
        help="the register's name of a field: id_number=BSN",
    )
    parser.add_argument(
        "--not-found",
        choices=NOT_FOUND,
        default=UNCLEAR,
        help="what a statement is that no line agrees with (%(default)s: a person looks)",
    )
    parser.set_defaults(run=_match)


def _share(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 100:
        raise ValueError
    return number


def _settled(text: str) -> tuple[int, str]:
    row, _, word = text.partition("=")
    if not row.isdecimal() or word not in RESULTS:
        raise ArgumentTypeError("ROW=RESULT, such as 17=invalid (valid, invalid, unclear)")
    return int(row), word


def _named(text: str) -> tuple[str, str]:
    field, _, name = text.partition("=")
    if not field or not name:
        raise ArgumentTypeError("FIELD=NAME, such as id_number=BSN")
    return field, name


def _split(options: Namespace, now: datetime) -> list[str]:
    sample = load_sample(options)
    phase = len(sample.record.draws)
    if options.sheets > _MOST_SHEETS:
        raise Refused("sample-sheets", most=_MOST_SHEETS)
    split = Split(options.sheets, options.second_opinion * 10)
    if sample.record.splits.get(phase, split) != split:
        raise Refused("sample-split-there")
    if options.to.exists():
        raise Refused("file-exists")
    given = _given(sample, options, phase, split)
    options.to.mkdir(mode=0o700)
    names = []
    for number, rows in enumerate(given.sheets, start=1):
        path = options.to / f"{given.sample}-sheet-{number}.{options.form}"
        cells = [cells_of(row, given.sample, number, given.fields) for row in rows]
        write = partial(
            write_sheet,
            rows=cells,
            columns=columns_of(given.fields),
            form=options.form,
            separator=options.separator,
            folder=options.to,
        )
        write_whole(path, write)
        names.append(f"  {path.name}: {len(rows)} rows")
    if phase not in sample.record.splits:
        told = {"phase": phase, "sheets": split.sheets, "second_permille": split.second_permille}
        tell_journal(sample.case, [Entry(SPLIT, told)], by=options.by, now=now)
    tell("the sheets hold personal data in clear: destroy them, and every copy, when they are merged")
    return [f"written {options.to.name}", *names]


def _given(sample: Sample, options: Namespace, phase: int, split: Split) -> Given:
    rows = [row for row in sample.rows if row.phase == phase]
    shown = read_sampled(opened_of(sample.case, options), sample.population, rows)
    name = f"{sample.plan.commitment[:12]}-{phase}"
    return Given(name, split_rows(shown, split.sheets, split.second_permille), sample.fields())


def _merge(options: Namespace, now: datetime) -> list[str]:
    sample = load_sample(options)
    phase = len(sample.record.draws)
    if phase not in sample.record.splits:
        raise Refused("sample-not-split")
    given = _given(sample, options, phase, sample.record.splits[phase])
    returned = [read_sheet(_sheet_bytes(path)) for path in options.sheets]
    if all(line.cells["sample"].strip() != given.sample for sheet in returned for line in sheet):
        raise Refused("sheet-foreign")
    merged = merge(given, returned, settled=dict(options.settle), ignored=options.ignore_column)
    if merged.conflicts:
        tell(*_conflict_lines(merged.conflicts))
        raise Refused("sample-conflicts", conflicts=len(merged.conflicts))
    fresh = keep(sample, _shown_rows(given), merged.results, by=options.by, now=now)
    found = [result.result for result in merged.results.values()]
    lines = [
        f"rows with a result {len(found)}",
        *(f"  {word} {found.count(word)}" for word in RESULTS),
        f"new in the journal {fresh}",
    ]
    lines.append(f"missing {len(merged.missing)}")
    lines += [f"  sheet {sheet}, row {row}" for sheet, row in merged.missing[:_SHOWN]]
    tell_next_act("estimate", options)
    return lines + ([f"  and {len(merged.missing) - _SHOWN} more"] if len(merged.missing) > _SHOWN else [])


def _sheet_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_SHEET + 1)


def _shown_rows(given: Given) -> dict[int, SheetRow]:
    return {row.number: row for rows in given.sheets for row in rows}


def _conflict_lines(conflicts: list[Conflict]) -> list[str]:
    lines = []
    for conflict in conflicts[:_SHOWN]:
        where = f"row {conflict.row}" if conflict.row else "a row"
        sheets = f" (sheet {', '.join(map(str, conflict.sheets))})" if conflict.sheets else ""
        columns = f": {', '.join(conflict.columns)}" if conflict.columns else ""
        lines.append(f"{where}{sheets}: {SENTENCES[conflict.kind]}{columns}")
    return lines + ([f"and {len(conflicts) - _SHOWN} more"] if len(conflicts) > _SHOWN else [])


def keep(sample: Sample, rows: dict[int, SheetRow], results: dict[int, Found], *, by: str, now: datetime) -> int:
    """Write results that the journal does not have yet; give how many."""
    entries = [
        Entry(RESULT, {"row": number, "identifier": rows[number].identifier, "result": found.result, "from": found.source})
        for number, found in sorted(results.items())
        if sample.record.results.get(number) != found.result
    ]
    if entries:
        tell_journal(sample.case, entries, by=by, now=now)
    return len(entries)


def _match(options: Namespace, now: datetime) -> list[str]:
    sample = load_sample(options)
    rule, raw = RULES[options.rule], _sheet_bytes(options.register)
    if len(raw) > LARGEST_SHEET:
        raise Refused("sheet-too-large", most=LARGEST_SHEET)
    for column in rule.columns:
        if column not in sample.fields():
            raise Refused("sample-rule", column=column)
    register = read_register(raw, rule, dict(options.column))
    # What a person has settled is not asked of a machine again.
    told_before = {row.number: sample.record.results.get(row.number, UNCLEAR) for row in sample.rows}
    every = read_sampled(opened_of(sample.case, options), sample.population, sample.rows)
    shown = [row for row in every if told_before[row.number] == UNCLEAR]
    before = [row for row in every if told_before[row.number] == VALID]
    matched = match(shown, register, rule, not_found=options.not_found, before=before)
    counts = {"lines": matched.lines, "compared": len(shown), "found": matched.found, "shared": matched.shared}
    told = {"rule": options.rule, "not_found": options.not_found, "register": sha256(raw).hexdigest(), **counts}
    tell_journal(sample.case, [Entry(MATCH, told)], by=options.by, now=now)
    results = {number: Found(word, "register") for number, word in matched.results.items()}
    keep(sample, {row.number: row for row in shown}, results, by=options.by, now=now)
    words = list(matched.results.values())
    tell_next_act("estimate", options)
    return [
        f"rule: {rule.sentence}",
        f"lines in the register {matched.lines}",
        f"compared {len(shown)}",
        f"found {matched.found}",
        *([f"  of them by a line that two statements find {matched.shared}"] if matched.shared else []),
        *(f"{word} {words.count(word)}" for word in (VALID, INVALID, UNCLEAR)),
    ]
