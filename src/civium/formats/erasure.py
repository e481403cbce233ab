"""The body of `POST /api/erasures`: with what a signatory takes a statement back (docs/spec/erasure.md)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from civium.errors import Refused
from civium.formats.binary import Reader

VERSION = 1
SIZE = 49
_MALFORMED = "erasure-malformed"


@dataclass(frozen=True, repr=False)
class Erasure:
    """The collection, the statement's identifier, and the code that only its signatory holds."""

    collection: bytes
    identifier: uuid.UUID
    code: bytes


def encode(erasure: Erasure) -> bytes:
    """Give the 49 bytes a browser sends."""
    assert (len(erasure.collection), len(erasure.code)) == (16, 16)
    return bytes((VERSION,)) + erasure.collection + erasure.identifier.bytes + erasure.code


def parse(raw: bytes) -> Erasure:
    """Give the erasure of these bytes. Raises Refused `erasure-malformed`."""
    if len(raw) != SIZE:
        raise Refused(_MALFORMED)
    reader = Reader(raw, _MALFORMED)
    if reader.u8() != VERSION:
        raise reader.refused()
    erasure = Erasure(reader.take(16), uuid.UUID(bytes=reader.take(16)), reader.take(16))
    if erasure.identifier.version != 8:  # None where the variant is another than RFC 9562's
        raise reader.refused()
    return erasure
