"""One statement as somebody else's file tells it, and the row of the working file that it becomes.

The rules are:
- a value that a statement cannot hold makes the row unreadable, never the file;
- the row's name is the sender's identifier where it is a UUID; otherwise the place where the statement stands;
- the software let nobody sign without the two ticks: both count as made.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from civium.authority.rows import OpenedRow, read_leaf
from civium.errors import Refused
from civium.formats import statement as statements
from civium.formats.envelope import PADDED_SIZES
from civium.law.numbers import trim

UNKNOWN_LANGUAGE = "und"  # ISO 639: undetermined
# What is no statement: it opens, and nobody can read it.
_NOTHING = bytes(PADDED_SIZES[0])
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].{0,40}|Z|[+-]\d\d:\d\d)?", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_EARLIEST = date(1970, 1, 1)
_INVISIBLE = str.maketrans(dict.fromkeys((*map(chr, range(32)), *map(chr, range(127, 160)), "\u2028", "\u2029", "\ufeff"), " "))


@dataclass(frozen=True, repr=False, slots=True)
class Told:
    """A statement where it stands (file and number in it from 1, line), and what it says; `received_on` None where no day is given."""

    file: int
    number: int
    line: int
    identifier: str
    received_on: date | None
    language: str
    rules: str
    fields: Mapping[str, str]

    @property
    def name(self) -> uuid.UUID:
        """What the statement is called: the sender's identifier, or its place."""
        told = self.identifier.strip().lower()
        return uuid.UUID(told if _UUID.fullmatch(told) else f"{self.file:08d}-0000-8000-8000-{self.number:012d}")

    @property
    def is_named_by_place(self) -> bool:
        """Tell whether the sender's identifier is none, or no UUID."""
        return not _UUID.fullmatch(self.identifier.strip().lower())


def row_of(told: Told, undated: date) -> OpenedRow:
    """Give the row of a statement; `undated` is the day of one without."""
    plaintext = _plaintext(told)
    digest = sha256(plaintext or repr(sorted(told.fields.items())).encode("utf-8", "surrogatepass")).digest()[:16]
    return OpenedRow(read_leaf(told.received_on or undated, told.name, digest), "", plaintext or _NOTHING)


def _plaintext(told: Told) -> bytes:
    made = statements.Statement(
        language=told.language,
        rules=told.rules,
        declaration=True,
        privacy_read=True,
        identity_key_version=0,
        token=b"",
        fields=told.fields,
        confirmations=frozenset(),
    )
    try:
        return statements.pad(statements.encode(made))
    except Refused:
        return b""


def cleaned(value: str) -> str:
    """Give a value as a statement may hold it: NFC, no control signs, no white space at its ends."""
    if not (value.isascii() and value.isprintable()):
        value = unicodedata.normalize("NFC", value.translate(_INVISIBLE))
    return trim(value)


def civil_day(text: str) -> date | None:
    """Give the day that a date names: ISO, with or without time and zone, or dd/MM/yyyy; None for anything else."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return real_day(*found.groups())
    found = _SLASHES.fullmatch(text)
    return real_day(found[3], found[2], found[1]) if found else None


def real_day(year: str, month: str, day: str) -> date | None:
    """Give the day of three numbers, None if there is none."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_possible(day: date | None) -> bool:
    """Tell whether a statement can have come on this day."""
    return day is not None and day >= _EARLIEST
