"""What the log keeps of an entry for ever: the day, the envelope's hash, the erasure commitment (docs/spec/leaf.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from civium.errors import Refused

VERSION = 1
SIZE = 69
_EPOCH = date(1970, 1, 1)
_LATEST = (date.max - _EPOCH).days


@dataclass(frozen=True)
class LeafRecord:
    """The day of receipt in Europe/Brussels (the Annex III DATE), SHA-256(envelope) and the header's erasure commitment."""

    received_on: date
    envelope_hash: bytes
    erasure_commitment: bytes


def encode(record: LeafRecord) -> bytes:
    """Give the 69 bytes of a leaf record."""
    assert len(record.envelope_hash) == len(record.erasure_commitment) == 32
    return encode_parts(days_of(record.received_on), record.envelope_hash, record.erasure_commitment)


def encode_parts(days: int, envelope_hash: bytes, erasure_commitment: bytes) -> bytes:
    """Give the 69 bytes from the day as a number (hot path: one day, many entries)."""
    return b"\x01" + days.to_bytes(4, "big") + envelope_hash + erasure_commitment


def parse(raw: bytes) -> LeafRecord:
    """Give the leaf record of 69 bytes. Raises Refused `leaf-malformed`."""
    if len(raw) != SIZE or raw[0] != VERSION:
        raise Refused("leaf-malformed")
    return LeafRecord(date_of(int.from_bytes(raw[1:5], "big")), raw[5:37], raw[37:69])


def days_of(day: date) -> int:
    """Give a civil date as days since 1970-01-01."""
    return (day - _EPOCH).days


def date_of(days: int) -> date:
    """Give the civil date of a number of days since 1970-01-01. Raises Refused `leaf-malformed` beyond the year 9999."""
    if not 0 <= days <= _LATEST:
        raise Refused("leaf-malformed")
    return _EPOCH + timedelta(days=days)
