"""`civium serve` over its own server: what is malformed is the sender's fault, and a full queue is told, not left unheard."""

from __future__ import annotations

import http.client
import os
import resource
import selectors
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from civium.server.site import assets
from civium.server.store.sqlite import SQLiteStore
from tests.server import live

# More than the 1,024 connections that the server would take by itself.
QUEUE = 1100
COMMAND = [sys.executable, "-c", "import sys; from civium.command import main; sys.exit(main())"]
POSTING = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def going(tmp_path: Path) -> live.Live:
    """Make an installation with one live collection."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")
    arguments = ["init", "--purpose", "demonstration", "--by", "the operator"]
    subprocess.run([*COMMAND, *arguments], check=True, capture_output=True, env=_environment(tmp_path, 1), timeout=300)
    with closing(SQLiteStore(tmp_path / "statements.db")) as store:
        return live.go_live(store, tmp_path, closes_on=date.max)


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process hold as many connections as the test opens."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    ours = {
        "CIVIUM_DATA": str(folder),
        "CIVIUM_URL": f"https://{live.HOST}",
        "CIVIUM_PORT": str(port),
        "CIVIUM_QUEUE": str(QUEUE),
    }
    return kept | ours


@contextmanager
def _serving(folder: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    # With the limit of open files that a shell usually gives.
    command = ["sh", "-c", 'ulimit -S -n 1024; exec "$@"', "sh", *COMMAND, "serve"]
    server = subprocess.Popen(command, env=_environment(folder, port), stderr=subprocess.DEVNULL)
    try:
        _await_ready(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0


def _await_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server did not begin"
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            try:
                connection.request("GET", "/health/ready")
                if connection.getresponse().read() == b"ready\n":
                    return
            except OSError:
                time.sleep(0.05)  # a real server takes real time to begin
    pytest.fail("the server was not ready in time")


def test_malformed_chunks_are_the_senders_fault(going: live.Live) -> None:
    start = b"POST /api/statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/octet-stream\r\n"
    with _serving(going.folder) as port:
        for body in (b"zz\r\nabc\r\n0\r\n\r\n", b"3\r\nabcXX0\r\n\r\n", b"3\r\nabc\r\nzz\r\n\r\n"):
            with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
                connection.sendall(start + b"Transfer-Encoding: chunked\r\n\r\n" + body)
                head, _, told = _whole(connection).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ")
            assert told == b'{"code":"body-incomplete","facts":{}}'


@pytest.mark.usefixtures("many_files")
def test_a_full_queue_is_told_and_everyone_who_waited_is_answered(going: live.Live) -> None:
    with _serving(going.folder) as port, ExitStack() as held:
        # Another writer holds the database: nothing is committed, and statements gather.
        other = held.enter_context(closing(sqlite3.connect(going.folder / "statements.db", isolation_level=None)))
        other.execute("begin immediate")
        senders = [
            held.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60))) for _ in range(QUEUE + 1)
        ]
        selector = held.enter_context(closing(selectors.DefaultSelector()))
        for sender in senders:
            sender.request("POST", "/api/statements", live.posted(live.unsealed(going)), POSTING)
            selector.register(sender.sock, selectors.EVENT_READ, sender)
        ((told, _),) = selector.select(timeout=10)
        other.execute("rollback")
        answers = {sender: sender.getresponse() for sender in senders}
        assert {sender: answer.status for sender, answer in answers.items() if answer.status != 200} == {told.data: 503}
        assert answers[told.data].getheader("Retry-After") == "2"
        assert answers[told.data].read() == b'{"code":"queue-full","facts":{}}'
        for answer in answers.values():
            answer.close()
    with closing(SQLiteStore(going.folder / "statements.db")) as store:
        assert sum(head.size for head in store.heads(live.IDENTIFIER)) == QUEUE


def _whole(connection: socket.socket) -> bytes:
    """Give all that comes until the server closes."""
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received
