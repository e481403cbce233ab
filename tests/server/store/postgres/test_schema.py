"""PostgreSQL's tables in particular: append-only by schema even for their owner, and nothing in them that is finer than the day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.server.store.postgres.conftest import Try

psycopg = pytest.importorskip("psycopg")

if TYPE_CHECKING:
    from tests.cluster import Database

TABLES = (
    "store_state", "collection", "manifest", "accepted_key", "log", "entry", "body", "destruction", "mark", "challenge", "node",
    "notice", "notice_node", "notices_head", "publication", "published",
)  # fmt: skip


@pytest.mark.parametrize(
    "forbidden",
    [
        "delete from statements.entry",
        "update statements.entry set received_on = 1",
        "insert into statements.entry select number, log, received_on + 1, envelope_hash, erasure_commitment from statements.entry",
        "update statements.body set envelope = ''",
        "delete from statements.body",
        "insert into statements.body select entry, '\\x00' from statements.destruction",
        "insert into statements.body values (99, '\\x00')",
        "insert into statements.mark select entry, decode(repeat('00', 16), 'hex') from statements.destruction",
        "delete from statements.destruction",
        "update statements.destruction set reason = 'none'",
        "update statements.log set size = size - 1 where size > 0",
        "update statements.log set size = size + 1",
        "update statements.log set destroyed = 0",
        "update statements.log set destroyed = size + 1",
        "update statements.log set origin = origin || '/elsewhere'",
        "delete from statements.log",
        "update statements.node set hash = decode(repeat('00', 32), 'hex')",
        "delete from statements.node",
        "update statements.notice set entry = ''",
        "delete from statements.notice",
        "update statements.notices_head set size = 0",
        "delete from statements.notices_head",
        "update statements.manifest set raw = ''",
        "update statements.manifest set signature = ''",
        "delete from statements.manifest",
        "update statements.collection set opens_on = 0, version = version + 1",
        "update statements.collection set token_key = '\\x01', version = version + 1",
        "update statements.collection set closes_on = 0",
        "update statements.collection set state = 'other', version = version + 1",
        "delete from statements.collection",
        "insert into statements.entry select 5, 1, 1, envelope_hash, erasure_commitment from statements.entry",
        "insert into statements.entry select number + 300, log, received_on, envelope_hash, erasure_commitment from statements.entry",
        "delete from statements.published",
        "update statements.published set size = 0",
        "insert into statements.destruction values (99, 'destroyed-by-law', '')",
        *(f"truncate statements.{table} cascade" for table in TABLES if table not in ("challenge",)),
    ],
)
def test_the_schema_forbids_even_the_owner(filled: Database, attempt: Try, forbidden: str) -> None:
    before = _everything(filled)
    with pytest.raises(psycopg.IntegrityError):
        attempt("owner", forbidden)
    assert _everything(filled) == before


def test_an_ended_collection_stays_ended(attempt: Try) -> None:
    end = "update statements.collection set state = 'ended', version = version + 1"
    attempt("owner", end)
    with pytest.raises(psycopg.errors.RestrictViolation):
        attempt("owner", f"{end}; update statements.collection set state = 'collecting', version = version + 1")


def test_nothing_finer_than_the_day_and_nothing_of_a_sender_has_a_column(filled: Database) -> None:
    with psycopg.connect(filled.connection_strings["owner"]) as connection:
        columns = connection.execute(
            "select column_name, data_type from information_schema.columns where table_schema = 'statements'"
        ).fetchall()
        sequences = connection.execute("select count(*) from pg_sequences where schemaname = 'statements'").fetchone()
    assert ("received_on", "integer") in columns
    assert {kind for _, kind in columns} == {"integer", "bigint", "bytea", "text"}, "no time, no date, no address"
    for column, _ in columns:
        assert not re.search(r"(_at|time|stamp|address|agent|seconds|rowid)$", column), column
    assert sequences == (0,), "a sequence would tell the order across logs"


def _everything(filled: Database) -> list[object]:
    with psycopg.connect(filled.connection_strings["owner"]) as connection:
        return [connection.execute(f"select * from statements.{table} order by 1, 2").fetchall() for table in TABLES]


def test_what_is_destroyed_is_swept_out_soon(filled: Database) -> None:
    with psycopg.connect(filled.connection_strings["owner"], autocommit=True) as connection:
        options = connection.execute("select reloptions from pg_class where relname = 'body' and relkind = 'r'").fetchone()
        assert options is not None
        assert {"autovacuum_vacuum_threshold=0", "autovacuum_vacuum_scale_factor=0"} <= set(options[0])
        connection.execute("vacuum statements.body")  # what autovacuum does within its minute
        rows = connection.execute("select count(*) from statements.body").fetchone()
    assert rows == (302,)
