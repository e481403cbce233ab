"""A collection with the logs of 27 States to measure with: opened on an engine, postings for it, a server, and the check of what came back."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from civium.formats import checkpoint, envelope, merkle, note, posting, receipt
from civium.server.config import Config
from civium.server.intake.receive import Calendar, candidate_of, prepare
from civium.server.publishing import log_keys
from civium.server.publishing.signed_heads import SignedHeads, check_not_behind
from civium.server.publishing.signing import HeadSigner, notices_origin
from civium.server.store.opening import open_store, prepare_store
from civium.server.store.protocol import AcceptedKey, NewLog, Opening, Placed, SignedManifest

if TYPE_CHECKING:
    from tests.cluster import Cluster

HOST = "bench.example.org"
COLLECTION = bytes(range(16))
# Seats in the European Parliament: about how signatures spread over the States.
STATES = {
    "AT": 20, "BE": 22, "BG": 17, "CY": 6, "CZ": 21, "DE": 96, "DK": 15, "EE": 7, "EL": 21, "ES": 61, "FI": 15, "FR": 81, "HR": 12,
    "HU": 21, "IE": 14, "IT": 76, "LT": 11, "LU": 6, "LV": 9, "MT": 6, "NL": 31, "PL": 53, "PT": 21, "RO": 33, "SE": 21, "SI": 9,
    "SK": 15,
}  # fmt: skip
SUITE = envelope.SUITES[envelope.DEFAULT_SUITE]
_MANIFEST = b"a manifest of the bench"
_CIPHERTEXT_SIZE = SUITE.enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE
_SEED = 20261121
_BATCH = 5_000


@dataclass(frozen=True)
class Engine:
    """A store to be measured: how many processes serve, and what settings lead to a new one of its kind."""

    name: str
    workers: int
    settings: Callable[[Path], dict[str, str]]
    servers: Mapping[str, str] = field(default_factory=dict)  # kind -> another server of bench/servers.py


def on_postgresql(server: Cluster, folder: Path) -> dict[str, str]:
    """Make a database and give the settings that lead to it."""
    return settings_of(server.make_store().connection_strings, folder)


def settings_of(connection_strings: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Write connection strings into files and give the settings that name them."""
    for role, text in connection_strings.items():
        (folder / f"database-{role}").write_text(text)
        (folder / f"database-{role}").chmod(0o600)
    return {f"CIVIUM_DATABASE_{role.upper()}_FILE": str(folder / f"database-{role}") for role in connection_strings}


def open_collection(config: Config) -> None:
    """Make a store and open a collection with 27 logs, no tokens, no work."""
    prepare_store(config)
    log_keys.make_log_key(config.keys_folder, COLLECTION)
    log_keys.make_notices_key(config.keys_folder)
    store = open_store(config)
    signed = SignedHeads(config.signed_heads_path)
    # As every act does before it changes a store: a notices log without entries is noted as such.
    check_not_behind(store, signed, notices=notices_origin(HOST))
    signed.close()
    today = now().date()
    store.open_collection(
        Opening(
            identifier=COLLECTION,
            opens_on=today - timedelta(days=30),
            closes_on=date(9999, 12, 31),
            goal=1_000_000,
            keys=tuple(key_of(state) for state in STATES),
            logs=tuple(NewLog(checkpoint.log_origin(HOST, COLLECTION, state, "online"), state, "online") for state in STATES),
            manifest=SignedManifest(1, _MANIFEST, ""),
            notice=b"{}",
        )
    )
    store.close()


