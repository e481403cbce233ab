"""The body of `POST /api/statements`: the envelope and what travels beside it (docs/spec/posting.md)."""

from __future__ import annotations

from dataclasses import dataclass

from civium.errors import Refused
from civium.formats.binary import Reader, bytes8, bytes16
from civium.formats.envelope import MAXIMUM_SIZE as MAXIMUM_ENVELOPE

VERSION = 1
TOKEN_SIZE = 64
MAXIMUM_WORK = 1024
MAXIMUM_SIZE = 1 + 2 + MAXIMUM_ENVELOPE + 1 + TOKEN_SIZE + 2 + MAXIMUM_WORK


@dataclass(frozen=True, repr=False)
class Posting:
    """One envelope, the duplicate token for the server's keyed mark, the solution of a challenge; the last two may be empty."""

    envelope: bytes
    token: bytes = b""
    work: bytes = b""


def encode(posting: Posting) -> bytes:
    """Give the body a browser sends."""
    return bytes((VERSION,)) + bytes16(posting.envelope) + bytes8(posting.token) + bytes16(posting.work)


def parse(raw: bytes) -> Posting:
    """Give the posting. Raises Refused `posting-size` or `posting-malformed`; the envelope inside is not looked at."""
    if len(raw) > MAXIMUM_SIZE:
        raise Refused("posting-size", largest=MAXIMUM_SIZE)
    reader = Reader(raw, "posting-malformed")
    if reader.u8() != VERSION:
        raise reader.refused()
    posting = Posting(envelope=reader.bytes16(), token=reader.bytes8(), work=reader.bytes16())
    reader.check_end()
    if len(posting.token) not in (0, TOKEN_SIZE) or len(posting.work) > MAXIMUM_WORK:
        raise reader.refused()
    return posting
