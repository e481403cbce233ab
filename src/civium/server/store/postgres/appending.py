"""Append on PostgreSQL: one batch, one transaction, a constant number of statements and round trips, durable when it returns.

The rules are:
- a log's row is locked, in the order of numbers, before anything of it is read: two writers never agree on an index, nor wait in a circle;
- states and known envelopes are read by statements that begin after the lock: what was committed before it is seen, a pause included
  (whoever changes a collection holds its logs' rows);
- a log's head moves by compare-and-swap, after its entries, bodies and finished tiles;
- proofs for what was there before are made after the commit: an old index in a committed tree cannot change, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from civium.formats import leaf, merkle
from civium.server.store import growing, tree
from civium.server.store.growing import Growth, Newcomers
from civium.server.store.postgres.connecting import Connection
from civium.server.store.protocol import BatchOutcome, Candidate, Log, Placed
from civium.server.store.schema import INDEX_BITS

_INDEX = (1 << INDEX_BITS) - 1
_LOCK = """select number, size, frontier, destroyed from statements.log where number = any(%b::bigint[])
    order by number for no key update"""
_STATES = """select log.number, collection.state, log.closed from statements.log
    join statements.collection on collection.number = log.collection where log.number = any(%b::bigint[])"""
_EARLIER = """select log.number, earlier.number, earlier.origin, earlier.generation
    from statements.log join statements.log as earlier on earlier.collection = log.collection
    and earlier.jurisdiction = log.jurisdiction and earlier.channel = log.channel and earlier.generation < log.generation
    where log.number = any(%b::bigint[])"""
_FIND = """select entry.log, entry.number, received_on, entry.envelope_hash, erasure_commitment
    from unnest(%b::bigint[], %b::bytea[]) as asked (log, envelope_hash)
    join statements.entry on entry.log = asked.log and entry.envelope_hash = asked.envelope_hash"""
_NEW_ENTRIES = """insert into statements.entry (number, log, received_on, envelope_hash, erasure_commitment)
    select * from unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[], %b::bytea[])"""
_NEW_BODIES = "insert into statements.body (entry, envelope) select * from unnest(%b::bigint[], %b::bytea[])"
_NEW_MARKS = "insert into statements.mark (entry, mark) select * from unnest(%b::bigint[], %b::bytea[])"
_NEW_SPENT = """insert into statements.challenge (identifier, expires_hour) select * from unnest(%b::bytea[], %b::bigint[])
    on conflict do nothing returning identifier"""
_NEW_NODES = """insert into statements.node (log, level, number, hash)
    select * from unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[])"""
_MOVE_HEADS = """update statements.log set size = moved.size, frontier = moved.frontier
    from unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[]) as moved (number, old_size, size, frontier)
    where log.number = moved.number and log.size = moved.old_size"""
_LEAVES = """select received_on, envelope_hash, erasure_commitment from statements.entry
    where number >= %b and number < %b order by number"""
_NODES = "select hash from statements.node where log = %b and level = %b and number >= %b and number < %b order by number"
_TILES_OF_LEAVES = """select entry.number, received_on, envelope_hash, erasure_commitment
    from unnest(%b::bigint[]) as tile (start) cross join lateral
    (select * from statements.entry where number >= tile.start and number < tile.start + 256 order by number) as entry"""
_TILES_OF_NODES = """select node.log, node.level, node.number, hash
    from unnest(%b::bigint[], %b::bigint[], %b::bigint[]) as tile (log, level, start) cross join lateral
    (select * from statements.node where log = tile.log and level = tile.level and number >= tile.start and number < tile.start + 256
     order by number) as node"""


def append(connection: Connection, batch: Sequence[Candidate]) -> BatchOutcome:
    """Do the work of Store.append on a connection that nobody else uses meanwhile; commits."""
    growths = _growths(connection, batch)
    if growing.has_successors(batch):
        batch = growing.settle(batch, growths)
    verdicts = growing.judge(batch, growths)
    unspent = _spend(connection, growing.spending(batch, growths, verdicts))
    newcomers = growing.admit(batch, growths, verdicts, unspent)
    if newcomers.numbers:
        _write(connection, newcomers, [growth for growth in growths.values() if growth.leaves])
        connection.commit()
    else:
        connection.rollback()
    old = _places_of_known(connection, batch, growths)
    return BatchOutcome(
        [verdict or _place(growths, old, candidate) for candidate, verdict in zip(batch, verdicts, strict=True)],
        {number: growth.head for number, growth in growths.items()},
    )


def _growths(connection: Connection, batch: Sequence[Candidate]) -> dict[int, Growth]:
    """Lock the logs of a batch, then read their heads, their collections' states and what lies in them already."""
    logs = {candidate.log.number: candidate.log for candidate in batch}
    asked = [(one.log.number, one.envelope_hash) for one in batch]
    if growing.has_successors(batch):
        # Read before the lock: logs are only ever added, and the ones before a successor stay the same.
        earlier = _earlier(connection, logs)
        logs |= {log.number: log for found in earlier.values() for log in found}
        asked += [(log.number, one.envelope_hash) for one in batch for log in earlier.get(one.log.number, ())]
    numbers = sorted(logs)
    with connection.pipeline():
        heads = _execute(connection, _LOCK, numbers)
        states = _execute(connection, _STATES, numbers)
        found = _execute(connection, _FIND, [log for log, _ in asked], [envelope_hash for _, envelope_hash in asked])
    state_of: dict[int, tuple[str, bool]] = {number: (state, bool(closed)) for number, state, closed in states.fetchall()}
    growths = {
        number: Growth(logs[number], state_of[number][0], tree.parse_frontier(size, frontier), destroyed, state_of[number][1])
        for number, size, frontier, destroyed in heads.fetchall()
    }
    for log, number, days, envelope_hash, commitment in found.fetchall():
        growths[log].known[envelope_hash] = (number & _INDEX, leaf.encode_parts(days, envelope_hash, commitment))
    return growths


