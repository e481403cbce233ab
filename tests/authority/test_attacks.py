"""Whoever writes a file that an officer opens is a stranger: what is in it runs nothing, hides nothing, stops nothing, and ends in one plain sentence.

The rules are:
- every attack goes through the command line, as the officer's would;
- an exit code of 1 to 3 with a sentence is an answer; an exception that arrives here is a fault;
- nothing is written but for its owner alone.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from civium.authority.completeness import check_export
from civium.authority.table_csv import FORMULA_STARTS
from civium.authority.table_xlsx import read_xlsx, write_xlsx
from civium.errors import CiviumError
from tests.authority.build import Log, authority_key, dni, spanish
from tests.authority.build import statement as made
from tests.authority.commands.desk import Desk

# What a terminal obeys, or what hides and turns other signs.
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
HOSTILE = (
    "=cmd|' /c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "＝1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><x/>",
    "&lt;&amp;&#0;",
    '#import "x"',
    "$ #sys.inputs $",
    "*_bold_* #{1+1} @label",
    "/* x */ // y",
    "\u202eESREVER",
    "a\u2066b\u2069",
    "a\u200bb\u00adc",
    "\ufffe",
    "\U000f0000\ue000",
    "\U0001f4a9",
    "{{7*7}} %s%n \\u0000",
    "x" * 1000,
)
TEXTS: dict[str, Any] = {
    "en": {
        "title": "\x1b[2J\x07\u202e<script>alert(1)</script>#import\n=1+1",
        "objectives": '\x00\x0b\ufffe"><b>',
        "organisers": [
            {"role": "representative", "name": "\x1b]0;x\x07<b>n", "email": "\u202ee@x"},
            {"role": "substitute"},
            "x",
            5,
        ],
        "website": "javascript:alert(1)",
        "register_url": ["x"],
        "contact_persons": {"x": "y"},
    },
    "de": {"title": ["a"]},
}
NESTED = b"[" * 100_000
MALFORMED = {
    "nested": NESTED,
    "nested objects": b'{"a":' * 100_000,
    "a large number": b'{"civium":' + b"1" * 6_000 + b"}",
    "half a pair": b'{"civium":"\\ud800"}',
    "null": b"null",
    "empty": b"",
    "another encoding": "{}".encode("utf-16"),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder where statements that try everything are opened and verified; whoever made it had no umask."""
    from tests.authority.case import verified

    folder = tmp_path_factory.mktemp("hostile")
    log = Log(authority_key(), texts=TEXTS)
    for serial, value in enumerate(HOSTILE):
        fields = spanish(dni(200 + serial), "Ana", "Robledo")
        for name in ("full_first_names", "id_number", "id_type", "unknown_field"):
            log.add(made({**fields, name: value}))
    verified(log, folder)
    return folder


@pytest.fixture
def bench(hostile: Path, desk: Desk) -> Desk:
    """Give a desk with links to the hostile files."""
    for path in hostile.iterdir():
        os.link(path, desk.folder / path.name)
    return desk


def test_nothing_that_strangers_wrote_is_obeyed_by_the_terminal(bench: Desk) -> None:
    for told in (("report",), ("show", "--most", "500"), ("show", "--verdict", "accepted")):
        assert OBEYED.search(bench.run(told[0], bench.export, *told[1:])) is None
        assert OBEYED.search(bench.err) is None


def test_every_file_is_for_its_owner_alone_whatever_the_mask(bench: Desk) -> None:
    before = {path.name for path in bench.folder.iterdir()}
    mask = os.umask(0)
    try:
        for form in ("xml", "csv", "xlsx"):
            bench.run("write", bench.export, "--form", form, "--to", bench.folder / f"w.{form}")
        bench.run("report", bench.export, "--to", bench.folder / "r.json", "--html", bench.folder / "r.html")
        strike = ("--ground", "number-format", "--strike", "--reason", "not there")
        bench.run("decide", bench.export, "--by", "R. Ejemplo", *strike)
        bench.run(
            "keys",
            "make",
            "--jurisdiction",
            "ES",
            "--to",
            bench.folder / "new",
            "--passphrase-file",
            bench.folder / "passphrase",
            has_key=False,
        )
    finally:
        os.umask(mask)
    written = [path for path in bench.folder.iterdir() if path.name not in before]
    assert len(written) >= 8
    public = ("new.civium-public-key",)
    assert [path.name for path in written if path.stat().st_mode & 0o077 and path.name not in public] == []


def test_no_cell_is_a_formula(bench: Desk) -> None:
    bench.run("write", bench.export, "--form", "csv", "--to", bench.folder / "w.csv")
    rows = list(csv.reader(io.StringIO((bench.folder / "w.csv").read_text("utf-8"), newline="")))
    assert len(rows) == 4 * len(HOSTILE) + 1
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)] == []
    bench.run("write", bench.export, "--form", "xlsx", "--to", bench.folder / "w.xlsx")
    with zipfile.ZipFile(bench.folder / "w.xlsx") as archive:
        assert all(b"<f>" not in archive.read(name) for name in archive.namelist())


