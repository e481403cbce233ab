"""Tables: what spreadsheets do to them is found, told and never guessed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from civium.authority.reading import columns
from civium.authority.reading.checking import Asked, Checked
from civium.errors import Refused
from tests.authority.reading import made

MAPPED = {
    "Vārds": "full_first_names",
    "Uzvārds": "family_names",
    "Kods": "id_number",
    "Datums": "received_on",
    "Nr": "identifier",
    "Piezīme": "",
}
HEAD = ("Nr", "Datums", "Vārds", "Uzvārds", "Kods", "Piezīme")
ROWS = [("7", "2026-03-05", "Jānis", "Lāce", "32100000001", "x"), ("8", "2026-03-06", "Ilze", "Ozola", "32100000002", "")]


def _told(**changes: Any) -> columns.Columns:
    told = {
        "civium": "columns v1",
        "registration": "ECI(2026)000001",
        "opens_on": "2026-03-02",
        "closes_on": "2026-09-01",
        "columns": MAPPED,
    }
    return columns.parse(json.dumps({**told, **changes}).encode())


def _asked(jurisdiction: str = "LV", **changes: Any) -> Asked:
    return Asked(jurisdiction, columns=_told(**changes))


def _text(rows: list[tuple[str, ...]], delimiter: str = ";", head: tuple[str, ...] = HEAD) -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in [head, *rows])


def _check(folder: Path, text: str | bytes, asked: Asked | None = None, **settings: Any) -> Checked:
    return made.check(made.plant(folder, {"t.csv": text}) / "t.csv", asked=asked or _asked(), **settings)


def _fields(checked: Checked) -> list[dict[str, str]]:
    return [dict(told.fields) for reader in checked.readers for told in reader.statements()]


def _refused(folder: Path, text: str | bytes, asked: Asked | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        _check(folder, text, asked)
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    checked = _check(tmp_path, _text(ROWS, delimiter).encode(encoding))
    assert _fields(checked)[0] == {
        "full_first_names": "Jānis",
        "family_names": "Lāce",
        "id_number": "32100000001",
        "id_type": "personas_kods",
    }
    assert [told.received_on for told in checked.readers[0].statements()] == [date(2026, 3, 5), date(2026, 3, 6)]
    assert (checked.registration, checked.named_by_place, checked.layout) == ("ECI(2026)000001", 2, "table")


def test_excels_first_line_and_empty_lines_and_quoted_cells(tmp_path: Path) -> None:
    rows = [("7", "2026-03-05", '"Jānis; ""Jo"""', "'-Lāce", '="00032100001"', ""), ("", "", "", "", "", "")]
    fields = _fields(_check(tmp_path, ("sep=;\r\n" + _text(rows)).encode("utf-8-sig")))
    assert fields == [
        {"full_first_names": 'Jānis; "Jo"', "family_names": "-Lāce", "id_number": "00032100001", "id_type": "personas_kods"}
    ]


def test_another_encoding_is_asked_for_and_then_used(tmp_path: Path) -> None:
    raw = _text(ROWS).replace("Vārds", "Vards").replace("Uzvārds", "Uzvards").replace("Piezīme", "P").encode("windows-1257")
    mapped = {"Vards": "full_first_names", "Uzvards": "family_names", "Kods": "id_number"}
    refused = _refused(tmp_path, raw, _asked(columns=mapped))
    assert (refused.code, refused.facts) == ("table-encoding", {"file": 1})
    assert _fields(_check(tmp_path, raw, _asked(columns=mapped, encoding="windows-1257")))[0]["family_names"] == "Lāce"


def test_headings_that_are_not_there_or_twice_are_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path, _text(ROWS), _asked(columns={"Name": "family_names"})).code == "table-delimiter"
    refused = _refused(tmp_path, _text(ROWS), _asked(columns={"Kods": "id_number", "Name": "family_names"}, delimiter=";"))
    assert (refused.code, refused.facts["column"]) == ("table-column-missing", 2)
    head = ("Nr", "Datums", "Kods", "Uzvārds", "Kods", "Piezīme")
    assert _refused(tmp_path, _text(ROWS, head=head), _asked(columns={"Kods": "id_number"})).code == "table-column-twice"
    assert _refused(tmp_path, _text(ROWS), Asked("LV")).code == "table-columns-needed"


@pytest.mark.parametrize("bad", ["7;2026-03-05;Jānis;Lāce\r\n", "a;b;c;d;e;f;g\r\n", '7;2026-03-05;"Jānis;Lāce;1;x\r\n'])
def test_a_line_with_other_cells_than_headings_is_refused_with_its_line(tmp_path: Path, bad: str) -> None:
    refused = _refused(tmp_path, _text(ROWS) + bad)
    assert (refused.code, refused.facts) == ("table-cells", {"file": 1, "line": 4})


def test_a_number_that_a_spreadsheet_rounded_is_refused(tmp_path: Path) -> None:
    for value in ("3,21E+10", "3.21E+10", "3E+10"):
        rows = [ROWS[0], ("8", "2026-03-06", "Ilze", "Ozola", value, "")]
        refused = _refused(tmp_path, _text(rows))
        assert (refused.code, refused.facts["line"]) == ("table-rounded", 3)


def test_what_looks_rounded_in_a_name_is_what_somebody_typed(tmp_path: Path) -> None:
    rows = [("7", "2026-03-05", "Jānis", "1E+5", "32100000001", ""), ROWS[1]]
    assert [fields["family_names"] for fields in _fields(_check(tmp_path, _text(rows)))] == ["1E+5", "Ozola"]


