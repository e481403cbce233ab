"""Each database role does its own work and nothing else: every forbidden act is tried as every role, on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.store.postgres.conftest import Try

psycopg = pytest.importorskip("psycopg")

if TYPE_CHECKING:
    from civium.server.config import DatabaseRole
    from tests.cluster import Cluster, Database

TABLES = (
    "store_state", "collection", "manifest", "accepted_key", "log", "entry", "body", "destruction", "mark", "challenge", "node",
    "notice", "notice_node", "notices_head", "closed_notices", "untold", "publication", "published",
)  # fmt: skip
READERS: tuple[DatabaseRole, ...] = ("intake", "export", "destroy", "web")
_NEVER_READ = {
    "intake": {"body", "mark"},
    "export": {"challenge", "untold"},
    "destroy": {"body", "mark", "challenge", "untold"},
    "web": {"body", "mark", "challenge", "untold"},
}
_ADDED = {
    "intake": {"entry", "body", "mark", "node", "challenge", "published", "notice", "notice_node"},
    "export": set(),
    "destroy": {"destruction"},
    "web": {"collection", "manifest", "accepted_key", "log", "notice", "notice_node", "closed_notices"},
}
_TAKEN_AWAY = {"intake": {"challenge", "untold"}, "export": set(), "destroy": {"body", "mark"}, "web": {"accepted_key"}}
_CHANGED = {
    "intake": {
        ("log", "size"), ("log", "frontier"), ("publication", "only_row"), ("publication", "number"),
        ("publication", "notices_size"), ("publication", "notices_frontier"), ("published", "log"), ("published", "size"),
        ("published", "destroyed"), ("published", "frontier"), ("publication", "notices_generation"), ("notices_head", "size"),
        ("notices_head", "frontier"),
    },
    "export": set(),
    "destroy": set(),
    "web": {
        ("store_state", "version"), ("collection", "state"), ("collection", "closes_on"), ("collection", "work"),
        ("collection", "version"), ("manifest", "accepted_until"), ("log", "generation"), ("log", "closed"), ("notices_head", "size"),
        ("notices_head", "frontier"), ("notices_head", "generation"),
    },
}  # fmt: skip


def _is_forbidden(database: Database, role: DatabaseRole, statement: str) -> bool:
    """Execute as a role and take it back; say whether the server refused for want of a right."""
    with psycopg.connect(database.connection_strings[role]) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return True
        except psycopg.Error:
            return False  # it had the right, and the schema said no
        finally:
            connection.rollback()
    return False


def _columns(database: Database, table: str) -> list[str]:
    with psycopg.connect(database.connection_strings["owner"]) as connection:
        rows = connection.execute(
            "select column_name from information_schema.columns where table_schema = 'statements' and table_name = %s", [table]
        )
        return [name for (name,) in rows]


def test_every_table_is_tried(filled: Database) -> None:
    with psycopg.connect(filled.connection_strings["owner"]) as connection:
        rows = connection.execute("select table_name from information_schema.tables where table_schema = 'statements'")
        assert sorted(name for (name,) in rows) == sorted(TABLES)


@pytest.mark.parametrize("role", READERS)
def test_a_role_reads_what_its_work_needs(filled: Database, role: DatabaseRole) -> None:
    for table in TABLES:
        whole = "evidence" if table == "destruction" else "*"
        is_closed = table in _NEVER_READ[role] or (table == "destruction" and role != "export")
        assert _is_forbidden(filled, role, f"select {whole} from statements.{table}") is is_closed, table
    assert _is_forbidden(filled, role, "select envelope from statements.body") is (role != "export")
    assert _is_forbidden(filled, role, "select mark from statements.mark") is (role != "export")


@pytest.mark.parametrize("role", READERS)
def test_a_role_adds_and_takes_away_what_is_its_own(filled: Database, role: DatabaseRole) -> None:
    for table in TABLES:
        # No rows: the right is asked for before the schema is.
        columns = ", ".join(f"null::{table_type}" for table_type in _types(filled, table))
        insert = f"insert into statements.{table} select {columns} where false"
        assert _is_forbidden(filled, role, insert) is (table not in _ADDED[role]), table
        assert _is_forbidden(filled, role, f"delete from statements.{table} where false") is (table not in _TAKEN_AWAY[role]), (
            table
        )
        assert _is_forbidden(filled, role, f"truncate statements.{table}"), table


def _types(database: Database, table: str) -> list[str]:
    with psycopg.connect(database.connection_strings["owner"]) as connection:
        rows = connection.execute(
            "select data_type from information_schema.columns where table_schema = 'statements' and table_name = %s"
            " order by ordinal_position",
            [table],
        )
        return [name for (name,) in rows]


@pytest.mark.parametrize("role", READERS)
def test_a_role_changes_the_columns_that_are_its_own(filled: Database, role: DatabaseRole) -> None:
    for table in TABLES:
        for column in _columns(filled, table):
            forbidden = _is_forbidden(filled, role, f"update statements.{table} set {column} = default where false")
            assert forbidden is ((table, column) not in _CHANGED[role]), (table, column)


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(
    "act",
    [
        "drop table statements.entry",
        "alter table statements.log disable trigger all",
        "drop trigger log_only_grows on statements.log",
        "create or replace function statements.refuse() returns trigger language plpgsql as 'begin return null; end'",
        "set session_replication_role = replica",
        "create table statements.mine (value integer)",
        "create trigger mine before insert on statements.entry for each row execute function statements.refuse('mine')",
        "create function statements.mine() returns integer language sql as 'select 1'",
        "set role civium_owner",
        "alter role civium_intake superuser",
        "grant select on statements.body to civium_intake",
        "copy statements.entry to program 'true'",
        "select pg_read_file('postgresql.conf')",
    ],
)
def test_no_role_can_lift_the_rules(filled: Database, role: DatabaseRole, act: str) -> None:
    with psycopg.connect(filled.connection_strings[role]) as connection:
        before = _rights(connection)
        try:
            connection.execute(act)
        except psycopg.errors.InsufficientPrivilege:
            connection.rollback()
        else:
            assert act.startswith("grant"), "the server answers a grant of what one has not with a warning"
            assert _rights(connection) == before


def _rights(connection: object) -> list[object]:
    rows = connection.execute(  # type: ignore[attr-defined]
        "select grantee, table_name, privilege_type from information_schema.table_privileges where table_schema = 'statements'"
        " order by 1, 2, 3"
    )
    return list(rows.fetchall())


def test_the_intake_cannot_shrink_or_overdraw_a_log(attempt: Try) -> None:
    for change in ("size = size - 1", "size = 0", "size = size + 1"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            attempt("intake", f"update statements.log set {change} where size > 0")


def test_the_intake_cannot_bring_a_destroyed_body_back(attempt: Try) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        attempt("intake", "insert into statements.body select entry, '\\x00' from statements.destruction")


def test_destroying_needs_a_reason(attempt: Try) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        attempt("destroy", "delete from statements.body")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        attempt("destroy", "insert into statements.destruction values (99, 'destroyed-by-law', '')")


def test_the_web_cannot_change_what_was_promised(attempt: Try) -> None:
    for act in (
        "insert into statements.accepted_key select collection, jurisdiction, 100, '', suite, public_key from statements.accepted_key",
        "update statements.log set generation = generation + 1",
        "update statements.collection set state = 'paused'",  # without a new version
        "update statements.notices_head set size = 0",
    ):
        with pytest.raises(psycopg.IntegrityError):
            attempt("web", act)


def test_grants_are_made_anew(database: Database) -> None:
    from civium.server.store.postgres import connecting
    from tests.cluster import USERS

    with psycopg.connect(database.connection_strings["owner"], autocommit=True) as connection:
        before = _rights(connection)
        connection.execute("grant select on statements.body to civium_intake")
        connection.execute("grant delete on statements.entry to civium_web")
        assert _rights(connection) != before
        connecting.prepare(database.connection_strings["owner"], USERS)
        assert _rights(connection) == before


def test_one_name_for_all_needs_no_grants() -> None:
    from civium.server.store.postgres.roles import grants

    assert list(grants({"owner": "civium", "intake": "civium", "web": "civium"})) == []


def test_a_stranger_is_refused_everywhere(postgresql: Cluster, filled: Database) -> None:
    postgresql.execute("do $$ begin create role stranger login; exception when duplicate_object then null; end $$")
    string = filled.connection_strings["web"].replace("civium_web", "stranger")
    with psycopg.connect(string, autocommit=True) as connection:
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select 1 from statements.{table}")