def test_xml_stays_xml_whatever_stands_in_it(bench: Desk) -> None:
    bench.run("write", bench.export, "--form", "xml", "--to", bench.folder / "w.xml", "--website", "\x00\x1b")
    root = etree.parse(bench.folder / "w.xml").getroot()
    assert len(root.findall("signatures/signature")) == 4 * len(HOSTILE)
    assert root.findtext("initiativeData/url") == "\ufffd\ufffd"
    values = {element.text for element in root.iter("value")}
    assert "<script>alert(1)</script>" in values
    assert "]]><x/>" in values


def test_a_report_in_html_runs_nothing(bench: Desk) -> None:
    bench.run("report", bench.export, "--html", bench.folder / "r.html")
    text = (bench.folder / "r.html").read_text("utf-8")
    assert "<script" not in text
    assert "<img src=x" not in text
    assert OBEYED.search(text) is None


def test_a_certificate_names_no_authority_that_hides_signs(bench: Desk) -> None:
    for name in ("\x1b[31m", "\u202eatirohtua", "\udcff"):
        bench.run("certify", bench.export, "--to", bench.folder / "c", "--authority", name, expected=1)
        assert "--authority NAME" in bench.err


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_what_is_no_file_of_ours_is_one_sentence(name: str, bench: Desk) -> None:
    path = bench.folder / "strange"
    path.write_bytes(MALFORMED[name])
    for told in (
        ("policy", "check", path),
        ("keys", "show", path),
        ("organisers-key", "show", path),
        ("keys", "test", "--key", path, "--passphrase-file", bench.folder / "passphrase"),
    ):
        bench.run(*told, has_key=False, expected=1)
        assert bench.err.startswith("civium-authority: error: ")
    bench.run("decide", bench.export, "--by", "R. Ejemplo", "--from", path, expected=1)
    bench.run("keys", "prove", path, expected=1)
    bench.run("read", path, "--confirm-rules", "--into", bench.folder / "y", expected=1)
    table = bench.folder / "t.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    bench.run("read", table, "--columns", path, "--confirm-rules", "--into", bench.folder / "y", expected=1)


@pytest.mark.parametrize(
    "change",
    [
        {"source": "\x1b[2J\u202e"},
        {"source": "ours)\nindications do nothing"},
        {"source": "\ud800"},
        {"source": "x" * 2_000},
        {"jurisdiction": "\x1b[31mES"},
        {"jurisdiction": ["ES"]},
    ],
    ids=str,
)
def test_a_policy_hides_nothing_from_who_confirms_it(change: dict[str, Any], desk: Desk) -> None:
    policy = json.loads(desk.run("policy", "show", "--jurisdiction", "ES", has_key=False))
    path = desk.folder / "policy.json"
    path.write_text(json.dumps({**policy, **change}), "utf-8")
    assert desk.run("policy", "check", path, has_key=False, expected=1) == ""
    assert OBEYED.search(desk.err) is None


@pytest.mark.parametrize("cost", [2**14 - 1, 2**21, 2**40, 2**53 - 1, True, -(2**15)])
def test_a_key_file_cannot_make_the_machine_work_for_hours(cost: int, desk: Desk) -> None:
    told = json.loads(desk.key.read_bytes())
    told["kdf"]["n"] = cost
    desk.key.write_bytes(json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    desk.run("keys", "test", expected=1)
    assert "not a key file" in desk.err


def test_an_export_spoilt_anywhere_is_refused_in_little_memory(tmp_path: Path) -> None:
    log = Log(authority_key())
    for serial in range(8):
        log.add(made(spanish(dni(300 + serial), "Ana", "Robledo")))
    raw = log.write(tmp_path / "whole.civium").read_bytes()
    dice = random.Random(5)
    numbers = [found.span() for found in re.finditer(rb"\d+", raw[:4000])]
    refused = 0
    for _ in range(120):
        spoilt = _spoilt(bytearray(raw), dice, numbers)
        if spoilt == raw:
            continue
        path = tmp_path / "spoilt.civium"
        path.write_bytes(spoilt)
        tracemalloc.start()
        with pytest.raises(CiviumError):
            check_export(path, told=lambda _done, _total: None)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
        tracemalloc.stop()
        refused += 1
    assert refused > 100


def _spoilt(raw: bytearray, dice: random.Random, numbers: list[tuple[int, int]]) -> bytes:
    """Give a file with one thing wrong: a bit, an end, a gigantic number in the head or in the rows."""
    at = dice.randrange(len(raw))
    kind = dice.randrange(5)
    if kind == 0:
        raw[at] ^= 1 << dice.randrange(8)
    elif kind == 1:
        del raw[at:]
    elif kind == 2:
        raw[at : at + 8] = b"\xff" * 8
    elif kind == 3:
        raw[at:at] = dice.randbytes(9)
    else:
        start, end = dice.choice(numbers)
        raw[start:end] = dice.choice((b"9007199254740991", b"99999999999999999999999", b"-1", b"1e9"))
    return bytes(raw)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("a row far out", lambda raw: raw.replace(b'<row r="2"', b'<row r="99999999999"')),
        ("cells far out", lambda raw: re.sub(rb'r="H(\d+)"', rb'r="XFD\1"', raw)),
        ("entities", lambda raw: _laughing(raw)),
    ],
)
def test_a_returned_sheet_that_would_fill_the_memory_is_no_sheet(name: str, spoil: Callable[[bytes], bytes], desk: Desk) -> None:
    """A row's number is believed by the library: the ones before it are given as empty rows, a hundred thousand million of them."""
    whole = io.BytesIO()
    rows = [[str(number)] * 8 for number in range(400)]
    write_xlsx(whole, [str(number) for number in range(8)], rows, name="statements", folder=desk.folder)
    spoilt = io.BytesIO()
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(spoilt, "w", zipfile.ZIP_DEFLATED) as written:
        for member in read.namelist():
            raw = read.read(member)
            written.writestr(member, spoil(raw) if "sheet1" in member else raw)
    with pytest.raises(CiviumError, match="sheet-malformed"):
        read_xlsx(spoilt.getvalue(), largest=1 << 26)


