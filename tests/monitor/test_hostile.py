"""A site that wants to stop, blind or deceive whoever watches it: nothing it answers ends a round in silence."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.monitor import asking, command
from civium.monitor.asking import Site
from tests.monitor import made
from tests.monitor.bed import codes, look
from tests.monitor.made import COLLECTION, Made, record
from tests.monitor.serving import NOW

API = f"/api/collections/{COLLECTION.hex()}"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    monkeypatch.chdir(tmp_path)
    with made.running(Made()) as running:
        running.entries = [record(number) for number in range(300)]
        yield running


def _answer(site: Made, monkeypatch: pytest.MonkeyPatch, path: str, body: bytes) -> None:
    """Let a path give something else from now on."""
    honest = site.answer
    monkeypatch.setattr(site, "answer", lambda asked: body if asked == path else honest(asked))


def _run(*arguments: str) -> int:
    return command.main(arguments, clock=lambda: NOW)


def test_what_was_found_is_told_and_kept_though_the_round_is_broken_off(
    site: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Entries are looked at once: whoever signs one that cannot be must not get by with an error in the same round."""
    assert _run("watch", site.url) == 0
    site.entries.append(b"\x02" + record(1000)[1:])
    _answer(site, monkeypatch, f"{API}/keys", bytes(2 << 20))
    capsys.readouterr()
    assert _run("watch", site.url) == 3
    told = capsys.readouterr()
    assert "entry 300 is no leaf record" in told.out
    assert "larger than it can be" in told.err
    assert _run("status") == 3
    told = capsys.readouterr()
    assert "alarms so far: 1" in told.out
    assert [path.name.split("-", 1)[1][:14] for path in Path().glob("monitor-*/evidence/*")] == ["leaf-malformed"]


def test_what_was_found_is_kept_though_the_other_place_does_not_answer(site: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("watch", site.url) == 0
    site.entries.append(record(7))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        other = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        assert _run("watch", site.url, "--compare", other) == 3
    assert "entry 300 holds the envelope of an earlier entry" in capsys.readouterr().out


def test_a_round_that_was_killed_tells_in_the_next_what_it_had_found(
    site: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Killed(BaseException):
        """The process ends here: nothing after it runs."""

    assert _run("watch", site.url) == 0
    site.entries.append(record(7))
    with monkeypatch.context() as now:
        now.setattr("civium.monitor.rounds._check_what_is_given", _raising(Killed()))
        now.setattr(command, "_keep", _raising(Killed()))
        with pytest.raises(Killed):
            _run("watch", site.url)
    capsys.readouterr()
    assert _run("watch", site.url) == 3
    assert "entry 300 holds the envelope of an earlier entry" in capsys.readouterr().out
    assert _run("watch", site.url) == 0


def _raising(error: BaseException) -> Callable[..., None]:
    def act(*_: object, **__: object) -> None:
        raise error

    return act


@pytest.mark.parametrize(
    "counts",
    [
        b'{"received":300,"jurisdictions":{"ES":300,"\\ud800":1}}',
        b'{"received":300,"jurisdictions":{"ES":300,"\\u001b[2K\\u001b[1A\\u001b[2K\\u009b8m\\u202e":1}}',
    ],
)
def test_what_a_site_says_does_not_write_on_the_terminal(
    site: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], counts: bytes
) -> None:
    monkeypatch.setattr("civium.monitor.rounds._CACHED_SECONDS", 0)
    _answer(site, monkeypatch, f"{API}/counts", counts)
    assert _run("watch", site.url) == 3
    told = capsys.readouterr()
    assert "the site says 1, the log proves 0" in told.out
    assert all(character.isprintable() or character == "\n" for character in told.out + told.err)
    assert _run("status") == 3


def test_evidence_that_is_shown_does_not_write_on_the_terminal(
    site: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _answer(site, monkeypatch, f"/log/{made.ORIGIN.partition('/')[2]}/checkpoint", b"\x1b[2J\x1b[H0 logs\n")
    assert _run("compare", site.url) == 3
    told = capsys.readouterr()
    assert all(character.isprintable() or character == "\n" for character in told.out + told.err)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("counts", b'{"received":1e999,"jurisdictions":{}}', "counts-missing"),
        ("counts", b"[" * 500_000, "counts-missing"),
        ("keys", b"[" * 500_000, "keys-missing"),
    ],
)
def test_an_answer_that_no_reader_survives_is_a_finding(
    site: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str, body: bytes, code: str
) -> None:
    _answer(site, monkeypatch, f"{API}/{path}", body)
    assert codes(look(site.url, tmp_path / "kept")) == [code]


def test_a_log_of_a_strange_name_ends_no_comparison(site: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    from civium.formats import note

    keys = (site.answer("/log/keys") or b"").decode() + note.verifier_key("höst/lög", bytes(32)) + "\n"
    _answer(site, monkeypatch, "/log/keys", keys.encode())
    assert _run("compare", site.url) in (0, 1, 3)


@contextmanager
def _speaking(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that does whatever it likes with each connection, in a thread of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        try:
            with connection:
                connection.recv(65536)
                speak(connection)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _ask(url: str, limit: int = 1000) -> str:
    site = Site(url, sleep=lambda _seconds: None)
    try:
        with pytest.raises(Refused) as caught:
            site.get("/", limit=limit)
    finally:
        site.close()
    return caught.value.code


def test_a_chunk_of_less_than_nothing_fills_no_memory() -> None:
    sent = [0]

    def speak(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
        while sent[0] < 64 << 20:
            connection.sendall(bytes(1 << 16))
            sent[0] += 1 << 16

    with _speaking(speak) as url:
        assert _ask(url) in ("reply-too-large", "site-unreachable")
    assert sent[0] < 32 << 20


def _drip(connection: socket.socket, first: bytes, drop: bytes) -> None:
    connection.sendall(first)
    while True:
        connection.sendall(drop)
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"."),
        (b"HTTP/1.1 200 OK\r\nX: ", b"."),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    ],
)
def test_a_reply_that_drips_has_an_end(monkeypatch: pytest.MonkeyPatch, first: bytes, drop: bytes) -> None:
    monkeypatch.setattr(asking, "LONGEST_REPLY_SECONDS", 0.2, raising=False)
    with _speaking(lambda connection: _drip(connection, first, drop)) as url:
        began = time.monotonic()
        assert _ask(url, 100_000) == "site-unreachable"
    assert time.monotonic() - began < 8


def test_a_reply_that_was_cut_is_asked_for_again_and_is_no_alarm() -> None:
    with _speaking(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")) as url:
        assert _ask(url) == "site-unreachable"


def test_a_manifest_whose_wording_lacks_a_language_is_a_finding(
    site: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps({"title": ["a"]}, separators=(",", ":")).encode()
    from hashlib import sha256

    hashed = sha256(text).digest()
    site.promise(texts={"en": hashed})
    page = f'<div id="form" data-collection="{COLLECTION.hex()}"></div><a href="/en/i/a">a</a>'.encode()
    honest = site.answer
    given = {"/en/": page, "/en/i/a": page, f"/assets/text-en.{hashed.hex()[:12]}.json": text}
    monkeypatch.setattr(site, "answer", lambda asked: given.get(asked) or honest(asked))
    assert {"text-missing", "wording-unknown"} <= set(codes(look(site.url, tmp_path / "kept")))
