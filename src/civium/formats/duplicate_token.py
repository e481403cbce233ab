"""What a duplicate token is made from, how it is asked for, and the keyed mark a server keeps of it (docs/spec/duplicate-token.md).

Pure: the group's arithmetic (RFC 9497) is the browser's and the token service's.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256

from civium.formats.binary import Reader, bytes8, bytes16

VERSION = 1
ELEMENT_SIZE = 32  # ristretto255
PROOF_SIZE = 64
TOKEN_SIZE = 64  # RFC 9497, ristretto255-SHA512: Nh
KEY_SIZE = 32
MARK_SIZE = 16
KEY_LABEL = b"civium token key v1"
_COLLECTION_SIZE = 16
_INPUT_LABEL = b"civium duplicate token v1"
_MARK_LABEL = b"civium mark v1"
_MALFORMED = "token-request-malformed"


@dataclass(frozen=True, repr=False)
class TokenRequest:
    """A blinded element that asks to be evaluated, and the proof of work that pays for it."""

    collection: bytes
    blinded: bytes
    work: bytes


def token_input(collection: bytes, jurisdiction: str, identity_key: bytes) -> bytes:
    """Give the input of the VOPRF for an identity; whoever has it can test guesses only by asking the token service."""
    assert len(collection) == _COLLECTION_SIZE
    return _INPUT_LABEL + collection + bytes8(jurisdiction.encode()) + identity_key


def key_info(collection: bytes) -> bytes:
    """Give the `info` of DeriveKeyPair (RFC 9497, section 3.2.1) for a collection's token key."""
    assert len(collection) == _COLLECTION_SIZE
    return KEY_LABEL + collection


def mark(store_key: bytes, collection: bytes, origin: str, token: bytes) -> bytes:
    """Give what the server keeps of a token in one log: equal for equal tokens, meaningless without the key."""
    assert len(store_key) == KEY_SIZE
    assert len(token) == TOKEN_SIZE
    message = _MARK_LABEL + collection + bytes16(origin.encode()) + token
    return hmac.digest(store_key, message, sha256)[:MARK_SIZE]


def encode_request(request: TokenRequest) -> bytes:
    """Give the body of `POST /api/tokens`."""
    return bytes((VERSION,)) + request.collection + request.blinded + bytes16(request.work)


def parse_request(raw: bytes) -> TokenRequest:
    """Give the request of these bytes. Raises Refused `token-request-malformed`; the element is not looked at."""
    reader = Reader(raw, _MALFORMED)
    if reader.u8() != VERSION:
        raise reader.refused()
    request = TokenRequest(reader.take(_COLLECTION_SIZE), reader.take(ELEMENT_SIZE), reader.bytes16())
    reader.check_end()
    return request
