"""One database of PostgreSQL for many tests: what a test put into it is taken out again. To copy one for each test takes a second.

The rules are:
- the superuser does it, past the triggers that let nobody else change the journal or a log;
- tables and rights are left as they are: a test that changes those makes a database of its own, or puts them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from tests.cluster import Cluster, Database

_TABLES = """
select schemaname, tablename from pg_tables where schemaname in ('public', 'statements') order by 1, 2
"""
_SEQUENCES = """
select schemaname, sequencename, start_value, last_value from pg_sequences where schemaname in ('public', 'statements')
"""


@dataclass(frozen=True)
class Kept:
    """What is in a database that was just made: the rows of each table, and where its sequences stand."""

    rows: dict[tuple[str, str], bytes]
    sequences: sql.Composed


def keep(cluster: Cluster, database: Database) -> Kept:
    """Read what a database holds now, to be brought back to it."""
    with _as_superuser(cluster, database) as connection, connection.cursor() as cursor:
        rows = {}
        for name in cursor.execute(_TABLES).fetchall():
            with cursor.copy(sql.SQL("copy {} to stdout (format binary)").format(sql.Identifier(*name))) as copy:
                rows[name] = b"".join(bytes(piece) for piece in copy)
        sequences = [
            sql.SQL("select setval({}, {}, {})").format(
                sql.Literal(f"{schema}.{name}"), sql.Literal(last or start), sql.Literal(last is not None)
            )
            for schema, name, start, last in cursor.execute(_SEQUENCES).fetchall()
        ]
        return Kept(rows, sql.SQL("; ").join(sequences))


def bring_back(cluster: Cluster, database: Database, kept: Kept) -> None:
    """Take out what was put in since. Raises psycopg's LockNotAvailable where somebody still holds something."""
    with _as_superuser(cluster, database) as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("set local lock_timeout = '3s'")
        cursor.execute(sql.SQL("; ").join(sql.SQL("delete from {}").format(sql.Identifier(*name)) for name in kept.rows))
        for name, content in kept.rows.items():
            if len(content) > _EMPTY:
                with cursor.copy(sql.SQL("copy {} from stdin (format binary)").format(sql.Identifier(*name))) as copy:
                    copy.write(content)
        cursor.execute(kept.sequences)


_EMPTY = 21  # bytes of a copy without a row: head (11 signature, 4 flags, 4 extension) and the sign of its end


def _as_superuser(cluster: Cluster, database: Database) -> psycopg.Connection:
    return psycopg.connect(cluster.connection_string("postgres", database=database.name), autocommit=True)
