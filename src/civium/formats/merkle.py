"""The Merkle tree of RFC 6962: hashes, frontier, proofs and their checks (docs/spec/merkle.md).

The rules are:
- a proof lists hashes from the leaf's sibling up to the root's child (RFC 6962, 2.1.1);
- checks follow RFC 9162, 2.1.3.2 and 2.1.4.2, and raise Untrusted: a result one must not ignore should not be ignorable;
- the frontier (roots of the complete subtrees, largest first) is all that an append needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from civium.errors import Untrusted

EMPTY_ROOT = sha256(b"").digest()
TILE_HEIGHT = 8
_TILE_MASK = (1 << TILE_HEIGHT) - 1

# Gives the hash of the complete subtree number `index` of 2**level leaves.
NodeReader = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Frontier:
    """A tree's size and the roots of its complete subtrees, one for each bit set in the size, largest subtree first."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        assert self.size.bit_count() == len(self.roots)


@dataclass(frozen=True)
class Appended:
    """What an append gives: the new frontier, an inclusion proof for each new leaf in the new tree, finished tile roots (level, index, hash)."""

    frontier: Frontier
    proofs: list[tuple[bytes, ...]]
    finished: list[tuple[int, int, bytes]]


def leaf_hash(record: bytes) -> bytes:
    """Give SHA-256(0x00 ‖ record)."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def root(frontier: Frontier) -> bytes:
    """Give the root of the tree with this frontier."""
    if not frontier.roots:
        return EMPTY_ROOT
    *rest, smallest = frontier.roots
    for larger in reversed(rest):
        smallest = node_hash(larger, smallest)
    return smallest


def append(frontier: Frontier, leaf_hashes: Sequence[bytes]) -> Appended:
    """Give the frontier after these leaves, their inclusion proofs in that tree, and the roots of tiles they finished.

    Works from the frontier alone: left siblings of new leaves stand in it or in the batch, right siblings in the batch.
    """
    start, end = frontier.size, frontier.size + len(leaf_hashes)
    if start == end:
        return Appended(frontier, [], [])
    before = dict(zip((level for level, _ in complete_subtrees(start)), frontier.roots, strict=True))
    # For each level the nodes on and beside the new leaves' paths, and the number of the first of them; the last may be ragged.
    levels: list[tuple[int, list[bytes]]] = []
    hashes, first, last = list(leaf_hashes), start, end - 1
    while True:
        if first & 1:
            hashes.insert(0, before[len(levels)])
            first -= 1
        levels.append((first, hashes))
        if not last:
            break
        hashes, first, last = _parents(hashes), first >> 1, last >> 1
    finished = [
        (level, index, levels[level][1][index - levels[level][0]])
        for level in range(TILE_HEIGHT, len(levels), TILE_HEIGHT)
        for index in range(start >> level, end >> level)
    ]
    roots = [
        levels[level][1][index - levels[level][0]] if level < len(levels) and index >= levels[level][0] else before[level]
        for level, index in complete_subtrees(end)
    ]
    return Appended(Frontier(end, tuple(roots)), _proofs(levels, start, end), finished)


def _parents(hashes: list[bytes]) -> list[bytes]:
    """Give the nodes above a level's nodes; the last of an odd number rises as it is."""
    if len(hashes) == 2:
        return [sha256(b"\x01" + hashes[0] + hashes[1]).digest()]
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=False)]
    return above + hashes[len(above) * 2 :]


def _proofs(levels: Sequence[tuple[int, list[bytes]]], start: int, end: int) -> list[tuple[bytes, ...]]:
    """Give the proofs of leaves start..end-1, from the top down: what neighbours share is made once."""
    level = len(levels) - 1
    shared: list[bytes] = []
    while level and start >> (level - 1) == (end - 1) >> (level - 1):
        level -= 1
        first, hashes = levels[level]
        if len(hashes) == 2:
            shared.append(hashes[(start >> level & 1) ^ 1])
    proofs = [tuple(reversed(shared))]
    while level:
        level -= 1
        first, hashes = levels[level]
        low, last, parent = start >> level, (end - 1) >> level, start >> (level + 1)
        proofs = [
            (hashes[(index ^ 1) - first], *proofs[(index >> 1) - parent]) if index ^ 1 <= last else proofs[(index >> 1) - parent]
            for index in range(low, last + 1)
        ]
    return proofs


