"""What the fault tests share: an installation on either engine, its server as an operator runs it, senders, and what must be true at the end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from civium.formats import envelope, leaf, receipt
from civium.law.periods import brussels_date
from civium.server.site import assets
from civium.server.store.protocol import Store
from civium.server.store.sqlite import SQLiteStore
from tests.server import live

if TYPE_CHECKING:
    from tests.cluster import Cluster, Database

STATES = ("ES", "MT", "EL")
SENDERS = 8
PATIENCE_SECONDS = 400  # an upper bound: twelve starts of a server, on a machine that is busy with much else
POSTING = {"Content-Type": "application/octet-stream"}
_SERVING_ROLES = ("intake", "web", "destroy")


@dataclass(frozen=True)
class Premises:
    """An installation with one live collection; on PostgreSQL, with a cluster of its own."""

    folder: Path
    going: live.Live
    open_store: Callable[[], Store]
    settings: Mapping[str, str]
    cluster: Cluster | None = None
    database: Database | None = None

    @property
    def workers(self) -> int:
        """How many processes serve here."""
        return 1 if self.cluster is None else 2


def check_built() -> None:
    """Skip where the signatory's script is not built; fail there under CI."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")


def on_sqlite(folder: Path, **collection: Any) -> Premises:
    """Make an installation on SQLite as its commands leave it, with one live collection."""
    check_built()
    folder.mkdir(exist_ok=True)
    settings = _settings(folder)
    _make_installation(settings)
    open_store = lambda: SQLiteStore(folder / "statements.db")  # noqa: E731  closed over, as the other engine's is
    return Premises(folder, _go_live(open_store, folder, collection), open_store, settings)


def on_postgresql(folder: Path, cluster: Cluster, **collection: Any) -> Premises:
    """Make an installation on PostgreSQL as its commands leave it, with one live collection."""
    from civium.server.store.postgres.store import PostgresStore

    check_built()
    folder.mkdir(exist_ok=True)
    database = cluster.make_database()
    files = {}
    for role, text in database.connection_strings.items():
        (folder / f"database-{role}").write_text(text)
        files[role] = {f"CIVIUM_DATABASE_{role.upper()}_FILE": str(folder / f"database-{role}")}
    _make_installation(_settings(folder) | {name: path for one in files.values() for name, path in one.items()})
    serving = _settings(folder) | {name: path for role in _SERVING_ROLES for name, path in files[role].items()}
    open_store = lambda: PostgresStore(database.connection_strings)  # noqa: E731
    return Premises(folder, _go_live(open_store, folder, collection), open_store, serving, cluster, database)


