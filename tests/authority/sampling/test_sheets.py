"""Sheets are dealt fairly, written as text and read back; what is no sheet is refused in one sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from civium.authority.sampling import sheets
from civium.authority.sampling.sheets import read_csv, read_sheet, split_rows
from civium.errors import Refused
from tests.authority.sampling.test_merging import ROWS, given, returned

HEAD = "sample;sheet;row;identifier;result\n"


def test_each_row_stands_on_one_sheet_and_some_on_two() -> None:
    dealt = split_rows(ROWS, 4, 250)
    numbers = sorted(row.number for part in dealt for row in part)
    assert numbers == sorted([*range(1, 10), 1, 2, 3])
    assert [row.identifier for row in dealt[1]] == sorted(row.identifier for row in dealt[1])
    assert [len(part) for part in split_rows(ROWS, 1, 1000)] == [9]


def test_what_a_spreadsheet_saved_is_read_whatever_its_separator() -> None:
    for separator in ",;\t":
        raw = HEAD.replace(";", separator) + separator.join(("a", "1", "1", "x", "valid")) + "\r\n" + separator * 4 + "\n"
        (row,) = read_sheet(raw.encode("utf-8-sig"))
        assert row.cells == {"sample": "a", "sheet": "1", "row": "1", "identifier": "x", "result": "valid"}


def test_a_short_line_has_empty_cells() -> None:
    (row,) = read_sheet((HEAD + "a;1;1\n").encode())
    assert row.cells["result"] == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        HEAD.encode(),
        b"sample;sheet;row;identifier\na;1;1;x\n",
        HEAD.replace("sheet", "row").encode() + b"a;1;1;x;valid\n",
        HEAD.encode() + b'a;"1;1;x;valid',
        b"PK\x05\x06" + bytes(18),
    ],
)
def test_what_is_no_sheet_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="sheet-malformed"):
        read_sheet(raw)


def test_a_sheet_in_another_encoding_is_refused() -> None:
    with pytest.raises(Refused, match="sheet-encoding"):
        read_csv("Zoë".encode("cp1252"))


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_SHEET", 100)
    with pytest.raises(Refused, match="sheet-too-large"):
        read_sheet(b"a" * 101)


def test_no_cell_of_a_csv_can_become_a_formula(tmp_path: Path) -> None:
    stream = io.BytesIO()
    rows = [["=1+1", "+1", "-1", "@a", "\tx", "plain"]]
    sheets.write_sheet(stream, rows, ("a", "b", "c", "d", "e", "f"), form="csv", separator=",", folder=tmp_path)
    text = stream.getvalue().decode("utf-8-sig")
    assert next(iter(list(csv.reader(io.StringIO(text)))[1:])) == ["'=1+1", "'+1", "'-1", "'@a", "'\tx", "plain"]


def test_a_sheet_is_a_workbook_or_a_table() -> None:
    assert zipfile.is_zipfile(io.BytesIO(b"")) is False
    assert [row.cells["row"] for row in returned(given())] == [row.cells["row"] for row in returned(given(), form="csv")]
    assert "Ana" not in repr(returned(given()))
