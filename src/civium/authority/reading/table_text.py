"""A table's bytes as lines of cells: encoding and delimiter found or told, one line at a time, nothing guessed.

The rules are:
- a byte-order mark tells; then UTF-16 by its zero bytes; then UTF-8, which other encodings almost never are by chance; no other is tried;
- the delimiter is the one with which all headings that are looked for stand in the first line;
- a line has at most 1 MiB, and a statement that goes over several lines too.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO, cast

from civium.authority.reading.columns import DELIMITERS, Columns
from civium.authority.reading.delivery import Source
from civium.authority.reading.told import cleaned
from civium.errors import Refused

LONGEST_LINE = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOOK = 4096
# What a heading never holds: somebody's number, or a date.
_PERSONAL = re.compile(r"\d{5}|\d[./-]\d{1,2}[./-]\d{2}", re.ASCII)


def encoding_of(source: Source, columns: Columns) -> str:
    """Give the encoding of a table, as told or as its first bytes tell."""
    with closing(source.open()) as stream:
        start = stream.read(_LOOK)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if columns.encoding:
        return columns.encoding
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


@contextmanager
def opened(stream: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Give a stream as text."""
    text = io.TextIOWrapper(cast(BinaryIO, _Raw(stream)), encoding=encoding, errors="strict", newline="")
    try:
        yield text
    finally:
        text.detach()


class _Raw(io.RawIOBase):
    """Lets text be made of whatever can be read, a ZIP's member too."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read1(self, size: int = -1) -> bytes:
        """Give some of the next bytes."""
        return self._stream.read(size if size >= 0 else _LOOK)

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        return self._stream.read(size)


class Lines:
    """The lines of a table with their numbers. Raises Refused `table-encoding`, `reading-text-long`."""

    def __init__(self, text: io.TextIOWrapper, file: int) -> None:
        self._text, self._file = text, file
        self.number = 0
        self.since = 0  # signs since the last whole row

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LONGEST_LINE)
        except UnicodeError:
            raise Refused("table-encoding", file=self._file) from None
        if not line:
            raise StopIteration
        self.number += 1
        self.since += len(line)
        if self.since >= LONGEST_LINE:
            raise Refused("reading-text-long", file=self._file, statement=0, line=self.number)
        return line


def rows_of(lines: Lines, delimiter: str, file: int) -> Iterator[list[str]]:
    """Give the cells of each line that is not empty. Raises Refused `table-cells` where quotation marks do not close."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in rows:
            lines.since = 0
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error:
        raise Refused("table-cells", file=file, line=lines.number) from None


def headings_of(source: Source, columns: Columns, file: int) -> tuple[str, str, tuple[str, ...]]:
    """Give encoding, delimiter and headings of a table.

    Raises Refused `table-headings` where the first line is a statement's, `table-delimiter` where several or none fit, `table-column-missing`,
    `table-column-twice`.
    """
    encoding = encoding_of(source, columns)
    with closing(source.open()) as stream, opened(stream, encoding) as text:
        lines = Lines(text, file)
        first = next(lines, "")
        told = separator_told(first)
        if told:
            first = next(lines, "")
    if _PERSONAL.search(first):
        raise Refused("table-headings", file=file)
    wanted = set(columns.headings)
    found = {}
    for delimiter in (told,) if told else (columns.delimiter,) if columns.delimiter else DELIMITERS:
        cells = _cells(first, delimiter)
        if wanted <= set(cells) and (wanted or len(cells) > 1):
            found[delimiter] = cells
    if len(found) > 1 and wanted:
        # One column alone stands in the first line whatever separates: then only what also separates something counts.
        found = {delimiter: cells for delimiter, cells in found.items() if len(cells) > 1} or {
            DELIMITERS[0]: next(iter(found.values()))
        }
    if len(found) != 1:
        if columns.delimiter or told:
            raise Refused("table-column-missing", file=file, column=_missing(columns, _cells(first, told or columns.delimiter)))
        raise Refused("table-delimiter", file=file)
    delimiter, cells = found.popitem()
    if any(cells.count(heading) > 1 for heading in wanted):
        raise Refused("table-column-twice", file=file)
    return encoding, delimiter, tuple(cells)


def separator_told(line: str) -> str:
    """Give the delimiter that Excel's own first line tells: `sep=;`."""
    line = line.strip("\r\n").removeprefix("\ufeff")
    return line[4:5] if line.lower().startswith("sep=") and line[4:5] in DELIMITERS and len(line) == 5 else ""


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cleaned(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _missing(columns: Columns, cells: list[str]) -> int:
    """Give the place, from 1, of the first heading of the description that the table lacks."""
    return next(
        (place for place, heading in enumerate(columns.columns, 1) if columns.columns[heading] and heading not in cells), 0
    )
