"""Evaluates blinded elements for duplicate tokens (docs/spec/duplicate-token.md). Nothing here knows who has signed.

The order of an evaluation is:
1. parse and size of the request;
2. collection, whether it asks for tokens, its period and state: before the first day, after the last and in a pause nothing is evaluated;
3. the challenge: its form, signature and expiry; 4. at the token service, the element itself, and whether the challenge paid for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from civium.errors import Refused
from civium.formats.duplicate_token import parse_request
from civium.server.intake.challenge import Challenges
from civium.server.intake.receive import Collecting, refusal_by_period
from civium.server.tokens.choosing import Tokens


async def evaluate(
    collections: Mapping[bytes, Collecting], challenges: Challenges, tokens: Tokens, raw: bytes, *, today: date, now: int
) -> bytes:
    """Give the evaluated element and its proof.

    Raises Refused `token-request-malformed`, `unknown-collection`, `token-unasked`, collection-*, challenge-*, `token-element`, `tokens-unavailable`.
    """
    request = parse_request(raw)
    collecting = collections.get(request.collection)
    if collecting is None:
        raise Refused("unknown-collection")
    if not collecting.collection.token_key:
        raise Refused("token-unasked")
    refusal = refusal_by_period(collecting.collection, today)
    if refusal is not None:
        raise refusal
    paid = challenges.spend(request.collection, request.work, now)
    return await tokens.evaluate(request.collection, request.blinded, paid)
