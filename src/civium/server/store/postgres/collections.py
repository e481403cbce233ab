"""Collections, keys, manifests and notices on PostgreSQL: read whole, changed in one transaction each.

The rules are:
- a change first takes the one row of store_state, so that changes follow one another, then its collection's logs, in the order of numbers:
  batches under way end before it, and those that come after see it;
- numbers are given out under that lock: there is no sequence in this schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from civium.errors import Refused
from civium.formats import leaf, merkle
from civium.server.store import listing, tree
from civium.server.store.postgres.connecting import Connection
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
    SignedManifest,
)
from civium.server.store.schema import INDEX_BITS

_STATES: dict[str, CollectionState] = {"collecting": "collecting", "paused": "paused", "ended": "ended"}
_COLLECTIONS = "select number, identifier, state, opens_on, closes_on, goal, version, token_key, work from statements.collection"


def number_of(connection: Connection, identifier: bytes) -> int:
    """Give a collection's row. Raises Refused `unknown-collection`."""
    row = connection.execute("select number from statements.collection where identifier = %s", [identifier]).fetchone()
    if row is None:
        raise Refused("unknown-collection")
    return int(row[0])


def read_collections(connection: Connection) -> tuple[Collection, ...]:
    """Give all collections in the order in which they were opened."""
    return tuple(_collection(connection, row) for row in connection.execute(_COLLECTIONS + " order by number").fetchall())


def read_collection(connection: Connection, identifier: bytes) -> Collection:
    """Give one collection. Raises Refused `unknown-collection`."""
    row = connection.execute(_COLLECTIONS + " where identifier = %s", [identifier]).fetchone()
    if row is None:
        raise Refused("unknown-collection")
    return _collection(connection, row)


def read_manifests(connection: Connection, identifier: bytes) -> tuple[SignedManifest, ...]:
    """Give a collection's manifests, earliest first. Raises Refused `unknown-collection`."""
    number = number_of(connection, identifier)
    rows = connection.execute(
        "select sequence, raw, signature from statements.manifest where collection = %s order by sequence", [number]
    )
    return tuple(SignedManifest(*row) for row in rows)


def read_heads(connection: Connection, identifier: bytes) -> tuple[Head, ...]:
    """Give the heads of a collection's logs. Raises Refused `unknown-collection`."""
    number = number_of(connection, identifier)
    rows = connection.execute(
        "select number, origin, %s::bytea, jurisdiction, channel, generation, size, frontier, destroyed"
        " from statements.log where collection = %s order by number",
        [identifier, number],
    )
    return tuple(Head(Log(*row[:6]), tree.parse_frontier(row[6], row[7]), row[8]) for row in rows)


def open_collection(connection: Connection, opening: Opening) -> Collection:
    """Do the work of Store.open_collection inside the caller's transaction."""
    _raise_version(connection)
    if connection.execute("select 1 from statements.collection where identifier = %s", [opening.identifier]).fetchone():
        raise Refused("collection-exists")
    days = (leaf.days_of(opening.opens_on), leaf.days_of(opening.closes_on))
    number = _one(
        connection,
        "insert into statements.collection (number, identifier, state, opens_on, closes_on, goal, version, token_key, work)"
        " select coalesce(max(number), 0) + 1, %s, 'collecting', %s, %s, %s, 1, %s, %s from statements.collection returning number",
        [opening.identifier, *days, opening.goal, opening.token_key, opening.work],
    )
    _add_manifest(connection, number, opening.manifest)
    _set_keys(connection, number, opening.keys)
    _add_logs(connection, number, opening.logs)
    append_notices(connection, [opening.notice])
    return read_collection(connection, opening.identifier)


def change_collection(connection: Connection, identifier: bytes, change: Change, expected_version: int) -> Collection:
    """Do the work of Store.change_collection inside the caller's transaction."""
    _raise_version(connection)
    number = number_of(connection, identifier)
    connection.execute(
        "select number from statements.log where collection = %s order by number for no key update", [number]
    ).fetchall()
    present = read_collection(connection, identifier)
    if present.version != expected_version:
        raise Refused("collection-changed")
    if present.state == "ended" and change.state not in (None, "ended"):
        raise Refused("collection-ended")
    connection.execute(
        "update statements.collection set state = %s, closes_on = %s, work = %s, version = version + 1 where number = %s",
        [
            change.state or present.state,
            leaf.days_of(change.closes_on or present.closes_on),
            present.work if change.work is None else change.work,
            number,
        ],
    )
    if change.keys is not None:
        _set_keys(connection, number, change.keys)
    _add_logs(connection, number, change.logs)
    for closing in change.closings:
        closed = connection.execute(
            "update statements.log set closed = 1 where collection = %s and origin = %s and size = %s and closed = 0",
            [number, closing.origin, closing.size],
        )
        if closed.rowcount != 1:
            raise Refused("collection-changed")
        append_notices(connection, [closing.notice])
    if change.manifest is not None:
        assert change.earlier_accepted_until is not None, "say until when pages made from the manifest before are heard"
        connection.execute(
            "update statements.manifest set accepted_until = %s where collection = %s and accepted_until is null",
            [leaf.days_of(change.earlier_accepted_until), number],
        )
        _add_manifest(connection, number, change.manifest)
    if change.notice is not None:
        append_notices(connection, [change.notice])
    return read_collection(connection, identifier)


