"""The store on PostgreSQL: any number of worker processes, each kind of work through the role that may do it.

The rules are:
- a batch whose connection breaks, or whose commit's answer is lost, is appended once more: what was committed is known and keeps its index,
  so recovery is the normal path run again;
- while PostgreSQL fails over, a batch waits; readers are told to come again;
- PostgreSQL's errors become Refused("store-unavailable") here, with their SQLSTATE in the log and nothing else: its words may hold a row.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Literal
from uuid import UUID

import psycopg

from civium.errors import Misconfigured, Refused
from civium.formats import leaf, merkle, receipt
from civium.server.config import DatabaseRole
from civium.server.store import tree
from civium.server.store.postgres import appending, collections, connecting, publication
from civium.server.store.postgres.connecting import Connection, Pool
from civium.server.store.protocol import (
    BatchOutcome,
    Candidate,
    Change,
    Collection,
    Head,
    Log,
    Opening,
    Published,
    Row,
    SignedManifest,
)
from civium.server.store.schema import INDEX_BITS

PATIENCE_SECONDS = 25.0  # for a failover; less than what a worker that is stopped is given
_AGAIN_SECONDS = 0.2
_PIECE = 256  # rows read at once: at most about 1.4 MB of envelopes
Work = Literal["reading", "intake", "export", "destroy", "web"]
_MOST: Mapping[Work, int] = {"reading": 4, "intake": 1, "export": 2, "destroy": 2, "web": 2}
# Gone, going, or not yet writing: connection lost, shut down, a standby, too many connections, a lock not given, a deadlock.
_PASSING = ("08", "57P", "25006", "53300", "55P03", "40")
_logger = logging.getLogger(__name__)


class PostgresStore:
    """A Store (protocol.py) in a database made by connecting.prepare, given the connection strings of the roles this process has."""

    def __init__(self, connection_strings: Mapping[DatabaseRole, str], *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Look at the database. Raises Misconfigured `database-unreachable`, `postgresql-old`, `store-*`."""
        self._connection_strings = connection_strings
        self._patience_seconds = patience_seconds
        self._pools: dict[str, Pool] = {}
        self._pools_lock = threading.Lock()
        self._writer: Connection | None = None
        self._writer_lock = threading.Lock()
        self._away_since: float | None = None  # when the database went away, until a batch is appended
        self._check: Callable[[], None] | None = None
        self._publisher: publication.Publisher | None = None
        self._publisher_lock = threading.Lock()
        role: DatabaseRole = next(role for role in ("intake", "web", "export", "destroy", "owner") if role in connection_strings)
        connecting.check(connection_strings[role], role)
        self._reading_role = role

    def close(self) -> None:
        """Let go of the database."""
        with self._writer_lock:
            self._let_go_of_writer()
        with self._publisher_lock:
            if self._publisher is not None:
                self._publisher.close()
        for pool in self._pools.values():
            pool.close()

    def open_collection(self, opening: Opening) -> Collection:
        """Begin a collection with its logs, keys, first manifest and notice."""
        with self._as("web") as connection:
            return collections.open_collection(connection, opening)

    def change_collection(self, identifier: bytes, change: Change, *, expected_version: int) -> Collection:
        """Change a collection and raise its version."""
        with self._as("web") as connection:
            return collections.change_collection(connection, identifier, change, expected_version)

    def collection(self, identifier: bytes) -> Collection:
        """The collection as committed."""
        with self._as("reading") as connection:
            return collections.read_collection(connection, identifier)

    def collections(self) -> tuple[Collection, ...]:
        """All collections, in the order in which they were opened."""
        with self._as("reading") as connection:
            return collections.read_collections(connection)

    def version(self) -> int:
        """A number that rises with every change that is not an append."""
        with self._as("reading") as connection:
            row = connection.execute("select version from statements.store_state").fetchone()
            assert row is not None
            return int(row[0])

    def manifests(self, identifier: bytes) -> tuple[SignedManifest, ...]:
        """All manifests of a collection in ascending sequence."""
        with self._as("reading") as connection:
            return collections.read_manifests(connection, identifier)

    def append(self, batch: Sequence[Candidate]) -> BatchOutcome:
        """Give every admissible candidate the next index of its log, in one durable transaction."""
        while True:
            try:
                with self._writing() as connection:
                    outcome = appending.append(connection, batch)
            except psycopg.OperationalError as error:
                # One patience for all batches: those who wait behind this one have waited as long as its own.
                self._away_since = self._away_since or time.monotonic()
                if not _is_passing(error) or time.monotonic() >= self._away_since + self._patience_seconds:
                    raise _told(error, "intake") from None
                _logger.warning("store-waits %s", error.sqlstate or "no-connection")
                time.sleep(_AGAIN_SECONDS)
            except psycopg.Error as error:
                raise _told(error, "intake") from None
            else:
                self._away_since = None
                return outcome

    def check_after_reconnecting(self, check: Callable[[], None]) -> None:
        """Have this called whenever the connection that appends was made, before anything is appended through it."""
        self._check = check

    def heads(self, identifier: bytes) -> tuple[Head, ...]:
        """The committed heads of a collection's logs."""
        with self._as("reading") as connection:
            return collections.read_heads(connection, identifier)

    def find(self, log: Log, envelope_hash: bytes) -> int | None:
        """The index of an envelope in its log, or None."""
        with self._as("reading") as connection:
            row = connection.execute(
                "select number from statements.entry where log = %s and envelope_hash = %s", [log.number, envelope_hash]
            ).fetchone()
            return None if row is None else row[0] & ((1 << INDEX_BITS) - 1)

    def find_identifier(self, collection: bytes, identifier: UUID) -> tuple[tuple[Log, int], ...]:
        """Logs and indices of the entries of a collection with this identifier."""
        first, last = receipt.hashes_of(identifier)
        with self._as("reading") as connection:
            number = collections.number_of(connection, collection)
            rows = connection.execute(
                "select log.number, origin, %s::bytea, jurisdiction, channel, generation, entry.number, envelope_hash"
                " from statements.log join statements.entry"
                " on entry.log = log.number and envelope_hash >= %s and envelope_hash <= %s"
                " where collection = %s order by log.number, entry.number",
                [collection, first, last, number],
            ).fetchall()
        found = [(Log(*row[:6]), row[6] & ((1 << INDEX_BITS) - 1)) for row in rows if receipt.identifier(row[7]) == identifier]
        return tuple(found)

    def read_rows(self, log: Log, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop-1 in order of index, read in pieces."""
        first = log.number << INDEX_BITS
        for piece in range(start, stop, _PIECE):
            with self._as("export") as connection:
                rows = connection.execute(
                    "select entry.number, received_on, envelope_hash, erasure_commitment, envelope, reason, evidence"
                    " from statements.entry left join statements.body on body.entry = entry.number"
                    " left join statements.destruction on destruction.entry = entry.number"
                    " where entry.number >= %s and entry.number < %s order by entry.number",
                    [first + piece, first + min(piece + _PIECE, stop)],
                    binary=True,
                ).fetchall()
            for number, days, hashed, commitment, envelope, reason, evidence in rows:
                record = leaf.encode_parts(days, hashed, commitment)
                yield Row(number - first, record, envelope, reason, evidence or b"")

    def read_leaves(self, log: Log, start: int, stop: int) -> list[bytes]:
        """Leaf records start..stop-1."""
        with self._as("reading") as connection:
            return appending.read_leaves(connection, log.number, start, stop)

    def read_nodes(self, log: Log, level: int, start: int, stop: int) -> list[bytes]:
        """Hashes of complete subtrees of 256**level leaves, start..stop-1."""
        with self._as("reading") as connection:
            return appending.read_nodes(connection, log.number, level, start, stop)

    def prove(self, log: Log, index: int, size: int) -> tuple[bytes, ...]:
        """The inclusion proof of an index in the tree of any earlier or present size."""
        with self._as("reading") as connection:
            return merkle.inclusion_proof(appending.reader_of(connection, log.number), index, size)

    def root(self, log: Log, size: int) -> bytes:
        """The root of the tree of any earlier or present size."""
        with self._as("reading") as connection:
            return tree.root_at(appending.reader_of(connection, log.number), size)

    def destroy_body(self, log: Log, index: int, *, reason: str, evidence: bytes = b"") -> bool:
        """Destroy an envelope and its mark for ever, keeping its leaf record; False if it was gone before."""
        number = log.number << INDEX_BITS | index
        with self._as("destroy") as connection:
            if connection.execute("select 1 from statements.entry where number = %s", [number]).fetchone() is None:
                raise Refused("unknown-entry")
            try:
                # The trigger counts it and raises the version; of two that destroy at once one waits here, and then finds it done.
                connection.execute(
                    "insert into statements.destruction (entry, reason, evidence) values (%s, %s, %s)", [number, reason, evidence]
                )
            except psycopg.errors.UniqueViolation:
                connection.rollback()
                return False
            connection.execute("delete from statements.body where entry = %s", [number])
            connection.execute("delete from statements.mark where entry = %s", [number])
        return True

    def destroy_range(self, log: Log, start: int, stop: int, *, reason: str) -> int:
        """Destroy what is still there of start..stop-1, in one transaction, and give its number."""
        bounds = [log.number << INDEX_BITS | start, log.number << INDEX_BITS | stop]
        with self._as("destroy") as connection:
            # What another destroys at the same moment is waited for, and then is not there any more.
            told = connection.execute(
                "insert into statements.destruction (entry, reason, evidence)"
                " select entry, %s, ''::bytea from statements.body where entry >= %s and entry < %s order by entry on conflict do nothing",
                [reason, *bounds],
            )
            connection.execute("delete from statements.body where entry >= %s and entry < %s", bounds)
            connection.execute("delete from statements.mark where entry >= %s and entry < %s", bounds)
        return told.rowcount

    def reason(self, log: Log, index: int) -> str | None:
        """Why the body of an entry is gone, or None while it is there."""
        with self._as("reading") as connection:
            row = connection.execute(
                "select reason from statements.destruction where entry = %s", [log.number << INDEX_BITS | index]
            ).fetchone()
            return None if row is None else str(row[0])

    def repeats(self, *logs: Log) -> int:
        """How many entries of these logs taken together, destroyed ones left out, have the mark of an earlier one of them."""
        with self._as("export") as connection:
            row = connection.execute(
                "select count(*) - count(distinct mark) from unnest(%s::bigint[]) as log (number) join statements.mark"
                " on entry >= log.number << %s::integer and entry < (log.number + 1) << %s::integer",
                [[log.number for log in logs], INDEX_BITS, INDEX_BITS],
            ).fetchone()
            assert row is not None
            return int(row[0])

    def forget_challenges(self, hour: int) -> None:
        """Forget the spent challenges that had expired at this hour or before."""
        with self._as("intake") as connection:
            connection.execute("delete from statements.challenge where expires_hour <= %s", [hour])

    def publish(self, on: date) -> None:
        """List what was destroyed, and take all heads for the public, if this process is the one that does so; the first that asks is, until it ends."""
        try:
            with self._publisher_lock:
                if self._publisher is None:
                    self._publisher = publication.Publisher(self._string_of("intake"))
                self._publisher.publish(on)
        except psycopg.Error as error:
            raise _told(error, "intake") from None

    def published(self) -> Published:
        """What was last taken for the public."""
        with self._as("reading") as connection:
            return publication.read_published(connection)

    def append_notice(self, entry: bytes) -> int:
        """Append an entry to the installation's notices log and give its index."""
        with self._as("web") as connection:
            return collections.append_notices(connection, [entry])

    def close_notices(self, entry: bytes, *, generation: int) -> None:
        """Close the notices log and begin its next generation with the notice of that."""
        with self._as("web") as connection:
            collections.close_notices(connection, entry, generation)

    def notices_heads(self) -> tuple[merkle.Frontier, ...]:
        """The committed heads of all generations of the notices log, oldest first."""
        with self._as("reading") as connection:
            return (*collections.closed_notices(connection), collections.notices_head(connection)[1])

    def notices_frontier(self) -> merkle.Frontier:
        """The committed head of the notices log's present generation."""
        return self.notices_heads()[-1]

    def read_notices(self, start: int, stop: int, *, generation: int | None = None) -> list[bytes]:
        """Entries start..stop-1 of the notices log."""
        with self._as("reading") as connection:
            first = ((generation or collections.notices_head(connection)[0]) - 1) << INDEX_BITS
            rows = connection.execute(
                "select entry from statements.notice where number >= %s and number < %s order by number",
                [first + start, first + stop],
            )
            return [entry for (entry,) in rows]

    def read_notice_nodes(self, level: int, start: int, stop: int, *, generation: int | None = None) -> list[bytes]:
        """Like read_nodes, of the notices log."""
        with self._as("reading") as connection:
            first = ((generation or collections.notices_head(connection)[0]) - 1) << INDEX_BITS
            rows = connection.execute(
                "select hash from statements.notice_node where level = %s and number >= %s and number < %s order by number",
                [level, first + start, first + stop],
            )
            return [hashed for (hashed,) in rows]

    def _pool(self, work: Work) -> Pool:
        """Give the pool of a role, made when it is first needed."""
        with self._pools_lock:
            if work not in self._pools:
                is_reader = work == "reading"
                string = self._string_of(self._reading_role if work == "reading" else work)
                self._pools[work] = connecting.open_pool(string, most=_MOST[work], is_reader=is_reader)
            return self._pools[work]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Hold the connection that appends; after any error the next batch gets a new one."""
        with self._writer_lock, ExitStack() as undo:
            undo.callback(self._let_go_of_writer)
            if self._writer is None:
                self._writer = connecting.connect_writer(self._string_of("intake"))
                # The first time, too: another server may have taken over since this process began.
                if self._check is not None:
                    self._check()
            yield self._writer
            undo.pop_all()

    def _let_go_of_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _string_of(self, role: DatabaseRole) -> str:
        try:
            return self._connection_strings[role]
        except KeyError:
            raise Misconfigured("database-role-missing", role=role) from None

    @contextmanager
    def _as(self, work: Work) -> Iterator[Connection]:
        """Lend a connection of a role in one transaction: committed at the end, rolled back on any error."""
        try:
            with self._pool(work).connection() as connection:
                yield connection
        except psycopg.Error as error:
            raise _told(error, work) from None


def _is_passing(error: psycopg.OperationalError) -> bool:
    return error.sqlstate is None or error.sqlstate.startswith(_PASSING)


def _told(error: psycopg.Error, work: str) -> Exception:
    """Give what is raised for an error of the engine: only its SQLSTATE is told, for its words may hold a row.

    A broken constraint or a wrong call is our mistake and says so.
    """
    state = error.sqlstate or "no-connection"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return Misconfigured("store-forbidden", role=work)
    if isinstance(error, (psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.DataError)):
        return AssertionError(f"SQLSTATE {state}")
    _logger.error("store-unavailable %s", state)
    return Refused("store-unavailable")
