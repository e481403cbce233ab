"""Vectors of cosignatures, lists of witnesses and submissions; the foreign line was made with aics-tlog 0.2.1 by its own code."""

from __future__ import annotations

import base64
from hashlib import shake_256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.formats import checkpoint as checkpoints
from civium.formats import cosignature, merkle, note
from civium.formats.cosignature import Witness

NOW = 1_795_262_400  # 21 November 2026, noon in Brussels
_FOREIGN = {
    "vkey": "witness.example/w1+35883a81+BC20wT0aC0n0YQ83jk4OqUKfbFeuBHcBN6CN2ne+ed0p",
    "line": "\u2014 witness.example/w1 NYg6gQAAAABrAYfAH1MZ56FkChSsgNLiKtCGPMMnjvyYni3/rURqBCQXhOU"
    "PoNyhPXhWjN6853TddjlWnuAW0WPL4v4h8fp2dWU1Cw==",
}


def _drawn(label: str) -> bytes:
    return shake_256(b"civium vectors " + label.encode()).digest(32)


def cosignatures(records: list[bytes], log_key: Ed25519PrivateKey) -> dict[str, Any]:
    """Give cosigned checkpoints with their times, lines that do not hold, keys and lists that are none."""
    hashes = [merkle.leaf_hash(record) for record in records]
    signed = checkpoints.sign(checkpoints.Checkpoint("civium.example/notices", len(hashes), merkle.tree_root(hashes)), log_key)
    key = Ed25519PrivateKey.from_private_bytes(_drawn("witness"))
    witness = Witness("witness.example/w2", key.public_key().public_bytes_raw())
    line = cosignature.cosign(signed, witness, key, seconds=NOW)
    later = cosignature.cosign(signed, witness, key, seconds=NOW + 600)
    vkey = cosignature.verifier_key(witness)
    shifted = note.NoteSignature(line.name, line.key_hash, (NOW + 1).to_bytes(8, "big") + line.signature[8:])
    short = note.NoteSignature(line.name, line.key_hash, line.signature[:-1])
    beyond = note.NoteSignature(line.name, line.key_hash, b"\x80" + line.signature[1:])
    ordinary = note.NoteSignature(line.name, line.key_hash, bytes(8) + key.sign(note.parse(signed).text.encode()))
    two = f"{vkey} https://witness.example/w2/\n"
    return {
        "accepted": [
            {"note": signed + _FOREIGN["line"] + "\n", "verifier_key": _FOREIGN["vkey"], "seconds": NOW},
            {"note": cosignature.add_lines(signed, [line]), "verifier_key": vkey, "seconds": NOW},
            {"note": cosignature.add_lines(signed, [later, line]), "verifier_key": vkey, "seconds": NOW + 600},
        ],
        "untrusted": [
            {
                "name": "no line of this witness",
                "note": signed + _FOREIGN["line"] + "\n",
                "verifier_key": vkey,
                "code": "not-cosigned",
            },
            *(
                {"name": name, "note": cosignature.add_lines(signed, lines), "verifier_key": vkey, "code": "cosignature-wrong"}
                for name, lines in {
                    "another time": [shifted],
                    "a byte missing": [short],
                    "a time beyond 2^63": [beyond],
                    "the note's own form of signature": [ordinary],
                    "one of two does not hold": [line, shifted],
                }.items()
            ),
        ],
        "lists": [
            {"text": two, "urls": ["https://witness.example/w2"], "quorum": 1},
            {"text": f"# ours\nquorum 2\n\n{two}{_FOREIGN['vkey']}", "urls": ["https://witness.example/w2", ""], "quorum": 2},
            {"text": "", "urls": [], "quorum": 0},
        ],
        "refused_lists": [
            {"name": "a witness twice", "text": two + two, "line": 2},
            {"name": "quorum beyond the list", "text": f"{two}quorum 2", "line": 2},
            {"name": "two quorums", "text": f"quorum 1\nquorum 1\n{two}", "line": 2},
            {"name": "no key", "text": "witness.example/w2", "line": 1},
            {"name": "a log's key", "text": note.verifier_key("witness.example/w2", witness.public_key), "line": 1},
            {"name": "another hash", "text": two.replace("+", "+0", 1), "line": 1},
            {"name": "no address", "text": f"{vkey} ftp://witness.example", "line": 1},
            {"name": "three words", "text": f"{two.strip()} more", "line": 1},
        ],
        "submission": {
            "old_size": 7,
            "proof": [base64.b64encode(hashed).decode() for hashed in hashes[:2]],
            "checkpoint": signed,
            "body": cosignature.encode_submission(7, hashes[:2], signed).decode(),
        },
    }
