"""The draw is the specification's: its vectors, made by another reading of the page; every number is equally likely; nothing is drawn twice."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from civium.authority.sampling.seed import commitment_of, draw_key, seed_from_dice
from civium.authority.sampling.selection import below, drawn_order, words
from tests.authority.build import read_json
from tests.authority.sampling.make_vectors import FILE, vectors

VECTORS = read_json(FILE)


def test_the_vectors_stand() -> None:
    assert vectors() == VECTORS


def test_the_order_of_the_vectors_is_drawn() -> None:
    assert len(VECTORS["draws"]) == 4
    for vector in VECTORS["draws"]:
        seed, export = bytes.fromhex(vector["seed"]), bytes.fromhex(vector["export"])
        key = draw_key(seed, export)
        assert (key.hex(), commitment_of(seed)) == (vector["key"], vector["commitment"])
        order = list(drawn_order(key, vector["size"]))
        assert order[:20] == vector["first"]
        assert sha256(b"".join(index.to_bytes(4, "big") for index in order)).hexdigest() == vector["all"]
        assert sorted(order) == list(range(vector["size"]))


def test_words_beyond_the_last_multiple_are_skipped() -> None:
    told = VECTORS["below"]
    stream = words(bytes.fromhex(told["key"]))
    numbers = [below(int(told["bound"]), stream) for _ in told["first"]]
    assert [str(number) for number in numbers] == told["first"]
    # About half of all words are not below the bound: without skipping the twelfth number would be the twelfth word.
    plain = words(bytes.fromhex(told["key"]))
    assert numbers != [next(plain) % int(told["bound"]) for _ in numbers]


def test_dice_of_the_vectors_give_its_seed() -> None:
    assert seed_from_dice(VECTORS["dice"]["throws"]).hex() == VECTORS["dice"]["seed"]


def test_every_index_is_drawn_equally_often() -> None:
    """Chi-square over 4,000 draws of 3 out of 12: with 11 degrees of freedom 31.3 is passed once in a thousand."""
    counts: Counter[int] = Counter()
    for draw in range(4000):
        order = drawn_order(sha256(b"fair %d" % draw).digest(), 12)
        counts.update(next(order) for _ in range(3))
    assert sum((counts[index] - 1000) ** 2 / 1000 for index in range(12)) < 31.3


def test_another_export_or_seed_gives_another_order() -> None:
    first, other = bytes(32), b"\1" * 32
    pairs = ((first, first), (first, other), (other, first), (first, first + other), (first, other + first))
    assert len({tuple(drawn_order(draw_key(*pair), 50)) for pair in pairs}) == len(pairs)


def test_joined_exports_have_their_hashes_one_after_the_other() -> None:
    hashes = f"{'11' * 32} {'22' * 32}"
    assert (
        draw_key(bytes(32), bytes.fromhex(hashes))
        == sha256(b"civium sample draw v1" + bytes(32) + b"\x11" * 32 + b"\x22" * 32).digest()
    )
