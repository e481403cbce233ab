"""A table for a spreadsheet: one line a statement, with verdict and grounds; no cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from civium.authority.grounds import codes_of
from civium.authority.results import Result

# A spreadsheet takes a cell that begins so for a formula, and a formula can send what stands beside it to anybody.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
FIXED_COLUMNS = ("identifier", "received_on", "verdict", "grounds", "confirmed_by_signatory")


def write_csv(stream: BinaryIO, results: Iterable[Result], *, fields: Sequence[str], separator: str, has_mark: bool) -> int:
    """Write the table in UTF-8 and give the number of statements in it. `has_mark`: begin with the mark by which Excel knows UTF-8."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig" if has_mark else "utf-8", newline="", write_through=False)
    table = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    table.writerow((*FIXED_COLUMNS, *fields))
    written = 0
    for result in results:
        table.writerow([safe_cell(cell) for cell in result_cells(result, fields)])
        written += 1
    text.flush()
    text.detach()
    return written


def safe_cell(text: str) -> str:
    """Give a cell that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def result_cells(result: Result, fields: Sequence[str]) -> list[str]:
    """Give one statement's cells, those of the fixed columns first."""
    row, told = result.settled.row, result.statement.fields if result.statement else {}
    return [
        row.identifier,
        row.received_on.isoformat(),
        result.verdict,
        " ".join(codes_of(result.settled.grounds)),
        " ".join(codes_of(row.confirmed)),
        *(told.get(field, "") for field in fields),
    ]
