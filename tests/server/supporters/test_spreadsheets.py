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
        "\t=1",
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


@pytest.mark.parametrize("text", ["", "Good.", "a=b", "2026-11-21", "reader@example.org", "’tis", "'=1"])
def test_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_a_long_table_comes_in_pieces_and_reads_back() -> None:
    rows = [(str(number), '=HYPERLINK("x"),"\n2') for number in range(1_200)]
    pieces = list(csv_lines(("number", "comment"), rows))
    assert len(pieces) == 3
    read = list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))
    assert read[0] == ["number", "comment"]
    assert read[1:] == [[number, f"'{comment}"] for number, comment in rows]
