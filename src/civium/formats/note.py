"""C2SP signed notes: a text and the lines of those who signed it (docs/spec/checkpoint.md)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from civium.errors import Refused, Untrusted

LONGEST_NOTE = 65536  # bytes of UTF-8: sixteen lines with post-quantum signatures fit
MOST_SIGNATURES = 16
_ED25519 = b"\x01"
_DASH = "\u2014 "
_NAME = re.compile(r"[^\x00-\x20+\x7f-\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+")
_TEXT = re.compile(r"[^\x00-\x09\x0b-\x1f]*\n")  # any number of lines, no other control character


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who, the four bytes that hint at the key, and what follows them."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A note's text, with its final line feed, and its signature lines in order."""

    text: str
    signatures: tuple[NoteSignature, ...]


def key_hash(name: str, public_key: bytes) -> bytes:
    """Give the four bytes that name an Ed25519 key under a key name."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """Give the verifier key other tools take: `<name>+<key hash>+<key>`."""
    return f"{name}+{key_hash(name, public_key).hex()}+{base64.b64encode(_ED25519 + public_key).decode()}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Give name and Ed25519 public key of a verifier key. Raises Refused `verifier-key-malformed`."""
    name, _, rest = text.strip().partition("+")
    hashed, _, encoded = rest.partition("+")
    raw = _unbase64(encoded)
    if raw is None or len(raw) != 33 or raw[:1] != _ED25519 or not is_name(name) or key_hash(name, raw[1:]).hex() != hashed:
        raise Refused("verifier-key-malformed")
    return name, raw[1:]


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Give the note: the text signed under a key name."""
    assert _is_text(text)
    assert is_name(name)
    signature = key.sign(text.encode())
    line = base64.b64encode(key_hash(name, key.public_key().public_bytes_raw()) + signature).decode()
    return f"{text}\n{_DASH}{name} {line}\n"


def parse(note: str) -> Note:
    """Give text and signatures of a note. Raises Refused `note-malformed`."""
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    if not is_utf8_within(note, LONGEST_NOTE) or not separator or not lines.endswith("\n") or not _is_text(text):
        raise Refused("note-malformed")
    signatures = tuple(parse_line(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise Refused("note-malformed")
    return Note(text, signatures)


def parse_line(line: str) -> NoteSignature:
    """Give what a signature line, without its line feed, tells. Raises Refused `note-malformed`."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _unbase64(encoded)
    if not line.startswith(_DASH) or raw is None or len(raw) < 5 or not is_name(name):
        raise Refused("note-malformed")
    return NoteSignature(name, raw[:4], raw[4:])


def encode_line(signature: NoteSignature) -> str:
    """Give the signature line, without its line feed."""
    return f"{_DASH}{signature.name} {base64.b64encode(signature.key_hash + signature.signature).decode()}"


def is_name(name: str) -> bool:
    """Tell whether this can be a key's name (docs/spec/checkpoint.md)."""
    # A closed list: what Python calls printable grows with every version of Unicode, and two readers would disagree.
    return _NAME.fullmatch(name) is not None


def is_utf8_within(text: str, limit: int) -> bool:
    """Tell whether a text has a spelling in UTF-8 (no half of a surrogate pair stands alone) of at most so many bytes."""
    try:
        return len(text) <= limit and len(text.encode()) <= limit
    except UnicodeEncodeError:
        return False


def check_signature(note: Note, name: str, public_key: bytes) -> None:
    """Check that this key signed the note under this name; other lines are ignored. Raises Untrusted `note-not-signed` or `note-signature`."""
    expected = key_hash(name, public_key)
    line = next((line for line in note.signatures if line.name == name and line.key_hash == expected), None)
    if line is None:
        raise Untrusted("note-not-signed")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(line.signature, note.text.encode())
    except (InvalidSignature, ValueError):
        raise Untrusted("note-signature") from None


def _unbase64(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _is_text(text: str) -> bool:
    return len(text) > 1 and _TEXT.fullmatch(text) is not None
