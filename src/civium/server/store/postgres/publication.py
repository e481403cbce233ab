"""What the public sees of all logs, kept in the database: every process shows the same, and it moves for all of them together.

The rules are:
- one process takes it: whoever holds a lock of its session; when that process ends, the next one that asks holds it;
- one that comes after another waits for its turn before it takes: a log must not be a clock, whichever process dies;
- what is taken is one moment of all logs, and what was destroyed until that moment is listed in the same transaction.
"""

from __future__ import annotations

from datetime import date

import psycopg

from civium.server.store import tree
from civium.server.store.postgres import collections, connecting
from civium.server.store.postgres.connecting import Connection
from civium.server.store.protocol import Head, Log, Published

_TRIES = 10  # each is a few milliseconds, and organisers' acts are few
_PUBLISHING = 0x43495650  # "CIVP": the lock of the process that publishes
_TAKE_NOTICES = """update statements.publication set number = publication.number + 1,
    notices_size = notices_head.size, notices_frontier = notices_head.frontier, notices_generation = notices_head.generation
    from statements.notices_head"""
_TAKE_LOGS = """insert into statements.published (log, size, destroyed, frontier)
    select number, size, destroyed, frontier from statements.log
    on conflict (log) do update set size = excluded.size, destroyed = excluded.destroyed, frontier = excluded.frontier"""
_HEADS = """select log.number, origin, identifier, jurisdiction, channel, generation,
    published.size, published.frontier, published.destroyed
    from statements.published join statements.log on log.number = published.log
    join statements.collection on collection.number = log.collection order by log.number"""


class Publisher:
    """One process's part in publishing."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string
        self._connection: Connection | None = None  # held: this process is the one that publishes

    def close(self) -> None:
        """Leave it to another process."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def publish(self, on: date) -> None:
        """List what was destroyed and take all heads, if it is this process's to do and its turn."""
        was_publisher = self._connection is not None
        if self._connection is not None:
            try:
                _take(self._connection, on)
            except psycopg.OperationalError:
                self.close()
            else:
                return
        connection = connecting.connect_writer(self._connection_string)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        if not _one(connection, "select pg_try_advisory_lock(%s)", _PUBLISHING):
            connection.close()
            return
        self._connection = connection
        if was_publisher or not _one(connection, "select number from statements.publication"):
            _take(connection, on)


def read_published(connection: Connection) -> Published:
    """Give what was last taken."""
    row = connection.execute(
        "select number, notices_size, notices_frontier, notices_generation from statements.publication"
    ).fetchone()
    assert row is not None
    rows = connection.execute(_HEADS).fetchall()
    heads = tuple(Head(Log(*one[:6]), tree.parse_frontier(one[6], one[7]), one[8]) for one in rows)
    # Heads that are closed never change: those taken are those there are, up to the generation taken.
    closed = collections.closed_notices(connection)[: row[3] - 1]
    return Published(row[0], heads, tree.parse_frontier(row[1], row[2]), closed)


def _take(connection: Connection, on: date) -> None:
    """Take all heads as of one moment. A notice that another transaction appends meanwhile makes a later moment of it."""
    for is_last in (False,) * (_TRIES - 1) + (True,):
        try:
            collections.list_destroyed(connection, on)
            connection.execute(_TAKE_NOTICES)
            connection.execute(_TAKE_LOGS)
            connection.commit()
        except psycopg.errors.SerializationFailure:
            connection.rollback()
            if is_last:
                raise
        else:
            return


def _one(connection: Connection, statement: str, *values: int) -> object:
    row = connection.execute(statement, values).fetchone()
    connection.commit()
    assert row is not None
    return row[0]
