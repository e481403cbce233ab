"""A workbook's cells are text, its bytes do not tell the hour, and a hostile one is refused before it is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import Workbook, load_workbook

from civium.authority import table_xlsx
from civium.authority.table_xlsx import printable, read_xlsx, write_xlsx
from civium.errors import Refused

ROWS = [("=1+1", "+49 1"), ("-x", "@SUM(A1)"), ("\x07\u202e\x00", ""), ("00012", "2026-01-01")]
LARGEST = 1 << 26


def written(rows: list[tuple[str, ...]] = ROWS) -> bytes:
    """Give a workbook."""
    stream = io.BytesIO()
    with TemporaryDirectory() as name:
        folder = Path(name)
        done = write_xlsx(
            stream, ("name", "result"), rows, name="sample", folder=folder, choices={"result": ("valid", "invalid")}
        )
        assert list(folder.iterdir()) == []
    assert done == len(rows)
    return stream.getvalue()


def test_rows_wait_beside_the_file_and_not_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
    seen: list[str] = []

    def rows() -> Iterator[tuple[str, str]]:
        yield "Ana", ""
        seen.extend(path.name for path in tmp_path.rglob("*.xml"))

    write_xlsx(io.BytesIO(), ("name", "result"), rows(), name="sample", folder=tmp_path)
    assert seen == ["rows.xml"]
    assert list(tmp_path.rglob("*.xml")) == []


def test_every_cell_is_text_and_none_a_formula() -> None:
    page = load_workbook(io.BytesIO(written())).active
    cells = [cell for line in page.iter_rows(min_row=2) for cell in line if cell.value is not None]
    assert len(cells) == 7
    assert all(cell.data_type == "s" and cell.number_format == "@" and cell.quotePrefix for cell in cells)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(written())).read("xl/worksheets/sheet1.xml")


def test_what_was_written_is_read() -> None:
    assert read_xlsx(written(), largest=LARGEST) == [
        ["name", "result"],
        ["=1+1", "+49 1"],
        ["-x", "@SUM(A1)"],
        ["<U+0007><U+202E><U+0000>", ""],
        ["00012", "2026-01-01"],
    ]


def test_the_same_rows_give_the_same_bytes_at_any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    first = written()
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert written() == first
    assert {member.date_time for member in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_signs_that_nobody_sees_are_spelled_out() -> None:
    assert printable("a\u200bb\n\ud800") == "a<U+200B>b<U+000A><U+D800>"
    assert printable("Ĝoa O'Neil-Μαρία") == "Ĝoa O'Neil-Μαρία"


def test_what_a_clerk_typed_is_read_as_text() -> None:
    book = Workbook()
    book.active.append(
        [
            "head",
            17,
            17.0,
            1.5,
            date(2026, 5, 4),
            datetime(2026, 5, 4, 10, 30, tzinfo=UTC).replace(tzinfo=None),
            "=1+1",
            None,
            True,
        ]
    )
    stream = io.BytesIO()
    book.save(stream)
    (line,) = read_xlsx(stream.getvalue(), largest=LARGEST)
    assert line == ["head", "17", "17", "1.5", "2026-05-04", "2026-05-04T10:30:00", "=1+1", "", "True"]
    assert table_xlsx._text(date(2026, 5, 4)) == "2026-05-04"
    assert table_xlsx._text(17.0) == "17"


def test_a_workbook_that_would_fill_the_memory_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    with pytest.raises(Refused, match="sheet-too-large"):
        read_xlsx(stream.getvalue(), largest=LARGEST)


def test_what_is_no_workbook_is_refused() -> None:
    whole = written()
    for raw in (
        b"",
        b"PK\x05\x06" + bytes(18),
        whole[:-7],
        _without(whole, "xl/workbook.xml"),
        _with(whole, "xl/worksheets/sheet1.xml"),
    ):
        with pytest.raises(Refused, match="sheet-malformed"):
            read_xlsx(raw, largest=LARGEST)


def _without(raw: bytes, name: str) -> bytes:
    return _again(raw, {name: None})


def _with(raw: bytes, name: str) -> bytes:
    return _again(raw, {name: b"<worksheet><sheetData><row>"})


def _again(raw: bytes, changes: dict[str, bytes | None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.namelist():
            kept = changes.get(member, old.read(member))
            if kept is not None:
                new.writestr(member, kept)
    return stream.getvalue()


def test_more_rows_than_a_workbook_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_xlsx, "MOST_LINES", 3)
    assert len(written(ROWS[:2]))
    with pytest.raises(Refused, match=r"too-many-rows \(most=2\)"):
        written(ROWS[:3])


def test_an_archive_that_is_damaged_or_locked_is_no_workbook() -> None:
    raw = written()
    found = 0
    for at in range(0, len(raw), 29):
        for changed in (b"\xff", b"\x00", b"\x09"):
            try:
                read_xlsx(raw[:at] + changed + raw[at + 1 :], largest=LARGEST)
            except Refused as refused:
                found += refused.code in ("sheet-malformed", "sheet-too-large")
    assert found > 20
