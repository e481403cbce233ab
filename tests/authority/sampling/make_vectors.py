"""Writes vectors/sampling.json from docs/spec/sampling.md, without the product's code: a second reading of the same page.

python -m tests.authority.sampling.make_vectors
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "vectors" / "sampling.json"
THROWS = "12345 61234 56123 45612 34561 23456 12345 61234 56123 45612 3456"


def order(key: bytes, size: int) -> list[int]:
    """Give the whole order, step by step as the page has it."""
    counter, queue, indices = 0, [], list(range(size))
    for i in range(size):
        m = size - i
        while True:
            if not queue:
                block = sha256(key + counter.to_bytes(8, "big")).digest()
                queue = [int.from_bytes(block[8 * part : 8 * part + 8], "big") for part in range(4)]
                counter += 1
            word = queue.pop(0)
            if word < 2**64 - 2**64 % m:
                break
        j = i + word % m
        indices[i], indices[j] = indices[j], indices[i]
    return indices


def below(key: bytes, bound: int, number: int) -> list[int]:
    """Give the first numbers below a bound so large that many words are skipped."""
    counter, found = 0, []
    while len(found) < number:
        block = sha256(key + counter.to_bytes(8, "big")).digest()
        words = [int.from_bytes(block[8 * part : 8 * part + 8], "big") for part in range(4)]
        found += [word % bound for word in words if word < 2**64 - 2**64 % bound]
        counter += 1
    return found[:number]


def vectors() -> dict[str, Any]:
    """Give what the file holds."""
    dice = sha256(b"civium sample dice v1" + THROWS.replace(" ", "").encode()).digest()
    drawn = []
    for seed, size in ((dice, 1), (dice, 20), (bytes(range(32)), 1000), (b"\xff" * 32, 100_000)):
        export = sha256(b"civium vectors export %d" % size).digest()
        key = sha256(b"civium sample draw v1" + seed + export).digest()
        drawn.append(
            {
                "seed": seed.hex(),
                "commitment": sha256(b"civium sample seed v1" + seed).hexdigest(),
                "export": export.hex(),
                "key": key.hex(),
                "size": size,
                "first": order(key, size)[:20],
                "all": sha256(b"".join(index.to_bytes(4, "big") for index in order(key, size))).hexdigest(),
            }
        )
    bound = 2**63 + 1
    skipping = {"key": bytes(32).hex(), "bound": str(bound), "first": [str(one) for one in below(bytes(32), bound, 12)]}
    return {"dice": {"throws": THROWS, "seed": dice.hex()}, "draws": drawn, "below": skipping}


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf-8")
