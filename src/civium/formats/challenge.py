"""Challenges of proof of work and their solutions (docs/spec/challenge.md): ALTCHA version 1 with SHA-256, in a compact form.

Pure: the number and the time are passed in. Nothing has to be remembered of a challenge that was given out: a solution brings it back.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256

from civium.errors import Refused
from civium.formats.binary import Reader

VERSION = 1
IDENTIFIER_SIZE = 16
KEY_SIZE = 32
MOST_WORK = 500_000  # five seconds on a phone six times slower than a desktop of 2024
LEAST_WORK_FOR_TOKENS = 1_000
HOUR_SECONDS = 3600
_SIGNATURE_SIZE = 32
_MALFORMED = "challenge-malformed"


@dataclass(frozen=True)
class Challenge:
    """What is given out: a hash whose number is to be found between 0 and `most`."""

    salt: str
    challenge: str
    signature: str
    most: int


@dataclass(frozen=True)
class Solution:
    """A solved challenge: its random identifier, when it expires (seconds since 1970-01-01, a full hour), the number, the signature."""

    identifier: bytes
    expires: int
    number: int
    signature: bytes

    @property
    def expires_hour(self) -> int:
        """Hours since 1970-01-01 at which it expires."""
        return self.expires // HOUR_SECONDS


def make(key: bytes, collection: bytes, identifier: bytes, number: int, *, most: int, now: int) -> Challenge:
    """Give a challenge whose solution is `number`; `now` in seconds since 1970-01-01."""
    assert 0 <= number <= most <= MOST_WORK
    assert len(identifier) == IDENTIFIER_SIZE
    salt = salt_of(collection, identifier, expiry_after(now))
    challenge = _hash(salt, number)
    return Challenge(salt, challenge, _sign(key, challenge).hex(), most)


def expiry_after(now: int) -> int:
    """Give the full hour at which a challenge given out now expires: in one to two hours."""
    return -(-(now + HOUR_SECONDS) // HOUR_SECONDS) * HOUR_SECONDS


def salt_of(collection: bytes, identifier: bytes, expires: int) -> str:
    """Give the salt. It ends with `&`: no digit of the number can be taken for one of the salt."""
    return f"{identifier.hex()}?expires={expires}&collection={collection.hex()}&"


def solve(challenge: Challenge) -> Solution:
    """Find the number by trying, as a browser does. Raises Refused `challenge-malformed` if there is none."""
    for number in range(challenge.most + 1):
        if _hash(challenge.salt, number) == challenge.challenge:
            identifier, _, rest = challenge.salt.partition("?expires=")
            expires = int(rest.partition("&")[0])
            return Solution(bytes.fromhex(identifier), expires, number, bytes.fromhex(challenge.signature))
    raise Refused(_MALFORMED)


def encode(solution: Solution) -> bytes:
    """Give the bytes that travel as `work`."""
    expires, number = solution.expires.to_bytes(8, "big"), solution.number.to_bytes(4, "big")
    return bytes((VERSION,)) + solution.identifier + expires + number + solution.signature


def parse(raw: bytes) -> Solution:
    """Give the solution of these bytes. Raises Refused `challenge-malformed`; whether it is true is not looked at."""
    reader = Reader(raw, _MALFORMED)
    if reader.u8() != VERSION:
        raise reader.refused()
    identifier = reader.take(IDENTIFIER_SIZE)
    expires = int.from_bytes(reader.take(8), "big")
    number = reader.u32()
    solution = Solution(identifier, expires, number, reader.take(_SIGNATURE_SIZE))
    reader.check_end()
    if expires % HOUR_SECONDS or number > MOST_WORK:
        raise reader.refused()
    return solution


def check(key: bytes, collection: bytes, raw: bytes, *, now: int) -> Solution:
    """Give the solution if it solves a challenge that was given out for this collection and has not expired.

    Raises Refused `challenge-malformed`, `challenge-forged`, `challenge-expired`.
    """
    solution = parse(raw)
    challenge = _hash(salt_of(collection, solution.identifier, solution.expires), solution.number)
    if not hmac.compare_digest(_sign(key, challenge), solution.signature):
        raise Refused("challenge-forged")
    if now >= solution.expires:
        raise Refused("challenge-expired")
    return solution


def _hash(salt: str, number: int) -> str:
    return sha256(f"{salt}{number}".encode()).hexdigest()


def _sign(key: bytes, challenge: str) -> bytes:
    assert len(key) == KEY_SIZE
    return hmac.digest(key, challenge.encode(), sha256)