def _earlier(connection: Connection, logs: Mapping[int, Log]) -> dict[int, list[Log]]:
    """Read the closed logs in whose place these go on, by number."""
    found: dict[int, list[Log]] = {}
    for number, earlier, origin, generation in _execute(connection, _EARLIER, list(logs)):
        found.setdefault(number, []).append(replace(logs[number], number=earlier, origin=origin, generation=generation))
    return found


def _spend(connection: Connection, asked: Mapping[bytes, int]) -> set[bytes]:
    """Spend challenges and give those that nobody had spent before.

    Another batch may be spending one for another log: this waits until that batch has ended. All take them in one order, after logs.
    """
    if not asked:
        return set()
    identifiers = sorted(asked)
    rows = _execute(connection, _NEW_SPENT, identifiers, [asked[identifier] for identifier in identifiers])
    return {identifier for (identifier,) in rows}


def _write(connection: Connection, newcomers: Newcomers, growths: Sequence[Growth]) -> None:
    """Write entries, bodies, finished tiles and heads in one round trip."""
    sizes = [growth.frontier.size for growth in growths]
    for growth in growths:
        growth.grow()
    nodes = [
        (growth.log.number, level // merkle.TILE_HEIGHT, index, hashed)
        for growth in growths
        for level, index, hashed in growth.finished
    ]
    columns = newcomers.numbers, newcomers.logs, newcomers.days, newcomers.envelope_hashes, newcomers.erasure_commitments
    with connection.pipeline():
        _execute(connection, _NEW_ENTRIES, *columns)
        _execute(connection, _NEW_BODIES, newcomers.numbers, newcomers.envelopes)
        if newcomers.marks:
            _execute(connection, _NEW_MARKS, newcomers.marked, newcomers.marks)
        if nodes:
            _execute(connection, _NEW_NODES, *(list(column) for column in zip(*nodes, strict=True)))
        moved = _execute(
            connection,
            _MOVE_HEADS,
            [growth.log.number for growth in growths],
            sizes,
            [growth.frontier.size for growth in growths],
            [tree.encode_frontier(growth.frontier) for growth in growths],
        )
    # The rows are locked, so no head can have moved since it was read.
    assert moved.rowcount == len(growths)


def _place(growths: Mapping[int, Growth], old: Mapping[tuple[int, bytes], Placed], candidate: Candidate) -> Placed:
    place = growths[candidate.log.number].place(candidate.envelope_hash)
    return place if place is not None else old[candidate.log.number, candidate.envelope_hash]


def _places_of_known(
    connection: Connection, batch: Sequence[Candidate], growths: Mapping[int, Growth]
) -> dict[tuple[int, bytes], Placed]:
    """Give the places of what was there before the batch, with proofs in the trees as committed; two statements for all of them."""
    known = [
        (growth, hashed, *growth.known[hashed])
        for growth, hashed in {
            (one.log.number, one.envelope_hash): (growths[one.log.number], one.envelope_hash) for one in batch
        }.values()
        if hashed in growth.known
    ]
    if not known:
        return {}
    wanted = {
        (growth.log.number, *tile) for growth, _, index, _ in known for tile in _tiles_of_proof(index, growth.frontier.size)
    }
    tiles = _read_tiles(connection, wanted)
    readers = {growth.log.number: _reader(tiles, growth.log.number) for growth, *_ in known}
    return {
        (growth.log.number, hashed): Placed(
            growth.log.number,
            index,
            record,
            merkle.inclusion_proof(readers[growth.log.number], index, growth.frontier.size),
        )
        for growth, hashed, index, record in known
    }


def _reader(tiles: Mapping[tuple[int, int, int], list[bytes]], log: int) -> merkle.NodeReader:
    """Give a reader of what was read before."""
    return tree.node_reader(
        lambda start, _: tiles[log, 0, start >> merkle.TILE_HEIGHT],
        lambda level, start, _: tiles[log, level, start >> merkle.TILE_HEIGHT],
    )


def _tiles_of_proof(index: int, size: int) -> set[tuple[int, int]]:
    """Give (tile level, number) of the tiles that a proof reads: which nodes it asks for depends on no hash."""
    wanted: set[tuple[int, int]] = set()

    def note(level: int, number: int) -> bytes:
        tile_level, above = divmod(level, merkle.TILE_HEIGHT)
        wanted.add((tile_level, number << above >> merkle.TILE_HEIGHT))
        return bytes(32)

    merkle.inclusion_proof(note, index, size)
    return wanted


def _read_tiles(connection: Connection, wanted: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int, int], list[bytes]]:
    """Give the hashes of tiles by log, level and number."""
    tiles: dict[tuple[int, int, int], list[bytes]] = {tile: [] for tile in sorted(wanted)}
    leaves = [log << INDEX_BITS | number << merkle.TILE_HEIGHT for log, level, number in tiles if not level]
    nodes = [(log, level, number << merkle.TILE_HEIGHT) for log, level, number in tiles if level]
    columns = [list(column) for column in zip(*nodes, strict=True)] if nodes else [[], [], []]
    with connection.pipeline():
        of_leaves = _execute(connection, _TILES_OF_LEAVES, leaves)
        of_nodes = _execute(connection, _TILES_OF_NODES, *columns)
    for number, *record in of_leaves.fetchall():
        tile = number >> INDEX_BITS, 0, (number & _INDEX) >> merkle.TILE_HEIGHT
        tiles[tile].append(merkle.leaf_hash(leaf.encode_parts(*record)))
    for log, level, number, hashed in of_nodes.fetchall():
        tiles[log, level, number >> merkle.TILE_HEIGHT].append(hashed)
    connection.rollback()
    return tiles


def read_leaves(connection: Connection, log: int, start: int, stop: int) -> list[bytes]:
    """Give leaf records start..stop-1 of a log, as many as there are."""
    rows = _execute(connection, _LEAVES, log << INDEX_BITS | start, (log << INDEX_BITS) + stop)
    return [leaf.encode_parts(*row) for row in rows]


def read_nodes(connection: Connection, log: int, level: int, start: int, stop: int) -> list[bytes]:
    """Give hashes start..stop-1 of a tile level, as many as there are."""
    return [hashed for (hashed,) in _execute(connection, _NODES, log, level, start, stop)]


def reader_of(connection: Connection, log: int) -> merkle.NodeReader:
    """Give a reader of a log's complete subtrees."""
    return tree.node_reader(
        lambda start, stop: [merkle.leaf_hash(record) for record in read_leaves(connection, log, start, stop)],
        lambda level, start, stop: read_nodes(connection, log, level, start, stop),
    )


def _execute(connection: Connection, statement: Any, *values: Any) -> Any:
    """Execute with values and results in binary, prepared at once: batch after batch is the same statement."""
    return connection.execute(statement, values, prepare=True, binary=True)
