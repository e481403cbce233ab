"""The seed of a sample: made before the statements are seen, told as its hash, opened at the draw (docs/spec/sampling.md)."""

from __future__ import annotations

from hashlib import sha256

from civium.errors import Refused

SEED_SIZE = 32
# 6^50 > 2^129: nobody finds the throws by trying what their hash may stand for.
FEWEST_THROWS = 50
_SEED, _DICE, _DRAW = b"civium sample seed v1", b"civium sample dice v1", b"civium sample draw v1"


def seed_from_dice(throws: str) -> bytes:
    """Give the seed of a dice's throws, digits 1 to 6 with white space between as one likes.

    Raises Refused `sample-dice` for other signs, `sample-dice-few` for fewer than fifty.
    """
    digits = "".join(throws.split())
    if set(digits) - set("123456"):
        raise Refused("sample-dice")
    if len(digits) < FEWEST_THROWS:
        raise Refused("sample-dice-few", throws=len(digits), needed=FEWEST_THROWS)
    return sha256(_DICE + digits.encode()).digest()


def commitment_of(seed: bytes) -> str:
    """Give the hash that is told before: it fixes the seed and shows nothing of it."""
    assert len(seed) == SEED_SIZE
    return sha256(_SEED + seed).hexdigest()


def draw_key(seed: bytes, export_hash: bytes) -> bytes:
    """Give the key of the draw: of this seed and this very export. Whoever chose one could not know the other.

    The exports of a log and of its successors that were joined have their hashes one after the other.
    """
    assert len(seed) == SEED_SIZE
    assert len(export_hash) % 32 == 0 < len(export_hash)
    return sha256(_DRAW + seed + export_hash).digest()
