"""Collections, keys, manifests and notices on SQLite: read whole, changed in one transaction each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from civium.errors import Refused
from civium.formats import leaf, merkle
from civium.server.store import listing, tree
from civium.server.store.protocol import (
    AcceptedKey,
    AcceptedManifest,
    Change,
    Collection,
    CollectionState,
    Head,
    Log,
    NewLog,
    Opening,
    Published,
    SignedManifest,
)
from civium.server.store.schema import INDEX_BITS

_COLUMNS = "number, identifier, state, opens_on, closes_on, goal, version, token_key, work"
NOTICES = 0  # the number under which the notices log's nodes lie; collections' logs begin at 1
_STATES: dict[str, CollectionState] = {"collecting": "collecting", "paused": "paused", "ended": "ended"}


def number_of(connection: sqlite3.Connection, identifier: bytes) -> int:
    """Give a collection's row. Raises Refused `unknown-collection`."""
    row = connection.execute("select number from collection where identifier = ?", (identifier,)).fetchone()
    if row is None:
        raise Refused("unknown-collection")
    return int(row[0])


def read_collections(connection: sqlite3.Connection) -> tuple[Collection, ...]:
    """Give all collections in the order in which they were opened."""
    rows = connection.execute(
        f"select {_COLUMNS} from collection order by number"  # noqa: S608  our own constant
    )
    return tuple(_collection(connection, row) for row in rows.fetchall())


def read_collection(connection: sqlite3.Connection, identifier: bytes) -> Collection:
    """Give one collection. Raises Refused `unknown-collection`."""
    number = number_of(connection, identifier)
    row = connection.execute(f"select {_COLUMNS} from collection where number = ?", (number,)).fetchone()  # noqa: S608
    return _collection(connection, row)


def read_manifests(connection: sqlite3.Connection, identifier: bytes) -> tuple[SignedManifest, ...]:
    """Give a collection's manifests, earliest first. Raises Refused `unknown-collection`."""
    number = number_of(connection, identifier)
    rows = connection.execute("select sequence, raw, signature from manifest where collection = ? order by sequence", (number,))
    return tuple(SignedManifest(*row) for row in rows)


def open_collection(connection: sqlite3.Connection, opening: Opening) -> Collection:
    """Do the work of Store.open_collection inside the caller's transaction."""
    if connection.execute("select 1 from collection where identifier = ?", (opening.identifier,)).fetchone():
        raise Refused("collection-exists")
    days = (leaf.days_of(opening.opens_on), leaf.days_of(opening.closes_on))
    number = connection.execute(
        "insert into collection (identifier, state, opens_on, closes_on, goal, version, token_key, work)"
        " values (?, 'collecting', ?, ?, ?, 1, ?, ?)",
        (opening.identifier, *days, opening.goal, opening.token_key, opening.work),
    ).lastrowid
    assert number is not None
    _add_manifest(connection, number, opening.manifest)
    _set_keys(connection, number, opening.keys)
    _add_logs(connection, number, opening.logs)
    append_notices(connection, [opening.notice])
    _raise_version(connection)
    return read_collection(connection, opening.identifier)


def change_collection(connection: sqlite3.Connection, identifier: bytes, change: Change, expected_version: int) -> Collection:
    """Do the work of Store.change_collection inside the caller's transaction."""
    number = number_of(connection, identifier)
    present = read_collection(connection, identifier)
    if present.version != expected_version:
        raise Refused("collection-changed")
    if present.state == "ended" and change.state not in (None, "ended"):
        raise Refused("collection-ended")
    closes_on = leaf.days_of(change.closes_on or present.closes_on)
    connection.execute(
        "update collection set state = ?, closes_on = ?, work = ?, version = version + 1 where number = ?",
        (change.state or present.state, closes_on, present.work if change.work is None else change.work, number),
    )
    if change.keys is not None:
        _set_keys(connection, number, change.keys)
    _add_logs(connection, number, change.logs)
    for closing in change.closings:
        closed = connection.execute(
            "update log set closed = 1 where collection = ? and origin = ? and size = ? and not closed",
            (number, closing.origin, closing.size),
        )
        if closed.rowcount != 1:
            raise Refused("collection-changed")
        append_notices(connection, [closing.notice])
    if change.manifest is not None:
        assert change.earlier_accepted_until is not None, "say until when pages made from the manifest before are heard"
        connection.execute(
            "update manifest set accepted_until = ? where collection = ? and accepted_until is null",
            (leaf.days_of(change.earlier_accepted_until), number),
        )
        _add_manifest(connection, number, change.manifest)
    if change.notice is not None:
        append_notices(connection, [change.notice])
    _raise_version(connection)
    return read_collection(connection, identifier)


