"""Rows as CSV that a spreadsheet takes for what they are: text, whoever wrote it.

The rules are:
- a cell that a spreadsheet could take for a formula begins with an apostrophe (OWASP, CSV Injection), also after blanks and in wide letters;
- so does what follows a semicolon or a tab within one: where a comma is the decimal sign, spreadsheets part cells there;
- line ends as RFC 4180 has them; UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_AT_ONCE = 500
_BLANKS = " \u00a0\u200b\ufeff"
_PARTED = re.compile("([;\t][" + _BLANKS + '"]*)(?=[=+@|%\uff1d\uff0b\uff20\uff05-]|\ufe62|\ufe63|\ufe66|\ufe6b|\uff0d)')


def cell(text: str) -> str:
    """Give a text as a cell that is no formula."""
    folded = unicodedata.normalize("NFKC", text.lstrip(_BLANKS)[:1])
    parted = _PARTED.sub(r"\1'", text)
    return f"'{parted}" if text.startswith(_FORMULA) or folded.startswith(_FORMULA) else parted


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Give a table as the bytes of a CSV file, some hundred rows at a time."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(heads)
    for number, row in enumerate(rows, 1):
        writer.writerow([cell(text) for text in row])
        if number % _AT_ONCE == 0:
            yield stream.getvalue().encode()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue().encode()
