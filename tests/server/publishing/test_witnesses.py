"""Witnesses see every public checkpoint, what they cosign is served, and nobody waits for them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from civium.errors import CiviumError, Misconfigured, Refused, Untrusted
from civium.formats import checkpoint, cosignature, note
from civium.formats.cosignature import Witness
from civium.server.publishing import witnesses
from civium.server.publishing.public_log import PublicLog, path_of
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.verifier_keys import verifier_keys
from civium.server.publishing.witnesses import Asking, Witnessing, nodes_of, read_witnesses
from civium.server.store.sqlite import SQLiteStore
from tests import foreign_witness, witness
from tests.server import live
from tests.witness import SmallWitness

NOW = 1_795_262_400


class Premises:
    """A store with a public log, and a folder for what witnesses say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: SQLiteStore = live.open_store(folder)
        self.going = live.go_live(self.store, folder)
        self.signed = SignedHeads(folder / "signed-heads")
        self.public = PublicLog(self.store, self.signed, keys_folder=folder / "keys", host=live.HOST)
        self.path = path_of(self.going.collection.logs[0].origin)

    def grow(self, count: int) -> str:
        self.store.append(list(live.candidates(self.going, count)))
        self.public.move(live.TODAY)
        return self.checkpoint()

    def checkpoint(self) -> str:
        return self.public.checkpoint(self.path).decode()

    def keys(self) -> str:
        return verifier_keys(self.public.snapshot, self.folder / "keys")

    def witnessing(self, *listed: Witness) -> Witnessing:
        return Witnessing(self.public, listed, self.folder / "cosignatures")


@pytest.fixture
def premises(tmp_path: Path) -> Iterator[Premises]:
    made = Premises(tmp_path)
    yield made
    made.store.close()
    made.signed.close()


@pytest.fixture
def small(premises: Premises) -> Iterator[SmallWitness]:
    premises.public.move(live.TODAY)
    made = SmallWitness("witness.example/w1", seconds=NOW)
    made.trust(premises.keys())
    with witness.running(made):
        yield made


def _listed(running: SmallWitness) -> Witness:
    (found,) = cosignature.parse_witness_list(f"{running.verifier_key} {running.url}").witnesses
    return found


def _ask(premises: Premises, listed: Witness) -> str:
    """Ask once and give the log's checkpoint as it is served then."""
    witnessing, asking = premises.witnessing(listed), Asking(listed)
    witnessing.ask(0, asking)
    asking.close()
    return witnessing.cosigned(premises.checkpoint())


def test_the_keys_of_all_public_logs_are_told(premises: Premises) -> None:
    premises.public.move(live.TODAY)
    found = dict(note.parse_verifier_key(line) for line in premises.keys().splitlines())
    logs = premises.going.collection.logs
    assert found == {
        f"{live.HOST}/notices": found[f"{live.HOST}/notices"],
        **{log.origin: premises.going.log_key for log in logs},
    }
    checkpoint.check(premises.public.checkpoint("notices").decode(), f"{live.HOST}/notices", found[f"{live.HOST}/notices"])


def test_a_growing_log_is_cosigned_from_the_size_before(premises: Premises, small: SmallWitness) -> None:
    origin = premises.going.collection.logs[0].origin
    listed = _listed(small)
    for count, old in ((5, 0), (300, 5), (0, 305), (1000, 305)):
        signed = premises.grow(count)
        served = _ask(premises, listed)
        assert served.startswith(signed)
        assert cosignature.check(note.parse(served), listed) == NOW
        assert checkpoint.check(served, origin, premises.going.log_key).size == small.heads[origin][0]
        assert (old, 200) in small.replies
        assert all(status == 200 for _, status in small.replies), small.replies
        small.replies.clear()
    assert small.heads[origin][0] == 1305


def test_what_was_forgotten_here_is_learnt_from_the_witness(premises: Premises, small: SmallWitness) -> None:
    premises.grow(70)
    _ask(premises, _listed(small))
    for path in (premises.folder / "cosignatures").iterdir():
        path.unlink()
    small.replies.clear()
    premises.grow(30)
    served = _ask(premises, _listed(small))
    assert cosignature.check(note.parse(served), _listed(small)) == NOW
    assert {(0, 409), (70, 200)} <= set(small.replies)


def test_a_line_is_served_with_its_own_checkpoint_alone(premises: Premises, small: SmallWitness) -> None:
    premises.grow(3)
    witnessing, asking = premises.witnessing(_listed(small)), Asking(_listed(small))
    witnessing.ask(0, asking)
    asking.close()
    signed = premises.grow(1)
    assert witnessing.cosigned(signed) == signed


def test_a_line_that_does_not_hold_is_not_served(
    premises: Premises, small: SmallWitness, caplog: pytest.LogCaptureFixture
) -> None:
    small.spoils = True
    signed = premises.grow(3)
    assert _ask(premises, _listed(small)) == signed
    assert "cosignature-wrong (witness=1)" in caplog.messages
    other = Witness(small.name, bytes(31) + b"\1", small.url)
    log = premises.public.snapshot.logs[premises.path]
    with closing(Asking(other)) as asking, pytest.raises(Untrusted, match="not-cosigned"):
        asking.submit(0, log, nodes_of(premises.public, premises.path, log.size))


