"""One log, whole, for one authority: written and read as a stream (docs/spec/export.md).

The rules are:
- one row for each index of the log, in order: the envelope, or its leaf record with the reason why it is gone;
- the whole file is signed with the log's key: the checkpoint binds the leaf records alone, not why an envelope is gone, nor the kind;
- the reader here performs steps 0 and 1 of the page (form, completeness of the file); the rest is `authority/completeness.py`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Refused, Untrusted
from civium.formats import canonical, envelope, note
from civium.formats import leaf as leaves
from civium.formats.binary import bytes16

MAGIC = b"CIVX"
VERSION = 1
LARGEST_HEAD = 16 * 1024 * 1024
PACKAGE, WORKING_COPY = "submission-package", "working-copy"
MARKS = ("limited distribution", "personal data")  # Reg. 1179/2011, 3.3, kept as practice (LAW-99)
REASONS = {1: "erased-by-signatory", 2: "destroyed-by-organisers", 3: "destroyed-by-law", 4: "outside-selection"}
_NAME = "export v1"
_TEXT_MEMBERS = ("kind", "deployment", "procedure", "registration", "jurisdiction", "channel", "origin", "checkpoint")
# What these may be the manifest says (step 3); they are shown before, so a control sign or one that turns the line has no place in them.
_SHOWN_MEMBERS = ("deployment", "procedure", "registration", "jurisdiction", "channel", "origin")
_STATEMENT, _LEAF, _TRAILER = 1, 2, 0
_BUFFER = 1 << 20


@dataclass(frozen=True)
class ExportHead:
    """What the file is of: log, checkpoint, manifests with their signatures, the initiative's texts (canonical JSON, by language)."""

    kind: str
    deployment: str
    procedure: str
    registration: str
    collection: bytes
    jurisdiction: str
    channel: str
    origin: str
    checkpoint: str
    size: int
    made_on: date
    manifests: tuple[tuple[bytes, str], ...]
    texts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class StatementRow:
    """A statement's envelope with its day of receipt."""

    received_on: date
    envelope: bytes


@dataclass(frozen=True)
class LeafRow:
    """A leaf record whose envelope is not in the file, with the reason and, for an erasure, the code that proves it."""

    leaf: bytes
    reason: str
    evidence: bytes = b""


Row = StatementRow | LeafRow
_REASON_NUMBERS = {name: number for number, name in REASONS.items()}


def leaf_of(row: Row) -> bytes:
    """Give a row's leaf record. Raises Refused if the envelope is malformed."""
    if isinstance(row, LeafRow):
        return row.leaf
    header = envelope.parse(row.envelope).header
    return leaves.encode_parts(leaves.days_of(row.received_on), envelope.envelope_hash(row.envelope), header.erasure_commitment)


def encode_head(head: ExportHead) -> bytes:
    """Give the canonical bytes of the head."""
    return canonical.encode(
        {
            "civium": _NAME,
            "kind": head.kind,
            "marks": list(MARKS),
            "deployment": head.deployment,
            "procedure": head.procedure,
            "registration": head.registration,
            "collection": head.collection.hex(),
            "jurisdiction": head.jurisdiction,
            "channel": head.channel,
            "origin": head.origin,
            "checkpoint": head.checkpoint,
            "size": head.size,
            "made_on": head.made_on.isoformat(),
            "manifests": [{"manifest": raw.decode(), "signature": signature} for raw, signature in head.manifests],
            "texts": {language: text.decode() for language, text in head.texts.items()},
        }
    )


def sign(head: ExportHead, digest: bytes, key: Ed25519PrivateKey) -> str:
    """Give the signed note of a file with this head and this SHA-256 in its trailer; the key's name is the log's origin."""
    return note.sign(_signed_text(head, digest), head.origin, key)


def write(stream: BinaryIO, head: ExportHead, rows: Iterable[Row], sign: Callable[[bytes], str]) -> bytes:
    """Write the file and give the SHA-256 of all of it; the number of rows must be the head's size.

    `sign` gives the signed note for the trailer's SHA-256, as the function of that name here does with the log's key.
    """
    hasher = sha256()
    encoded = encode_head(head)
    assert len(encoded) <= LARGEST_HEAD
    pieces, pending, count = [MAGIC + bytes((VERSION,)), len(encoded).to_bytes(4, "big"), encoded], 0, 0
    for row in rows:
        pieces.append(encode_row(row))
        pending += len(pieces[-1])
        count += 1
        if pending >= _BUFFER:
            _flush(stream, hasher, pieces)
            pending = 0
    assert count == head.size, "an export has one row for each index"
    pieces.append(bytes((_TRAILER,)) + count.to_bytes(8, "big"))
    _flush(stream, hasher, pieces)
    digest = hasher.digest()
    signed = sign(digest).encode()
    _flush(stream, hasher, [digest, bytes16(signed)])
    return hasher.digest()


def encode_row(row: Row) -> bytes:
    """Give one row's bytes."""
    if isinstance(row, StatementRow):
        days = leaves.days_of(row.received_on).to_bytes(4, "big")
        return b"\x01" + days + len(row.envelope).to_bytes(2, "big") + row.envelope
    assert len(row.leaf) == leaves.SIZE
    return b"\x02" + row.leaf + bytes((_REASON_NUMBERS[row.reason], len(row.evidence))) + row.evidence


