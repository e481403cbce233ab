"""SQLite in particular: append-only by schema, durable by setting, nothing finer than the day, its errors turned into ours."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.store import connecting, schema
from civium.server.store.sqlite import SQLiteStore
from tests.server import live


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    store.append(list(live.candidates(going, 300)))
    store.destroy_body(going.collection.logs[0], 7, reason="destroyed-by-organisers")
    store.close()
    connection = connecting.connect(tmp_path / "statements.db")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "forbidden",
    [
        "delete from entry",
        "update entry set received_on = 1",
        "insert or replace into entry select number, log, received_on + 1, envelope_hash, erasure_commitment from entry",
        "update body set envelope = x''",
        "delete from body",
        "insert into body select entry, x'00' from destruction",
        "delete from destruction",
        "update destruction set reason = 'none'",
        "update log set size = size - 1",
        "update log set destroyed = 0",
        "update log set destroyed = size + 1",
        "update log set origin = 'elsewhere'",
        "delete from log",
        "update node set hash = zeroblob(32)",
        "delete from node",
        "update notice set entry = x''",
        "delete from notice",
        "update notices_head set size = 0",
        "delete from notices_head",
        "update manifest set raw = x''",
        "update manifest set signature = ''",
        "delete from manifest",
        "update collection set opens_on = 0, version = version + 1",
        "update collection set closes_on = 0",
        "update collection set state = 'other', version = version + 1",
        "delete from collection",
        "insert into entry values (5, 1, 1, zeroblob(32), zeroblob(32))",
        "insert into entry select number + 300, log, received_on, envelope_hash, erasure_commitment from entry",
        "insert into destruction values (99, 'destroyed-by-law', x'')",
    ],
)
def test_the_schema_forbids(filled: sqlite3.Connection, forbidden: str) -> None:
    before = list(filled.iterdump())
    with pytest.raises(sqlite3.IntegrityError):
        filled.execute(forbidden)
    assert list(filled.iterdump()) == before


def test_an_ended_collection_stays_ended(filled: sqlite3.Connection) -> None:
    filled.execute("update collection set state = 'ended', version = version + 1")
    with pytest.raises(sqlite3.IntegrityError):
        filled.execute("update collection set state = 'collecting', version = version + 1")


def test_every_connection_is_durable_and_overwrites(filled: sqlite3.Connection) -> None:
    found = {
        name: filled.execute(f"pragma {name}").fetchone()[0]
        for name in ("synchronous", "secure_delete", "foreign_keys", "journal_mode")
    }
    assert found == {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "journal_mode": "wal"}


def test_nothing_finer_than_the_day_and_nothing_of_a_sender_has_a_column() -> None:
    columns = re.findall(r"^    (\w+) (?:integer|text|blob)", "".join(schema.STEPS), re.MULTILINE)
    assert "received_on" in columns
    for column in columns:
        assert not re.search(r"(_at|time|stamp|address|agent|seconds|rowid)$", column), column
    assert "julianday" not in schema.STEPS[0]
    assert "current_timestamp" not in schema.STEPS[0].lower()


def test_a_destroyed_envelope_is_in_no_file(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    marked, kept = (
        live.candidate(live.log_of(going.collection, "ES"), live.unsealed(going)[:-32] + mark * 2)
        for mark in (b"destroyed-marker", b"remaining-marker")
    )
    store.append([marked, kept])
    store.destroy_body(marked.log, 0, reason="erased-by-signatory", evidence=bytes(16))
    held = b"".join(path.read_bytes() for path in tmp_path.glob("statements.db*"))
    store.close()
    assert b"remaining-marker" in held
    assert b"destroyed-marker" not in held


def test_who_reads_for_long_holds_up_neither_an_erasure_nor_who_writes(tmp_path: Path) -> None:
    """A backup reads for minutes; emptying the write-ahead log waits for it with the only write lock in its hand."""
    store, other = live.open_store(tmp_path), SQLiteStore(tmp_path / "statements.db")
    going = live.go_live(store, tmp_path)
    marked = live.candidate(live.log_of(going.collection, "ES"), live.unsealed(going)[:-32] + b"destroyed-marker" * 2)
    store.append([marked])
    backup = sqlite3.connect(tmp_path / "statements.db", isolation_level=None)
    backup.execute("begin")
    backup.execute("select count(*) from entry").fetchone()
    other.append(list(live.candidates(going, 1)))  # what the backup does not see must stay in the log
    began = time.monotonic()
    destroying = threading.Thread(target=store.destroy_body, args=(marked.log, 0), kwargs={"reason": "erased-by-signatory"})
    destroying.start()
    for _ in range(10):
        other.append(list(live.candidates(going, 1)))
    destroying.join()
    assert time.monotonic() - began < 5
    assert (tmp_path / "statements.db-wal").stat().st_size
    store.publish(live.TODAY)
    backup.execute("rollback")
    store.publish(live.TODAY)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("statements.db*"))
    backup.close()
    other.close()
    store.close()
    assert b"destroyed-marker" not in held, "the next move of the public log empties it"


def test_what_another_process_destroyed_goes_out_of_the_log_with_the_next_move(tmp_path: Path) -> None:
    store, other = live.open_store(tmp_path), SQLiteStore(tmp_path / "statements.db")
    going = live.go_live(store, tmp_path)
    marked = live.candidate(live.log_of(going.collection, "ES"), live.unsealed(going)[:-32] + b"destroyed-marker" * 2)
    store.append([marked])
    with store._reading() as reading:
        reading.execute("select count(*) from entry").fetchone()
        other.destroy_body(marked.log, 0, reason="destroyed-by-organisers")
    other.close()
    store.publish(live.TODAY)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("statements.db*"))
    store.close()
    assert b"destroyed-marker" not in held


def test_an_error_of_the_engine_is_refused_and_nothing_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    pages = store._writer.execute("pragma page_count").fetchone()[0]
    store._writer.execute(f"pragma max_page_count = {pages}")  # a full disk
    with pytest.raises(Refused, match="store-unavailable"):
        store.append(list(live.candidates(going, 50)))
    assert store.heads(live.IDENTIFIER)[0].size == 0
    store._writer.execute("pragma max_page_count = 100000")
    assert len(store.append(list(live.candidates(going, 50))).outcomes) == 50
    store.close()
    assert [record.message for record in caplog.records] == ["store-unavailable SQLITE_FULL"]


def test_a_commit_survives_reopening(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    batch = list(live.candidates(going, 3))
    store.append(batch)
    store.close()
    again = SQLiteStore(tmp_path / "statements.db")
    assert [row.envelope for row in again.read_rows(batch[0].log, 0, 3)] == [given.envelope for given in batch]
    again.close()


def test_a_proof_reads_few_rows_however_large_the_log(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    for _ in range(6):
        store.append(list(live.candidates(going, 1000)))
    log = going.collection.logs[0]
    rows = 0

    def count(statement: str) -> None:
        nonlocal rows
        rows += 1

    store._reader.set_trace_callback(count)
    store.prove(log, 17, 6000)
    assert rows < 12, "each statement reads at most one tile"
    store.close()
