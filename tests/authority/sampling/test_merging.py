"""Sheets that come back: who says what, what changed, what lacks; hostile cells stay text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from civium.authority.sampling.drawing import SheetRow
from civium.authority.sampling.merging import CHANGED, DIFFERING, FOREIGN, NO_RESULT, STRANGE, Conflict, Found, Given, merge
from civium.authority.sampling.sheets import ReturnedRow, cells_of, columns_of, read_sheet, split_rows, write_sheet

FIELDS = ("full_first_names", "id_number")
NAMES = ("=1+1", "+49", "-Ana", "@SUM(A1)", "'quoted", "Zoë\u202e", "line\nbreak", "00012", 'x;y,"z"')
ROWS = [
    SheetRow(
        number,
        f"{number:08d}-0000-8000-8000-000000000000",
        "all",
        date(2026, 5, number),
        {"full_first_names": name, "id_number": "1"},
    )
    for number, name in enumerate(NAMES, start=1)
]


def given(sheets: int = 1, second_permille: int = 0) -> Given:
    """Give the rows dealt out."""
    return Given("abc-1", split_rows(ROWS, sheets, second_permille), FIELDS)


def returned(dealt: Given, sheet: int = 1, form: str = "xlsx", **words: str) -> list[ReturnedRow]:
    """Write a sheet with results in it and read it back."""
    rows = []
    for row in dealt.sheets[sheet - 1]:
        cells = list(cells_of(row, dealt.sample, sheet, FIELDS))
        cells[-2] = words.get(f"row{row.number}", words.get("all", "valid"))
        rows.append(cells)
    stream = BytesIO()
    with TemporaryDirectory() as folder:
        write_sheet(stream, rows, columns_of(FIELDS), form=form, separator=";", folder=Path(folder))
    return read_sheet(stream.getvalue())


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_begins_like_a_formula_goes_out_and_comes_back_as_the_same_name(form: str) -> None:
    merged = merge(given(), [returned(given(), form=form)], settled={})
    assert not merged.conflicts
    assert not merged.missing
    assert merged.results == {number: Found("valid", "sheet-1") for number in range(1, 10)}


def test_a_spreadsheet_that_drops_the_apostrophe_changed_nothing() -> None:
    line = returned(given(), form="csv")[0]
    assert line.cells["full_first_names"] == "'=1+1"
    line.cells["full_first_names"] = "=1+1"
    assert not merge(given(), [[line]], settled={}).conflicts


def test_a_changed_cell_is_a_conflict_unless_its_column_does_not_matter() -> None:
    lines = returned(given())
    lines[0].cells["full_first_names"] = "2"
    lines[1].cells["received_on"] = "02.05.2026"
    del lines[2].cells["id_number"]
    lines[3].cells["remark"] = "=1+1"
    lines[3].cells["my own"] = "notes"
    told = merge(given(), [lines], settled={})
    assert told.conflicts == [
        Conflict(1, CHANGED, (1,), ("full_first_names",)),
        Conflict(2, CHANGED, (1,), ("received_on",)),
        Conflict(3, CHANGED, (1,), ("id_number",)),
    ]
    assert set(told.results) == set(range(4, 10))
    again = merge(given(), [lines], settled={1: "unclear"}, ignored=("received_on", "id_number"))
    assert not again.conflicts
    assert again.results[1] == Found("unclear", "settled")
    assert again.results[2] == Found("valid", "sheet-1")


def test_two_clerks_must_agree_on_one_row() -> None:
    dealt = given(2, 1000)
    same = merge(dealt, [returned(dealt, 1), returned(dealt, 2)], settled={})
    assert same.results[1] == Found("valid", "sheets-1-2")
    differing = merge(dealt, [returned(dealt, 1, row4="invalid"), returned(dealt, 2)], settled={})
    assert differing.conflicts == [Conflict(4, DIFFERING, (1, 2))]
    assert 4 not in differing.results
    settled = merge(dealt, [returned(dealt, 1, row4="invalid"), returned(dealt, 2)], settled={4: "invalid"})
    assert settled.results[4] == Found("invalid", "settled")


def test_one_sheet_given_twice_with_other_words_is_a_conflict() -> None:
    told = merge(given(), [returned(given()), returned(given(), row2="invalid")], settled={})
    assert told.conflicts == [Conflict(2, DIFFERING, (1,))]


def test_empty_results_are_missing_and_other_words_are_conflicts() -> None:
    told = merge(given(), [returned(given(), row2="", row3="ok", row4=" 'Unclear ")], settled={})
    assert told.missing == [(1, 2), (1, 3)]
    assert told.conflicts == [Conflict(3, NO_RESULT, (1,))]
    assert told.results[4] == Found("unclear", "sheet-1")
    settled = merge(given(), [returned(given(), row2="", row3="ok")], settled={2: "invalid", 3: "valid"})
    assert not settled.conflicts
    assert not settled.missing


def test_rows_that_were_never_given_are_conflicts() -> None:
    dealt = given(2)
    lines = returned(dealt, 1)
    lines[0].cells["sheet"] = "2"
    lines[1].cells["row"] = "99"
    lines[2].cells["row"] = "1e3"
    lines[3].cells["sample"] = "other-1"
    told = merge(dealt, [lines], settled={77: "valid"})
    assert told.conflicts == [
        Conflict(0, FOREIGN, (1,)),
        Conflict(0, STRANGE, (1,)),
        Conflict(1, STRANGE, (2,)),
        Conflict(77, STRANGE, ()),
        Conflict(99, STRANGE, (1,)),
    ]


def test_another_identifier_in_a_row_is_a_changed_cell() -> None:
    lines = returned(given())
    lines[0], lines[1] = (
        replace(lines[0], cells={**lines[0].cells, "row": "2"}),
        replace(lines[1], cells={**lines[1].cells, "row": "1"}),
    )
    told = merge(given(), [lines], settled={})
    assert [(conflict.row, conflict.kind) for conflict in told.conflicts] == [(1, CHANGED), (2, CHANGED)]
    assert "identifier" in told.conflicts[0].columns
