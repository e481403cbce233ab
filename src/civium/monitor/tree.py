"""The Merkle tree of a watched log: grown from its entries, or read from its tiles (docs/spec/merkle.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from civium.errors import Refused, Untrusted
from civium.formats import merkle, tiles
from civium.formats.merkle import Frontier
from civium.formats.tiles import WIDTH, Tile
from civium.monitor.asking import Site

_HASH = 32
LARGEST_BUNDLE = WIDTH * 65537  # 256 entries, each as long as its length can say
_KEPT_TILES = 4096


def path_of(origin: str) -> str:
    """Give the path under which a log is served: its origin without the host."""
    return "/log/" + origin.partition("/")[2]


def extend(frontier: Frontier, hashes: Sequence[bytes]) -> Frontier:
    """Give the frontier after these leaf hashes; unlike `merkle.append` it makes no proofs."""
    return _extend(frontier, hashes, 0)


def extend_block(frontier: Frontier, root: bytes) -> Frontier:
    """Give the frontier after one whole tile of leaves with this root; it ends at a tile's end itself."""
    return _extend(frontier, [root], merkle.TILE_HEIGHT)


def is_block(frontier: Frontier, hashes: Sequence[bytes]) -> bool:
    """Tell whether these leaf hashes are all those of one tile."""
    return len(hashes) == WIDTH and frontier.size % WIDTH == 0


def _extend(frontier: Frontier, hashes: Sequence[bytes], level: int) -> Frontier:
    """Give the frontier after these roots of complete subtrees of 2**level leaves; it holds no smaller ones."""
    count, roots = frontier.size >> level, list(frontier.roots)
    for hashed in hashes:
        index = count
        while index & 1:
            hashed = merkle.node_hash(roots.pop(), hashed)
            index >>= 1
        roots.append(hashed)
        count += 1
    return Frontier(count << level, tuple(roots))


def read_entries(site: Site, origin: str, start: int, size: int) -> Iterator[tuple[int, list[bytes]]]:
    """Give the entries from `start` up to a tree's size, a tile at a time, each with the index of its first.

    Raises Untrusted `tile-missing` for a bundle that is not there or not whole; Refused as `Site.get`.
    """
    while start < size:
        number = start // WIDTH
        first = number * WIDTH
        tile = Tile(None, number, min(WIDTH, size - first))
        raw = site.find(f"{path_of(origin)}/{tiles.tile_path(tile)}", limit=LARGEST_BUNDLE)
        try:
            entries = tiles.parse_entries(raw or b"")
        except Refused:
            entries = []
        if len(entries) != tile.width:
            raise Untrusted("tile-missing")
        yield start, entries[start - first :]
        start = first + tile.width


class Tiles:
    """Reads complete subtrees of the tree of one size from a log's tiles; keeps a few thousand tiles."""

    def __init__(self, site: Site, origin: str, size: int) -> None:
        self._site, self._origin, self._size = site, origin, size
        self._kept: dict[Tile, bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Give the hash of a complete subtree. Raises Untrusted `tile-missing`; Refused as `Site.get`."""
        tile_level, above = divmod(level, merkle.TILE_HEIGHT)
        start = index << above
        number = start // WIDTH
        raw = self.tile(tile_level, number)
        hashes = [raw[at : at + _HASH] for at in range(0, len(raw), _HASH)]
        first = start - number * WIDTH
        return merkle.tree_root(hashes[first : first + (1 << above)])

    def tile(self, tile_level: int, number: int) -> bytes:
        """Give the hashes of one tile, as many as this tree has."""
        width = min(WIDTH, (self._size >> (tile_level * merkle.TILE_HEIGHT)) - number * WIDTH)
        tile = Tile(tile_level, number, width)
        if tile not in self._kept:
            raw = self._site.find(f"{path_of(self._origin)}/{tiles.tile_path(tile)}", limit=WIDTH * _HASH)
            if raw is None or len(raw) != width * _HASH:
                raise Untrusted("tile-missing")
            if len(self._kept) >= _KEPT_TILES:
                self._kept.clear()
            self._kept[tile] = raw
        return self._kept[tile]

    def root_at(self, size: int) -> bytes:
        """Give the root of the tree of an earlier size, or of this one."""
        return merkle.root(Frontier(size, tuple(self.node(level, index) for level, index in merkle.complete_subtrees(size))))