def test_a_row_that_never_ends_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    refused = _refused(tmp_path, _text(ROWS) + '"a\n";' * 300_000)
    assert refused.code == "reading-text-long"


def _born(*dates: str) -> str:
    return "Born;City\r\n" + "".join(f"{born};Berlin\r\n" for born in dates)


GERMAN = {"Born": "date_of_birth", "City": "residence_city"}


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        (("31/01/1990", "02/03/1990"), ["1990-01-31", "1990-03-02"]),
        (("01.31.1990", "02.03.1990"), ["1990-01-31", "1990-02-03"]),
        (("31-1-1990 00:00:00", "1990-02-03"), ["1990-01-31", "1990-02-03"]),
        (("1990-02-30", "31.12.90"), ["1990-02-30", "31.12.90"]),
    ],
)
def test_the_order_of_dates_is_found_from_all_of_them(tmp_path: Path, dates: tuple[str, ...], found: list[str]) -> None:
    fields = _fields(_check(tmp_path, _born(*dates), _asked("DE", columns=GERMAN)))
    assert [told["date_of_birth"] for told in fields] == found


def test_dates_that_can_be_read_in_two_ways_are_asked_for(tmp_path: Path) -> None:
    asked = _asked("DE", columns=GERMAN)
    text = _born("01/02/1990")
    assert _refused(tmp_path, text, asked).code == "table-dates"
    for order, day in (("dmy", "1990-02-01"), ("mdy", "1990-01-02")):
        told = replace(asked, columns=replace(asked.columns, dates=order))
        assert _fields(_check(tmp_path, text, told))[0]["date_of_birth"] == day
    assert _refused(tmp_path, _born("32905"), asked).code == "table-dates"
    assert (
        _fields(_check(tmp_path, _born("32905"), _asked("DE", columns=GERMAN, dates="excel")))[0]["date_of_birth"] == "1990-02-01"
    )


def test_dates_that_contradict_each_other_are_refused_whatever_was_told(tmp_path: Path) -> None:
    for dates in ("", "dmy"):
        assert (
            _refused(tmp_path, _born("31/01/1990", "01/31/1990"), _asked("DE", columns=GERMAN, dates=dates)).code
            == "table-dates-mixed"
        )


def test_a_day_of_reception_that_is_none_is_refused(tmp_path: Path) -> None:
    refused = _refused(tmp_path, _text([("7", "05.03.26", "A", "B", "1", "")]))
    assert (refused.code, refused.facts["line"]) == ("reading-date", 2)


def test_lost_zeros_are_told_and_restored_only_when_told(tmp_path: Path) -> None:
    mapped = {"Code": "residence_postal_code", "City": "residence_city"}
    text = "Code;City\r\n01067;Dresden\r\n1067;Dresden\r\nK-1;Elsewhere\r\n1069;Dresden\r\n"
    heard: list[dict[str, int]] = []
    _check(tmp_path, text, _asked("DE", columns=mapped), remarked=lambda _file, found: heard.append(found))
    assert heard == []
    text = text.replace("K-1;Elsewhere\r\n", "")
    checked = _check(tmp_path, text, _asked("DE", columns=mapped), remarked=lambda _file, found: heard.append(found))
    assert heard == [{"residence_postal_code": 2}]
    assert [told["residence_postal_code"] for told in _fields(checked)] == ["01067", "1067", "1069"]
    checked = _check(tmp_path, text, _asked("DE", columns=mapped, zeros={"residence_postal_code": 5}))
    assert [told["residence_postal_code"] for told in _fields(checked)] == ["01067", "01067", "01069"]


def test_what_all_share_and_what_words_mean(tmp_path: Path) -> None:
    mapped = {"Nummer": "id_number", "Art": "id_type", "Zuname": "family_names"}
    text = "Nummer;Art;Zuname\r\nP1;Reisepass;A\r\nP2;Ausweis;B\r\nP3;;C\r\n"
    told = _asked("AT", columns=mapped, values={"id_type": {"Reisepass": "passport"}}, same={"id_type": "id_card"})
    assert [fields["id_type"] for fields in _fields(_check(tmp_path, text, told))] == ["passport", "Ausweis", "id_card"]


def test_a_line_without_end_is_refused_in_constant_memory(tmp_path: Path) -> None:
    assert _refused(tmp_path, _text(ROWS) + "x" * 5_000_000).code == "reading-text-long"


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"[]",
        b"\xff",
        json.dumps({"civium": "columns v1", "columns": {}}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "x", "B": "x"}}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "Not A Field"}}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "x"}, "zeros": {"x": "5"}}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "x"}, "dates": "ydm"}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "x"}, "encoding": "utf-7"}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "x"}, "colums": {}}).encode(),
        json.dumps({"civium": "columns v1", "columns": {"A": "x"}, "same": {"received_on": "2026-04-04"}}).encode(),
        b'{"civium":' + b"[" * 100_000,
    ],
)
def test_a_description_that_is_not_as_it_must_be_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="table-columns-malformed"):
        columns.parse(raw)


def test_a_draft_is_a_description_once_it_is_complete() -> None:
    told = _told(zeros={"id_number": 11}, dates="dmy")
    assert columns.parse(columns.encode(told)) == told


def test_a_table_without_headings_is_refused_before_a_draft_could_hold_a_person(tmp_path: Path) -> None:
    for first in ("Jānis;Lāce;32100000001", "Jānis;Lāce;01.02.90", "Jānis;Lāce;1990-02-01"):
        refused = _refused(tmp_path, first + "\r\n", Asked("LV", columns=columns.Columns(columns={"a": "family_names"})))
        assert refused.code == "table-headings"
