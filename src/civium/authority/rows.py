"""One row of the log after opening: its leaf record, and the plaintext, or why there is none.

row = u8 1 ‖ leaf record (69) ‖ u16 padded size ‖ bytes16(plaintext without its padding)      opened
    | u8 2 ‖ leaf record (69)                                                                 did not open
    | u8 3 ‖ leaf record (69) ‖ u8 reason                                                     not in the export

A statement read from somebody else's file (docs/spec/commission-files.md) has no envelope; in the place of its leaf record stands

    u8 2 ‖ u32 day ‖ identifier (16) ‖ SHA-256(statement)[:16] ‖ zeros (32)
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from civium.errors import Untrusted
from civium.formats import leaf as leaves
from civium.formats.binary import bytes16
from civium.formats.export import REASONS
from civium.formats.receipt import identifier

_OPENED, _UNOPENABLE, _GONE = 1, 2, 3
_SIZES = struct.Struct(">HH")
# The version of a leaf record that no log has: nobody's envelope can pass for a statement that was read.
_READ = 2
_REASON_NUMBERS = {name: number for number, name in REASONS.items()}


@dataclass(frozen=True, repr=False, slots=True)
class OpenedRow:
    """A row's leaf record; `reason` if its envelope is not in the export; otherwise `plaintext`, None where it did not open."""

    leaf: bytes
    reason: str
    plaintext: bytes | None

    @property
    def received_on(self) -> date:
        """The Annex III DATE."""
        return day_of(self.leaf)

    @property
    def envelope_hash(self) -> bytes:
        """The entry's name."""
        return self.leaf[5:37]

    @property
    def identifier(self) -> uuid.UUID:
        """What organisers and authorities call the statement."""
        return identifier_of(self.leaf)


def read_leaf(received_on: date, name: uuid.UUID, digest: bytes) -> bytes:
    """Give what stands for a leaf record where a statement was read from somebody else's file."""
    assert len(digest) == 16
    return bytes((_READ,)) + leaves.days_of(received_on).to_bytes(4, "big") + name.bytes + digest + bytes(32)


def day_of(leaf: bytes) -> date:
    """Give the Annex III DATE of a row's leaf record, or of its first five bytes: version and day."""
    return leaves.date_of(int.from_bytes(leaf[1:5], "big"))


def identifier_of(leaf: bytes) -> uuid.UUID:
    """Give what organisers and authorities call the statement of a row's leaf record."""
    return uuid.UUID(bytes=leaf[5:21]) if leaf[0] == _READ else identifier(leaf[5:37])


def encode_rows(rows: Iterable[OpenedRow]) -> bytes:
    """Give the bytes of a run of rows."""
    return b"".join(_encode_row(row) for row in rows)


def _encode_row(row: OpenedRow) -> bytes:
    if row.reason:
        return bytes((_GONE,)) + row.leaf + bytes((_REASON_NUMBERS[row.reason],))
    if row.plaintext is None:
        return bytes((_UNOPENABLE,)) + row.leaf
    return bytes((_OPENED,)) + row.leaf + len(row.plaintext).to_bytes(2, "big") + bytes16(row.plaintext.rstrip(b"\0"))


def decode_rows(chunk: bytes) -> Iterator[OpenedRow]:
    """Give the rows of a chunk whose seal was checked. Raises Untrusted `working-file-altered` for what this program has not written."""
    at, end = 0, len(chunk)
    while at < end:
        kind, head = chunk[at], at + 1 + leaves.SIZE
        leaf = chunk[at + 1 : head]
        if kind == _OPENED:
            size, length = _SIZES.unpack_from(chunk, head) if head + 4 <= end else (0, end)
            at = head + 4 + length
            row = OpenedRow(leaf, "", chunk[head + 4 : at].ljust(size, b"\0"))
        elif kind == _UNOPENABLE:
            at, row = head, OpenedRow(leaf, "", None)
        elif kind == _GONE and head < end and chunk[head] in REASONS:
            at, row = head + 1, OpenedRow(leaf, REASONS[chunk[head]], None)
        else:
            raise Untrusted("working-file-altered")
        if at > end:
            raise Untrusted("working-file-altered")
        yield row
