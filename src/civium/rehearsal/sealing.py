"""Seals a crowd's signings as their browsers would: truly, to the authority's public key, on all cores.

What it needs of a collection (`Target`) a browser would fetch; what it gives is what a browser would send, but for the proof of work.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from civium.formats import envelope, identity_key, posting, receipt, statement
from civium.formats.authority_key import PublicKey
from civium.rehearsal.signing import Signing
from civium.rehearsal.tokens import TokenAsker

_PORTION = 250


@dataclass(frozen=True)
class Target:
    """Where sealed statements go: a collection, the manifest its pages are made from, a key for each jurisdiction."""

    collection: bytes
    manifest_hash: bytes
    rules_version: str
    keys: Mapping[str, PublicKey]
    token_key: bytes = b""  # Empty: the collection asks for no duplicate tokens.
    tokens_socket: str = ""


def seal_signing(target: Target, signing: Signing, token: bytes = b"") -> bytes:
    """Give the envelope of one signing; its erasure code is drawn and forgotten, as by people who keep no receipt."""
    key = target.keys[signing.jurisdiction]
    code = secrets.token_bytes(16)
    header = envelope.Header(
        suite=key.suite,
        key_id=key.key_id,
        collection=target.collection,
        jurisdiction=signing.jurisdiction,
        channel="online",
        manifest_hash=target.manifest_hash,
        erasure_commitment=receipt.erasure_commitment(target.collection, code),
    )
    stated = statement.Statement(
        language=signing.language,
        rules=target.rules_version,
        declaration=True,
        privacy_read=True,
        identity_key_version=identity_key.VERSION if token else 0,
        token=token,
        fields=signing.values,
        confirmations=frozenset(signing.confirmed),
    )
    return envelope.seal(header, statement.pad(statement.encode(stated)), key.public_key)


def seal_crowd(target: Target, signings: Iterable[Signing], *, processes: int) -> Iterator[tuple[date, bytes]]:
    """Give (day, posting) of each signing in order, sealed on several cores."""
    remaining = iter(signings)
    with ProcessPoolExecutor(processes) as pool:
        # Portions are handed out a few at a time, so that a million signings need the memory of some hundreds.
        while portions := [portion for _ in range(4 * processes) if (portion := list(islice(remaining, _PORTION)))]:
            for sealed in pool.map(partial(_seal_portion, target), portions):
                yield from sealed


def _seal_portion(target: Target, portion: list[Signing]) -> list[tuple[date, bytes]]:
    if not target.token_key:
        return [(signing.received_on, _posted(target, signing)) for signing in portion]
    asker = TokenAsker(target.tokens_socket, target.collection, target.token_key)
    try:
        tokens = (asker.token(signing.jurisdiction, signing.values) for signing in portion)
        return [(signing.received_on, _posted(target, signing, token)) for signing, token in zip(portion, tokens, strict=True)]
    finally:
        asker.close()


def _posted(target: Target, signing: Signing, token: bytes = b"") -> bytes:
    return posting.encode(posting.Posting(seal_signing(target, signing, token), token))
