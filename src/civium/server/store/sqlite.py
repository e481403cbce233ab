"""The store on SQLite: one file, one writer at a time, any number of readers.

The rules are:
- one connection writes, under a lock and in immediate transactions; another one reads;
- SQLite's errors become Refused("store-unavailable") here, with their name in the log and nothing else;
- when a method returns, its change is on the disk (`synchronous=FULL`).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

from civium.errors import Refused
from civium.formats import leaf, merkle, receipt
from civium.server.store import appending, collections, connecting, tree
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

_PIECE = 256  # rows read at once: at most about 1.4 MB of envelopes
_EMPTYING_MILLISECONDS = 100
_logger = logging.getLogger(__name__)


class SQLiteStore:
    """A Store (protocol.py) in one SQLite file, made by connecting.prepare."""

    def __init__(self, path: Path) -> None:
        """Open the database. Raises Misconfigured `store-missing`, `store-older`, `store-newer`, `store-foreign`."""
        self._writer = connecting.connect(path)
        self._reader = connecting.connect(path)
        self._writer_lock = threading.Lock()
        self._reader_lock = threading.Lock()
        self._published = Published()
        self._is_log_full = False

    def close(self) -> None:
        """Let go of the database."""
        with self._writer_lock:
            self._writer.close()
        with self._reader_lock:
            self._reader.close()

    def open_collection(self, opening: Opening) -> Collection:
        """Begin a collection with its logs, keys, first manifest and notice."""
        with self._writing() as connection:
            return collections.open_collection(connection, opening)

    def change_collection(self, identifier: bytes, change: Change, *, expected_version: int) -> Collection:
        """Change a collection and raise its version."""
        with self._writing() as connection:
            return collections.change_collection(connection, identifier, change, expected_version)

    def collection(self, identifier: bytes) -> Collection:
        """The collection as committed."""
        with self._reading() as connection:
            return collections.read_collection(connection, identifier)

    def collections(self) -> tuple[Collection, ...]:
        """All collections, in the order in which they were opened."""
        with self._reading() as connection:
            return collections.read_collections(connection)

    def version(self) -> int:
        """A number that rises with every change that is not an append."""
        with self._reading() as connection:
            return int(connection.execute("select version from store_state").fetchone()[0])

    def manifests(self, identifier: bytes) -> tuple[SignedManifest, ...]:
        """All manifests of a collection in ascending sequence."""
        with self._reading() as connection:
            return collections.read_manifests(connection, identifier)

    def append(self, batch: Sequence[Candidate]) -> BatchOutcome:
        """Give every admissible candidate the next index of its log, in one durable transaction."""
        with self._writing() as connection:
            return appending.append(connection, batch)

    def check_after_reconnecting(self, check: Callable[[], None]) -> None:
        """Nothing to do: one file, and no other server that could take over."""

    def heads(self, identifier: bytes) -> tuple[Head, ...]:
        """The committed heads of a collection's logs."""
        with self._reading() as connection:
            number = collections.number_of(connection, identifier)
            rows = connection.execute(
                "select number, origin, ?, jurisdiction, channel, generation, size, frontier, destroyed"
                " from log where collection = ? order by number",
                (identifier, number),
            )
            return tuple(Head(Log(*row[:6]), tree.parse_frontier(row[6], row[7]), row[8]) for row in rows)

    def find(self, log: Log, envelope_hash: bytes) -> int | None:
        """The index of an envelope in its log, or None."""
        with self._reading() as connection:
            row = connection.execute(
                "select number from entry where log = ? and envelope_hash = ?", (log.number, envelope_hash)
            ).fetchone()
            return None if row is None else row[0] & ((1 << INDEX_BITS) - 1)

    def find_identifier(self, collection: bytes, identifier: UUID) -> tuple[tuple[Log, int], ...]:
        """Logs and indices of the entries of a collection with this identifier."""
        first, last = receipt.hashes_of(identifier)
        with self._reading() as connection:
            number = collections.number_of(connection, collection)
            rows = connection.execute(
                "select log.number, origin, ?, jurisdiction, channel, generation, entry.number, envelope_hash"
                " from log join entry on entry.log = log.number and envelope_hash >= ? and envelope_hash <= ?"
                " where collection = ? order by log.number, entry.number",
                (collection, first, last, number),
            ).fetchall()
        found = [(Log(*row[:6]), row[6] & ((1 << INDEX_BITS) - 1)) for row in rows if receipt.identifier(row[7]) == identifier]
        return tuple(found)

    def read_rows(self, log: Log, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop-1 in order of index, read in pieces."""
        first = log.number << INDEX_BITS
        for piece in range(start, stop, _PIECE):
            with self._reading() as connection:
                rows = connection.execute(
                    "select entry.number, received_on, envelope_hash, erasure_commitment, envelope, reason, evidence"
                    " from entry left join body on body.entry = entry.number"
                    " left join destruction on destruction.entry = entry.number"
                    " where entry.number >= ? and entry.number < ? order by entry.number",
                    (first + piece, first + min(piece + _PIECE, stop)),
                ).fetchall()
            for number, days, hashed, commitment, envelope, reason, evidence in rows:
                record = leaf.encode_parts(days, hashed, commitment)
                yield Row(number - first, record, envelope, reason, evidence or b"")

    def read_leaves(self, log: Log, start: int, stop: int) -> list[bytes]:
        """Leaf records start..stop-1."""
        with self._reading() as connection:
            return appending.read_leaves(connection, log.number, start, stop)

    def read_nodes(self, log: Log, level: int, start: int, stop: int) -> list[bytes]:
        """Hashes of complete subtrees of 256**level leaves, start..stop-1."""
        with self._reading() as connection:
            return appending.read_nodes(connection, log.number, level, start, stop)

    def prove(self, log: Log, index: int, size: int) -> tuple[bytes, ...]:
        """The inclusion proof of an index in the tree of any earlier or present size."""
        with self._reading() as connection:
            return merkle.inclusion_proof(appending.reader_of(connection, log.number), index, size)

    def root(self, log: Log, size: int) -> bytes:
        """The root of the tree of any earlier or present size."""
        with self._reading() as connection:
            return tree.root_at(appending.reader_of(connection, log.number), size)

    def destroy_body(self, log: Log, index: int, *, reason: str, evidence: bytes = b"") -> bool:
        """Destroy an envelope and its mark for ever, keeping its leaf record; False if it was gone before."""
        number = log.number << INDEX_BITS | index
        with self._writing() as connection:
            if connection.execute("select 1 from entry where number = ?", (number,)).fetchone() is None:
                raise Refused("unknown-entry")
            if connection.execute("select 1 from destruction where entry = ?", (number,)).fetchone():
                return False
            connection.execute("insert into destruction (entry, reason, evidence) values (?, ?, ?)", (number, reason, evidence))
            connection.execute("delete from body where entry = ?", (number,))
            connection.execute("delete from mark where entry = ?", (number,))
            connection.execute("update store_state set version = version + 1")
        self._empty_log()
        return True

    def destroy_range(self, log: Log, start: int, stop: int, *, reason: str) -> int:
        """Destroy what is still there of start..stop-1, in one transaction, and give its number."""
        bounds = (log.number << INDEX_BITS | start, log.number << INDEX_BITS | stop)
        with self._writing() as connection:
            told = connection.execute(
                "insert into destruction (entry, reason, evidence) select entry, ?, x'' from body where entry >= ? and entry < ?",
                (reason, *bounds),
            )
            connection.execute("delete from body where entry >= ? and entry < ?", bounds)
            connection.execute("delete from mark where entry >= ? and entry < ?", bounds)
            connection.execute("update store_state set version = version + 1")
        self._empty_log()
        return told.rowcount

    def reason(self, log: Log, index: int) -> str | None:
        """Why the body of an entry is gone, or None while it is there."""
        with self._reading() as connection:
            row = connection.execute(
                "select reason from destruction where entry = ?", (log.number << INDEX_BITS | index,)
            ).fetchone()
            return None if row is None else row[0]

    def repeats(self, *logs: Log) -> int:
        """How many entries of these logs taken together, destroyed ones left out, have the mark of an earlier one of them."""
        ranges = " or ".join(["entry >= ? and entry < ?"] * len(logs))
        values = [number << INDEX_BITS for log in logs for number in (log.number, log.number + 1)]
        with self._reading() as connection:
            row = connection.execute(
                f"select count(*) - count(distinct mark) from mark where {ranges}",  # noqa: S608  our own constant
                values,
            ).fetchone()
            return int(row[0])

    def forget_challenges(self, hour: int) -> None:
        """Forget the spent challenges that had expired at this hour or before."""
        with self._writing() as connection:
            connection.execute("delete from challenge where expires_hour <= ?", (hour,))

    def publish(self, on: date) -> None:
        """List what was destroyed, and take all heads for the public; kept in memory, as no other process shows this store."""
        number = self._published.number + 1
        with self._reading() as connection:
            is_all_told = connection.execute("select 1 from untold limit 1").fetchone() is None
            taken = collections.take_published(connection, number) if is_all_told else None
        if taken is None:
            with self._writing() as connection:
                collections.list_destroyed(connection, on)
                taken = collections.take_published(connection, number)
            # Whichever process destroyed it, and whoever was reading then.
            self._is_log_full = True
        if self._is_log_full:
            self._empty_log()
        self._published = taken

    def published(self) -> Published:
        """What was last taken for the public."""
        return self._published

    def append_notice(self, entry: bytes) -> int:
        """Append an entry to the installation's notices log and give its index."""
        with self._writing() as connection:
            return collections.append_notices(connection, [entry])

    def close_notices(self, entry: bytes, *, generation: int) -> None:
        """Close the notices log and begin its next generation with the notice of that."""
        with self._writing() as connection:
            collections.close_notices(connection, entry, generation)

    def notices_heads(self) -> tuple[merkle.Frontier, ...]:
        """The committed heads of all generations of the notices log, oldest first."""
        with self._reading() as connection:
            return (*collections.closed_notices(connection), collections.notices_head(connection)[1])

    def notices_frontier(self) -> merkle.Frontier:
        """The committed head of the notices log's present generation."""
        return self.notices_heads()[-1]

    def read_notices(self, start: int, stop: int, *, generation: int | None = None) -> list[bytes]:
        """Entries start..stop-1 of the notices log."""
        with self._reading() as connection:
            first = ((generation or collections.notices_head(connection)[0]) - 1) << INDEX_BITS
            rows = connection.execute(
                "select entry from notice where number >= ? and number < ? order by number", (first + start, first + stop)
            )
            return [entry for (entry,) in rows]

    def read_notice_nodes(self, level: int, start: int, stop: int, *, generation: int | None = None) -> list[bytes]:
        """Like read_nodes, of the notices log."""
        with self._reading() as connection:
            first = ((generation or collections.notices_head(connection)[0]) - 1) << INDEX_BITS
            return appending.read_nodes(connection, collections.NOTICES, level, first + start, first + stop)

    def _empty_log(self) -> None:
        """Take destroyed envelopes out of the write-ahead log, whose old pages still hold them; if it cannot be now, the next move of the public log does it.

        It waits a moment only: while it waits for somebody who reads, nobody can write.
        """
        with self._writer_lock, _sqlite_errors():
            self._writer.execute(f"pragma busy_timeout = {_EMPTYING_MILLISECONDS}")
            try:
                is_busy, _, _ = self._writer.execute("pragma wal_checkpoint(truncate)").fetchone()
            finally:
                self._writer.execute(f"pragma busy_timeout = {connecting.BUSY_SECONDS * 1000}")
            self._is_log_full = bool(is_busy)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the writer in one immediate transaction: committed at the end, rolled back on any error."""
        with self._writer_lock, _sqlite_errors():
            self._writer.execute("begin immediate")
            try:
                yield self._writer
                self._writer.execute("commit")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("rollback")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the reader in one transaction: all its statements see one committed state."""
        with self._reader_lock, _sqlite_errors():
            self._reader.execute("begin")
            try:
                yield self._reader
            finally:
                self._reader.execute("rollback")


@contextmanager
def _sqlite_errors() -> Iterator[None]:
    """Turn an error of the engine into ours; its name is a member of a closed set, its text is left alone.

    A broken constraint or a wrong call is our mistake and stays what it is.
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.Error as error:
        _logger.error("store-unavailable %s", getattr(error, "sqlite_errorname", "SQLITE_ERROR"))  # noqa: TRY400  no stack: nothing of a row may reach a log
        raise Refused("store-unavailable") from None
