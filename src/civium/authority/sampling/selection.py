"""The order in which a log's entries are drawn: a shuffle of all of them that key and size fix, whatever is decided later.

The rules are (docs/spec/sampling.md):
- the words are the four u64 of SHA-256(key ‖ u64 counter), counter 0, 1, …;
- a number below m is a word modulo m; words not below the largest multiple of m in 2^64 are skipped, so that each number is equally likely;
- Fisher and Yates, from the front: entry i changes places with entry i + (number below size − i).

The shuffle is of the log's indices, not of the statements to draw from: a decision about one statement moves no other one.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import count

_WORDS = 2**64


def words(key: bytes) -> Iterator[int]:
    """Give the words of a key, without end."""
    blocks = (sha256(key + counter.to_bytes(8, "big")).digest() for counter in count())
    return (int.from_bytes(block[start : start + 8], "big") for block in blocks for start in range(0, 32, 8))


def below(bound: int, stream: Iterator[int]) -> int:
    """Give the next number below a bound, each equally likely."""
    limit = _WORDS - _WORDS % bound
    return next(word for word in stream if word < limit) % bound


def drawn_order(key: bytes, size: int) -> Iterator[int]:
    """Give all indices below `size` in the order in which they are drawn."""
    stream = words(key)
    moved: dict[int, int] = {}
    for place in range(size):
        chosen = place + below(size - place, stream)
        drawn = moved.get(chosen, chosen)
        moved[chosen] = moved.pop(place, place)
        yield drawn