def key_of(state: str) -> AcceptedKey:
    """Give the key to which nothing is really sealed."""
    public = sha256(state.encode()).digest() * (SUITE.public_key_size // 32)
    return AcceptedKey(state, envelope.key_id(SUITE, public), SUITE.name, public)


def envelopes(
    count: int, key_ids: Mapping[str, bytes], *, collection: bytes, manifest_hash: bytes, first: int = 0
) -> Iterator[bytes]:
    """Give distinct envelopes, for States with a key in the proportion of seats; `first` makes others. Random bytes stand for the ciphertext."""
    draw = random.Random(_SEED + first)
    states, weights = list(key_ids), [STATES[state] for state in key_ids]
    ciphertext = draw.randbytes(_CIPHERTEXT_SIZE - 8)
    for number, state in enumerate(draw.choices(states, weights, k=count), start=first):
        header = envelope.Header(
            suite=SUITE,
            key_id=key_ids[state],
            collection=collection,
            jurisdiction=state,
            channel="online",
            manifest_hash=manifest_hash,
            erasure_commitment=draw.randbytes(32),
        )
        yield envelope.encode_header(header) + number.to_bytes(8, "big") + ciphertext


def own_envelopes(count: int, *, first: int = 0) -> Iterator[bytes]:
    """Give distinct envelopes for the collection of `open_collection`."""
    key_ids = {state: key_of(state).key_id for state in STATES}
    return envelopes(count, key_ids, collection=COLLECTION, manifest_hash=sha256(_MANIFEST).digest(), first=first)


def append_all(config: Config, collection: bytes, sealed: Iterable[bytes]) -> None:
    """Append envelopes by the store's own append, in large batches, then sign the heads as the intake would have."""
    store = open_store(config)
    collections = prepare(store.collections())
    today = Calendar(now).today()
    left = iter(sealed)
    while batch := [candidate_of(collections, envelope.parse(raw), today) for raw in islice(left, _BATCH)]:
        outcomes = store.append(batch).outcomes
        assert all(isinstance(outcome, Placed) for outcome in outcomes)
    signed = SignedHeads(config.signed_heads_path)
    HeadSigner(config.keys_folder, signed).sign(store.heads(collection))
    signed.close()
    store.close()


def make_postings(path: Path, count: int, *, first: int = 0) -> tuple[Path, int]:
    """Write postings end to end; all have one length."""
    size = 0
    with path.open("wb") as stream:
        for sealed in own_envelopes(count, first=first):
            raw = posting.encode(posting.Posting(sealed))
            size = size or len(raw)
            assert len(raw) == size
            stream.write(raw)
    return path, size


@contextmanager
def serving(target: str, settings: Mapping[str, str], workers: int, *, certificate: Path | None = None) -> Iterator[int]:
    """Run an application (module:factory) as `civium serve` does, give its port, and stop it. With a certificate it speaks TLS."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    environment |= settings
    command = [sys.executable, "-m", "granian", target, "--factory", "--interface", "asgi", "--loop", "uvloop"]
    command += ["--workers", str(workers), "--port", str(port), "--log-level", "error", "--no-ws", "--http", "1"]
    command += ["--backpressure", "6024"]  # as many connections as `civium serve` lets in
    if certificate is not None:
        command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(certificate.with_suffix(".key"))]
    server = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1])
    try:
        _await_port(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        assert server.poll() is None, "the server ended"
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError


def sizes_of(config: Config, collection: bytes) -> dict[str, int]:
    """Give the size of each log as committed."""
    store = open_store(config)
    sizes = {head.log.origin: head.size for head in store.heads(collection)}
    store.close()
    return sizes


def check_receipts(config: Config, collection: bytes, texts: Iterable[str], *, before: Mapping[str, int], unread: int) -> None:
    """Check every receipt's proof and every checkpoint's signature, and that the store holds what was acknowledged.

    `before` are the logs' sizes at the start. At most `unread` entries more than acknowledged may be there.
    """
    key = log_keys.public_bytes(log_keys.load_log_key(config.keys_folder, collection))
    checked: set[str] = set()
    places: dict[tuple[str, int], bytes] = {}
    count = 0
    for text in texts:
        parsed = receipt.parse(text)
        head, signed = checkpoint.parse(parsed.checkpoint)
        merkle.check_inclusion(merkle.leaf_hash(parsed.leaf), parsed.index, head.size, parsed.proof, head.root)
        if parsed.checkpoint not in checked:
            note.check_signature(signed, head.origin, key)
            checked.add(parsed.checkpoint)
        places[head.origin, parsed.index] = parsed.leaf
        count += 1
    assert len(places) == count, "two postings were given one index"
    stored = sizes_of(config, collection)
    grown = sum(stored.values()) - sum(before.values())
    assert count <= grown <= count + unread, f"{count} acknowledged, {grown} stored"
    _read_again(config, collection, places, before=before)
    Ed25519PublicKey.from_public_bytes(key)


def _read_again(config: Config, collection: bytes, places: Mapping[tuple[str, int], bytes], *, before: Mapping[str, int]) -> None:
    """Check that each acknowledged leaf is in the store, where its receipt says."""
    store = open_store(config)
    found = 0
    for head in store.heads(collection):
        start = before[head.log.origin]
        for index, record in enumerate(store.read_leaves(head.log, start, head.size), start=start):
            expected = places.get((head.log.origin, index))
            assert expected in (None, record), "another leaf than the receipt's is stored"
            found += expected is not None
    store.close()
    assert found == len(places), f"{len(places) - found} acknowledged statements are not stored"


def now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


def median_of(rates: Sequence[float]) -> float:
    """Give the median, as the figures have it."""
    return sorted(rates)[len(rates) // 2]
