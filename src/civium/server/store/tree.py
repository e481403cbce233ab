"""The Merkle tree of a log as it lies in rows: leaves in one table, roots of whole tiles in another.

A node between two tile levels is computed from the at most 128 hashes below it, so that any proof reads a few hundred short rows
however large the log is.
"""

from __future__ import annotations

from collections.abc import Callable

from civium.formats import merkle

# Give leaf hashes start..stop-1; give stored hashes of a tile level (1, 2, ...) start..stop-1.
LeafHashes = Callable[[int, int], list[bytes]]
TileNodes = Callable[[int, int, int], list[bytes]]


def node_reader(leaf_hashes: LeafHashes, tile_nodes: TileNodes) -> merkle.NodeReader:
    """Give a reader of complete subtrees; it keeps what it has read, so use one for proofs of one moment only."""
    kept: dict[tuple[int, int], list[bytes]] = {}

    def tile(tile_level: int, number: int) -> list[bytes]:
        """Give what is there of one tile: up to 256 hashes of a tile level."""
        if (tile_level, number) not in kept:
            start, stop = number << merkle.TILE_HEIGHT, (number + 1) << merkle.TILE_HEIGHT
            kept[tile_level, number] = tile_nodes(tile_level, start, stop) if tile_level else leaf_hashes(start, stop)
        return kept[tile_level, number]

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, merkle.TILE_HEIGHT)
        start = index << above
        hashes = tile(tile_level, start >> merkle.TILE_HEIGHT)
        first = start & 0xFF
        below = hashes[first : first + (1 << above)]
        assert len(below) == 1 << above, "a complete subtree is missing"
        return merkle.tree_root(below)

    return node


def encode_frontier(frontier: merkle.Frontier) -> bytes:
    """Give the roots as one value of a row."""
    return b"".join(frontier.roots)


def parse_frontier(size: int, raw: bytes) -> merkle.Frontier:
    """Give the frontier of a row."""
    assert len(raw) == 32 * size.bit_count()
    return merkle.Frontier(size, tuple(raw[start : start + 32] for start in range(0, len(raw), 32)))


def root_at(read: merkle.NodeReader, size: int) -> bytes:
    """Give the root of the tree of an earlier size."""
    return merkle.root(merkle.Frontier(size, tuple(read(level, index) for level, index in merkle.complete_subtrees(size))))
