"""A table that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from civium.authority.results import read_results
from civium.authority.table_csv import safe_cell, write_csv
from tests.authority.build import Log, authority_key, dni, spanish, statement
from tests.authority.case import verified

FIELDS = ("full_first_names", "family_names", "id_number", "id_type")


def _table(log: Log, folder: Path, *, separator: str = ",", has_mark: bool = False) -> tuple[bytes, list[dict[str, str]]]:
    done = verified(log, folder)
    stream = io.BytesIO()
    results = read_results(done.opened, done.verdicts, {}, which=("accepted", "struck", "for-decision"))
    count = write_csv(stream, results, fields=FIELDS, separator=separator, has_mark=has_mark)
    raw = stream.getvalue()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))
    assert len(rows) == count
    return raw, rows


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_nothing_becomes_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(f"x{text}") == f"x{text}"


def test_a_hostile_name_is_no_formula_in_the_file(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish(first='=HYPERLINK("http://x.example","y")')))
    raw, rows = _table(log, tmp_path)
    assert rows[0]["full_first_names"].startswith("'=HYPERLINK")
    assert b",=" not in raw


def test_each_row_has_verdict_grounds_and_what_was_confirmed(tmp_path: Path) -> None:
    log = Log(authority_key())
    wrong = log.add(statement(spanish("00000000A"), confirmations=frozenset({("id_number", "number-checksum")})))
    log.add_envelope(log.seal(b"\xff" * 2048))
    log.add(statement(spanish(dni(3), 'Carla;,"x"')))
    raw, rows = _table(log, tmp_path, separator=";", has_mark=True)
    assert raw.startswith(b"\xef\xbb\xbfidentifier;received_on;verdict;grounds;confirmed_by_signatory;")
    assert rows[0]["identifier"] == wrong
    assert (rows[0]["verdict"], rows[0]["grounds"], rows[0]["confirmed_by_signatory"]) == (
        "for-decision",
        "number-checksum",
        "number-checksum",
    )
    assert (rows[1]["grounds"], rows[1]["family_names"]) == ("unreadable", "")
    assert rows[2]["full_first_names"] == 'Carla;,"x"'