def complete_subtrees(size: int) -> list[tuple[int, int]]:
    """Give (level, index) of the complete subtrees of a tree of this size, largest first."""
    parts, position = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            parts.append((level, position >> level))
            position += 1 << level
    return parts


class _Ragged:
    """The tree of one size above complete subtrees: its right edge is computed once and kept."""

    def __init__(self, read: NodeReader, size: int) -> None:
        self._read = read
        self._size = size
        self._edge: dict[int, bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Give the node over leaves [index * 2**level, ...) cut at the tree's size."""
        if (index + 1) << level <= self._size:
            return self._read(level, index)
        if level not in self._edge:
            middle = (2 * index + 1) << (level - 1)
            left = self.node(level - 1, 2 * index)
            self._edge[level] = left if middle >= self._size else node_hash(left, self.node(level - 1, 2 * index + 1))
        return self._edge[level]

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Give the inclusion proof of a leaf."""
        hashes, level, last = [], 0, self._size - 1
        while last:
            sibling = index ^ 1
            if sibling <= last:
                hashes.append(self.node(level, sibling))
            index, last, level = index >> 1, last >> 1, level + 1
        return tuple(hashes)


def inclusion_proof(read: NodeReader, index: int, size: int) -> tuple[bytes, ...]:
    """Give the inclusion proof of leaf `index` in the tree of `size`, reading complete subtrees only (RFC 6962, 2.1.1)."""
    assert 0 <= index < size
    return _Ragged(read, size).proof(index)


def consistency_proof(read: NodeReader, first: int, second: int) -> tuple[bytes, ...]:
    """Give the consistency proof between two sizes of a tree (RFC 6962, 2.1.2); empty if first is 0 or equals second."""
    assert 0 <= first <= second
    if first in (0, second):
        return ()
    tree = _Ragged(read, second)
    level, index, last = 0, first - 1, second - 1
    while index & 1:
        index, last, level = index >> 1, last >> 1, level + 1
    hashes = [tree.node(level, index)] if index else []
    while last:
        sibling = index ^ 1
        if sibling <= last:
            hashes.append(tree.node(level, sibling))
        index, last, level = index >> 1, last >> 1, level + 1
    return tuple(hashes)


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over all leaf hashes (the definition, for checks and small trees)."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


class RootBuilder:
    """Takes leaf hashes one at a time and gives the root; keeps one hash a level, so a million leaves need twenty hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append one leaf hash."""
        index = self.size
        while index & 1:
            hashed = node_hash(self._roots.pop(), hashed)
            index >>= 1
        self._roots.append(hashed)
        self.size += 1

    def frontier(self) -> Frontier:
        """Give the frontier of what was added."""
        return Frontier(self.size, tuple(self._roots))


def check_inclusion(hashed: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Check that a leaf hash stands at `index` of the tree (RFC 9162, 2.1.3.2). Raises Untrusted `inclusion-proof`."""
    node, last, value = index, size - 1, hashed
    if not 0 <= index < size:
        raise Untrusted("inclusion-proof")
    for sibling in proof:
        if last == 0:
            raise Untrusted("inclusion-proof")
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or value != expected_root:
        raise Untrusted("inclusion-proof")


def check_consistency(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of size `second` continues that of size `first` (RFC 9162, 2.1.4.2). Raises Untrusted `consistency-proof`."""
    if first == 0 or first == second:
        same = first_root == (EMPTY_ROOT if first == 0 else second_root)
        if proof or not same:
            raise Untrusted("consistency-proof")
        return
    hashes = list(proof)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if first > second or not hashes:
        raise Untrusted("consistency-proof")
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for value in hashes[1:]:
        if last == 0:
            raise Untrusted("consistency-proof")
        if node & 1 or node == last:
            old, new = node_hash(value, old), node_hash(value, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, value)
        node, last = node >> 1, last >> 1
    if last != 0 or old != first_root or new != second_root:
        raise Untrusted("consistency-proof")