def _signed_text(head: ExportHead, digest: bytes) -> str:
    return f"civium {_NAME}\n{head.origin}\n{head.size}\n{base64.b64encode(digest).decode()}\n"


def _flush(stream: BinaryIO, hasher: Any, pieces: list[bytes]) -> None:
    joined = b"".join(pieces)
    hasher.update(joined)
    stream.write(joined)
    pieces.clear()


class ExportReader:
    """Reads a file row by row in constant memory; `rows()` may be consumed once, and checks count, hash and end (steps 0 and 1)."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the head. Raises Refused `export-version`, `export-malformed`; Untrusted `export-cut`."""
        self._stream = stream
        self._hasher = sha256()
        start = stream.read(5)
        if start[:4] != MAGIC:
            raise Refused("export-malformed")
        if start[4:] != bytes((VERSION,)):
            raise Refused("export-version")
        self._hasher.update(start)
        size = int.from_bytes(self._take(4), "big")
        if size > LARGEST_HEAD:
            raise Refused("export-malformed")
        self.head = _parse_head(self._take(size))
        self._digest, self._note = b"", b""

    def rows(self) -> Iterator[Row]:
        """Give the rows in order. Raises Untrusted `export-cut`, `export-altered`."""
        count = 0
        while (kind := self._take(1)[0]) != _TRAILER:
            if kind == _STATEMENT:
                start = self._take(6)
                yield StatementRow(_date(start[:4]), self._take(int.from_bytes(start[4:], "big")))
            elif kind == _LEAF:
                yield self._leaf_row()
            else:
                raise Untrusted("export-altered")
            count += 1
        announced = int.from_bytes(self._take(8), "big")
        digest = self._hasher.digest()
        if announced != count or self._take(32) != digest:
            raise Untrusted("export-altered")
        self._digest, self._note = digest, self._take(int.from_bytes(self._take(2), "big"))
        if self._stream.read(1):
            raise Untrusted("export-altered")

    def check_signature(self, public_key: bytes) -> None:
        """Check that the log's key signed this file, once the rows have been read to their end.

        Raises Untrusted `export-not-signed` where the note is of another file, key or form; `note-signature` where it does not hold.
        """
        try:
            signed = note.parse(self._note.decode())
        except (Refused, UnicodeDecodeError):
            raise Untrusted("export-not-signed") from None
        names = [line.name for line in signed.signatures]
        hashes = [line.key_hash for line in signed.signatures]
        origin = self.head.origin
        # One line and no other: one file has one encoding.
        if signed.text != _signed_text(self.head, self._digest) or (names, hashes) != (
            [origin],
            [note.key_hash(origin, public_key)],
        ):
            raise Untrusted("export-not-signed")
        note.check_signature(signed, origin, public_key)

    def file_hash(self) -> bytes:
        """Give the SHA-256 of the whole file, once the rows have been read to their end."""
        return self._hasher.digest()

    def _leaf_row(self) -> LeafRow:
        record = self._take(leaves.SIZE)
        number, size = self._take(2)
        evidence = self._take(size)
        reason = REASONS.get(number)
        if reason is None or len(evidence) != (16 if number == 1 else 0):
            raise Untrusted("export-altered")
        return LeafRow(record, reason, evidence)

    def _take(self, count: int) -> bytes:
        piece = self._stream.read(count)
        if len(piece) != count:
            raise Untrusted("export-cut")
        self._hasher.update(piece)
        return piece


def _date(raw: bytes) -> date:
    try:
        return leaves.date_of(int.from_bytes(raw, "big"))
    except Refused:
        raise Untrusted("export-altered") from None


def _parse_head(raw: bytes) -> ExportHead:
    try:
        value = canonical.parse(raw, limit=LARGEST_HEAD)
        _check_types(value)
        head = ExportHead(
            kind=value["kind"],
            deployment=value["deployment"],
            procedure=value["procedure"],
            registration=value["registration"],
            collection=bytes.fromhex(value["collection"]),
            jurisdiction=value["jurisdiction"],
            channel=value["channel"],
            origin=value["origin"],
            checkpoint=value["checkpoint"],
            size=value["size"],
            made_on=date.fromisoformat(value["made_on"]),
            manifests=tuple((entry["manifest"].encode(), entry["signature"]) for entry in value["manifests"]),
            texts={language: text.encode() for language, text in value["texts"].items()},
        )
        is_canonical = encode_head(head) == raw
    except (Refused, KeyError, TypeError, ValueError, AttributeError, AssertionError):
        raise Refused("export-malformed") from None
    if (
        not is_canonical
        or len(head.collection) != 16
        or head.kind not in (PACKAGE, WORKING_COPY)
        or head.channel not in envelope.CHANNELS
    ):
        raise Refused("export-malformed")
    return head


def _check_types(value: Any) -> None:
    """Raise ValueError where a member is of another type: `true` is no number, and nothing but text can be looked up or split."""
    texts = [value[name] for name in _TEXT_MEMBERS] + [entry["signature"] for entry in value["manifests"]]
    size = value["size"]
    if not all(isinstance(text, str) for text in texts) or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ValueError
    if not all(value[name].isascii() and value[name].isprintable() for name in _SHOWN_MEMBERS):
        raise ValueError
