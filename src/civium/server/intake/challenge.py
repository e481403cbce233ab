"""Gives out challenges of proof of work and takes their solutions (docs/spec/challenge.md). Nothing is remembered of those given out.

The rules are:
- a solution is spent by the entry, in its transaction; here only form, signature and expiry are checked;
- which element of a token a challenge paid for, the token service remembers (tokens/paid.py): one memory for all processes.
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
        """Give what an entry or an evaluation of a token spends.

        Raises Refused `challenge-missing`, `challenge-malformed`, `challenge-forged`, `challenge-expired`.
        """
        if not work:
            raise Refused("challenge-missing")
        solution = challenge.check(self._key, collection, work, now=now)
        return Spent(solution.identifier, solution.expires_hour)