def append_notices(connection: sqlite3.Connection, entries: Sequence[bytes]) -> int:
    """Append to the notices log inside the caller's transaction; gives the first one's index."""
    generation, frontier = notices_head(connection)
    first = (generation - 1) << INDEX_BITS
    appended = merkle.append(frontier, [merkle.leaf_hash(entry) for entry in entries])
    connection.executemany("insert into notice (number, entry) values (?, ?)", list(enumerate(entries, first + frontier.size)))
    connection.executemany(
        "insert into node (log, level, number, hash) values (?, ?, ?, ?)",
        [(NOTICES, level // merkle.TILE_HEIGHT, first + index, hashed) for level, index, hashed in appended.finished],
    )
    moved = connection.execute(
        "update notices_head set size = ?, frontier = ? where generation = ? and size = ?",
        (appended.frontier.size, tree.encode_frontier(appended.frontier), generation, frontier.size),
    )
    assert moved.rowcount == 1
    return frontier.size


def close_notices(connection: sqlite3.Connection, entry: bytes, generation: int) -> None:
    """Do the work of Store.close_notices inside the caller's transaction."""
    connection.execute("insert into closed_notices select generation, size, frontier from notices_head")
    begun = connection.execute(
        "update notices_head set generation = generation + 1, size = 0, frontier = x'' where generation = ?", (generation,)
    )
    if begun.rowcount != 1:
        raise Refused("collection-changed")
    append_notices(connection, [entry])


def notices_head(connection: sqlite3.Connection) -> tuple[int, merkle.Frontier]:
    """Give the notices log's present generation and head."""
    generation, size, frontier = connection.execute("select generation, size, frontier from notices_head").fetchone()
    return generation, tree.parse_frontier(size, frontier)


def closed_notices(connection: sqlite3.Connection) -> tuple[merkle.Frontier, ...]:
    """Give the heads of the notices log's earlier generations, oldest first."""
    rows = connection.execute("select size, frontier from closed_notices order by generation")
    return tuple(tree.parse_frontier(*row) for row in rows)


def list_destroyed(connection: sqlite3.Connection, on: date) -> None:
    """List in the notices log what no notice lists yet, inside the transaction that takes the heads."""
    ranges = connection.execute(listing.RANGES.format(table="untold")).fetchall()
    if not ranges:
        return
    logs = connection.execute(
        "select log.number, identifier, origin from log join collection on collection.number = log.collection"
    )
    append_notices(connection, listing.destruction_notices(ranges, {log: (owner, origin) for log, owner, origin in logs}, on))
    connection.execute("delete from untold")


def take_published(connection: sqlite3.Connection, number: int) -> Published:
    """Give all heads as they are in the caller's transaction."""
    rows = connection.execute(
        "select log.number, origin, identifier, jurisdiction, channel, generation, size, frontier, destroyed"
        " from log join collection on collection.number = log.collection order by log.number"
    )
    heads = tuple(Head(Log(*row[:6]), tree.parse_frontier(row[6], row[7]), row[8]) for row in rows)
    return Published(number, heads, notices_head(connection)[1], closed_notices(connection))


def _collection(connection: sqlite3.Connection, row: tuple[int, bytes, str, int, int, int, int, bytes, int]) -> Collection:
    number, identifier, state, opens_on, closes_on, goal, version, token_key, work = row
    keys = connection.execute(
        "select jurisdiction, key_id, suite, public_key from accepted_key where collection = ? order by jurisdiction, rank",
        (number,),
    )
    manifests = connection.execute(
        "select manifest_hash, sequence, accepted_until from manifest where collection = ? order by sequence", (number,)
    )
    logs = connection.execute(
        "select number, origin, ?, jurisdiction, channel, generation from log where collection = ? order by number",
        (identifier, number),
    )
    return Collection(
        identifier=identifier,
        state=_STATES[state],
        opens_on=leaf.date_of(opens_on),
        closes_on=leaf.date_of(closes_on),
        goal=goal,
        version=version,
        keys=tuple(AcceptedKey(*key) for key in keys),
        manifests=tuple(
            AcceptedManifest(hashed, sequence, None if until is None else leaf.date_of(until))
            for hashed, sequence, until in manifests
        ),
        logs=tuple(Log(*log) for log in logs),
        token_key=token_key,
        work=work,
    )


def _add_manifest(connection: sqlite3.Connection, collection: int, manifest: SignedManifest) -> None:
    connection.execute(
        "insert into manifest (collection, sequence, manifest_hash, raw, signature) values (?, ?, ?, ?, ?)",
        (collection, manifest.sequence, sha256(manifest.raw).digest(), manifest.raw, manifest.signature),
    )


def _set_keys(connection: sqlite3.Connection, collection: int, keys: Iterable[AcceptedKey]) -> None:
    connection.execute("delete from accepted_key where collection = ?", (collection,))
    connection.executemany(
        "insert into accepted_key (collection, jurisdiction, rank, key_id, suite, public_key) values (?, ?, ?, ?, ?, ?)",
        [(collection, key.jurisdiction, rank, key.key_id, key.suite, key.public_key) for rank, key in enumerate(keys)],
    )


def _add_logs(connection: sqlite3.Connection, collection: int, logs: Iterable[NewLog]) -> None:
    connection.executemany(
        "insert into log (collection, origin, jurisdiction, channel, generation) values (?, ?, ?, ?, ?)",
        [(collection, log.origin, log.jurisdiction, log.channel, log.generation) for log in logs],
    )


def _raise_version(connection: sqlite3.Connection) -> None:
    connection.execute("update store_state set version = version + 1")
