"""A server killed without warning, again and again: what was acknowledged is there, what was not becomes one entry when it is retried.

The server is `civium serve`'s own application in processes of its own; envelopes are really sealed; they travel over HTTP.
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
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from civium.formats import envelope, leaf, receipt
from civium.law.periods import brussels_date
from civium.server.site import assets
from civium.server.store.sqlite import SQLiteStore
from tests.server import live

STATES = ("ES", "MT", "EL")
SENDERS = 8
POSTING = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def premises(tmp_path: Path) -> live.Live:
    """Make an installation with one live collection, as its commands would leave it."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")
    command = [sys.executable, "-c", "import sys; from civium.command import main; sys.exit(main())"]
    arguments = ["init", "--data", str(tmp_path), "--purpose", "demonstration", "--by", "the operator"]
    subprocess.run([*command, *arguments], check=True, capture_output=True, env=_environment(tmp_path), timeout=300)
    store = SQLiteStore(tmp_path / "statements.db")
    going = live.go_live(store, tmp_path, STATES, closes_on=date.max)  # this test's clock is the machine's
    store.close()
    return going


@dataclass
class Senders:
    """Several senders with sealed envelopes: each is sent until it is acknowledged, in this round or a later one."""

    going: live.Live
    waiting: list[bytes] = field(default_factory=list)
    sent: set[bytes] = field(default_factory=set)
    acknowledged: dict[bytes, list[receipt.Receipt]] = field(default_factory=dict)

    def seal(self, count: int) -> None:
        self.waiting += [live.sealed(self.going, STATES[number % 3]) for number in range(count)]

    def send(self, port: int, *, until_killed: bool) -> None:
        """Send what waits over eight connections, until all is acknowledged or the server has gone."""
        threads = [threading.Thread(target=self._send_some, args=(port, number, until_killed)) for number in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
            assert not thread.is_alive()

    def _send_some(self, port: int, number: int, until_killed: bool) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            for raw in self.waiting[number::SENDERS]:
                self.sent.add(raw)
                try:
                    connection.request("POST", "/api/statements", live.posted(raw), POSTING)
                    response = connection.getresponse()
                    body = response.read()
                except (OSError, http.client.HTTPException):
                    assert until_killed, "only a killed server loses a reply"
                    break
                assert response.status == 200, body
                assert response.getheader("Date"), "the page takes its calendar from it"
                self.acknowledged.setdefault(raw, []).append(receipt.parse(body.decode()))

    def forget_acknowledged(self) -> None:
        self.waiting = [raw for raw in self.waiting if raw not in self.acknowledged]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    return kept | {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{live.HOST}"}


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "civium.front:create", "--factory", "--interface", "asgi", "--workers", "1"]
    command += ["--port", str(port), "--no-log"]
    server = subprocess.Popen(command, env=_environment(folder), start_new_session=True)
    try:
        _await_ready(port, server)
        yield port, server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)


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


def _killed(server: subprocess.Popen[bytes], seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, os.killpg, (server.pid, signal.SIGKILL))
    timer.start()
    return timer


@pytest.mark.parametrize("rounds", [pytest.param(3, id="quick"), pytest.param(12, id="many", marks=pytest.mark.slow)])
def test_an_acknowledged_statement_survives_every_kill(premises: live.Live, rounds: int) -> None:
    draw = random.Random(rounds)
    senders = Senders(premises)
    lost_replies = 0
    for _ in range(rounds):
        senders.seal(240)
        with _serving(premises.folder) as (port, server):
            timer = _killed(server, draw.uniform(0.005, 0.12))
            senders.send(port, until_killed=True)
            timer.join()
        senders.forget_acknowledged()
        lost_replies += sum(raw in senders.sent for raw in senders.waiting)
    assert lost_replies, "no kill hit a request: the test tried nothing"
    assert senders.acknowledged, "no request was ever answered: the test tried nothing"
    with _serving(premises.folder) as (port, server):
        before = dict(senders.acknowledged)
        senders.send(port, until_killed=False)  # retries, and what was never sent
        senders.waiting = list(before)
        senders.send(port, until_killed=False)  # every acknowledged one once more
        os.kill(server.pid, signal.SIGTERM)
        assert server.wait(120) == 0, "a stop is clean"
    _check_all(premises, senders)


def _check_all(going: live.Live, senders: Senders) -> None:
    today = brussels_date(datetime.now(UTC))
    store = SQLiteStore(going.folder / "statements.db")
    places: dict[str, dict[int, bytes]] = {state: {} for state in STATES}
    for raw, receipts in senders.acknowledged.items():
        state = envelope.parse(raw).header.jurisdiction
        assert len({(found.index, found.leaf) for found in receipts}) == 1, "a retry keeps index and leaf record"
        for found in receipts:
            log = live.log_of(going.collection, state)
            receipt.check(found, envelope_hash=envelope.envelope_hash(raw), origin=log.origin, log_key=going.log_key, today=today)
        index = receipts[0].index
        assert index not in places[state], "two statements have one index"
        places[state][index] = raw
    for head in store.heads(live.IDENTIFIER):
        mine = places[head.log.jurisdiction]
        assert sorted(mine) == list(range(head.size)), "indices are dense, and nothing is stored twice"
        for row in store.read_rows(head.log, 0, head.size):
            assert row.envelope == mine[row.index]
            assert abs(leaf.parse(row.leaf).received_on - today) <= timedelta(days=1)
    store.close()


def test_a_stop_while_statements_arrive_loses_none(premises: live.Live) -> None:
    senders = Senders(premises)
    senders.seal(400)
    with _serving(premises.folder) as (port, server):
        timer = threading.Timer(0.1, os.kill, (server.pid, signal.SIGTERM))
        timer.start()
        _send_until_refused(senders, port)
        assert server.wait(120) == 0
        timer.join()
    senders.forget_acknowledged()
    with _serving(premises.folder) as (port, _):
        senders.send(port, until_killed=False)
    _check_all(premises, senders)


def _send_until_refused(senders: Senders, port: int) -> None:
    """Send one after the other until the stopping server answers 503 or closes."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for raw in senders.waiting:
            try:
                connection.request("POST", "/api/statements", live.posted(raw), POSTING)
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException):
                break
            assert response.status in (200, 503), body
            if response.status == 503:
                break
            senders.acknowledged.setdefault(raw, []).append(receipt.parse(body.decode()))
