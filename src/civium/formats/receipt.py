"""Proof that an entry is in its log, the identifier made from it, and the erasure code kept apart (docs/spec/receipt.md)."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from civium.errors import Refused, Untrusted
from civium.formats import checkpoint as checkpoints
from civium.formats import leaf as leaves
from civium.formats import merkle, note
from civium.formats.canonical import LARGEST_INTEGER

LARGEST_RECEIPT = 73728
_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_LONGEST_PROOF = 53
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")
_GENERATION = re.compile(r"(.+/)[1-9][0-9]{0,8}")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Hyphens and ECMAScript's white space: what a browser drops is dropped here, so that a pasted code is read alike on both sides.
_READ_AS = str.maketrans(
    "OIL", "011", "-\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
)


@dataclass(frozen=True)
class Receipt:
    """A leaf record's bytes, its index, the inclusion proof and the checkpoint (a signed note)."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str


def encode(receipt: Receipt) -> str:
    """Give the receipt as a C2SP tlog-proof."""
    lines = [
        _FIRST_LINE,
        f"extra {_base64(receipt.leaf)}",
        f"index {receipt.index}",
        *map(_base64, receipt.proof),
        "",
        receipt.checkpoint,
    ]
    return "\n".join(lines)


def parse(text: str) -> Receipt:
    """Give the parts of a receipt, nothing checked. Raises Refused `receipt-malformed`."""
    start, separator, signed = text.partition("\n\n")
    lines = start.split("\n")
    index = _INDEX.fullmatch(lines[2]) if len(lines) > 2 else None
    if (
        not note.is_utf8_within(text, LARGEST_RECEIPT)
        or not separator
        or lines[0] != _FIRST_LINE
        or index is None
        or int(index[1]) > LARGEST_INTEGER
        or len(lines) > 3 + _LONGEST_PROOF
    ):
        raise Refused("receipt-malformed")
    try:
        leaf = base64.b64decode(lines[1].removeprefix("extra "), validate=True)
        proof = tuple(base64.b64decode(line, validate=True) for line in lines[3:])
        leaves.parse(leaf)
        checkpoints.parse(signed)
    except (binascii.Error, ValueError, Refused):
        raise Refused("receipt-malformed") from None
    receipt = Receipt(leaf, int(index[1]), proof, signed)
    if any(len(value) != 32 for value in proof) or encode(receipt) != text:
        raise Refused("receipt-malformed")
    return receipt


def check(
    receipt: Receipt,
    *,
    envelope_hash: bytes,
    origin: str,
    log_key: bytes,
    erasure_commitment: bytes | None = None,
    today: date | None = None,
) -> checkpoints.Checkpoint:
    """Perform steps 1 to 6 of the page and give the checkpoint. Raises Untrusted `receipt-mismatch` (with the step), `note-not-signed`, `note-signature`."""
    record = leaves.parse(receipt.leaf)
    # (1) the entry is the one that was sent
    if record.envelope_hash != envelope_hash:
        raise Untrusted("receipt-mismatch", step=1)
    # (2) and so is the commitment to the erasure code
    if erasure_commitment is not None and record.erasure_commitment != erasure_commitment:
        raise Untrusted("receipt-mismatch", step=2)
    # (3) dated within one day of the checker's calendar
    if today is not None and abs(record.received_on - today) > timedelta(days=1):
        raise Untrusted("receipt-mismatch", step=3)
    # (4) the proof leads to the root
    checkpoint, _ = checkpoints.parse(receipt.checkpoint)
    try:
        merkle.check_inclusion(merkle.leaf_hash(receipt.leaf), receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
    except Untrusted:
        raise Untrusted("receipt-mismatch", step=4) from None
    # (5) of the log this statement belongs to
    if not _is_same_log(checkpoint.origin, origin):
        raise Untrusted("receipt-mismatch", step=5)
    # (6) signed by the key the manifest names
    return checkpoints.check(receipt.checkpoint, checkpoint.origin, log_key)


def _is_same_log(one: str, other: str) -> bool:
    """Say whether two origins are the same log's, of whichever generation: one that was closed has a successor (docs/spec/notices.md)."""
    first, second = _GENERATION.fullmatch(one), _GENERATION.fullmatch(other)
    return one == other or (first is not None and second is not None and first[1] == second[1])


def identifier(envelope_hash: bytes) -> uuid.UUID:
    """Give the statement's identifier: a UUID version 8 (RFC 9562) of the first 16 bytes of SHA-256(envelope)."""
    raw = bytearray(envelope_hash[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(raw))


def hashes_of(identifier: uuid.UUID) -> tuple[bytes, bytes]:
    """Give the least and the greatest SHA-256(envelope) between which every envelope with this identifier lies."""
    known = identifier.bytes[:6]  # the bytes before the version are the hash's own
    return known + bytes(26), known + b"\xff" * 26


def erasure_commitment(collection: bytes, code: bytes) -> bytes:
    """Give what the header carries so that only the holder of the 16-byte code can erase the statement."""
    assert (len(collection), len(code)) == (16, 16)
    return sha256(b"civium erase v1" + collection + code).digest()


def erasure_code_text(code: bytes) -> str:
    """Give the code as people copy it: seven groups of four characters, the last ones a check."""
    assert len(code) == 16
    number = int.from_bytes(code, "big") << 12 | _check_bits(code)
    characters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(135, -5, -5))
    return "-".join(characters[start : start + 4] for start in range(0, 28, 4))


def parse_erasure_code(text: str) -> bytes:
    """Give the 16 bytes of a code a person typed. Raises Refused `erasure-code-mistyped`."""
    characters = text.upper().translate(_READ_AS)
    if len(characters) != 28 or any(character not in _CROCKFORD for character in characters):
        raise Refused("erasure-code-mistyped")
    number = 0
    for character in characters:
        number = number << 5 | _CROCKFORD.index(character)
    code = (number >> 12).to_bytes(16, "big")
    if _check_bits(code) != number & 0xFFF:
        raise Refused("erasure-code-mistyped")
    return code


def _check_bits(code: bytes) -> int:
    return int.from_bytes(sha256(b"civium erasure code v1" + code).digest()[:2], "big") >> 4


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
