"""`civium-authority window` as a program: it tells its address, gives it to the browser in the officer's own file, and ends."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from civium.authority.command import main
from tests.authority.build import PASSPHRASE, authority_key, write_key
from tests.authority.commands.desk import Desk

PROGRAM = str(Path(sys.executable).with_name("civium-authority"))


@contextmanager
def _running(*words: str | Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    program = subprocess.Popen(
        [PROGRAM, "window", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    try:
        assert program.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/begin/[\w-]{43}$", program.stderr.readline().strip())
        assert found is not None
        yield program, found[0]
    finally:
        program.kill()
        program.communicate(timeout=30)


def _asks(address: str, cookie: str = "") -> tuple[int, str, str]:
    """Give status, text and cookie of an address."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", parts.path, headers={"Cookie": cookie} if cookie else {})
    reply = connection.getresponse()
    told = (reply.status, reply.read().decode(), (reply.getheader("Set-Cookie") or "").partition(";")[0])
    connection.close()
    return told


def test_it_ends_at_ctrl_c_and_says_so(tmp_path: Path) -> None:
    with _running(tmp_path, "--no-browser") as (program, address):
        assert _asks(address)[0] == 200
        assert _asks(address)[0] == 403
        assert program.stderr is not None
        assert program.stderr.readline() == "this address works once, in one browser; Ctrl-C ends the window\n"
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err) == (0, "ended\n", "")


def test_the_browser_gets_the_address_in_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    """On a command line every user of the computer could read it."""
    given, browser = tmp_path / "given", tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > {given}.name\nstat -c %a "${{1#file://}}" > {given}.mode\ncp "${{1#file://}}" {given}\n'
    )
    browser.chmod(0o700)
    with _running(tmp_path, BROWSER=f"{browser} %s", TMPDIR=str(tmp_path)) as (program, address):
        for _ in range(200):
            if given.exists() and address in given.read_text():
                break
            time.sleep(0.05)
        assert address in given.read_text()
        name = (tmp_path / "given.name").read_text().strip()
        assert address.rpartition("/")[2] not in name
        assert (tmp_path / "given.mode").read_text().strip() == "600"
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=30)
    assert not Path(name.removeprefix("file://")).exists()


def test_a_key_is_opened_at_the_terminal_before(tmp_path: Path) -> None:
    key = write_key(tmp_path / "es.civium-private-key", authority_key())
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    words = (tmp_path, "--no-browser", "--key", key, "--passphrase-file", secret, "--by", "R. Ejemplo")
    with _running(*words) as (_, address):
        _, first, cookie = _asks(address)
        (root,) = re.findall('href="(/[^"]+/)"', first)
        status, page, _ = _asks(address.partition("/begin/")[0] + root, cookie)
    assert status == 200
    # What is locked can be unlocked only; what can be locked is unlocked.
    assert 'value="lock"' in page


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("no-such-folder",), 2, "there is no such folder"),
        ((".", "--key", "es.civium-private-key"), 1, "it is not known who is at work here"),
    ],
)
def test_what_cannot_begin_is_one_sentence(desk: Desk, words: tuple[str, ...], code: int, sentence: str) -> None:
    assert main(["window", *words, "--no-browser"]) == code
    assert sentence in desk.capture.readouterr().err


def test_a_port_that_is_taken_is_told(desk: Desk) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert main(["window", str(desk.folder), "--no-browser", "--port", str(other.getsockname()[1])]) == 2
    assert "this port is taken" in desk.capture.readouterr().err
    with pytest.raises(SystemExit):
        main(["window", "--port", "70000"])
    desk.capture.readouterr()
