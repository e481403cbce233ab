"""A log's signed head: origin, size, root (C2SP tlog-checkpoint; docs/spec/checkpoint.md)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Refused, Untrusted
from civium.formats import note

_LARGEST_SIZE = 2**53 - 1


@dataclass(frozen=True)
class Checkpoint:
    """A log's origin, its number of entries and the Merkle root over them."""

    origin: str
    size: int
    root: bytes


def log_origin(host: str, collection: bytes, jurisdiction: str, channel: str, generation: int = 1) -> str:
    """Give the origin of a collection's log: `<host>/<collection>/<jurisdiction>/<channel>/<generation>`."""
    return f"{host}/{collection.hex()}/{jurisdiction}/{channel}/{generation}"


def text_of(checkpoint: Checkpoint) -> str:
    """Give the three lines that are signed."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Give the signed note of a checkpoint; the key's name is the origin."""
    return note.sign(text_of(checkpoint), checkpoint.origin, key)


def parse(text: str) -> tuple[Checkpoint, note.Note]:
    """Give the checkpoint of a signed note, its signatures unchecked. Raises Refused `note-malformed` or `checkpoint-malformed`."""
    parsed = note.parse(text)
    lines = parsed.text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise Refused("checkpoint-malformed")
    try:
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (ValueError, binascii.Error):
        raise Refused("checkpoint-malformed") from None
    checkpoint = Checkpoint(lines[0], size, root)
    if not 0 <= size <= _LARGEST_SIZE or len(root) != 32 or not parsed.text.startswith(text_of(checkpoint)):
        raise Refused("checkpoint-malformed")
    return checkpoint, parsed


def check(text: str, origin: str, public_key: bytes) -> Checkpoint:
    """Give the checkpoint if it is of this log and signed by its key.

    Raises Refused (malformed) or Untrusted `checkpoint-foreign`, `note-not-signed`, `note-signature`.
    """
    checkpoint, parsed = parse(text)
    if checkpoint.origin != origin:
        raise Untrusted("checkpoint-foreign")
    note.check_signature(parsed, origin, public_key)
    return checkpoint
