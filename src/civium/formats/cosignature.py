"""What a witness adds to a checkpoint, and how it is asked to (C2SP tlog-cosignature, tlog-witness; docs/spec/cosignature.md).

The rules are:
- a cosignature says: at this second the largest tree of this log that I saw, consistent with all before, has this root;
- lines of keys that were not named beforehand are ignored, whatever they say.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from civium.errors import Refused, Untrusted
from civium.formats import note
from civium.formats.note import Note, NoteSignature

SIZE_TYPE = "text/x.tlog.size"  # media type of the size in a reply 409
MOST_HASHES = 63
MOST_WITNESSES = 15  # with the log's own line the most that a note holds
LONGEST_LIST = 65536
_TYPE = b"\x04"
_LARGEST_TIME = 2**63 - 1
_QUORUM = re.compile(r"quorum ([1-9][0-9]?)")
_URL = re.compile(r"https?://[!-~]{1,300}")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True)
class Witness:
    """A witness as its own operator names it, and where it takes checkpoints; the address is empty where nobody submits."""

    name: str
    public_key: bytes
    url: str = ""


@dataclass(frozen=True)
class WitnessList:
    """The witnesses that are relied on, and how many of them must have cosigned."""

    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0


def key_hash(witness: Witness) -> bytes:
    """Give the four bytes that name an Ed25519 witness key under its name."""
    return sha256(witness.name.encode() + b"\n" + _TYPE + witness.public_key).digest()[:4]


def verifier_key(witness: Witness) -> str:
    """Give the verifier key of a witness: `<name>+<key hash>+<0x04 ‖ key>`."""
    return f"{witness.name}+{key_hash(witness).hex()}+{base64.b64encode(_TYPE + witness.public_key).decode()}"


def parse_verifier_key(text: str) -> Witness:
    """Give the witness of a verifier key. Raises Refused `verifier-key-malformed`."""
    name, _, rest = text.partition("+")
    try:
        raw = base64.b64decode(rest.partition("+")[2], validate=True)
    except (binascii.Error, ValueError):
        raise Refused("verifier-key-malformed") from None
    witness = Witness(name, raw[1:])
    if len(raw) != 33 or not note.is_name(name) or verifier_key(witness) != text:
        raise Refused("verifier-key-malformed")
    return witness


def parse_witness_list(text: str) -> WitnessList:
    """Give the witnesses of a file: a verifier key and, for who submits, an address in each line; `quorum <n>`; `#` begins a remark.

    Without a quorum one of them is enough. Raises Refused `witnesses-malformed` with the line.
    """
    witnesses: dict[str, Witness] = {}
    quorum = 0
    if not note.is_utf8_within(text, LONGEST_LIST):
        raise Refused("witnesses-malformed", line=1)
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].split()
        stated = _QUORUM.fullmatch(" ".join(words))
        if stated and not quorum:
            quorum = int(stated[1])
        elif words:
            witness = _parse_witness(words, number)
            if witness.name in witnesses:
                raise Refused("witnesses-malformed", line=number)
            witnesses[witness.name] = witness
    if quorum > len(witnesses) or len(witnesses) > MOST_WITNESSES:
        raise Refused("witnesses-malformed", line=len(lines))
    return WitnessList(tuple(witnesses.values()), quorum or min(1, len(witnesses)))


def cosign(checkpoint: str, witness: Witness, key: Ed25519PrivateKey, *, seconds: int) -> NoteSignature:
    """Give a witness's line over a checkpoint at a moment (seconds since 1970)."""
    text = note.parse(checkpoint).text
    return NoteSignature(witness.name, key_hash(witness), seconds.to_bytes(8, "big") + key.sign(_message(text, seconds)))


def check(checkpoint: Note, witness: Witness) -> int:
    """Give the moment (seconds since 1970) at which this witness cosigned, the latest of several.

    Raises Untrusted `not-cosigned` if there is no line of its key, `cosignature-wrong` if one does not hold.
    """
    lines = [line for line in checkpoint.signatures if (line.name, line.key_hash) == (witness.name, key_hash(witness))]
    if not lines:
        raise Untrusted("not-cosigned")
    return max(_check_line(checkpoint.text, line, witness) for line in lines)


def parse_lines(text: str) -> tuple[NoteSignature, ...]:
    """Give the signature lines of a witness's reply. Raises Refused `note-malformed`."""
    lines = text.split("\n")
    if lines.pop() or not 1 <= len(lines) <= note.MOST_SIGNATURES:
        raise Refused("note-malformed")
    return tuple(map(note.parse_line, lines))


def add_lines(checkpoint: str, lines: Sequence[NoteSignature]) -> str:
    """Give the checkpoint with these lines at its end."""
    return checkpoint + "".join(note.encode_line(line) + "\n" for line in lines)


def encode_submission(old_size: int, proof: Sequence[bytes], checkpoint: str) -> bytes:
    """Give the body of add-checkpoint: the size this witness cosigned last, the consistency proof from there, the checkpoint."""
    assert len(proof) <= MOST_HASHES
    hashes = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in proof)
    return f"old {old_size}\n{hashes}\n{checkpoint}".encode()


def parse_size(raw: bytes) -> int:
    """Give the size that a witness names in its reply 409. Raises Refused `witness-reply`."""
    match = _SIZE.fullmatch(raw.decode("ascii", errors="replace"))
    if match is None:
        raise Refused("witness-reply")
    return int(match[1])


def _parse_witness(words: Sequence[str], line: int) -> Witness:
    url = words[1] if len(words) == 2 else ""
    if len(words) > 2 or (url and not _URL.fullmatch(url)):
        raise Refused("witnesses-malformed", line=line)
    try:
        witness = parse_verifier_key(words[0])
    except Refused:
        raise Refused("witnesses-malformed", line=line) from None
    return Witness(witness.name, witness.public_key, url.rstrip("/"))


def _check_line(text: str, line: NoteSignature, witness: Witness) -> int:
    seconds = int.from_bytes(line.signature[:8], "big")
    if len(line.signature) != 72 or seconds > _LARGEST_TIME:
        raise Untrusted("cosignature-wrong")
    try:
        Ed25519PublicKey.from_public_bytes(witness.public_key).verify(line.signature[8:], _message(text, seconds))
    except (InvalidSignature, ValueError):
        raise Untrusted("cosignature-wrong") from None
    return seconds


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
