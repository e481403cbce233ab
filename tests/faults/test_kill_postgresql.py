"""Workers and PostgreSQL itself killed at random moments under load: every statement ends as one entry, and every receipt given stays true.

`civium serve --workers 2` runs as an operator runs it; senders do what a browser does: the same envelope again until it is acknowledged.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civium.formats import envelope, leaf, receipt
from civium.law.periods import brussels_date
from civium.server.site import assets
from tests.server import live

if TYPE_CHECKING:
    from tests.cluster import Cluster, Database

STATES = ("ES", "MT", "EL")
SENDERS = 8
PATIENCE_SECONDS = 90


@dataclass(frozen=True)
class Premises:
    """An installation on a PostgreSQL of its own, with one live collection."""

    folder: Path
    cluster: Cluster
    database: Database
    going: live.Live


@pytest.fixture
def premises(postgresql: Cluster, tmp_path: Path) -> Iterator[Premises]:
    """Make an installation as its commands leave it. The server is its own: it will be killed."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")
    from civium.server.store.postgres.store import PostgresStore
    from tests import cluster

    with cluster.running() as server:
        database = server.make_database()
        for role, text in database.connection_strings.items():
            (tmp_path / f"database-{role}").write_text(text)
        command = [sys.executable, "-m", "civium.command", "init", "--purpose", "demonstration", "--by", "the operator"]
        subprocess.run(command, check=True, capture_output=True, env=_environment(tmp_path, "owner", "export"), timeout=60)
        store = PostgresStore(database.connection_strings)
        going = live.go_live(store, tmp_path, STATES, closes_on=date.max)  # this test's clock is the machine's
        store.close()
        yield Premises(tmp_path, server, database, going)


