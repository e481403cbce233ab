"""A live collection for tests: real keys, a real signed manifest, logs of its own, and real envelopes for them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civium.formats import checkpoint, envelope, manifest, posting
from civium.formats.notice import ManifestNotice
from civium.formats.notice import encode as encode_notice
from civium.server.publishing import log_keys
from civium.server.publishing.signed_heads import SignedHeads, check_not_behind
from civium.server.publishing.signing import notices_origin
from civium.server.store import connecting
from civium.server.store.protocol import AcceptedKey, Candidate, Collection, Log, NewLog, Opening, SignedManifest, Store
from civium.server.store.sqlite import SQLiteStore

HOST = "signing.example.org"
IDENTIFIER = bytes(range(16))
OPENS_ON, CLOSES_ON = date(2026, 4, 14), date(2027, 4, 13)
TODAY = date(2026, 11, 21)
_SUITE = envelope.SUITES[envelope.DEFAULT_SUITE]
_numbers = itertools.count()


@dataclass(frozen=True)
class Live:
    """An open collection, what its manifest promises, and the folder where its log key lies."""

    folder: Path
    collection: Collection
    manifest_raw: bytes
    log_key: bytes


@cache
def authority_key(jurisdiction: str) -> AcceptedKey:
    """Give a public key whose private half nobody keeps."""
    mlkem = MLKEM768PrivateKey.generate().public_key().public_bytes_raw()
    public = mlkem + X25519PrivateKey.generate().public_key().public_bytes_raw()
    return AcceptedKey(jurisdiction, envelope.key_id(_SUITE, public), _SUITE.name, public)


def open_store(folder: Path) -> SQLiteStore:
    """Make an empty store in a folder and open it."""
    connecting.prepare(folder / "statements.db")
    return SQLiteStore(folder / "statements.db")


def signed_manifest(
    folder: Path, jurisdictions: Iterable[str], *, sequence: int = 1, previous: bytes = b"", identifier: bytes = IDENTIFIER
) -> SignedManifest:
    """Give a manifest of the collection, signed with its log key."""
    key = log_keys.make_log_key(folder / "keys", identifier)
    keys = {code: authority_key(code) for code in jurisdictions}
    raw = manifest.encode(
        manifest.Manifest(
            collection=identifier,
            sequence=sequence,
            previous=previous,
            deployment="demonstration",
            procedure="eci",
            registration="ECI(2026)000007",
            registered_on=date(2026, 3, 2),
            opens_on=OPENS_ON,
            closes_on=CLOSES_ON,
            rules_version="2026-11-21",
            rules_sha256=sha256(b"rules").digest(),
            log_key=log_keys.public_bytes(key),
            keys={
                code: (manifest.KeyEntry(key.key_id, key.suite, sha256(key.public_key).digest()),) for code, key in keys.items()
            },
            logs={f"{code}/online": checkpoint.log_origin(HOST, identifier, code, "online") for code in keys},
        )
    )
    return SignedManifest(sequence, raw, manifest.sign(raw, HOST, key))


def go_live(
    store: Store,
    folder: Path,
    jurisdictions: Iterable[str] = ("ES", "MT"),
    *,
    identifier: bytes = IDENTIFIER,
    closes_on: date = CLOSES_ON,
    token_key: bytes = b"",
    work: int = 0,
) -> Live:
    """Open a collection with one online log for each jurisdiction."""
    codes = tuple(jurisdictions)
    note_notices(store, folder)
    signed = signed_manifest(folder, codes, identifier=identifier)
    notice = encode_notice(ManifestNotice(identifier, 1, sha256(signed.raw).digest(), TODAY))
    collection = store.open_collection(
        Opening(
            identifier=identifier,
            opens_on=OPENS_ON,
            closes_on=closes_on,
            goal=1_000_000,
            keys=tuple(authority_key(code) for code in codes),
            logs=tuple(NewLog(checkpoint.log_origin(HOST, identifier, code, "online"), code, "online") for code in codes),
            manifest=signed,
            notice=notice,
            token_key=token_key,
            work=work,
        )
    )
    key = log_keys.load_log_key(folder / "keys", identifier)
    return Live(folder, collection, signed.raw, log_keys.public_bytes(key))


def note_notices(store: Store, folder: Path) -> None:
    """Look at the store as every act does before it changes it: a notices log without entries is noted as such."""
    signed = SignedHeads(folder / "signed-heads")
    try:
        if not store.notices_frontier().size:
            check_not_behind(store, signed, notices=notices_origin(HOST))
    finally:
        signed.close()


def header(live: Live, jurisdiction: str = "ES", **changed: object) -> envelope.Header:
    """Give the header a page of this collection makes."""
    key = authority_key(jurisdiction)
    values = {
        "suite": _SUITE,
        "key_id": key.key_id,
        "collection": live.collection.identifier,
        "jurisdiction": jurisdiction,
        "channel": "online",
        "manifest_hash": manifest.manifest_hash(live.manifest_raw),
        "erasure_commitment": sha256(b"commitment %d" % next(_numbers)).digest(),
    }
    return envelope.Header(**(values | changed))  # type: ignore[arg-type]


def sealed(live: Live, jurisdiction: str = "ES") -> bytes:
    """Give a new envelope, really sealed."""
    return envelope.seal(header(live, jurisdiction), bytes(envelope.PADDED_SIZES[0]), authority_key(jurisdiction).public_key)


def unsealed(live: Live, jurisdiction: str = "ES", **changed: object) -> bytes:
    """Give a new envelope of the right form whose ciphertext is no ciphertext: a server cannot tell."""
    made = header(live, jurisdiction, **changed)
    size = made.suite.enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE
    return envelope.encode_header(made) + next(_numbers).to_bytes(size, "big")


def posted(raw: bytes) -> bytes:
    """Give the posting of an envelope."""
    return posting.encode(posting.Posting(raw))


def candidates(live: Live, count: int, jurisdiction: str = "ES", *, on: date = TODAY) -> Iterator[Candidate]:
    """Give new candidates for a jurisdiction's log."""
    for _ in range(count):
        raw = unsealed(live, jurisdiction)
        yield candidate(log_of(live.collection, jurisdiction), raw, on=on)


def candidate(log: Log, raw: bytes, *, on: date = TODAY) -> Candidate:
    """Give the candidate of an envelope."""
    parsed = envelope.parse(raw)
    return Candidate(log, raw, envelope.envelope_hash(raw), parsed.header.erasure_commitment, on)


def log_of(collection: Collection, jurisdiction: str) -> Log:
    """Give a jurisdiction's online log."""
    return next(log for log in collection.logs if log.jurisdiction == jurisdiction)
