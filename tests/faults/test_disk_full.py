"""The disk is full under load: nothing is acknowledged that is not there, readers are served, and with room again all goes on.

The disk is a file system of its own, of a few megabytes (root alone can make one). SQLite is tried without one, too: a file may not grow.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.cluster import descendants
from tests.faults import load
from tests.faults.load import Premises, Senders, check_all, free_port, get, send_once_more, serving
from tests.server import live

if TYPE_CHECKING:
    from tests.cluster import Cluster

NO_DISK = "no small disk can be made here: run as root, where file systems may be mounted"
COUNTS = f"/api/collections/{live.IDENTIFIER.hex()}/counts"


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path]:
    """Give a disk of so many megabytes; skip where none can be made, fail there under CI."""
    with tempfile.TemporaryDirectory(prefix="civium-disk-") as place:
        options = f"size={megabytes}m,mode=1777"
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "civium-tests", place], capture_output=True)
        if made.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_DISK)
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)


def _fill(disk: Path) -> Path:
    """Take all the room there is."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as stream, suppress(OSError):
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while stream.write(bytes(size)) == size:
                    pass
    return filler


def _check_still_served(port: int, senders: Senders) -> None:
    """Whoever only reads notices nothing; the count is that of what was acknowledged or is waiting."""
    assert get(port, "/health/live")[0] == 200
    status, _, body = get(port, COUNTS)
    assert status == 200
    assert json.loads(body)["received"] >= len(senders.acknowledged)


def test_a_full_disk_under_sqlite_loses_nothing(tmp_path: Path) -> None:
    with _small_disk(32) as disk:
        premises = load.on_sqlite(disk / "installation")
        port = free_port()
        with serving(premises, port):
            senders = load.load(premises, port, 900)
            senders.await_acknowledged(50)
            filler = _fill(disk)
            before = len(senders.acknowledged)
            assert before < 900, "the disk was filled too late: the test tried nothing"
            senders.await_that(lambda: senders.refused.get("store-unavailable", 0) >= 3 * load.SENDERS)
            _check_still_served(port, senders)
            filler.unlink()
            senders.finish()
            assert set(senders.refused) == {"store-unavailable"}
            assert senders.broken == 0, "the server went on answering"
            send_once_more(senders)
        check_all(premises, senders.acknowledged)


def test_a_file_that_may_not_grow_under_sqlite_loses_nothing(on_sqlite: Premises) -> None:
    port = free_port()
    with serving(on_sqlite, port) as server:
        senders = load.load(on_sqlite, port, 900)
        senders.await_acknowledged(50)
        everybody = [server.pid, *descendants(server.pid)]
        most = max(path.stat().st_size for path in on_sqlite.folder.glob("statements.db*"))
        for process in everybody:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        senders.await_that(lambda: senders.refused.get("store-unavailable", 0) >= 3 * load.SENDERS)
        assert len(senders.acknowledged) < 900
        _check_still_served(port, senders)
        for process in everybody:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        senders.finish()
        assert senders.broken == 0, "the server went on answering"
        send_once_more(senders)
    check_all(on_sqlite, senders.acknowledged)


@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("is_log_full", [False, True], ids=["tables", "write-ahead-log"])
def test_a_full_disk_under_postgresql_loses_nothing(tmp_path: Path, is_log_full: bool) -> None:
    """Without room for tables PostgreSQL refuses; without room for its log it ends, and an operator starts it again."""
    from tests import cluster

    settings = ("min_wal_size=32MB", "max_wal_size=48MB", "restart_after_crash=on")
    with _small_disk(256) as disk, cluster.running(*settings, inside=disk) as server:
        premises = load.on_postgresql(tmp_path / "installation", server)
        port = free_port()
        with serving(premises, port):
            senders = load.load(premises, port, 1500)
            senders.await_acknowledged(50)
            filler = _fill(disk)
            if is_log_full:
                _use_up_the_log(server)
            else:
                senders.await_that(lambda: senders.refused.get("store-unavailable", 0) >= 3 * load.SENDERS)
            assert len(senders.acknowledged) < 1500, "the disk was filled too late: the test tried nothing"
            assert get(port, "/health/live")[0] == 200
            filler.unlink()
            _bring_back(server)
            senders.finish()
            assert set(senders.refused) <= {"store-unavailable"}
            send_once_more(senders)
        check_all(premises, senders.acknowledged)


def _use_up_the_log(server: Cluster) -> None:
    """Begin segment after segment until there is no room for another: PostgreSQL cannot go on without one."""
    for _ in range(100):
        try:
            server.execute("select pg_switch_wal(), pg_logical_emit_message(false, 'civium', 'a test')")
        except psycopg.OperationalError:
            return
        time.sleep(0.01)
    pytest.fail("there was always room for another segment")


def _bring_back(server: Cluster) -> None:
    """Do what an operator does once there is room: look, and start it where it has ended."""
    deadline = time.monotonic() + 60
    while True:
        if not server.is_running():
            server.start()
        try:
            server.execute("checkpoint")
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return
