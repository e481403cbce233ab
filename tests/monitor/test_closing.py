"""A real installation goes back to an old backup and closes its logs: the monitor that saw more is told, once, and goes on."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.law.periods import brussels_date
from civium.server.store.protocol import Candidate
from civium.server.store.sqlite import SQLiteStore
from tests.monitor.bed import Bed, codes, look, serving_whole
from tests.monitor.conftest import Demonstration
from tests.monitor.whole import civium

NOW = datetime.now(UTC)
_DATABASES = ("statements.db", "civium.db")


def _grow(data: Path, count: int) -> None:
    """Put entries into Malta's log beside the server."""
    store = SQLiteStore(data / "statements.db")
    (collection,) = store.collections()
    log = next(one for one in reversed(collection.logs) if one.jurisdiction == "MT")
    raws = [os.urandom(64) for _ in range(count)]
    store.append([Candidate(log, raw, sha256(raw).digest(), bytes(32), brussels_date(NOW)) for raw in raws])
    store.close()


def _size(url: str, kept: Path) -> int:
    report = look(url, kept, now=NOW)
    return sum(log.size for log in report.collections[0].logs if log.jurisdiction == "MT")


@pytest.mark.slow
def test_an_old_backup_is_told_and_the_successors_go_on(demonstration: Demonstration, tmp_path: Path) -> None:
    data, kept, port = tmp_path / "server", tmp_path / "kept", demonstration.port
    shutil.copytree(demonstration.data, data)
    for name in _DATABASES:
        shutil.copy(data / name, tmp_path / name)
    with serving_whole(data, port) as url:
        before = _size(url, kept)
        _grow(data, 4)
        Bed.wait(lambda: _size(url, tmp_path / "other") == before + 4)
        report = look(url, kept, now=NOW)
        assert (codes(report), report.notices) == ([], 1)
    for name in _DATABASES:
        for rest in ("-wal", "-shm"):
            (data / f"{name}{rest}").unlink(missing_ok=True)
        shutil.copy(tmp_path / name, data / name)
    said = civium("heads", "close", "--data", str(data), "--lose", "4", "--by", "Anna", "--and-by", "Bo")
    assert "closed: 1 logs" in said
    with serving_whole(data, port) as url:
        closed = look(url, kept, now=NOW + timedelta(minutes=1))
        assert codes(closed) == ["log-closed"]
        assert closed.findings[0].facts == {"signed": before + 4, "stored": before, "lost": 4}
        assert codes(look(url, kept, now=NOW + timedelta(minutes=2))) == []
        _grow(data, 3)
        Bed.wait(lambda: _size(url, tmp_path / "other") == before + 3)
        report = look(url, kept, now=NOW + timedelta(minutes=3))
        assert codes(report) == []
        malta = [(log.size, log.is_closed) for log in report.collections[0].logs if log.jurisdiction == "MT"]
        assert sorted(malta) == sorted([(before, True), (3, False)])
