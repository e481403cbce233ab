"""Appending from the frontier gives the same roots and proofs as the definition, in any portions."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civium.errors import Untrusted
from civium.formats import merkle

HASHES = [sha256(b"%d" % at).digest() for at in range(700)]


def _root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.node_hash(_root(hashes[:split]), _root(hashes[split:]))


def _read(level: int, index: int) -> bytes:
    return _root(HASHES[index << level : (index + 1) << level])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=170), max_size=5))
def test_an_append_in_any_portions_gives_the_definitions_root_proofs_and_tile_roots(portions: list[int]) -> None:
    frontier, builder = merkle.Frontier(), merkle.RootBuilder()
    finished = []
    for portion in portions:
        portion = min(portion, len(HASHES) - frontier.size)
        start = frontier.size
        new = HASHES[start : start + portion]
        appended = merkle.append(frontier, new)
        frontier = appended.frontier
        finished += appended.finished
        for hashed in new:
            builder.add(hashed)
        assert merkle.root(frontier) == _root(HASHES[: frontier.size])
        for offset, proof in enumerate(appended.proofs):
            merkle.check_inclusion(HASHES[start + offset], start + offset, frontier.size, proof, merkle.root(frontier))
    assert builder.frontier() == frontier
    assert finished == [(8, at, _read(8, at)) for at in range(frontier.size // 256)]


def test_proofs_made_from_complete_subtrees_check() -> None:
    for size in (1, 2, 3, 7, 8, 9, 255, 256, 257, 700):
        for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
            proof = merkle.inclusion_proof(_read, index, size)
            merkle.check_inclusion(HASHES[index], index, size, proof, _root(HASHES[:size]))
            for spoilt in (proof[:-1], (*proof, bytes(32)), tuple(reversed(proof))):
                if spoilt != proof:
                    with pytest.raises(Untrusted, match="inclusion-proof"):
                        merkle.check_inclusion(HASHES[index], index, size, spoilt, _root(HASHES[:size]))
    with pytest.raises(Untrusted, match="inclusion-proof"):
        merkle.check_inclusion(HASHES[0], 1, 1, (), HASHES[0])


def test_consistency_proofs_check_and_a_rewritten_past_does_not() -> None:
    for second in (1, 2, 3, 6, 7, 8, 13, 256, 300):
        for first in {0, 1, 2, 4, second // 2, second - 1, second} & set(range(second + 1)):
            proof = merkle.consistency_proof(_read, first, second)
            roots = _root(HASHES[:first]), _root(HASHES[:second])
            merkle.check_consistency(first, roots[0], second, roots[1], proof)
            forged = _root([*HASHES[: max(first - 1, 0)], bytes(32)][: max(first, 1)])
            with pytest.raises(Untrusted, match="consistency-proof"):
                merkle.check_consistency(first, forged, second, roots[1], proof)
            for spoilt in (proof[:-1], (*proof, bytes(32))):
                if spoilt != proof:
                    with pytest.raises(Untrusted, match="consistency-proof"):
                        merkle.check_consistency(first, roots[0], second, roots[1], spoilt)
    with pytest.raises(Untrusted, match="consistency-proof"):
        merkle.check_consistency(5, HASHES[0], 3, HASHES[1], (HASHES[2],))
