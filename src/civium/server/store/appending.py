"""Append on SQLite: one batch, one transaction, durable when it returns.

The rules are:
- the collection's state and the log's head are read inside the transaction: nothing is committed after a pause;
- what lies in its log already keeps its index, whatever its refusal, the state or the date;
- a log's head moves by compare-and-swap, after its entries, bodies and finished tiles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from civium.formats import leaf, merkle
from civium.server.store import growing, tree
from civium.server.store.growing import Growth
from civium.server.store.protocol import BatchOutcome, Candidate, Log, Placed
from civium.server.store.schema import INDEX_BITS

_LEAVES = """select received_on, envelope_hash, erasure_commitment from entry
    where number >= ? and number < ? order by number"""
_NODES = "select hash from node where log = ? and level = ? and number >= ? and number < ? order by number"
# Many rows in one statement: each statement lets go of Python's lock and takes it again, which costs more than a row does.
_PER_STATEMENT = (64, 16, 4, 1)
_HEADS = """with asked (number) as (values {})
    select log.number, collection.state, log.size, log.frontier, log.destroyed, log.closed
    from asked cross join log using (number) join collection on collection.number = log.collection"""
_EARLIER = """with asked (number) as (values {})
    select asked.number, earlier.number, earlier.origin, earlier.generation
    from asked cross join log using (number) join log as earlier on earlier.collection = log.collection
    and earlier.jurisdiction = log.jurisdiction and earlier.channel = log.channel and earlier.generation < log.generation"""
_FIND = """with asked (log, envelope_hash) as (values {})
    select log, number, received_on, envelope_hash, erasure_commitment from asked cross join entry using (log, envelope_hash)"""
_NEW_ENTRIES = "insert into entry (number, log, received_on, envelope_hash, erasure_commitment) values {}"
_NEW_BODIES = "insert into body (entry, envelope) values {}"
_NEW_MARKS = "insert into mark (entry, mark) values {}"
_SPENT = """with asked (identifier) as (values {})
    select identifier from asked cross join challenge using (identifier)"""
_NEW_SPENT = "insert into challenge (identifier, expires_hour) values {}"
_NEW_NODES = "insert into node (log, level, number, hash) values {}"
_MOVE_HEADS = """with moved (number, before, size, frontier) as (values {})
    update log set size = moved.size, frontier = moved.frontier from moved
    where log.number = moved.number and log.size = moved.before returning log.number"""


def append(connection: sqlite3.Connection, batch: Sequence[Candidate]) -> BatchOutcome:
    """Do the work of Store.append inside a transaction that the caller began and commits."""
    growths = _growths(connection, batch)
    if growing.has_successors(batch):
        batch = growing.settle(batch, growths)
    verdicts = growing.judge(batch, growths)
    spending = growing.spending(batch, growths, verdicts)
    unspent = spending.keys() - _spent(connection, spending)
    newcomers = growing.admit(batch, growths, verdicts, unspent)
    if newcomers.numbers:
        columns = newcomers.logs, newcomers.days, newcomers.envelope_hashes, newcomers.erasure_commitments
        _in_pieces(connection, _NEW_ENTRIES, list(zip(newcomers.numbers, *columns, strict=True)))
        _in_pieces(connection, _NEW_BODIES, list(zip(newcomers.numbers, newcomers.envelopes, strict=True)))
        _in_pieces(connection, _NEW_MARKS, list(zip(newcomers.marked, newcomers.marks, strict=True)))
        _in_pieces(connection, _NEW_SPENT, [(identifier, spending[identifier]) for identifier in unspent])
        _grow(connection, [growth for growth in growths.values() if growth.leaves])
    places = _Places(connection, growths)
    return BatchOutcome(
        [verdict or places.of(candidate) for candidate, verdict in zip(batch, verdicts, strict=True)],
        {number: growth.head for number, growth in growths.items()},
    )


def _growths(connection: sqlite3.Connection, batch: Sequence[Candidate]) -> dict[int, Growth]:
    """Read state and head of every log that the batch touches, and what of the batch lies in them already."""
    logs = {candidate.log.number: candidate.log for candidate in batch}
    asked = [(one.log.number, one.envelope_hash) for one in batch]
    if growing.has_successors(batch):
        earlier = _earlier(connection, logs)
        logs |= {log.number: log for found in earlier.values() for log in found}
        asked += [(log.number, one.envelope_hash) for one in batch for log in earlier.get(one.log.number, ())]
    growths = {
        number: Growth(logs[number], state, tree.parse_frontier(size, frontier), destroyed, bool(closed))
        for number, state, size, frontier, destroyed, closed in _in_pieces(connection, _HEADS, [(number,) for number in logs])
    }
    for log, number, days, envelope_hash, commitment in _in_pieces(connection, _FIND, asked):
        record = leaf.encode_parts(days, envelope_hash, commitment)
        growths[log].known[envelope_hash] = (number & ((1 << INDEX_BITS) - 1), record)
    return growths


def _earlier(connection: sqlite3.Connection, logs: Mapping[int, Log]) -> dict[int, list[Log]]:
    """Read the closed logs in whose place these go on, by number."""
    found: dict[int, list[Log]] = {}
    for number, *place, generation in _in_pieces(connection, _EARLIER, [(number,) for number in logs]):
        found.setdefault(number, []).append(replace(logs[number], number=place[0], origin=place[1], generation=generation))
    return found


def _spent(connection: sqlite3.Connection, asked: Iterable[bytes]) -> set[bytes]:
    """Read which of these challenges earlier entries have spent."""
    return {identifier for (identifier,) in _in_pieces(connection, _SPENT, [(one,) for one in asked])}


def _in_pieces(connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Execute a statement over rows, many at once, in few lengths so that few statements are compiled; give what it selects."""
    found: list[Any] = []
    done = 0
    if not rows:
        return found
    for length in _PER_STATEMENT:
        text = statement.format(", ".join([f"({', '.join('?' * len(rows[0]))})"] * length))
        while len(rows) - done >= length:
            values = [value for row in rows[done : done + length] for value in row]
            found += connection.execute(text, values).fetchall()
            done += length
    return found


