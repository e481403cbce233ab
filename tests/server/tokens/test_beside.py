"""A token service beside several workers: it answers, comes back when it is killed, and ends with those who asked it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.server.tokens.asking import TokenLine
from civium.server.tokens.beside import tokens_beside
from tests.cluster import children
from tests.server import live


def _await(what: Callable[[], object]) -> object:
    """Wait until something is true, or told, of another process."""
    for _ in range(600):
        try:
            if found := what():
                return found
        except Refused:
            pass
        time.sleep(0.02)
    pytest.fail("it did not come to be")


def _public_key(socket: Path) -> bytes:
    with TokenLine(socket) as line:
        return line.public_key(live.IDENTIFIER)


def test_it_answers_and_comes_back_when_it_is_killed(tmp_path: Path) -> None:
    with tokens_beside(tmp_path / "keys") as socket:
        key = _public_key(socket)
        assert socket.stat().st_mode & 0o777 == 0o600
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        (waiting,) = (one for one in children(os.getpid()) if b"tokens.beside" in _command(one))
        (answering,) = children(waiting)
        os.kill(answering, signal.SIGTERM)  # what stops a server does not stop it
        assert _public_key(socket) == key
        os.kill(answering, signal.SIGKILL)
        assert _await(lambda: children(waiting) not in ([], [answering]) and _public_key(socket)) == key
        assert (tmp_path / "keys" / f"token-{live.IDENTIFIER.hex()}.key").exists()
    assert not socket.parent.exists()
    assert not Path(f"/proc/{waiting}").exists()


def _command(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def test_it_ends_when_nobody_is_left_who_could_ask(tmp_path: Path) -> None:
    """The server is killed without warning: nobody tells the service to end."""
    text = (
        "import sys, pathlib; from civium.server.tokens.beside import tokens_beside\n"
        "with tokens_beside(pathlib.Path(sys.argv[1])) as socket: print(socket, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", text, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        socket = Path(server.stdout.readline().decode().strip())
        assert _public_key(socket)
        (waiting,) = children(server.pid)
        server.kill()
    _await(lambda: not Path(f"/proc/{waiting}").exists() or b"tokens.beside" not in _command(waiting))
    assert not socket.exists()


def test_where_it_cannot_begin_the_server_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.server.tokens.beside._SOCKET", "no/such/folder")
    with pytest.raises(Misconfigured, match="tokens-socket"), tokens_beside(tmp_path):
        pytest.fail("it began")
