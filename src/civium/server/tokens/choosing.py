"""Where the token keys are: in this process, from a folder (the default, and said so), or behind another process's socket.

With a socket this process never loads a key, nor the library that would use one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from civium.server.store.protocol import Spent
from civium.server.tokens.asking import AskedTokens, TokenLine

if TYPE_CHECKING:
    from civium.server.tokens.kept import KeptTokens


class Tokens(Protocol):
    """A token service as the intake asks it, on its event loop."""

    async def evaluate(self, collection: bytes, blinded: bytes, challenge: Spent) -> bytes:
        """Give the evaluated element and its proof. Raises Refused `token-element`, `challenge-spent`, `tokens-unavailable`."""
        ...

    async def mark(self, collection: bytes, origin: str, token: bytes) -> bytes:
        """Give the mark of a token in a log. Raises Refused `tokens-unavailable`."""
        ...

    def forget_destroyed(self) -> None:
        """Let go of keys whose files are gone."""
        ...

    async def close(self) -> None:
        """Let go of the service."""
        ...


class NearTokens:
    """A token service in this very process, with the manners of one in another."""

    def __init__(self, kept: KeptTokens) -> None:
        self._kept = kept

    async def evaluate(self, collection: bytes, blinded: bytes, challenge: Spent) -> bytes:
        """Give the evaluated element and its proof. Raises Refused `token-element`, `challenge-spent`, `tokens-unavailable`."""
        return self._kept.evaluate(collection, blinded, challenge)

    async def mark(self, collection: bytes, origin: str, token: bytes) -> bytes:
        """Give the mark of a token in a log. Raises Refused `tokens-unavailable`."""
        return self._kept.mark(collection, origin, token)

    def forget_destroyed(self) -> None:
        """Let go of keys whose files are gone."""
        self._kept.forget_destroyed()

    async def close(self) -> None:
        """Nothing to let go of."""


def tokens_for(keys_folder: Path, socket: Path | None) -> Tokens:
    """Give the token service for the intake."""
    if socket is not None:
        return AskedTokens(socket)
    from civium.server.tokens.kept import KeptTokens

    return NearTokens(KeptTokens(keys_folder))


@contextmanager
def tokens_for_command(keys_folder: Path, socket: Path | None) -> Iterator[KeptTokens | TokenLine]:
    """Give the token service for a command: public keys and marks. Raises Refused `tokens-unavailable`."""
    if socket is not None:
        with TokenLine(socket) as line:
            yield line
        return
    from civium.server.tokens.kept import KeptTokens

    yield KeptTokens(keys_folder)