def _settings(folder: Path) -> dict[str, str]:
    return {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{live.HOST}", "CIVIUM_LIMIT": "0"}


def _make_installation(settings: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "civium.command", "init", "--purpose", "demonstration", "--by", "the operator"]
    subprocess.run(command, check=True, capture_output=True, env=_environment(settings), timeout=300)


def _go_live(open_store: Callable[[], Store], folder: Path, collection: Mapping[str, Any]) -> live.Live:
    store = open_store()
    going = live.go_live(store, folder, STATES, closes_on=date.max, **collection)  # these tests' clock is the machine's
    store.close()
    return going


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    return kept | dict(settings)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(premises: Premises, port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `civium serve` in a session of its own and wait until it is ready; at the end it stops, or is gone already."""
    command = [sys.executable, "-m", "civium.command", "serve", "--port", str(port), "--workers", str(premises.workers)]
    with (premises.folder.parent / "server.log").open("ab") as log:
        environment = _environment(dict(premises.settings) | settings)
        server = subprocess.Popen(command, env=environment, start_new_session=True, stdout=log, stderr=log)
    try:
        await_ready(port, server)
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                kill_all(server)
                raise


def await_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server says that it is ready."""
    deadline = time.monotonic() + 120  # only a hang takes so long, even on a machine that is busy with much else
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server did not begin"
        with (
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection,
            suppress(OSError, http.client.HTTPException),
        ):
            connection.request("GET", "/health/ready")
            if connection.getresponse().read() == b"ready\n":
                return
        time.sleep(0.02)  # a real server takes real time to begin
    pytest.fail("the server was not ready in time")


def kill_all(server: subprocess.Popen[bytes]) -> None:
    """End every process of a server at once, without warning."""
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait(30)


@dataclass
class Senders:
    """Several senders who do what a browser does: the same envelope again until it is acknowledged."""

    going: live.Live
    port: int
    acknowledged: dict[bytes, list[receipt.Receipt]] = field(default_factory=dict)
    broken: int = 0  # replies that did not come
    refused: dict[str, int] = field(default_factory=dict)  # code of a 503 -> how often
    failures: list[str] = field(default_factory=list)

    def start(self, envelopes: Sequence[bytes]) -> None:
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

    def await_acknowledged(self, count: int) -> None:
        """Wait until so many are acknowledged."""
        self.await_that(lambda: len(self.acknowledged) >= count)

    def await_that(self, is_true: Callable[[], object]) -> None:
        """Wait until something is true; fail with the first that fails."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_true():
            assert self.failures == []
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def _send(self, envelopes: Sequence[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        waiting = list(envelopes)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            while waiting and time.monotonic() < deadline:
                status, body = self._try(connection, waiting[0])
                if status == 200:
                    self.acknowledged.setdefault(waiting.pop(0), []).append(receipt.parse(body.decode()))
                elif status in (0, 503):
                    time.sleep(0.05)
                else:
                    self.failures.append(f"{status} {body!r}")
                    return
        if waiting:
            self.failures.append(f"{len(waiting)} were never acknowledged")

    def _try(self, connection: http.client.HTTPConnection, raw: bytes) -> tuple[int, bytes]:
        """Send once; status 0 if no reply came."""
        try:
            connection.request("POST", "/api/statements", live.posted(raw), POSTING)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.broken += 1
            connection.close()
            return 0, b""
        assert response.getheader("Date"), "the page takes its calendar from it"
        if response.status == 503:
            assert response.getheader("Retry-After")
            code = json.loads(body)["code"]
            self.refused[code] = self.refused.get(code, 0) + 1
        return response.status, body


def load(premises: Premises, port: int, count: int) -> Senders:
    """Seal so many envelopes, one State after the other, and begin to send them."""
    senders = Senders(premises.going, port)
    senders.start([live.sealed(premises.going, STATES[number % 3]) for number in range(count)])
    return senders


def send_once_more(senders: Senders) -> None:
    """Send every acknowledged envelope again: each keeps its place."""
    senders.start(list(senders.acknowledged))
    senders.finish()


def check_all(premises: Premises, acknowledged: Mapping[bytes, list[receipt.Receipt]]) -> None:
    """Check that what was acknowledged is there once, where its receipts say, that nothing else is, and that counts say so."""
    today = brussels_date(datetime.now(UTC))
    going, store = premises.going, premises.open_store()
    places: dict[str, dict[int, bytes]] = {state: {} for state in STATES}
    for raw, receipts in acknowledged.items():
        state = envelope.parse(raw).header.jurisdiction
        assert len({(found.index, found.leaf) for found in receipts}) == 1, "a retry keeps index and leaf record"
        for found in receipts:
            origin = live.log_of(going.collection, state).origin
            receipt.check(found, envelope_hash=envelope.envelope_hash(raw), origin=origin, log_key=going.log_key, today=today)
        assert receipts[0].index not in places[state], "two statements have one index"
        places[state][receipts[0].index] = raw
    for head in store.heads(live.IDENTIFIER):
        mine = places[head.log.jurisdiction]
        assert sorted(mine) == list(range(head.size)), "indices are dense, and nothing is stored twice"
        assert head.received == len(mine)
        for row in store.read_rows(head.log, 0, head.size):
            assert row.envelope == mine[row.index]
            assert abs(leaf.parse(row.leaf).received_on - today) <= timedelta(days=1)
    store.close()


def get(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path and give status, headers and body."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