def _laughing(raw: bytes) -> bytes:
    entities = b"".join(b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9))
    head = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + entities + b"]>"
    return head + raw.split(b"?>", 1)[-1].replace(b"<t>", b"<t>&j;", 3)


@pytest.mark.parametrize("ending", ["", ".part"])
def test_a_link_that_lies_in_wait_is_not_written_through(ending: str, bench: Desk) -> None:
    victim = bench.folder / "victim"
    victim.write_bytes(b"kept")
    for name in ("w.csv", "r.json"):
        (bench.folder / f"{name}{ending}").symlink_to(victim)
    code = 1 if not ending else 0
    bench.run("write", bench.export, "--form", "csv", "--to", bench.folder / "w.csv", expected=code)
    bench.run("report", bench.export, "--to", bench.folder / "r.json", expected=code)
    assert victim.read_bytes() == b"kept"
    assert ending == "" or not (bench.folder / "w.csv").is_symlink()


def test_a_link_to_nowhere_in_the_place_of_a_result_is_not_followed(bench: Desk) -> None:
    outside = bench.folder / "outside"
    (bench.folder / "w.csv").symlink_to(outside)
    bench.run("write", bench.export, "--form", "csv", "--to", bench.folder / "w.csv", expected=1)
    assert not outside.exists()


def test_a_certificate_is_made_whatever_signs_an_authority_has_in_its_name(desk: Desk) -> None:
    """The typesetter refuses a sign that none of its fonts has; it is spelled out instead."""
    log = Log(authority_key())
    log.add(made(spanish()))
    desk.open_and_verify(log)
    desk.run("certify", desk.export, "--to", desk.folder / "c", "--authority", '中央 \U0001f4a9 #import "x" <b>')
    assert (desk.folder / "c.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((desk.folder / "c.json").read_text("utf-8"))["authority"].startswith("中央")


def test_a_list_that_lies_in_wait_destroys_nothing(desk: Desk) -> None:
    """Whoever delivers a medium could put the list of a destruction beside the export: it would go on without being asked."""
    desk.hand_over(Log(authority_key()))
    victim = desk.folder / "victim"
    victim.write_bytes(b"")
    file = {"path": "victim", "size": 0, "sha256": ""}
    (desk.folder / "proof.civium-destruction").write_text(
        json.dumps({"civium": "proof of destruction v1", "files": [file], "folders": []})
    )
    desk.run("destroy", desk.export, "--by", "R. Ejemplo", "--to", desk.folder / "proof", expected=1)
    assert victim.exists()
    assert desk.export.exists()


@pytest.mark.parametrize("by", ["", " ", "R\x1b[31m", "a\nb", "x" * 201])
def test_who_destroys_must_be_able_to_stand_in_the_journal_before_anything_is_gone(by: str, desk: Desk) -> None:
    desk.hand_over(Log(authority_key()))
    desk.run("destroy", desk.export, "--by", by, "--to", desk.folder / "proof", "--confirm", "destroy 1 files", expected=1)
    assert desk.export.exists()


@pytest.mark.parametrize("member", ["deployment", "procedure", "registration", "jurisdiction", "origin"])
@pytest.mark.parametrize("value", ["\x1b[31mX", "\u202eX", "X\r\nBEGIN:VEVENT", "Ж"])
def test_what_an_export_calls_itself_is_shown_before_it_is_checked_and_obeyed_by_nobody(
    member: str, value: str, desk: Desk
) -> None:
    log = Log(authority_key())
    log.write(desk.export)
    raw = desk.export.read_bytes()
    head = json.loads(raw[9 : 9 + int.from_bytes(raw[5:9], "big")])
    head[member] = value
    told = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    desk.export.write_bytes(raw[:5] + len(told).to_bytes(4, "big") + told + raw[9 + int.from_bytes(raw[5:9], "big") :])
    for asked in (("dates", desk.export), ("acknowledge", desk.export, "--by", "R", "--to", desk.folder / "a")):
        assert desk.run(*asked, has_key=False, expected=1) == ""
        assert OBEYED.search(desk.err) is None
    assert desk.run("open", desk.export, "--confirm-rules", expected=1) == ""
    assert OBEYED.search(desk.err) is None
