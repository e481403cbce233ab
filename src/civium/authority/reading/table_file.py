"""One table as statements: first surveyed, so that what is ambiguous is asked before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from civium.authority.reading import table_cells
from civium.authority.reading.columns import DMY, IDENTIFIER, MDY, RECEIVED_ON, Columns
from civium.authority.reading.delivery import Source
from civium.authority.reading.properties import country_code
from civium.authority.reading.table_text import Lines, headings_of, opened, rows_of, separator_told
from civium.authority.reading.told import UNKNOWN_LANGUAGE, Told, is_possible
from civium.errors import Refused
from civium.law.rules import AcceptedNumber, Procedure

LAYOUT = "table"
_DATE_KINDS = ("date",)
# Of numbers and postal codes the zeros in front are a part.
_DIGITS = ("number", "postal-code")


@dataclass(frozen=True)
class TableReader:
    """What turns cells into the fields of one State's form."""

    columns: Columns
    kinds: dict[str, str]
    countries: frozenset[str]
    number: str  # the only kind of number of this form, empty where there are several or none

    @classmethod
    def of(cls, procedure: Procedure, numbers: Sequence[AcceptedNumber], columns: Columns) -> TableReader:
        """Give the reader for a State's numbers."""
        number = numbers[0].id if len(numbers) == 1 else ""
        return cls(columns, dict(procedure.kinds), frozenset(procedure.countries), number)

    def value(self, name: str, cell: str) -> str:
        """Give what a cell means as a field's value."""
        value = table_cells.plain(cell)
        value = self.columns.values.get(name, {}).get(value, value)
        width = self.columns.zeros.get(name, 0)
        if width and value.isascii() and value.isdecimal():
            value = value.zfill(width)
        return value

    def is_date(self, name: str) -> bool:
        """Tell whether a field holds a date."""
        return name == RECEIVED_ON or self.kinds.get(name) in _DATE_KINDS

    def fields(self, cells: dict[str, str]) -> dict[str, str]:
        """Give the fields of a line's values."""
        fields = {
            **self.columns.same,
            **{name: value for name, value in cells.items() if value and name not in (IDENTIFIER, RECEIVED_ON)},
        }
        for name, value in fields.items():
            if self.is_date(name):
                day = table_cells.day_of(value, self.columns.dates)
                fields[name] = day.isoformat() if day else value
            elif self.kinds.get(name) == "country":
                fields[name] = country_code(value, self.countries)
        if self.number and "id_number" in fields:
            fields.setdefault("id_type", self.number)
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True)
class Surveyed:
    """A table whose encoding, delimiter and dates are known; `shortened`: field -> values shorter than the longest."""

    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    reader: TableReader
    shortened: dict[str, int]


def survey(source: Source, file: int, reader: TableReader) -> Surveyed:
    """Read a table through and give how it is to be read.

    Raises Refused `table-encoding`, `table-delimiter`, `table-column-missing`, `table-column-twice`, `table-cells`, `table-rounded`, `table-dates`,
    `table-dates-mixed`.
    """
    encoding, delimiter, headings = headings_of(source, reader.columns, file)
    found = Surveyed(encoding, delimiter, headings, reader, {})
    seen = table_cells.Seen()
    with closing(source.open()) as stream:
        for line, cells in _lines(stream, file, found):
            for name, value in cells.items():
                # In a name or a street it is what somebody typed, and stops nobody else's.
                if (name == IDENTIFIER or reader.kinds.get(name) in _DIGITS) and table_cells.is_rounded(value):
                    raise Refused("table-rounded", file=file, line=line)
                if reader.is_date(name):
                    seen.see_date(value)
                elif reader.kinds.get(name) in _DIGITS:
                    seen.see_number(name, value)
    columns = replace(reader.columns, dates=_order(reader.columns.dates, seen, file))
    return replace(found, reader=replace(reader, columns=columns), shortened=seen.shortened())


def _order(told: str, seen: table_cells.Seen, file: int) -> str:
    if seen.first_above_12 and seen.second_above_12:
        raise Refused("table-dates-mixed", file=file)
    if told:
        return told
    if seen.serial or (seen.undecided and not (seen.first_above_12 or seen.second_above_12)):
        raise Refused("table-dates", file=file)
    return MDY if seen.second_above_12 else DMY


def read_table(stream: BinaryIO, file: int, found: Surveyed) -> Iterator[Told]:
    """Give the statements of a surveyed table. Raises Refused `reading-date`, `table-cells`."""
    reader = found.reader
    for number, (line, cells) in enumerate(_lines(stream, file, found), 1):
        told = cells.get(RECEIVED_ON, "")
        day: date | None = table_cells.day_of(told, reader.columns.dates) if told else None
        if told and not is_possible(day):
            raise Refused("reading-date", file=file, statement=number, line=line)
        yield Told(file, number, line, cells.get(IDENTIFIER, ""), day, UNKNOWN_LANGUAGE, LAYOUT, reader.fields(cells))


def _lines(stream: BinaryIO, file: int, found: Surveyed) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each line's number and the values of the columns that are read."""
    wanted = found.reader.columns.headings
    places = [(place, wanted[heading]) for place, heading in enumerate(found.headings) if heading in wanted]
    with opened(stream, found.encoding) as text:
        lines = Lines(text, file)
        rows = rows_of(lines, found.delimiter, file)
        first = next(rows, [])
        if separator_told(found.delimiter.join(first)):
            next(rows, None)
        for row in rows:
            if len(row) != len(found.headings):
                raise Refused("table-cells", file=file, line=lines.number)
            yield lines.number, {name: found.reader.value(name, row[place]) for place, name in places}