def test_a_witness_that_saw_another_history_refuses(
    premises: Premises, small: SmallWitness, caplog: pytest.LogCaptureFixture
) -> None:
    signed = premises.grow(9)
    origin = premises.going.collection.logs[0].origin
    small.heads[origin] = (4, bytes(32))
    assert _ask(premises, _listed(small)) == signed
    assert any(line.startswith("witness-refused (status=422)") for line in caplog.messages)
    small.heads[origin] = (40, bytes(32))
    assert _ask(premises, _listed(small)) == signed
    assert any(line.startswith("witness-ahead (size=9, witness=40)") for line in caplog.messages)


def test_an_unreachable_witness_delays_nothing(premises: Premises, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # takes connections and never answers
        made = SmallWitness("witness.example/w1", seconds=NOW)
        listed = Witness(made.name, made.key.public_key().public_bytes_raw(), f"http://127.0.0.1:{silent.getsockname()[1]}")
        witnessing = premises.witnessing(listed)
        witnessing.start()
        signed = premises.grow(3)
        assert witnessing.cosigned(signed) == signed
        began = time.monotonic()
        witnessing.stop()
        assert time.monotonic() - began < 5, "a restart does not wait for a witness"
    log = premises.public.snapshot.logs[premises.path]
    with closing(Asking(listed)) as gone, pytest.raises(Refused, match="witness-unreachable"):
        gone.submit(0, log, nodes_of(premises.public, premises.path, log.size))


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_a_reply_without_end_is_not_waited_for(premises: Premises, monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    """Each byte comes in time: `100 Continue` for ever, or a body drop by drop."""
    monkeypatch.setattr(witnesses, "_WHOLE_SECONDS", 0.2)
    premises.grow(3)
    drop = b"x" if begin else b"HTTP/1.1 100 Continue\r\n\r\n"
    ended = threading.Event()

    def speak(listening: socket.socket) -> None:
        while not ended.is_set():
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(begin)
                    while not ended.wait(0.02):
                        connection.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        speaking = threading.Thread(target=speak, args=(listening,))
        speaking.start()
        asking = Asking(Witness("witness.example/w1", bytes(32), f"http://127.0.0.1:{listening.getsockname()[1]}"))
        published = premises.public.snapshot.logs[premises.path]
        began = time.monotonic()
        with pytest.raises(CiviumError):
            asking.submit(0, published, nodes_of(premises.public, premises.path, published.size))
        assert time.monotonic() - began < 5
        asking.close()
        ended.set()
        speaking.join()


def test_of_two_processes_one_asks_and_both_serve(premises: Premises, small: SmallWitness) -> None:
    signed = premises.grow(3)
    listed = _listed(small)
    one, two = premises.witnessing(listed), premises.witnessing(listed)
    with one._kept[0].held() as is_ours:
        assert is_ours
        asking = Asking(listed)
        two.ask(0, asking)
        assert small.replies == []
    one.ask(0, asking)
    asking.close()
    assert one.cosigned(signed) == two.cosigned(signed) != signed


def test_threads_ask_after_each_move(premises: Premises, small: SmallWitness) -> None:
    witnessing = premises.witnessing(_listed(small))
    witnessing.start()
    try:
        for size in (3, 6):
            premises.grow(3)
            origin = premises.going.collection.logs[0].origin
            for _ in range(200):
                if small.heads.get(origin, (0,))[0] == size:
                    break
                witnessing._stopping.wait(0.05)
            assert small.heads[origin][0] == size
    finally:
        witnessing.stop()


@pytest.mark.slow
def by_others(premises: Premises, tmp_path: Path) -> None:
    """A witness that other people wrote cosigns what we submit, and its lines hold."""
    premises.grow(5)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with foreign_witness.running(tmp_path, port, premises.keys()) as foreign:
        (listed,) = cosignature.parse_witness_list(f"{foreign.verifier_key} {foreign.url}").witnesses
        for count in (0, 300, 0, 7):
            premises.grow(count)
            served = _ask(premises, listed)
            assert cosignature.check(note.parse(served), listed) > NOW - 10**9
        for path in (tmp_path / "cosignatures").iterdir():
            path.unlink()
        premises.grow(1)
        assert len(note.parse(_ask(premises, listed)).signatures) == 2, "learnt by its 409"


if foreign_witness.is_possible():
    test_a_witness_by_others_cosigns = by_others


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "witnesses-malformed"),
        ("VKEY", "witnesses-malformed"),
        ("VKEY https://witness.example:99999", "witnesses-malformed"),
        ("VKEY https://witness.example:port", "witnesses-malformed"),
        ("VKEY http://[::1", "witnesses-malformed"),
        ("VKEY https://witness...example", "witnesses-malformed"),
        ("VKEY https://:443", "witnesses-malformed"),
        (None, "witnesses-unreadable"),
    ],
)
def test_a_list_that_cannot_be_used_is_told_at_start(tmp_path: Path, text: str | None, code: str) -> None:
    made = SmallWitness("witness.example/w1", seconds=NOW)
    path = tmp_path / "witnesses"
    if text is not None:
        path.write_text(text.replace("VKEY", made.verifier_key))
    with pytest.raises(Misconfigured, match=code):
        read_witnesses(path)
    assert read_witnesses(None) == ()
