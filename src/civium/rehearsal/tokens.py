"""Asks a token service for a crowd's duplicate tokens, as browsers do: blinded, with the proof checked. By its socket, from outside."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

from voprf import ristretto

from civium.errors import Refused, Untrusted
from civium.formats import token_service as wire
from civium.formats.challenge import IDENTIFIER_SIZE
from civium.formats.duplicate_token import ELEMENT_SIZE, token_input
from civium.formats.identity_key import identity_key


class TokenAsker:
    """A line to a token service, for the statements of one collection."""

    def __init__(self, path: str, collection: bytes, token_key: bytes) -> None:
        """Open the line. Raises Refused `tokens-unavailable`."""
        self._collection = collection
        self._token_key = ristretto.PublicKey.deserialize(token_key)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise Refused("tokens-unavailable") from None
        self._stream = self._socket.makefile("rb")

    def close(self) -> None:
        """Let go of the line."""
        self._stream.close()
        self._socket.close()

    def token(self, jurisdiction: str, fields: dict[str, str]) -> bytes:
        """Give the duplicate token of an identity. Raises Refused `tokens-unavailable`, Untrusted `token-proof`."""
        asked = token_input(self._collection, jurisdiction, identity_key(jurisdiction, fields))
        client, blinded = ristretto.Client.blind(asked)
        # Whoever stands at the socket is believed to have taken a solved challenge: here each statement has one of its own.
        what = wire.encode_evaluation(blinded.serialize(), secrets.token_bytes(IDENTIFIER_SIZE), 0)
        self._socket.sendall(wire.encode_request(wire.EVALUATE, self._collection, what))
        start = self._stream.read(wire.REPLY_START_SIZE)
        if len(start) != wire.REPLY_START_SIZE:
            raise Refused("tokens-unavailable")
        reply = wire.result_of(start[0], self._stream.read(int.from_bytes(start[1:], "big")))
        # The library has the proof first, as opposed to RFC 9497.
        try:
            output = ristretto.VerifiableOutput.deserialize(reply[ELEMENT_SIZE:] + reply[:ELEMENT_SIZE])
            return client.finalize(output, self._token_key)
        except ValueError:
            raise Untrusted("token-proof") from None


def is_answering(path: Path) -> bool:
    """Say whether somebody answers on a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
