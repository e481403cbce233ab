"""Checkpoints over committed heads.

The rules are:
- a checkpoint is signed after the commit, from committed rows, never before;
- the head is noted outside the database, durably, before the checkpoint leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.formats import checkpoint, export, merkle
from civium.formats.checkpoint import Checkpoint
from civium.formats.export import ExportHead
from civium.server.publishing import log_keys
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, log_name, notices_name
from civium.server.store.protocol import Head


class HeadSigner:
    """Signs heads of collections' logs with the collection's key."""

    def __init__(self, keys_folder: Path, signed: SignedHeads) -> None:
        self._keys_folder = keys_folder
        self._signed = signed
        self._keys: dict[bytes, Ed25519PrivateKey] = {}

    def sign(self, heads: Iterable[Head]) -> dict[int, str]:
        """Give the checkpoint of each committed head by log number. Raises Misconfigured if a log key is missing."""
        notes: dict[int, str] = {}
        signed: list[SignedHead] = []
        for head in heads:
            root = merkle.root(head.frontier)
            origin = head.log.origin
            notes[head.log.number] = checkpoint.sign(Checkpoint(origin, head.size, root), self._key(head.log.collection))
            signed.append(SignedHead(log_name(origin), head.size, root))
        self._signed.raise_to(signed)
        return notes

    def sign_export(self, head: ExportHead, digest: bytes) -> str:
        """Give the signed note of an export. Raises Misconfigured if the log key is missing."""
        return export.sign(head, digest, self._key(head.collection))

    def _key(self, collection: bytes) -> Ed25519PrivateKey:
        if collection not in self._keys:
            self._keys[collection] = log_keys.load_log_key(self._keys_folder, collection)
        return self._keys[collection]


def notices_origin(host: str, generation: int = 1) -> str:
    """Give the origin of an installation's notices log."""
    return f"{host}/{notices_name(generation)}"


def sign_notices(
    frontier: merkle.Frontier, host: str, key: Ed25519PrivateKey, signed: SignedHeads, *, generation: int = 1
) -> str:
    """Give the checkpoint of a committed head of the notices log, noting it like any other."""
    origin, root = notices_origin(host, generation), merkle.root(frontier)
    note = checkpoint.sign(Checkpoint(origin, frontier.size, root), key)
    signed.raise_to([SignedHead(log_name(notices_name(generation)), frontier.size, root)])
    return note