def _environment(folder: Path, *more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    files = {
        f"CIVIUM_DATABASE_{role.upper()}_FILE": str(folder / f"database-{role}") for role in ("intake", "web", "destroy", *more)
    }
    return kept | files | {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{live.HOST}", "CIVIUM_LIMIT": "0"}


@dataclass
class Senders:
    """Several senders, each with envelopes of its own, sending each until it is acknowledged."""

    going: live.Live
    port: int
    acknowledged: dict[bytes, list[receipt.Receipt]] = field(default_factory=dict)
    broken: int = 0
    failures: list[str] = field(default_factory=list)

    def start(self, envelopes: list[bytes]) -> None:
        """Begin to send."""
        self._threads = [threading.Thread(target=self._send, args=(envelopes[number::SENDERS],)) for number in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Wait until everything is acknowledged."""
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS + 10)
            assert not thread.is_alive()
        assert self.failures == []

    def _send(self, envelopes: list[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        deadline = time.monotonic() + PATIENCE_SECONDS
        waiting = list(envelopes)
        while waiting and time.monotonic() < deadline:
            try:
                connection.request(
                    "POST", "/api/statements", live.posted(waiting[0]), {"Content-Type": "application/octet-stream"}
                )
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException):
                self.broken += 1
                connection.close()
                time.sleep(0.05)
                continue
            if response.status == 200:
                self.acknowledged.setdefault(waiting.pop(0), []).append(receipt.parse(body.decode()))
            elif response.status == 503:
                self.broken += 1
                time.sleep(0.05)
            else:
                self.failures.append(f"{response.status} {body!r}")
                break
        connection.close()
        if waiting:
            self.failures.append(f"{len(waiting)} were never acknowledged")


@contextmanager
def _serving(premises: Premises, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "civium.command", "serve", "--port", str(port), "--workers", "2"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=_environment(premises.folder), start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        _await_ready(port, server)
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(40)
            except subprocess.TimeoutExpired:
                _kill_all(server)
                raise


def _await_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120  # only a hang takes so long, even on a machine that is busy with much else
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server did not begin"
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            try:
                connection.request("GET", "/health/ready")
                if connection.getresponse().read() == b"ready\n":
                    return
            except (OSError, http.client.HTTPException):
                pass
        time.sleep(0.02)  # a real server takes real time to begin
    pytest.fail("the server was not ready in time")


def _kill_all(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGKILL)
    server.wait(30)


def _workers(server: subprocess.Popen[bytes]) -> list[int]:
    """Give the processes that hold a connection to the store: those that serve."""
    from tests.cluster import children

    found = [
        process for process in children(server.pid) if b"resource_tracker" not in Path(f"/proc/{process}/cmdline").read_bytes()
    ]
    assert len(found) == 2, found
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _load(premises: Premises, port: int, count: int) -> Senders:
    senders = Senders(premises.going, port)
    senders.start([live.sealed(premises.going, STATES[number % 3]) for number in range(count)])
    return senders


def _kill_a_worker(premises: Premises, server: subprocess.Popen[bytes], draw: random.Random) -> None:
    os.kill(draw.choice(_workers(server)), signal.SIGKILL)


def _kill_postgresql(premises: Premises, server: subprocess.Popen[bytes], draw: random.Random) -> None:
    premises.cluster.kill()
    time.sleep(draw.uniform(0, 0.5))
    premises.cluster.start()


@pytest.mark.parametrize("act", [_kill_a_worker, _kill_postgresql], ids=["worker", "postgresql"])
def test_an_acknowledged_statement_survives_a_kill_beside_it(
    premises: Premises, act: Callable[[Premises, subprocess.Popen[bytes], random.Random], None]
) -> None:
    draw = random.Random(act.__name__)
    port = _free_port()
    with _serving(premises, port) as server:
        senders = _load(premises, port, 600)
        time.sleep(draw.uniform(0.1, 0.4))
        before = len(senders.acknowledged)
        act(premises, server, draw)
        assert 0 < before < 600, "the kill did not fall into the load: the test tried nothing"
        senders.finish()
        assert len(senders.acknowledged) == 600
        _send_once_more(senders)
    _check_all(premises, senders)


@pytest.mark.parametrize("kills", [pytest.param(3, id="quick"), pytest.param(12, id="many", marks=pytest.mark.slow)])
def test_an_acknowledged_statement_survives_every_kill_of_all(premises: Premises, kills: int) -> None:
    draw = random.Random(kills)
    port = _free_port()
    senders = _load(premises, port, 400 * kills)
    for number in range(kills):
        with _serving(premises, port) as server:
            time.sleep(draw.uniform(0.05, 0.5))
            if number % 3 == 2:
                premises.cluster.kill()  # the machine is gone, with all that ran on it
            _kill_all(server)
        if number % 3 == 2:
            premises.cluster.start()
    assert senders.broken, "no kill hit a request: the test tried nothing"
    with _serving(premises, port):
        senders.finish()
        assert len(senders.acknowledged) == 400 * kills
        _send_once_more(senders)
    _check_all(premises, senders)


def _send_once_more(senders: Senders) -> None:
    """Send every acknowledged envelope again: each keeps its place."""
    senders.start(list(senders.acknowledged))
    senders.finish()


def _check_all(premises: Premises, senders: Senders) -> None:
    from civium.server.store.postgres.store import PostgresStore

    today = brussels_date(datetime.now(UTC))
    going = premises.going
    store = PostgresStore(premises.database.connection_strings)
    places: dict[str, dict[int, bytes]] = {state: {} for state in STATES}
    for raw, receipts in senders.acknowledged.items():
        state = envelope.parse(raw).header.jurisdiction
        assert len({(found.index, found.leaf) for found in receipts}) == 1, "a retry keeps index and leaf record"
        for found in receipts:
            log = live.log_of(going.collection, state)
            receipt.check(found, envelope_hash=envelope.envelope_hash(raw), origin=log.origin, log_key=going.log_key, today=today)
        assert receipts[0].index not in places[state], "two statements have one index"
        places[state][receipts[0].index] = raw
    for head in store.heads(live.IDENTIFIER):
        mine = places[head.log.jurisdiction]
        assert sorted(mine) == list(range(head.size)), "indices are dense, and nothing is stored twice"
        for row in store.read_rows(head.log, 0, head.size):
            assert row.envelope == mine[row.index]
            assert abs(leaf.parse(row.leaf).received_on - today) <= timedelta(days=1)
    store.close()
