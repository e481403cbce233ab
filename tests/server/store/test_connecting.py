"""Databases that are missing, foreign, older or newer are refused; one intake at a time."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from civium.errors import Misconfigured
from civium.formats import notice
from civium.server.store import connecting, schema
from civium.server.store.sqlite import SQLiteStore


def test_a_prepared_database_opens_and_preparing_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "statements.db"
    connecting.prepare(path)
    connecting.prepare(path)
    connecting.connect(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_database_is_not_made_by_a_server(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="store-missing"):
        connecting.connect(tmp_path / "statements.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("version", "code"), [(schema.VERSION + 1, "store-newer"), (0, "store-older")])
def test_an_unknown_schema_is_refused(tmp_path: Path, version: int, code: str) -> None:
    path = tmp_path / "statements.db"
    connecting.prepare(path)
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version = {version}")
    connection.close()
    with pytest.raises(Misconfigured, match=code):
        connecting.connect(path)


def test_a_newer_database_is_not_led_backwards(tmp_path: Path) -> None:
    path = tmp_path / "statements.db"
    connecting.prepare(path)
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    connection.close()
    with pytest.raises(Misconfigured, match="store-newer"):
        connecting.prepare(path)


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 10, None])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "statements.db"
    if content is None:
        connection = sqlite3.connect(path)
        connection.execute("create table somebody_elses (value integer)")
        connection.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="store-foreign"):
        connecting.connect(path)
    with pytest.raises(Misconfigured, match="store-foreign"):
        connecting.prepare(path)
    assert path.read_bytes() == before


def test_a_second_intake_process_refuses_to_start(tmp_path: Path) -> None:
    lock = tmp_path / "intake.lock"
    script = (
        "import sys, pathlib\n"
        "from civium.errors import Misconfigured\n"
        "from civium.server.store.connecting import sole_intake\n"
        "try:\n"
        "    with sole_intake(pathlib.Path(sys.argv[1])): print('begun')\n"
        "except Misconfigured as error: print(error.code)\n"
    )

    def other_process() -> str:
        return subprocess.run(
            [sys.executable, "-c", script, str(lock)], capture_output=True, text=True, check=True
        ).stdout.strip()

    with connecting.sole_intake(lock):
        assert other_process() == "intake-running"
    assert other_process() == "begun", "the lock goes with its holder"


def test_an_sqlite_without_strict_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.36.0")
    with pytest.raises(Misconfigured, match="sqlite-old"):
        connecting.prepare(tmp_path / "statements.db")


def test_an_older_database_is_led_to_the_present_and_lists_what_was_destroyed_before(tmp_path: Path) -> None:
    path, first = tmp_path / "statements.db", 1 << schema.INDEX_BITS
    connection = sqlite3.connect(path)
    connection.executescript(schema.STEPS[0] + schema.STEPS[1])
    connection.execute(f"pragma application_id = {schema.APPLICATION_ID}")
    connection.execute("pragma user_version = 2")
    connection.execute("insert into collection values (1, ?, 'collecting', 0, 99999, 1, 1, x'', 0)", (bytes(16),))
    origin = f"signing.example.org/{bytes(16).hex()}/ES/online/1"
    connection.execute("insert into log values (1, 1, ?, 'ES', 'online', 1, 3, 0, ?)", (origin, bytes(64)))
    for index in range(3):
        connection.execute("insert into entry values (?, 1, 0, ?, ?)", (first + index, bytes([index]) * 32, bytes(32)))
    for index in (1, 2):
        connection.execute("insert into destruction values (?, 'destroyed-by-organisers', x'')", (first + index,))
    connection.commit()
    connection.close()
    connecting.prepare(path)
    store = SQLiteStore(path)
    for _ in range(2):
        store.publish(date(2026, 11, 21))
        (entry,) = store.read_notices(0, 10)
    told = notice.parse(entry)
    assert told == notice.Destruction(bytes(16), origin, "destroyed-by-organisers", ((1, 2),), date(2026, 11, 21))
    assert store.published().heads[0].destroyed == 2
    store.close()
