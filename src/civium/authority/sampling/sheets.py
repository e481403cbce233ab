"""Sheets for clerks: the rows of a draw, split among them, as XLSX or CSV; and sheets read back, whatever a spreadsheet made of them.

The rules are:
- no cell can become a formula: in XLSX every cell is text and marked so, in CSV an apostrophe stands before what looks like one;
- invisible signs are spelled out, so that two names that look the same are the same;
- each sheet stands in the order of identifiers, which says nothing about who else has the same row;
- what is read is text; a formula in a returned sheet is never reckoned, and shows as a changed cell.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from civium.authority.sampling.drawing import SheetRow
from civium.authority.sampling.record import RESULTS
from civium.authority.table_csv import safe_cell
from civium.authority.table_xlsx import printable, read_xlsx, write_xlsx
from civium.errors import Refused

FIRST_COLUMNS = ("sample", "sheet", "row", "identifier", "stratum", "received_on")
RESULT_COLUMN, REMARK_COLUMN = "result", "remark"
# Ten times the largest sample anybody drew; a whole log is no sheet.
LARGEST_SHEET = 1 << 26
_SEPARATORS = ",;\t"


@dataclass(frozen=True, repr=False)
class ReturnedRow:
    """One line of a returned sheet, by column."""

    cells: dict[str, str]


def split_rows(rows: Sequence[SheetRow], sheets: int, second_permille: int) -> list[list[SheetRow]]:
    """Give the rows of each sheet: dealt in turn; the first so many in a thousand go to the next sheet as well, for a second opinion."""
    dealt: list[list[SheetRow]] = [[] for _ in range(sheets)]
    twice = -(-len(rows) * second_permille // 1000) if sheets > 1 else 0
    for place, row in enumerate(rows):
        dealt[place % sheets].append(row)
        if place < twice:
            dealt[(place + 1) % sheets].append(row)
    return [sorted(part, key=lambda row: row.identifier) for part in dealt]


def columns_of(fields: Sequence[str]) -> tuple[str, ...]:
    """Give a sheet's columns."""
    return (*FIRST_COLUMNS, *fields, RESULT_COLUMN, REMARK_COLUMN)


def cells_of(row: SheetRow, sample: str, sheet: int, fields: Sequence[str]) -> tuple[str, ...]:
    """Give a row's cells as they are shown, result and remark empty."""
    told = (sample, str(sheet), str(row.number), row.identifier, row.stratum, row.received_on.isoformat())
    return (*told, *(printable(row.fields.get(field, "")) for field in fields), "", "")


def write_sheet(
    stream: BinaryIO, rows: Iterable[Sequence[str]], columns: Sequence[str], *, form: str, separator: str, folder: Path
) -> None:
    """Write one sheet for this folder, as `xlsx` or `csv`; the same rows give the same bytes."""
    if form == "xlsx":
        write_xlsx(stream, columns, rows, name="sample", folder=folder, choices={RESULT_COLUMN: RESULTS})
        return
    # The mark at the beginning is how spreadsheets know UTF-8.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
    table = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([safe_cell(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()


def read_sheet(raw: bytes) -> list[ReturnedRow]:
    """Give the rows of a returned sheet, XLSX or CSV. Raises Refused `sheet-malformed`, `sheet-encoding`, `sheet-too-large`."""
    if len(raw) > LARGEST_SHEET:
        raise Refused("sheet-too-large", most=LARGEST_SHEET)
    lines = read_xlsx(raw, largest=LARGEST_SHEET) if zipfile.is_zipfile(io.BytesIO(raw)) else read_csv(raw)
    rows = _rows(lines)
    if not rows or not {"sample", "sheet", "row", "identifier", RESULT_COLUMN} <= rows[0].cells.keys():
        raise Refused("sheet-malformed")
    return rows


def read_csv(raw: bytes) -> list[list[str]]:
    """Give the lines of a CSV in UTF-8 whose separator is a comma, a semicolon or a tab. Raises Refused `sheet-malformed`, `sheet-encoding`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("sheet-encoding") from None
    head = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise Refused("sheet-malformed") from None


def _rows(lines: Sequence[Sequence[str]]) -> list[ReturnedRow]:
    if not lines:
        return []
    columns = [column.strip() for column in lines[0]]
    if len(set(columns)) != len(columns):
        raise Refused("sheet-malformed")
    filled = (line for line in lines[1:] if any(cell.strip() for cell in line))
    return [ReturnedRow(dict(zip(columns, [*line, *[""] * len(columns)], strict=False))) for line in filled]
