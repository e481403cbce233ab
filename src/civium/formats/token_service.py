"""What is spoken on the token service's Unix socket (docs/spec/duplicate-token.md): requests and replies, as bytes."""

from __future__ import annotations

from civium.errors import Refused
from civium.formats.binary import Reader, bytes16
from civium.formats.challenge import IDENTIFIER_SIZE
from civium.formats.duplicate_token import ELEMENT_SIZE, TOKEN_SIZE

PUBLIC_KEY, EVALUATE, MARK = 1, 2, 3
DONE, MALFORMED, NO_KEY, SPENT = 0, 1, 2, 3
START_SIZE = 1 + 16 + 2
REPLY_START_SIZE = 1 + 2
LARGEST_WHAT = 2 + 512 + TOKEN_SIZE  # an origin is at most 300 characters, in UTF-8
_CODES = {MALFORMED: "token-element", NO_KEY: "tokens-unavailable", SPENT: "challenge-spent"}


def encode_request(act: int, collection: bytes, what: bytes = b"") -> bytes:
    """Give the bytes of a request."""
    assert len(collection) == 16
    return bytes((act,)) + collection + bytes16(what)


def parse_start(raw: bytes) -> tuple[int, bytes, int]:
    """Give act, collection and the length of what follows. Raises Refused `token-request-malformed`."""
    length = int.from_bytes(raw[17:], "big")
    if len(raw) != START_SIZE or raw[0] not in (PUBLIC_KEY, EVALUATE, MARK) or length > LARGEST_WHAT:
        raise Refused("token-request-malformed")
    return raw[0], raw[1:17], length


def encode_mark(origin: str, token: bytes) -> bytes:
    """Give what a mark is asked of."""
    return bytes16(origin.encode()) + token


def parse_mark(what: bytes) -> tuple[str, bytes]:
    """Give origin and token. Raises Refused `token-request-malformed`."""
    reader = Reader(what, "token-request-malformed")
    origin, token = reader.bytes16(), reader.take(TOKEN_SIZE)
    reader.check_end()
    try:
        return origin.decode("utf-8"), token
    except UnicodeDecodeError:
        raise reader.refused() from None


def encode_evaluation(blinded: bytes, identifier: bytes, expires_hour: int) -> bytes:
    """Give what an evaluation is asked of: the element, and the challenge that pays for it."""
    assert len(blinded) == ELEMENT_SIZE
    assert len(identifier) == IDENTIFIER_SIZE
    return blinded + identifier + expires_hour.to_bytes(4, "big")


def parse_evaluation(what: bytes) -> tuple[bytes, bytes, int]:
    """Give element, identifier and hour of expiry of the challenge. Raises Refused `token-request-malformed`."""
    reader = Reader(what, "token-request-malformed")
    evaluation = reader.take(ELEMENT_SIZE), reader.take(IDENTIFIER_SIZE), reader.u32()
    reader.check_end()
    return evaluation


def encode_reply(outcome: int, result: bytes = b"") -> bytes:
    """Give the bytes of a reply."""
    return bytes((outcome,)) + bytes16(result)


def result_of(outcome: int, result: bytes) -> bytes:
    """Give what a reply brought. Raises Refused `token-element`, `tokens-unavailable`, `challenge-spent`."""
    if outcome != DONE:
        raise Refused(_CODES.get(outcome, "tokens-unavailable"))
    return result
