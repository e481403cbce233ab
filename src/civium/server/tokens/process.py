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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from civium.errors import Misconfigured, Refused
from civium.formats import token_service as wire
from civium.server.store.protocol import Spent
from civium.server.tokens.kept import KeptTokens

_LOOK_SECONDS = 1.0
_AT_ONCE = 8  # requests of one line, some 2 ms: then it is another line's turn
_OUTCOMES = {"token-element": wire.MALFORMED, "tokens-unavailable": wire.NO_KEY, "challenge-spent": wire.SPENT}
_PR_SET_DUMPABLE = 4


class TokenProcess:
    """Answers on a socket between `start` and `stop`."""

    def __init__(self, tokens: KeptTokens, path: Path, *, mode: int = 0o600) -> None:
        self._tokens = tokens
        self._path = path
        self._mode = mode
        self._lines: set[_Line] = set()

    async def start(self) -> None:
        """Begin to answer. Raises Misconfigured `tokens-socket` where no socket can be made there."""
        # Made under a name that nobody asks for, so that it is never open to others and never replaces one that answers.
        await self._check_free()
        before = os.umask(0o177)
        try:
            self._server = await asyncio.get_running_loop().create_unix_server(
                lambda: _Line(self._answer, self._lines), str(self._path)
            )
        except OSError:
            raise Misconfigured("tokens-socket") from None
        finally:
            os.umask(before)
        self._path.chmod(self._mode)
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop answering and take the socket away."""
        self._server.close()
        self._looking.cancel()
        for line in tuple(self._lines):
            line.end()
        await asyncio.gather(self._looking, return_exceptions=True)
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


class _Line(asyncio.Protocol):
    """One connection: a few requests at a time, so that no line waits for all of another's.

    Nothing more is read until they are done, nor while the other end does not take its answers: what a line holds in memory is bounded.
    """

    def __init__(self, answer: Callable[[int, bytes, bytes], bytes], lines: set[_Line]) -> None:
        self._answer = answer
        self._lines = lines
        self._loop = asyncio.get_running_loop()
        self._read = b""
        self._is_busy = self._is_full = self._is_held = self._is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by class
        self._lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # why it broke changes nothing
        self._is_over = True
        self._lines.discard(self)

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not self._is_busy:
            self._work()

    def pause_writing(self) -> None:
        self._is_full = True
        self._hold()

    def resume_writing(self) -> None:
        self._is_full = False
        self._hold()
        self._loop.call_soon(self._work)

    def end(self) -> None:
        """Let go of the connection."""
        self._is_over = True
        self._transport.abort()

    def _work(self) -> None:
        """Answer some of what was read; what is malformed ends the connection."""
        if self._is_over or self._is_full:
            return
        at = 0
        answers: list[bytes] = []
        try:
            while len(answers) < _AT_ONCE and len(self._read) - at >= wire.START_SIZE:
                begin = at + wire.START_SIZE
                act, collection, length = wire.parse_start(self._read[at:begin])
                if len(self._read) < begin + length:
                    break
                answers.append(self._answer(act, collection, self._read[begin : begin + length]))
                at = begin + length
        except Refused:
            self._transport.write(b"".join(answers))
            self._is_over = True
            self._transport.close()
            return
        self._read = self._read[at:]
        self._transport.write(b"".join(answers))
        self._is_busy = len(answers) == _AT_ONCE
        if self._is_busy:
            self._loop.call_soon(self._work)
        self._hold()

    def _hold(self) -> None:
        """Read, or read nothing for now."""
        was_held, self._is_held = self._is_held, self._is_busy or self._is_full
        if self._is_held is not was_held:
            (self._transport.pause_reading if self._is_held else self._transport.resume_reading)()


def hide_memory() -> None:
    """Let no other process of this user read this one's memory, and leave no core file; where the system knows no such thing, nothing changes."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
