"""A server that shows something else than before, or a stranger between it and us, is noticed, and each way is told apart."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Refused
from civium.formats import checkpoint, cosignature, note
from civium.server.store.sqlite import SQLiteStore
from tests import witness
from tests.monitor.bed import Bed, codes, falsified, free_port, look, served
from tests.monitor.serving import NOW
from tests.server import live
from tests.witness import SmallWitness


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    folder = tmp_path_factory.mktemp("bed") / "server"
    folder.mkdir()
    with served(folder) as made:
        made.sign(300)
        yield made


def _flip(body: bytes) -> bytes:
    return body[:-1] + bytes([body[-1] ^ 1])


def _another_signature(body: bytes) -> bytes:
    """A note whose last signature has one bit changed and is written as base64 still."""
    lines, written = body[:-1].rsplit(b" ", 1)
    return lines + b" " + base64.b64encode(_flip(base64.b64decode(written))) + b"\n"


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("/ES/online/1/tile/entries/000", "entries-altered"),
        ("/ES/online/1/tile/1/000.p/1", "tile-altered"),
        ("/ES/online/1/checkpoint", "checkpoint-unsigned"),
        ("/ES/online/1/tile/entries/001.p/44", "entries-altered"),
    ],
)
def test_one_bit_of_a_log_changed_on_its_way(bed: Bed, tmp_path: Path, ending: str, code: str) -> None:
    change = _another_signature if ending.endswith("/checkpoint") else _flip
    with falsified(bed.url, lambda path, status, body: (status, change(body) if path.endswith(ending) else body)) as url:
        report = look(url, tmp_path / "kept")
    assert code in codes(report)
    assert report.is_wrong
    assert codes(look(bed.url, tmp_path / "kept")) == [], "what was wrong was not kept"


def test_a_tile_that_is_gone(bed: Bed, tmp_path: Path) -> None:
    def without(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (404, b"") if path.endswith("/ES/online/1/tile/entries/000") else (status, body)

    with falsified(bed.url, without) as url:
        assert "tile-missing" in codes(look(url, tmp_path / "kept"))


def test_a_log_that_vanished(bed: Bed, tmp_path: Path) -> None:
    assert codes(look(bed.url, tmp_path / "kept")) == []
    with falsified(
        bed.url, lambda path, status, body: (404, b"") if path == f"{bed.path()}/checkpoint" else (status, body)
    ) as url:
        report = look(url, tmp_path / "kept")
    assert codes(report) == ["log-vanished"]
    assert report.findings[0].about == bed.origin()
    assert checkpoint.parse(report.findings[0].evidence["before.checkpoint"].decode())[0].size == 300


def test_another_key(bed: Bed, tmp_path: Path) -> None:
    assert codes(look(bed.url, tmp_path / "kept")) == []
    key = Ed25519PrivateKey.generate()

    def swapped(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path == f"{bed.path()}/checkpoint":
            return status, checkpoint.sign(checkpoint.parse(body.decode())[0], key).encode()
        if path == "/log/keys":
            name = f"{live.HOST}/notices"
            return status, f"{note.verifier_key(name, key.public_key().public_bytes_raw())}\n".encode()
        return status, body

    with falsified(bed.url, swapped) as url:
        assert codes(look(url, tmp_path / "kept")) == ["key-changed", "checkpoint-unsigned"]


def test_a_changed_count(bed: Bed, tmp_path: Path) -> None:
    with falsified(bed.url, lambda path, status, body: (status, body.replace(b'"ES":300', b'"ES":900'))) as url:
        report = look(url, tmp_path / "kept")
    assert codes(report) == ["counts-differ"]
    assert report.findings[0].facts == {"told": 900, "proven": 300}


@pytest.mark.parametrize(
    ("ending", "code"), [("", "manifest-differs"), ("/signature", "manifest-unsigned"), (None, "manifest-missing")]
)
def test_a_manifest_changed_unsigned_or_gone(bed: Bed, tmp_path: Path, ending: str | None, code: str) -> None:
    def changed(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if "/manifests/" not in path:
            return status, body
        if ending is None:
            return 404, b""
        if path.endswith("/signature") != (ending == "/signature"):
            return status, body
        if ending == "/signature":
            signed = note.parse(body.decode())
            return status, note.sign(signed.text, signed.signatures[0].name, Ed25519PrivateKey.generate()).encode()
        return status, body.replace(b"demonstration", b"central")

    with falsified(bed.url, changed) as url:
        assert code in codes(look(url, tmp_path / "kept"))


def test_a_manifest_in_use_that_nobody_signed(bed: Bed, tmp_path: Path) -> None:
    assert codes(look(bed.url, tmp_path / "kept")) == []

    def other(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path.endswith("/keys") and path.startswith("/api"):
            return status, json.dumps(json.loads(body) | {"manifest": "00" * 32}).encode()
        return status, body

    with falsified(bed.url, other) as url:
        assert codes(look(url, tmp_path / "kept")) == ["manifest-missing"]


def test_a_key_to_seal_to_that_was_not_promised(bed: Bed, tmp_path: Path) -> None:
    def swapped(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path.endswith("/keys") and path.startswith("/api"):
            told = json.loads(body)
            told["keys"]["ES"]["public_key"] = told["keys"]["MT"]["public_key"]
            return status, json.dumps(told).encode()
        return status, body

    with falsified(bed.url, swapped) as url:
        report = look(url, tmp_path / "kept")
    assert codes(report) == ["key-unpromised"]
    assert report.findings[0].about.endswith(" ES")


def test_what_is_no_answer_at_all(bed: Bed, tmp_path: Path) -> None:
    with falsified(bed.url, lambda path, status, body: (500, b"")) as url, pytest.raises(Refused, match="site-answer"):
        look(url, tmp_path / "kept")
    with (
        falsified(bed.url, lambda path, status, body: (status, b"x" * (1 << 20) + b"x")) as url,
        pytest.raises(Refused, match="reply-too-large"),
    ):
        look(url, tmp_path / "kept")
    with pytest.raises(Refused, match="site-unreachable"):
        look(f"http://127.0.0.1:{free_port()}", tmp_path / "kept")
    with falsified(bed.url, lambda path, status, body: (404, b"")) as url, pytest.raises(Refused, match="site-answer"):
        look(url, tmp_path / "kept")


def test_a_busy_site_is_asked_again(bed: Bed, tmp_path: Path) -> None:
    seen: list[str] = []

    def busy(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        seen.append(path)
        return (503, b"") if seen.count(path) < 3 and path.endswith("/counts") else (status, body)

    with falsified(bed.url, busy) as url:
        assert codes(look(url, tmp_path / "kept")) == []


@pytest.fixture
def two_histories(tmp_path: Path) -> Iterator[tuple[Bed, Bed]]:
    """One server, and another on a copy of its folder made when the log had five entries; keys are the same."""
    folder = tmp_path / "server"
    folder.mkdir()
    with served(folder) as one:
        one.sign(5)
        one.stop()
        shutil.copytree(folder, tmp_path / "copy")
        one.start()
        port = free_port()
        two = Bed(tmp_path / "copy", one.going, f"http://127.0.0.1:{port}", port, environment=one.environment)
        two.start()
        try:
            yield one, two
        finally:
            two.stop()


def test_a_tail_that_was_dropped_and_a_history_that_forked(two_histories: tuple[Bed, Bed], tmp_path: Path) -> None:
    one, two = two_histories
    one.sign(4)
    assert codes(look(one.url, tmp_path / "kept")) == []
    shrunk = look(two.url, tmp_path / "kept")
    assert "log-shrunk" in codes(shrunk)
    found = next(one for one in shrunk.findings if one.code == "log-shrunk")
    assert (found.facts, sorted(found.evidence)) == ({"before": 9, "size": 5}, ["before.checkpoint", "now.checkpoint"])
    for name, size in (("before.checkpoint", 9), ("now.checkpoint", 5)):
        assert checkpoint.check(found.evidence[name].decode(), one.origin(), one.going.log_key).size == size
    two.sign(4)
    forked = look(two.url, tmp_path / "kept")
    assert "log-forked" in codes(forked), "the same size, another root"
    two.sign(300)
    forked = look(two.url, tmp_path / "kept")
    assert "log-forked" in codes(forked), "larger, and not from there"
    assert codes(look(one.url, tmp_path / "kept")) == [], "the measure stays what was seen first"


def test_a_database_filled_past_its_server(tmp_path: Path) -> None:
    """Entries dated before the day on which the log was looked at, whoever put them there."""
    folder = tmp_path / "server"
    folder.mkdir()
    with served(folder) as bed:
        bed.sign(2)
        assert codes(look(bed.url, tmp_path / "kept")) == []
        store = SQLiteStore(folder / "statements.db")
        store.append(list(live.candidates(bed.going, 3, on=live.TODAY - timedelta(days=200))))
        store.close()
        bed.wait(lambda: bed.size() == 5)
        assert codes(look(bed.url, tmp_path / "kept")) == ["leaf-backdated"]


def test_witnesses_one_relies_on(tmp_path: Path) -> None:
    folder, listed = tmp_path / "server", tmp_path / "witnesses"
    folder.mkdir()
    small = SmallWitness("witness.example/w1", seconds=int(NOW.timestamp()))
    other = SmallWitness("witness.example/w2", seconds=0)
    with witness.running(small):
        listed.write_text(f"{small.verifier_key} {small.url}\n")
        with served(folder, CIVIUM_WITNESSES=str(listed)) as bed:
            relied = cosignature.parse_witness_list(f"{small.verifier_key}\n{other.verifier_key}\nquorum 1")
            alone = look(bed.url, tmp_path / "kept", relied=relied)
            assert set(codes(alone)) == {"witnesses-few"}, "it does not know the logs yet"
            with urlopen(f"{bed.url}/log/keys") as reply:
                small.trust(reply.read().decode())
            bed.sign(3)
            bed.wait(lambda: codes(look(bed.url, tmp_path / "kept", relied=relied)) == [])
            report = look(bed.url, tmp_path / "kept", relied=relied)
            assert [(one.name, one.logs > 0) for one in report.witnesses] == [
                ("witness.example/w1", True),
                ("witness.example/w2", False),
            ]
            both = cosignature.WitnessList(relied.witnesses, 2)
            assert set(codes(look(bed.url, tmp_path / "kept", relied=both))) == {"witnesses-few"}
            late = look(bed.url, tmp_path / "kept", relied=relied, now=NOW + timedelta(minutes=62))
            assert set(codes(late)) == {"log-stale"}
            assert all(one.facts == {"minutes": 62} for one in late.findings)

            def spoilt(path: str, status: int, body: bytes) -> tuple[int, bytes]:
                if not path.endswith("/checkpoint"):
                    return status, body
                lines = body.decode().split("\n")
                spare = note.parse_line(lines[-2])
                lines[-2] = note.encode_line(note.NoteSignature(spare.name, spare.key_hash, spare.signature[:8] + bytes(64)))
                return status, "\n".join(lines).encode() if spare.name == small.name else body

            with falsified(bed.url, spoilt) as url:
                assert set(codes(look(url, tmp_path / "kept", relied=relied))) == {"cosignature-wrong", "witnesses-few"}