def _grow(connection: sqlite3.Connection, growths: Sequence[Growth]) -> None:
    """Move the heads of logs over their new entries."""
    nodes: list[tuple[int, int, int, bytes]] = []
    moves: list[tuple[int, int, int, bytes]] = []
    for growth in growths:
        number, before = growth.log.number, growth.frontier.size
        growth.grow()
        nodes += [(number, level // merkle.TILE_HEIGHT, index, hashed) for level, index, hashed in growth.finished]
        moves.append((number, before, growth.frontier.size, tree.encode_frontier(growth.frontier)))
    if nodes:
        _in_pieces(connection, _NEW_NODES, nodes)
    # Not inside the assertion: `python -O` leaves it out, and heads must move all the same.
    moved = _in_pieces(connection, _MOVE_HEADS, moves)
    # The transaction holds the only write lock, so no head can have moved since it was read.
    assert len(moved) == len(moves)


class _Places:
    """Gives each candidate its place; entries of earlier batches are read, those of this one are at hand."""

    def __init__(self, connection: sqlite3.Connection, growths: Mapping[int, Growth]) -> None:
        self._connection = connection
        self._growths = growths
        self._readers: dict[int, merkle.NodeReader] = {}

    def of(self, candidate: Candidate) -> Placed:
        """Give the place of a known or fresh candidate."""
        growth = self._growths[candidate.log.number]
        number = candidate.log.number
        place = growth.place(candidate.envelope_hash)
        if place is not None:
            return place
        index, record = growth.known[candidate.envelope_hash]
        if number not in self._readers:
            self._readers[number] = reader_of(self._connection, number)
        return Placed(number, index, record, merkle.inclusion_proof(self._readers[number], index, growth.frontier.size))


def read_leaves(connection: sqlite3.Connection, log: int, start: int, stop: int) -> list[bytes]:
    """Give leaf records start..stop-1 of a log, as many as there are."""
    rows = connection.execute(_LEAVES, (log << INDEX_BITS | start, (log << INDEX_BITS) + stop))
    return [leaf.encode_parts(*row) for row in rows]


def read_nodes(connection: sqlite3.Connection, log: int, level: int, start: int, stop: int) -> list[bytes]:
    """Give hashes start..stop-1 of a tile level, as many as there are."""
    return [hashed for (hashed,) in connection.execute(_NODES, (log, level, start, stop))]


def reader_of(connection: sqlite3.Connection, log: int) -> merkle.NodeReader:
    """Give a reader of a log's complete subtrees."""
    return tree.node_reader(
        lambda start, stop: [merkle.leaf_hash(record) for record in read_leaves(connection, log, start, stop)],
        lambda level, start, stop: read_nodes(connection, log, level, start, stop),
    )
