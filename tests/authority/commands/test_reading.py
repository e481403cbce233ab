"""civium-authority read: from somebody else's files to the certificate, by the same commands; and what is said where it cannot be."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pypdf
import pytest

from tests.authority.build import dni, read_json
from tests.authority.commands.desk import Desk
from tests.authority.reading import made

NAMES = ("Ana", "Berta", "Carmen", "Diego", "Elena")
HEAD = made.HEAD_5.replace("2022", "2026")


def _spanish(number: int, day: str = "2026-05-04") -> str:
    groups = made.group("general", {"full.first.names": NAMES[number % 5], "family.names": "Robledo Vía"}) + made.group(
        "id", {"id.card": dni(48_210_937 + 41 * number)}
    )
    return made.signature(number, groups=groups, day=day)


def _file(numbers: range, **settings: str) -> str:
    return made.form([_spanish(number) for number in numbers], **{"country": "es", "head": HEAD, **settings})


def test_from_the_file_to_the_certificate_by_the_same_commands(desk: Desk) -> None:
    path = desk.folder / "es.xml"
    path.write_text(
        made.form([_spanish(n) for n in range(5)] + [_spanish(5, day="2027-02-01")], country="ES", head=HEAD), "utf-8"
    )
    desk.run("sample", "plan", path, "--by", "R. Ejemplo", "--preset", "95")
    out = desk.run("read", path, "--announced", "6", "--confirm-rules")
    assert out == "files 1\ncopies taken once 0\nread 6\nwritten es.xml.civium-opened\n"
    assert "the sender's word" in desk.err
    assert f"next: civium-authority verify {path}" in desk.err
    assert b"Robledo" not in (desk.folder / "es.xml.civium-opened").read_bytes()
    assert "struck 1" in desk.run("verify", path)
    report = desk.run("report", path, "--to", desk.folder / "report.json")
    assert "statements in the files" in report
    assert "Statements announced by the sender: 6" in report
    assert read_json(desk.folder / "report.json")["read"]["announced"] == 6
    assert made.identifier(3) in desk.run("show", path, "--verdict", "accepted")
    desk.run(
        "decide", path, "--by", "R. Ejemplo", "--identifier", made.identifier(3), "--strike", "--reason", "not in the register"
    )
    assert "drawn" in desk.run("sample", "draw", path, "--by", "R. Ejemplo")
    desk.run("write", path, "--form", "xml", "--which", "accepted", "--to", desk.folder / "accepted.xml")
    written = (desk.folder / "accepted.xml").read_text("utf-8")
    assert written.count("<signature>") == 4
    assert "A. Beispiel a@example.org" in written
    by = ("--by", "R. Ejemplo")
    desk.run("sample", "split", path, *by, "--form", "csv", "--to", desk.folder / "sheets")
    (sheet,) = (desk.folder / "sheets").glob("*.csv")
    head, *rows = sheet.read_text("utf-8-sig").splitlines()
    at = head.split(";").index("result")
    cells = [row.split(";") for row in rows]
    filled = [";".join([*row[:at], "valid", *row[at + 1 :]]) for row in cells]
    sheet.write_text("\r\n".join([head, *filled]), "utf-8")
    assert {row[head.split(";").index("identifier")] for row in cells} == {made.identifier(n) for n in (0, 1, 2, 4)}
    desk.run("sample", "merge", path, *by, sheet)
    desk.run("sample", "estimate", path, *by)
    desk.run("certify", path, "--sample", "none", "--to", desk.folder / "certificate")
    told = read_json(desk.folder / "certificate.json")
    assert told["valid"] == {"total": 4, "online": 4, "paper": 0}
    assert told["read"]["layout"] == "commission-5.0"
    assert told["hashes"]["log_root"] == ""
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(desk.folder / "certificate.pdf").pages)
    text = " ".join(text.split())
    assert "sender’s word" in text.replace("'", "’")
    assert "these statements come from no public log" in text
    assert "Statements in the files" in text
    assert "Entries in the log" not in text


def test_a_folder_is_read_under_another_name_and_never_twice_over(desk: Desk) -> None:
    tree = made.plant(
        desk.folder / "dvd" / "es", {"es/0001_es_es.xml": _file(range(3)), "es/0002_es_es.xml": _file(range(2, 5)), "x.pdf": ""}
    )
    desk.run("read", tree, "--into", desk.folder / "first", "--confirm-rules")
    assert "copies of a statement, word for word, taken once: 1" in desk.err
    assert "files left out (hidden, links, sealed input of the organisers' tool, other kinds): 1" in desk.err
    assert (desk.folder / "first.civium-opened").exists()
    desk.run("read", tree, "--into", desk.folder / "first", "--confirm-rules", expected=1)
    assert "nothing was overwritten" in desk.err
    desk.run("join", desk.folder / "first", "--to", desk.folder / "joined", expected=1)
    assert "not of one log" in desk.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (_file(range(2))[:-30], "the file is damaged here, or ends too early"),
        (_file(range(2), country="pt"), "file 1 holds statements for another State than ES"),
        ("<!DOCTYPE x>" + _file(range(2)), "the file defines a document type or entities"),
        (_file(range(2)).replace("2026-05-04", "4 May"), "file 1, statement 1, line 1: the day of reception is no day"),
        (_file(range(2)).replace("<supportForm>", "<other>"), "near the element supportForm"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_the_files_name_and_nothing_is_written(
    desk: Desk, text: str, sentence: str
) -> None:
    path = desk.folder / "es\u202e.xml"
    path.write_text(text, "utf-8")
    desk.run("read", path, "--confirm-rules", expected=1)
    assert "file 1 is es<U+202E>.xml" in desk.err
    assert sentence in desk.err
    assert "hint: " in desk.err
    assert "Robledo" not in desk.err
    assert not list(desk.folder.glob("*.civium-opened*"))


def test_the_rules_are_confirmed_before_anything_is_written(desk: Desk) -> None:
    path = desk.folder / "es.xml"
    path.write_text(_file(range(2)), "utf-8")
    desk.run("read", path, expected=1)
    assert "the rules were not confirmed" in desk.err
    assert not list(desk.folder.glob("*.civium-opened*"))


def _table(desk: Desk) -> Path:
    path = desk.folder / "t.csv"
    rows = [("Nombre", "Apellidos", "DNI", "Fecha")] + [
        (NAMES[n], "Robledo", dni(48_210_937 + n), f"0{n + 1}/04/2026") for n in range(5)
    ]
    path.write_bytes("".join(";".join(row) + "\r\n" for row in rows).encode("utf-8-sig"))
    return path


def test_a_table_is_drafted_completed_and_read(desk: Desk) -> None:
    path, told = _table(desk), desk.folder / "columns.json"
    desk.run("read", path, "--confirm-rules", expected=1)
    assert "--draft" in desk.err
    assert desk.run("read", path, "--draft", told) == "columns 4\nfilled in 0\nwritten columns.json\n"
    assert "kinds of number (id_type): dni passport" in desk.err
    draft = read_json(told)
    draft["columns"] = dict(zip(draft["columns"], ("full_first_names", "family_names", "id_number", "received_on"), strict=True))
    draft |= {"registration": "ECI(2026)000001", "opens_on": "2026-01-01", "closes_on": "2026-12-31", "same": {"id_type": "dni"}}
    told.write_text(json.dumps(draft), "utf-8")
    desk.run("read", path, "--columns", told, "--confirm-rules", expected=1)
    assert "the dates of the table (file 1) can be read in two ways" in desk.err
    desk.run("read", path, "--columns", told, "--dates", "dmy", "--confirm-rules")
    assert "accepted 5" in desk.run("verify", path)
    assert "00000001-0000-8000-8000-000000000005  2026-04-05" in desk.run("show", path, "--verdict", "accepted")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("dmy", 0), ("perhaps", 1)])
def test_at_a_terminal_what_is_ambiguous_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    path, told = _table(desk), desk.folder / "columns.json"
    columns = {"Nombre": "full_first_names", "Apellidos": "family_names", "DNI": "id_number", "Fecha": "received_on"}
    told.write_text(json.dumps({"civium": "columns v1", "columns": columns, "same": {"id_type": "dni"}}), "utf-8")
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{answer}\n"))
    period = ("--opens-on", "2026-01-01", "--closes-on", "2026-12-31", "--registration", "ECI(2026)000001")
    desk.run("read", path, "--columns", told, *period, "--confirm-rules", expected=code)
    assert "are the dates day-month-year (dmy)" in desk.err


def test_a_table_of_our_own_is_read_back_with_the_draft_as_it_is(desk: Desk) -> None:
    path, told, table = desk.folder / "es.xml", desk.folder / "columns.json", desk.folder / "all.csv"
    path.write_text(_file(range(4)).replace("Robledo", "=Robledo"), "utf-8")
    desk.run("read", path, "--confirm-rules")
    desk.run("verify", path)
    desk.run("write", path, "--form", "csv", "--separator", ";", "--excel", "--to", table)
    period = ("--opens-on", "2026-01-01", "--closes-on", "2026-12-31", "--registration", "ECI(2026)000000")
    assert "filled in 6" in desk.run("read", table, "--draft", told, *period)
    desk.run("read", table, "--columns", told, "--confirm-rules")
    desk.run("verify", table)
    desk.run("write", table, "--form", "csv", "--separator", ";", "--excel", "--to", desk.folder / "again.csv")
    assert (desk.folder / "again.csv").read_bytes() == table.read_bytes()
