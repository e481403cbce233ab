"""What a spreadsheet did to a cell: dates, formulas, numbers rounded, zeros lost; found, told, never mended by guessing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from civium.authority.reading.columns import DMY, EXCEL, MDY
from civium.authority.reading.told import civil_day, cleaned, real_day
from civium.authority.table_csv import FORMULA_STARTS

_THREE = re.compile(r"(\d{1,2})[./-] ?(\d{1,2})[./-] ?(\d{4})\.?(?: .{0,40})?", re.ASCII)
_SERIAL = re.compile(r"\d{4,6}", re.ASCII)
_ROUNDED = re.compile(r"-?\d(?:[.,]\d+)?E\+\d{1,3}", re.ASCII | re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_EXCELS_FIRST = date(1899, 12, 30)
_LATEST_SERIAL = 109_000  # in the year 2198


def plain(cell: str) -> str:
    """Give what a cell says: without the `="…"` or apostrophe that keeps a spreadsheet from reading it."""
    value = cleaned(cell)
    if found := _TEXT_FORMULA.fullmatch(value):
        return cleaned(found[1])
    return cleaned(value[1:]) if value.startswith("'") and value[1:].startswith(FORMULA_STARTS) else value


def is_rounded(value: str) -> bool:
    """Tell whether a spreadsheet wrote a long number in its short form, in which the digits are lost."""
    return _ROUNDED.fullmatch(value) is not None


def day_of(value: str, order: str) -> date | None:
    """Give the day of a date in ISO's form, or in this order."""
    if order == EXCEL and _SERIAL.fullmatch(value):
        return _EXCELS_FIRST + timedelta(int(value)) if int(value) < _LATEST_SERIAL else None
    if found := _THREE.fullmatch(value):
        first, second, year = found.groups()
        if order == MDY:
            first, second = second, first
        return real_day(year, second, first) if order in (DMY, MDY) else None
    return civil_day(value) if not _SERIAL.fullmatch(value) else None


@dataclass
class Seen:
    """What the dates and the numbers of a table's columns look like."""

    first_above_12: bool = False
    second_above_12: bool = False
    undecided: bool = False
    serial: bool = False
    lengths: dict[str, Counter[int]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    def see_date(self, value: str) -> None:
        """Look at one date."""
        if found := _THREE.fullmatch(value):
            self.first_above_12 |= int(found[1]) > 12
            self.second_above_12 |= int(found[2]) > 12
            self.undecided = True
        elif _SERIAL.fullmatch(value):
            self.serial = True

    def see_number(self, name: str, value: str) -> None:
        """Look at one value of a column that may be all digits."""
        if value.isascii() and value.isdecimal():
            self.lengths.setdefault(name, Counter())[len(value)] += 1
        elif value:
            self.others.add(name)

    def shortened(self) -> dict[str, int]:
        """Give, for columns of digits, how many values are shorter than the longest."""
        found = {}
        for name, lengths in self.lengths.items():
            if name not in self.others and len(lengths) > 1:
                found[name] = lengths.total() - lengths[max(lengths)]
        return found
