"""How the database is found, brought up to date and connected to: one connection string for each role, each a secret in a file.

The rules are:
- a server refuses a schema it does not know, older or newer; only `prepare`, as the owner, changes it;
- every connection is durable: where the server would answer before the disk has it, the connection asks it not to;
- a database that keeps the time of commits is refused: it would know the second of each signing;
- whoever has stopped must not hold others up: locks and idle transactions end by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8BinaryDumper
from psycopg_pool import ConnectionPool

from civium.errors import Misconfigured
from civium.server.config import DatabaseRole
from civium.server.store.postgres import schema
from civium.server.store.postgres.roles import grants, grants_on_tables

Connection = psycopg.Connection[Any]
Pool = ConnectionPool[Connection]

_OLDEST = 15
_WAIT_SECONDS = 5.0  # for a connection, before a reader is told to come again
_MIGRATING = 0x4349564D  # "CIVM": the lock under which one process at a time changes the schema
_DEFAULTS: Mapping[str, str | int] = {
    "connect_timeout": 5,
    # A machine that has gone without a word is noticed within about half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# Every statement of the store looks rows up by index: no plan made while tables were small may read them through when they are not.
_SESSION = """select
    set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'
        else current_setting('synchronous_commit') end, false),
    set_config('lock_timeout', '20s', false), set_config('idle_in_transaction_session_timeout', '30s', false),
    set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
    set_config('enable_mergejoin', 'off', false)"""
_STANDING = "select current_setting('fsync'), current_setting('track_commit_timestamp')"


def read_connection_string(path: Path, role: DatabaseRole) -> str:
    """Give the connection string in a file, with our defaults where it says nothing.

    Raises Misconfigured `database-file-missing`, `database-file-open-to-others`, `database-file-malformed`.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text("utf-8").strip()
        given = conninfo_to_dict(text)
    except OSError:
        raise Misconfigured("database-file-missing", role=role) from None
    except (psycopg.Error, UnicodeDecodeError):
        raise Misconfigured("database-file-malformed", role=role) from None
    if not text or "\n" in text:
        raise Misconfigured("database-file-malformed", role=role)
    if mode & 0o007 and given.get("password"):
        raise Misconfigured("database-file-open-to-others", role=role)
    return make_conninfo("", **{**_DEFAULTS, "application_name": f"civium-{role}", **given})


def user_of(connection_string: str) -> str:
    """Give the role that a connection string logs in as; libpq's own default if it names none."""
    return str(conninfo_to_dict(connection_string).get("user") or psycopg.pq.Conninfo.get_defaults()[0].val)


def prepare(connection_string: str, names: Mapping[DatabaseRole, str]) -> None:
    """Make the tables, or lead older ones to the present schema, as the owner; then grant to each role what is its own.

    Raises Misconfigured `database-unreachable`, `postgresql-old`, `store-keeps-times`, `store-not-durable`, `store-newer`,
    `database-name-unknown`.
    """
    with _connected(connection_string, "owner") as connection, connection.transaction():
        _check_server(connection)
        connection.execute("select pg_advisory_xact_lock(%s)", [_MIGRATING])
        found = _schema_of(connection)
        if found > schema.VERSION:
            _check_schema(found)
        for step in schema.STEPS[found:]:
            connection.execute(step)
        connection.execute("update statements.store_state set schema = %s where schema <> %s", [schema.VERSION, schema.VERSION])
        try:
            for grant in grants(names):
                connection.execute(grant)
        except psycopg.errors.UndefinedObject:
            raise Misconfigured("database-name-unknown") from None


def grant_tables(connection_string: str, names: Mapping[DatabaseRole, str]) -> None:
    """Let the web's role, and no other, at Django's tables, as their owner. Raises Misconfigured `database-unreachable`."""
    with _connected(connection_string, "owner") as connection, connection.transaction():
        for grant in grants_on_tables(names):
            connection.execute(grant)


def check(connection_string: str, role: DatabaseRole) -> None:
    """Check that the database is there, durable, keeps no times, and has this version's schema.

    Raises Misconfigured `database-unreachable`, `postgresql-old`, `store-*`.
    """
    with _connected(connection_string, role) as connection:
        _check_server(connection)
        try:
            found = _schema_of(connection)
        except psycopg.errors.InsufficientPrivilege:
            raise Misconfigured("store-forbidden", role=role) from None
        if not found:
            raise Misconfigured("store-missing")
        _check_schema(found)


def open_pool(connection_string: str, *, most: int, is_reader: bool) -> Pool:
    """Give a pool that connects when it is first asked, and tries each connection before it lends it."""

    def configure(connection: Connection) -> None:
        _configure(connection, is_reader=is_reader)

    return ConnectionPool(
        connection_string,
        min_size=0,
        max_size=most,
        timeout=_WAIT_SECONDS,
        reconnect_timeout=_WAIT_SECONDS / 2,
        max_idle=300,
        num_workers=1,
        configure=configure,
        check=ConnectionPool.check_connection,
        open=True,
    )


def connect_writer(connection_string: str) -> Connection:
    """Give a connection to append through. Raises psycopg's errors."""
    connection: Connection = psycopg.connect(connection_string)
    _configure(connection, is_reader=False)
    return connection


def _configure(connection: Connection, *, is_reader: bool) -> None:
    """Bring a new connection to this store's settings; a reader's statements of one transaction see one moment."""
    connection.execute(_SESSION)
    connection.commit()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if is_reader else psycopg.IsolationLevel.READ_COMMITTED
    connection.read_only = is_reader
    # Numbers are bigint, whatever their size: a statement is prepared once, not once for each width.
    connection.adapters.register_dumper(int, Int8BinaryDumper)


@contextmanager
def _connected(connection_string: str, role: DatabaseRole) -> Iterator[Connection]:
    """Connect for one act. Raises Misconfigured `database-unreachable`; the server's own words may tell names and are left alone."""
    try:
        connection = psycopg.connect(connection_string, autocommit=True)
    except psycopg.OperationalError:
        raise Misconfigured("database-unreachable", role=role) from None
    with connection:
        yield connection


def _check_server(connection: Connection) -> None:
    found = connection.info.server_version // 10_000
    if found < _OLDEST:
        raise Misconfigured("postgresql-old", found=found, needed=_OLDEST)
    row = connection.execute(_STANDING).fetchone()
    assert row is not None
    if row[0] != "on":
        raise Misconfigured("store-not-durable")
    if row[1] != "off":
        raise Misconfigured("store-keeps-times")


def _check_schema(found: int) -> None:
    if found != schema.VERSION:
        code = "store-older" if found < schema.VERSION else "store-newer"
        raise Misconfigured(code, found=found, known=schema.VERSION)


def _schema_of(connection: Connection) -> int:
    """Give the schema's version, 0 where there is none."""
    try:
        with connection.transaction():
            row = connection.execute("select schema from statements.store_state").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return 0
    assert row is not None
    return int(row[0])
