"""What strangers wrote is no formula in anybody's spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from civium.server.supporters.spreadsheets import cell, csv_lines


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff201",
        "|calc",
        "%0A",
    ],
)
def test_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("fine;=1+cmd|' /C calc'!A0", "fine;'=1+cmd|' /C calc'!A0"),
        ("a;-1;b; +2", "a;'-1;b; '+2"),
        ('say ";@SUM(A1)', "say \";'@SUM(A1)"),
        ("tab\t=1", "tab\t'=1"),
        ("wide;\uff1d1", "wide;'\uff1d1"),
        ("a;;\u00a0=1", "a;;\u00a0'=1"),
        ("=a;=b", "'=a;'=b"),
        ("\t=1", "'\t'=1"),
    ],
)
def test_where_a_semicolon_parts_cells_nothing_after_it_is_a_formula(text: str, kept: str) -> None:
    """Spreadsheets of most European settings part a CSV at semicolons, whatever its commas say."""
    assert cell(text) == kept


@pytest.mark.parametrize("text", ["", "Good.", "one; two", "12;30", "a=b", "2026-11-21", "reader@example.org", "’tis", "'=1"])
def test_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_a_long_table_comes_in_pieces_and_reads_back() -> None:
    rows = [(str(number), '=HYPERLINK("x"),"\n2') for number in range(1_200)]
    pieces = list(csv_lines(("number", "comment"), rows))
    assert len(pieces) == 3
    read = list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))
    assert read[0] == ["number", "comment"]
    assert read[1:] == [[number, f"'{comment}"] for number, comment in rows]
