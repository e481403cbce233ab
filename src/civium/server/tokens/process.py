"""The token service in a process of its own: answers on a Unix socket, knows no database, no network, no sender.

The rules are:
- requests of one connection are answered one after the other, in their order; what is malformed ends the connection;
- nothing is logged but that it began and ended;
- other processes of the same user cannot read its memory (Linux: not dumpable).
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from civium.errors import Misconfigured, Refused
from civium.formats import token_service as wire
from civium.server.store.protocol import Spent
from civium.server.tokens.kept import KeptTokens

_LOOK_SECONDS = 1.0
_OUTCOMES = {"token-element": wire.MALFORMED, "tokens-unavailable": wire.NO_KEY, "challenge-spent": wire.SPENT}
_PR_SET_DUMPABLE = 4


class TokenProcess:
    """Answers on a socket between `start` and `stop`."""

    def __init__(self, tokens: KeptTokens, path: Path, *, mode: int = 0o600) -> None:
        self._tokens = tokens
        self._path = path
        self._mode = mode
        self._answering: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to answer. Raises Misconfigured `tokens-socket` where no socket can be made there."""
        # Made under a name that nobody asks for, so that it is never open to others and never replaces one that answers.
        await self._check_free()
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._answer_all, self._path)
        except OSError:
            raise Misconfigured("tokens-socket") from None
        finally:
            os.umask(before)
        self._path.chmod(self._mode)
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop answering and take the socket away."""
        self._server.close()
        for task in (self._looking, *self._answering):
            task.cancel()
        await asyncio.gather(self._looking, *self._answering, return_exceptions=True)
        with suppress(FileNotFoundError):
            self._path.unlink()

    async def _check_free(self) -> None:
        """A socket that nobody answers is what a killed process left: it goes. Raises Misconfigured `tokens-socket` for anything else."""
        try:
            is_socket = stat.S_ISSOCK(self._path.lstat().st_mode)
        except FileNotFoundError:
            return
        except OSError:
            raise Misconfigured("tokens-socket") from None
        if not is_socket:
            raise Misconfigured("tokens-socket")
        try:
            _, writer = await asyncio.open_unix_connection(self._path)
        except ConnectionRefusedError:
            self._path.unlink()
            return
        except OSError:
            raise Misconfigured("tokens-socket") from None
        writer.close()
        await writer.wait_closed()
        raise Misconfigured("tokens-socket")

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            while True:
                act, collection, length = wire.parse_start(await reader.readexactly(wire.START_SIZE))
                writer.write(self._answer(act, collection, await reader.readexactly(length)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, Refused):
            pass
        finally:
            self._answering.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _answer(self, act: int, collection: bytes, what: bytes) -> bytes:
        try:
            if act == wire.PUBLIC_KEY:
                return wire.encode_reply(wire.DONE, self._tokens.public_key(collection))
            if act == wire.EVALUATE:
                blinded, identifier, hour = wire.parse_evaluation(what)
                return wire.encode_reply(wire.DONE, self._tokens.evaluate(collection, blinded, Spent(identifier, hour)))
            return wire.encode_reply(wire.DONE, self._tokens.mark(collection, *wire.parse_mark(what)))
        except Refused as refused:
            if refused.code == "token-request-malformed":
                raise
            return wire.encode_reply(_OUTCOMES[refused.code])
        except Misconfigured as error:
            sys.stderr.write(f"civium: error: {error.code}\n")
            return wire.encode_reply(wire.NO_KEY)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._tokens.forget_destroyed()


def hide_memory() -> None:
    """Let no other process of this user read this one's memory, and leave no core file; where the system knows no such thing, nothing changes."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
