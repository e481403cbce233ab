"""Sheets that come back from clerks, put together: a result for each row, and everything that does not agree.

The rules are:
- one row on two sheets must have one result; nobody's opinion wins by coming later;
- what a clerk was shown must still stand there: another name in the row may mean that another person was looked up;
- a row that lacks a result is missing, and is no conflict: the same sheets can be merged again when it is filled in;
- a conflict is settled by the officer, row by row, or by telling that a column's changes do not matter (a spreadsheet rewrote the days).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from civium.authority.sampling.drawing import SheetRow
from civium.authority.sampling.record import RESULTS
from civium.authority.sampling.sheets import REMARK_COLUMN, RESULT_COLUMN, ReturnedRow, cells_of, columns_of
from civium.authority.table_csv import safe_cell
from civium.authority.table_xlsx import printable

DIFFERING, CHANGED, NO_RESULT, STRANGE, FOREIGN = "differing", "changed", "no-result", "strange", "foreign"
SENTENCES = {
    DIFFERING: "the sheets say different things",
    CHANGED: "a cell is no longer what the sheet was given with",
    NO_RESULT: "the result is none of valid, invalid, unclear",
    STRANGE: "this row was not given to that sheet",
    FOREIGN: "this row is of another sample",
}


@dataclass(frozen=True)
class Conflict:
    """One thing that does not agree: the row's number (0: none of the sample), the kind, the sheets and the columns concerned."""

    row: int
    kind: str
    sheets: tuple[int, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A row's result and where it comes from."""

    result: str
    source: str


@dataclass
class Merged:
    """What came of the sheets. `missing`: (sheet, row) that were given out and have no result yet."""

    results: dict[int, Found] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, repr=False)
class Given:
    """What was given out: the sample's name, the rows of each sheet (from 1), the form's fields."""

    sample: str
    sheets: Sequence[Sequence[SheetRow]]
    fields: Sequence[str]


def merge(
    given: Given, returned: Sequence[Sequence[ReturnedRow]], *, settled: Mapping[int, str], ignored: Collection[str] = ()
) -> Merged:
    """Put returned sheets together. `settled`: the officer's word on a row; `ignored`: columns whose changes do not matter."""
    merged = Merged()
    expected = {(sheet, row.number): row for sheet, rows in enumerate(given.sheets, start=1) for row in rows}
    told: dict[int, dict[int, set[str]]] = {}
    for line in (line for sheet in returned for line in sheet):
        sheet, number = _whole(line.cells["sheet"]), _whole(line.cells["row"])
        row = expected.get((sheet, number))
        if line.cells["sample"].strip() != given.sample:
            merged.conflicts.append(Conflict(0, FOREIGN, (sheet,)))
        elif row is None:
            merged.conflicts.append(Conflict(number, STRANGE, (sheet,)))
        else:
            _take(merged, given, line, row, sheet, told, is_settled=number in settled, ignored=ignored)
    for (sheet, number), _ in sorted(expected.items(), key=lambda item: item[0]):
        if number not in settled and not told.get(number, {}).get(sheet):
            merged.missing.append((sheet, number))
    _conclude(merged, told, settled, {number for _, number in expected})
    merged.conflicts.sort(key=lambda conflict: (conflict.row, conflict.kind, conflict.sheets))
    return merged


def _take(
    merged: Merged,
    given: Given,
    line: ReturnedRow,
    row: SheetRow,
    sheet: int,
    told: dict[int, dict[int, set[str]]],
    *,
    is_settled: bool,
    ignored: Collection[str],
) -> None:
    """Hear one line: what changed, and what it says."""
    changed = _changed(given, line, row, sheet, ignored)
    if changed and not is_settled:
        merged.conflicts.append(Conflict(row.number, CHANGED, (sheet,), changed))
    word = line.cells[RESULT_COLUMN].strip().lower().lstrip("'")
    if word in RESULTS:
        told.setdefault(row.number, {}).setdefault(sheet, set()).add(word)
    elif word and not is_settled:
        merged.conflicts.append(Conflict(row.number, NO_RESULT, (sheet,)))


def _changed(given: Given, line: ReturnedRow, row: SheetRow, sheet: int, ignored: Collection[str]) -> tuple[str, ...]:
    columns = columns_of(given.fields)
    shown = dict(zip(columns, cells_of(row, given.sample, sheet, given.fields), strict=True))
    return tuple(
        column
        for column in columns
        if column not in (RESULT_COLUMN, REMARK_COLUMN, "row", "sheet", "sample", *ignored)
        and not _is_same(line.cells.get(column), shown[column])
    )


def _is_same(returned: str | None, shown: str) -> bool:
    """Say whether a cell is what was shown: with the apostrophe of a CSV, or without it, as some spreadsheets give it back."""
    return returned is not None and printable(returned).strip() in (shown.strip(), safe_cell(shown).strip())


def _conclude(merged: Merged, told: Mapping[int, Mapping[int, set[str]]], settled: Mapping[int, str], known: set[int]) -> None:
    """Give each row its result, or its conflict."""
    troubled = {conflict.row for conflict in merged.conflicts}
    for number, by_sheet in sorted(told.items()):
        words = set().union(*by_sheet.values())
        sheets = tuple(sorted(by_sheet))
        if number in settled:
            continue
        if len(words) > 1:
            merged.conflicts.append(Conflict(number, DIFFERING, sheets))
        elif number not in troubled:
            source = "sheet-" if len(sheets) == 1 else "sheets-"
            merged.results[number] = Found(words.pop(), source + "-".join(map(str, sheets)))
    for number, word in sorted(settled.items()):
        if number in known:
            merged.results[number] = Found(word, "settled")
        else:
            merged.conflicts.append(Conflict(number, STRANGE, ()))


def _whole(text: str) -> int:
    """Give a whole number of at most nine digits; 0, which nothing has, for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
