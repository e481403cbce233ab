"""What an officer says of a table: which column holds which field, and what its words and dates mean (docs/spec/commission-files.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from civium.authority.reading.told import cleaned
from civium.errors import Refused
from civium.law.rules import Form

NAME = "columns v1"
IDENTIFIER, RECEIVED_ON = "identifier", "received_on"
LARGEST_FILE = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
DMY, MDY, EXCEL = "dmy", "mdy", "excel"
ORDERS = (DMY, MDY, EXCEL)
ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be",
    *(f"windows-{number}" for number in range(1250, 1258)),
    *(f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 7, 9, 10, 13, 14, 15, 16)),
)  # fmt: skip
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_DIGITS = 40
_MEMBERS = frozenset(
    {"civium", "registration", "opens_on", "closes_on", "columns", "same", "values", "zeros", *("dates", "delimiter", "encoding")}
)


@dataclass(frozen=True)
class Columns:
    """Which heading is which field; what all statements share; what words mean; digits to be filled up; empty where it is to be found out."""

    columns: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zeros: Mapping[str, int] = field(default_factory=dict)
    dates: str = ""
    delimiter: str = ""
    encoding: str = ""
    registration: str = ""
    opens_on: str = ""
    closes_on: str = ""

    def table(self) -> dict[str, Any]:
        """Give it as it is written."""
        return {"civium": NAME, **{part.name: getattr(self, part.name) for part in fields(self)}}

    @property
    def headings(self) -> dict[str, str]:
        """The headings that are read, with their fields."""
        return {heading: name for heading, name in self.columns.items() if name}


def parse(raw: bytes) -> Columns:
    """Give what a JSON file says of a table. Raises Refused `table-columns-malformed`."""
    try:
        told = json.loads(raw.decode("utf-8-sig"))
        made = _columns(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("table-columns-malformed") from None
    return made


def _columns(told: dict[str, Any]) -> Columns:
    if told["civium"] != NAME or not told.keys() <= _MEMBERS:
        raise ValueError
    columns = {cleaned(_text(heading)): _text(name) for heading, name in told["columns"].items()}
    names = [name for name in columns.values() if name]
    made = Columns(
        columns=columns,
        same={_name(name): cleaned(_text(value)) for name, value in told.get("same", {}).items()},
        values={
            _name(name): {cleaned(_text(word)): _text(value) for word, value in words.items()}
            for name, words in told.get("values", {}).items()
        },
        zeros={_name(name): _digits(count) for name, count in told.get("zeros", {}).items()},
        **{
            name: _text(told.get(name, ""))
            for name in ("dates", "delimiter", "encoding", "registration", "opens_on", "closes_on")
        },
    )
    if (
        len(columns) != len(told["columns"])
        or len(set(names)) != len(names)
        or not all(_FIELD.fullmatch(name) for name in names)
        or not any(name not in (IDENTIFIER, RECEIVED_ON) for name in names)
        # Each statement has a name and a day of its own; said of all they would be read as a field of no form.
        or not {IDENTIFIER, RECEIVED_ON}.isdisjoint(made.same)
        or made.dates not in ("", *ORDERS)
        or made.delimiter not in ("", *DELIMITERS)
        or made.encoding.lower() not in ("", *ENCODINGS)
    ):
        raise ValueError
    return made


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told


def _name(told: str) -> str:
    if not _FIELD.fullmatch(told):
        raise ValueError
    return told


def _digits(told: object) -> int:
    if type(told) is not int or not 0 < told <= _MOST_DIGITS:
        raise TypeError
    return told


def draft(headings: Sequence[str], form: Form) -> Columns:
    """Give a description to be completed: headings that are a field's own name are filled in, the others are empty."""
    known = {*form.fields, IDENTIFIER, RECEIVED_ON}
    return Columns(columns={heading: heading if heading in known else "" for heading in headings if heading})


def encode(columns: Columns) -> bytes:
    """Give it as a file that people can read and complete."""
    return json.dumps(columns.table(), ensure_ascii=False, indent=1).encode() + b"\n"
