"""An honest server is found honest, round after round: while it grows, after statements were destroyed, after a round was killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.monitor.keeping import Keeping
from civium.monitor.rounds import fingerprint
from civium.server.store.sqlite import SQLiteStore
from tests.monitor.bed import Bed, codes, falsified, honest, look, make_bed, served
from tests.server import live


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    folder = tmp_path / "server"
    folder.mkdir()
    with served(folder) as made:
        yield made


def test_rounds_with_growth(bed: Bed, tmp_path: Path) -> None:
    first = look(bed.url, tmp_path / "kept")
    assert (codes(first), first.is_first, first.notices) == ([], True, 1)
    bed.sign(5)
    bed.sign(2, "MT")
    second = look(bed.url, tmp_path / "kept")
    assert (codes(second), second.is_first) == ([], False)
    (collection,) = second.collections
    assert {log.jurisdiction: (log.size, log.grown, log.received) for log in collection.logs} == {
        "ES": (5, 5, 5),
        "MT": (2, 2, 2),
    }
    bed.sign(300)
    third = look(bed.url, tmp_path / "kept")
    assert codes(third) == []
    assert [log.grown for log in third.collections[0].logs] == [300, 0]
    assert codes(look(bed.url, tmp_path / "kept")) == []


def test_a_script_that_knows_nothing_of_us_checks_the_same_logs(bed: Bed) -> None:
    bed.sign(270)
    script = Path(__file__).with_name("independent.py")
    assert "civium" not in [
        line.split()[1].partition(".")[0] for line in script.read_text().splitlines() if line.startswith(("import", "from"))
    ]
    done = subprocess.run([sys.executable, str(script), bed.url], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert told == {bed.origin("ES"): "270", bed.origin("MT"): "0", f"{live.HOST}/notices": "1"}

    def other(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return status, body[:-1] + bytes([body[-1] ^ 1]) if path.endswith("/tile/1/000.p/1") else body

    with falsified(bed.url, other) as url:
        assert subprocess.run([sys.executable, str(script), url], capture_output=True).returncode == 1


def test_destroyed_entries_are_counted_by_cause(bed: Bed, tmp_path: Path) -> None:
    bed.sign(6)
    assert codes(look(bed.url, tmp_path / "kept")) == []
    store = SQLiteStore(bed.folder / "statements.db")
    log = live.log_of(bed.going.collection, "ES")
    for index in (1, 2):
        store.destroy_body(log, index, reason="destroyed-by-organisers")
    store.destroy_body(log, 5, reason="destroyed-by-law")
    store.close()
    bed.wait(lambda: len(look(bed.url, tmp_path / "other").collections[0].logs[0].destroyed) == 2)
    report = look(bed.url, tmp_path / "kept")
    assert codes(report) == []
    log_count = next(one for one in report.collections[0].logs if one.jurisdiction == "ES")
    assert log_count.destroyed == {"destroyed-by-organisers": 2, "destroyed-by-law": 1}
    assert (log_count.size, log_count.received) == (6, 3)


def test_the_key_is_pinned_and_may_be_given_in_words(bed: Bed, tmp_path: Path) -> None:
    words = look(bed.url, tmp_path / "kept").notices_key
    assert codes(look(bed.url, tmp_path / "kept", words=words.upper().replace("-", " "))) == []
    assert codes(look(bed.url, tmp_path / "kept", words=fingerprint(bytes(32)))) == ["key-foreign"]


def test_a_log_that_moves_during_a_round_is_no_alarm(bed: Bed, tmp_path: Path) -> None:
    bed.sign(3)
    moved: list[str] = []

    def grow(path: str) -> None:
        # Between the counts and the checkpoints of the first try.
        if path.endswith("/counts") and not moved:
            moved.append(path)
        elif path.endswith("/checkpoint") and len(moved) == 1 and "notices" not in path:
            moved.append(path)
            bed.sign(2)

    with falsified(bed.url, honest, grow) as url:
        report = look(url, tmp_path / "kept")
    assert len(moved) == 2
    assert codes(report) == []
    assert sum(log.size for log in report.collections[0].logs) == 5


def test_an_interrupted_round_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    bed = make_bed(folder)
    bed.append(40_000)
    bed.start()
    asked: list[str] = []

    def cut(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if "/ES/" in path and "/tile/entries/" in path:
            asked.append(path)
            if len(asked) == 130:
                return 500, b""
        return status, body

    try:
        with falsified(bed.url, cut) as url:
            with pytest.raises(Refused, match="site-answer"):
                look(url, tmp_path / "kept")
            keeping = Keeping(tmp_path / "kept")
            log = keeping.logs()[bed.origin()]
            keeping.close()
            assert (log.head.size, log.reached.size) == (0, 128 * 256)
            report = look(url, tmp_path / "kept")
        assert codes(report) == []
        assert asked.count(asked[0]) == 1, "what was read before is not read again"
        assert report.collections[0].logs[0].size == 40_000
    finally:
        bed.stop()


def test_a_round_that_is_killed_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    bed = make_bed(folder)
    bed.append(40_000)
    bed.start()
    command = [sys.executable, "-m", "civium.monitor.command", "watch", "--state", str(tmp_path / "kept")]
    killed: list[subprocess.Popen[bytes]] = []
    asked: list[str] = []

    def kill(path: str) -> None:
        if "/ES/" in path and "/tile/entries/" in path:
            asked.append(path)
            if len(asked) == 140:
                killed[0].kill()

    try:
        with falsified(bed.url, honest, kill) as url:
            killed.append(subprocess.Popen([*command, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            killed[0].communicate(timeout=60)
            assert killed[0].returncode == -9
            keeping = Keeping(tmp_path / "kept")
            assert keeping.logs()[bed.origin()].reached.size >= 64 * 256
            keeping.close()
            report = look(url, tmp_path / "kept")
        assert codes(report) == []
        assert asked.count(asked[0]) == 1
    finally:
        bed.stop()


def test_two_rounds_at_once_are_refused(bed: Bed, tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "kept")
    with pytest.raises(Misconfigured, match="state-busy"):
        look(bed.url, tmp_path / "kept")
    keeping.close()
    assert codes(look(bed.url, tmp_path / "kept")) == []