def append_notices(connection: Connection, entries: Sequence[bytes]) -> int:
    """Append to the notices log inside the caller's transaction; gives the first one's index."""
    generation, frontier = notices_head(connection, "for no key update")
    first = (generation - 1) << INDEX_BITS
    appended = merkle.append(frontier, [merkle.leaf_hash(entry) for entry in entries])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into statements.notice (number, entry) values (%s, %s)", list(enumerate(entries, first + frontier.size))
        )
        cursor.executemany(
            "insert into statements.notice_node (level, number, hash) values (%s, %s, %s)",
            [(level // merkle.TILE_HEIGHT, first + index, hashed) for level, index, hashed in appended.finished],
        )
    moved = connection.execute(
        "update statements.notices_head set size = %s, frontier = %s where generation = %s and size = %s",
        [appended.frontier.size, tree.encode_frontier(appended.frontier), generation, frontier.size],
    )
    assert moved.rowcount == 1
    return frontier.size


def close_notices(connection: Connection, entry: bytes, generation: int) -> None:
    """Do the work of Store.close_notices inside the caller's transaction."""
    present, frontier = notices_head(connection, "for no key update")
    if present != generation:
        raise Refused("collection-changed")
    connection.execute(
        "insert into statements.closed_notices (generation, size, frontier) values (%s, %s, %s)",
        [generation, frontier.size, tree.encode_frontier(frontier)],
    )
    connection.execute("update statements.notices_head set generation = generation + 1, size = 0, frontier = ''")
    append_notices(connection, [entry])


def notices_head(connection: Connection, lock: Literal["", "for no key update"] = "") -> tuple[int, merkle.Frontier]:
    """Give the notices log's present generation and head, held still if asked."""
    row = connection.execute(f"select generation, size, frontier from statements.notices_head {lock}").fetchone()  # noqa: S608  our own constants
    assert row is not None
    return row[0], tree.parse_frontier(row[1], row[2])


def closed_notices(connection: Connection) -> tuple[merkle.Frontier, ...]:
    """Give the heads of the notices log's earlier generations, oldest first."""
    rows = connection.execute("select size, frontier from statements.closed_notices order by generation")
    return tuple(tree.parse_frontier(*row) for row in rows)


def list_destroyed(connection: Connection, on: date) -> None:
    """List in the notices log what no notice lists yet, inside the transaction that takes the heads."""
    ranges = connection.execute(listing.RANGES.format(table="statements.untold")).fetchall()
    if not ranges:
        return
    logs = connection.execute(
        "select log.number, identifier, origin from statements.log"
        " join statements.collection on collection.number = log.collection"
    )
    append_notices(connection, listing.destruction_notices(ranges, {log: (owner, origin) for log, owner, origin in logs}, on))
    # What another transaction destroyed since this one's moment is not seen, and stays.
    connection.execute("delete from statements.untold")


def _collection(connection: Connection, row: tuple[Any, ...]) -> Collection:
    number, identifier, state, opens_on, closes_on, goal, version, token_key, work = row
    keys = connection.execute(
        "select jurisdiction, key_id, suite, public_key from statements.accepted_key where collection = %s"
        ' order by jurisdiction collate "C", rank',
        [number],
    )
    manifests = connection.execute(
        "select manifest_hash, sequence, accepted_until from statements.manifest where collection = %s order by sequence",
        [number],
    )
    logs = connection.execute(
        "select number, origin, %s::bytea, jurisdiction, channel, generation from statements.log"
        " where collection = %s order by number",
        [identifier, number],
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


def _add_manifest(connection: Connection, collection: int, manifest: SignedManifest) -> None:
    connection.execute(
        "insert into statements.manifest (collection, sequence, manifest_hash, raw, signature) values (%s, %s, %s, %s, %s)",
        [collection, manifest.sequence, sha256(manifest.raw).digest(), manifest.raw, manifest.signature],
    )


def _set_keys(connection: Connection, collection: int, keys: Iterable[AcceptedKey]) -> None:
    connection.execute("delete from statements.accepted_key where collection = %s", [collection])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into statements.accepted_key (collection, jurisdiction, rank, key_id, suite, public_key)"
            " values (%s, %s, %s, %s, %s, %s)",
            [(collection, key.jurisdiction, rank, key.key_id, key.suite, key.public_key) for rank, key in enumerate(keys)],
        )


def _add_logs(connection: Connection, collection: int, logs: Iterable[NewLog]) -> None:
    first = _one(connection, "select coalesce(max(number), 0) + 1 from statements.log", [])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into statements.log (number, collection, origin, jurisdiction, channel, generation)"
            " values (%s, %s, %s, %s, %s, %s)",
            [
                (number, collection, log.origin, log.jurisdiction, log.channel, log.generation)
                for number, log in enumerate(logs, first)
            ],
        )


def _one(connection: Connection, statement: str, values: list[Any]) -> int:
    row = connection.execute(statement, values).fetchone()
    assert row is not None
    return int(row[0])


def _raise_version(connection: Connection) -> None:
    """Take the row that every change takes first."""
    connection.execute("update statements.store_state set version = version + 1")
