"""Opened rows are kept without their padding and come back with it."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from civium.authority.rows import OpenedRow, decode_rows, encode_rows
from civium.errors import Untrusted
from civium.formats import leaf
from civium.formats.receipt import identifier

LEAF = leaf.encode(leaf.LeafRecord(date(2026, 5, 4), b"h" * 32, b"c" * 32))
ROWS = (
    OpenedRow(LEAF, "", b"\x00\x03abc".ljust(2048, b"\0")),
    OpenedRow(LEAF, "", bytes(4096)),
    OpenedRow(LEAF, "", None),
    OpenedRow(LEAF, "destroyed-by-law", None),
)


def test_rows_come_back_as_they_were() -> None:
    encoded = encode_rows(ROWS)
    assert tuple(decode_rows(encoded)) == ROWS
    assert len(encoded) < 400


def test_a_row_has_the_day_and_the_name_of_its_leaf() -> None:
    row = ROWS[0]
    assert row.received_on == date(2026, 5, 4)
    assert row.identifier == identifier(b"h" * 32)
    assert isinstance(row.identifier, uuid.UUID)


def test_a_kind_nobody_wrote_is_untrusted() -> None:
    with pytest.raises(Untrusted, match="working-file-altered"):
        tuple(decode_rows(b"\x09" + LEAF))
