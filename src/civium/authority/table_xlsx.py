"""A table as an Excel workbook: every cell text, none a formula, the same bytes for the same rows; and such a workbook read back.

The rules are:
- cells are written as text, formatted as text and marked as quoted: neither opening nor editing makes one a formula, a date or a number;
- the archive bears no time of day (1980-01-01, the first that a ZIP knows);
- reading reckons nothing: of a formula its text is given, so that whoever compares cells sees it;
- what an archive would unpack to is looked at before it is unpacked;
- rows on their way into the archive lie in the folder of the file itself, never in the machine's folder for temporary files.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]
from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]
from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

from civium.errors import Refused

# What Excel can hold, the line with the columns' names included.
MOST_LINES = 1_048_576
# A hundred thousand rows of forty columns: more than any sample.
_MOST_CELLS = 4_000_000
# Nobody leaves forty thousand lines empty.
_AN_EMPTY_LINE = 100
# A ZIP of text shrinks some tenfold; one that would grow more than this is made to fill a memory.
_LARGEST_GROWTH = 200
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_NARROW, _WIDE = 14, 30
_SPELLED_OUT = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")


class _TimelessZip(zipfile.ZipFile):
    """An archive in which every member bears the same time."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, compress_type: Any = None, compresslevel: Any = None) -> None:
        """Write a member from memory."""
        super().writestr(_member(str(zinfo_or_arcname)), data, compress_type, compresslevel)

    def write(self, filename: Any, arcname: Any = None, compress_type: Any = None, compresslevel: Any = None) -> None:
        """Write a member from a file, piece by piece."""
        assert compress_type is None is compresslevel
        with Path(filename).open("rb") as source, self.open(_member(str(arcname)), "w") as target:
            while piece := source.read(1 << 20):
                target.write(piece)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    # Otherwise the system that writes would stand in it.
    member.create_system = 3
    return member


def printable(text: str) -> str:
    """Give text with every sign spelled out that is invisible or that a workbook cannot hold."""
    return "".join(f"<U+{ord(sign):04X}>" if _is_spelled_out(sign) else sign for sign in text)


def _is_spelled_out(sign: str) -> bool:
    return unicodedata.category(sign) in _SPELLED_OUT


def write_xlsx(
    stream: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    name: str,
    folder: Path,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Write a table and give the number of its rows. `choices`: what may be chosen in a column's cells; `folder`: where the file will lie.

    Raises Refused `too-many-rows` beyond what Excel can hold.
    """
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created, book.properties.modified = "civium-authority", _EPOCH, _EPOCH
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        width = _NARROW if column in ("sample", "sheet", "row") else _WIDE
        sheet.column_dimensions[get_column_letter(place)].width = width
    for place, column in enumerate(columns, start=1):
        if choices and column in choices:
            _offer(sheet, get_column_letter(place), choices[column])
    with TemporaryDirectory(dir=folder, prefix=".civium-") as waiting:
        # Left to itself openpyxl lets the rows, in clear, wait in a file of the machine's temporary folder.
        unpacked = str(Path(waiting) / "rows.xml")
        ALL_TEMP_FILES.append(unpacked)
        sheet._writer = WorksheetWriter(sheet, out=unpacked)  # noqa: SLF001
        sheet._writer.write_top()  # noqa: SLF001
        sheet.append([_head_cell(sheet, column) for column in columns])
        written = _append(sheet, rows)
        with _TimelessZip(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            ExcelWriter(book, archive).write_data()
    return written


def _append(sheet: Any, rows: Iterable[Sequence[str]]) -> int:
    written = 0
    for row in rows:
        written += 1
        if written >= MOST_LINES:
            sheet.close()
            raise Refused("too-many-rows", most=MOST_LINES - 1)
        sheet.append([_text_cell(sheet, cell) for cell in row])
    return written


def _offer(sheet: Any, letter: str, words: Sequence[str]) -> None:
    offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
    offered.add(f"{letter}2:{letter}{MOST_LINES}")
    sheet.data_validations.append(offered)


def _head_cell(sheet: Any, text: str) -> Any:
    cell = _text_cell(sheet, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EDF5")
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=printable(text) or None)
    # A name that begins with = would be taken for a formula; a cell without text has no kind.
    cell.data_type = "s" if text else "n"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell


def read_xlsx(raw: bytes, *, largest: int) -> list[list[str]]:
    """Give the lines of a workbook's first sheet as text. Raises Refused `sheet-malformed`, `sheet-too-large`."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > min(largest, len(raw) * _LARGEST_GROWTH):
            raise Refused("sheet-too-large", most=largest)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        return list(_lines(book.worksheets[0]))
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        LookupError,
        ArithmeticError,
        ValueError,
    ):
        # What openpyxl and zipfile raise on a file that is none of their kind (RuntimeError: an archive under a password, or of another method).
        raise Refused("sheet-malformed") from None
    except (TypeError, AttributeError, SyntaxError):  # SyntaxError: XML that is not well-formed
        raise Refused("sheet-malformed") from None


def _lines(sheet: Any) -> Iterator[list[str]]:
    """Give the lines as text. Raises ValueError beyond what a sheet holds: a row can be numbered far out, and all before it are read as empty ones."""
    cells = 0
    for line in sheet.iter_rows(values_only=True):
        cells += len(line) or _AN_EMPTY_LINE
        if cells > _MOST_CELLS:
            raise ValueError
        yield [_text(cell) for cell in line]


def _text(value: object) -> str:
    """Give a cell's value as text; days as ISO 8601 has them, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
