"""Gives out challenges of proof of work and takes their solutions (docs/spec/challenge.md). Nothing is remembered of those given out.

The rules are:
- a solution is spent by the entry, in its transaction; here only form, signature and expiry are checked;
- of evaluations of tokens this process remembers which element a challenge paid for, until it expires: the same request may be
  sent again, another element needs another challenge. A restart forgets, which is worth one guess a challenge.
"""

from __future__ import annotations

import secrets

import msgspec

from civium.errors import Refused
from civium.formats import challenge
from civium.server.intake.replies import JSON, NOT_STORED, Reply, reply
from civium.server.store.protocol import Spent

_NONE = b'{"algorithm":"SHA-256","challenge":"","maxnumber":0,"salt":"","signature":""}'


class Challenges:
    """The challenges of one installation; `now` is always seconds since 1970-01-01."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._evaluated: dict[int, dict[bytes, bytes]] = {}  # hour of expiry -> identifier -> element

    def give(self, collection: bytes, work: int, now: int) -> Reply:
        """Give the answer to who asks for a challenge."""
        if work == 0:
            return reply(_NONE, JSON, NOT_STORED)
        made = challenge.make(
            self._key, collection, secrets.token_bytes(challenge.IDENTIFIER_SIZE), secrets.randbelow(work + 1), most=work, now=now
        )
        told = {
            "algorithm": "SHA-256",
            "challenge": made.challenge,
            "maxnumber": made.most,
            "salt": made.salt,
            "signature": made.signature,
        }
        return reply(msgspec.json.encode(told), JSON, NOT_STORED)

    def spend(self, collection: bytes, work: bytes, now: int) -> Spent:
        """Give what an entry spends. Raises Refused `challenge-missing`, `challenge-malformed`, `challenge-forged`, `challenge-expired`."""
        solution = self._check(collection, work, now)
        return Spent(solution.identifier, solution.expires_hour)

    def pay(self, collection: bytes, work: bytes, element: bytes, now: int) -> None:
        """Take a challenge for the evaluation of an element. Raises Refused as `spend`, and `challenge-spent` for a second element."""
        solution = self._check(collection, work, now)
        for hour in [hour for hour in self._evaluated if hour * challenge.HOUR_SECONDS <= now]:
            del self._evaluated[hour]
        paid = self._evaluated.setdefault(solution.expires_hour, {})
        if paid.setdefault(solution.identifier, element) != element:
            raise Refused("challenge-spent")

    def _check(self, collection: bytes, work: bytes, now: int) -> challenge.Solution:
        if not work:
            raise Refused("challenge-missing")
        return challenge.check(self._key, collection, work, now=now)
