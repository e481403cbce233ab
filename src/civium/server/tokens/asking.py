"""Asks a token service that runs in another process: on an event loop for the intake, blocking for commands.

The rules are:
- a line that breaks is opened again for the next question; who asked meanwhile is told `tokens-unavailable` and asks again;
- an answer is waited for a few seconds, no longer: the browser asks again.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import cast

from civium.errors import Refused
from civium.formats import token_service as wire
from civium.server.store.protocol import Spent

_PATIENCE_SECONDS = 5.0


class AskedTokens:
    """A token service behind a Unix socket, asked from one event loop: questions go out at once, answers come in their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line: _Line | None = None
        self._opening = asyncio.Lock()

    async def evaluate(self, collection: bytes, blinded: bytes, challenge: Spent) -> bytes:
        """Give the evaluated element and its proof. Raises Refused `token-element`, `challenge-spent`, `tokens-unavailable`."""
        what = wire.encode_evaluation(blinded, challenge.identifier, challenge.expires_hour)
        return await self._ask(wire.encode_request(wire.EVALUATE, collection, what))

    async def mark(self, collection: bytes, origin: str, token: bytes) -> bytes:
        """Give the mark of a token in a log. Raises Refused `tokens-unavailable`."""
        return await self._ask(wire.encode_request(wire.MARK, collection, wire.encode_mark(origin, token)))

    def forget_destroyed(self) -> None:
        """Nothing is kept here."""

    async def close(self) -> None:
        """Let go of the line."""
        if self._line is not None:
            self._line.end()
            await self._line.ended

    async def _ask(self, request: bytes) -> bytes:
        line = self._line
        if line is None or not line.is_open:
            line = await self._open()
        return await line.ask(request)

    async def _open(self) -> _Line:
        async with self._opening:
            if self._line is None or not self._line.is_open:
                loop = asyncio.get_running_loop()
                try:
                    _, self._line = await loop.create_unix_connection(lambda: _Line(loop), str(self._path))
                except OSError:
                    raise Refused("tokens-unavailable") from None
            return self._line


class _Line(asyncio.Protocol):
    """One connection. Streams would do the same at several times the cost, and this is paid twice for every signatory."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.is_open = True
        self.ended: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._waiting: deque[tuple[float, asyncio.Future[bytes]]] = deque()  # until when, for what
        self._watch: asyncio.TimerHandle | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by class

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        """Give the answer to come; the future raises Refused. Raises Refused `tokens-unavailable` where the line broke meanwhile."""
        if not self.is_open:
            raise Refused("tokens-unavailable")
        answer: asyncio.Future[bytes] = self._loop.create_future()
        until = self._loop.time() + _PATIENCE_SECONDS
        self._waiting.append((until, answer))
        if self._watch is None:
            self._watch = self._loop.call_at(until, self._look)
        self._transport.write(request)
        return answer

    def data_received(self, data: bytes) -> None:
        read = self._read + data
        at = 0
        while len(read) - at >= wire.REPLY_START_SIZE:
            begin = at + wire.REPLY_START_SIZE
            end = begin + int.from_bytes(read[at + 1 : begin], "big")
            if len(read) < end:
                break
            if not self._waiting:
                self.end()  # an answer to nothing: whatever this is, it is no token service
                return
            _, answer = self._waiting.popleft()
            if not answer.done():
                try:
                    answer.set_result(wire.result_of(read[at], read[begin:end]))
                except Refused as refused:
                    answer.set_exception(refused)
            at = end
        self._read = read[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # why it broke changes nothing
        self.end()
        if not self.ended.done():
            self.ended.set_result(None)

    def end(self) -> None:
        """Let go; whoever still waits is told to ask again."""
        self.is_open = False
        self._transport.abort()
        if self._watch is not None:
            self._watch.cancel()
        while self._waiting:
            _, answer = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(Refused("tokens-unavailable"))

    def _look(self) -> None:
        """Answers come in order: after a lost one, none could be told from another."""
        self._watch = None
        if not self._waiting:
            return
        until = self._waiting[0][0]
        if until <= self._loop.time():
            self.end()
        else:
            self._watch = self._loop.call_at(until, self._look)


class TokenLine:
    """A token service behind a Unix socket, asked by a command, one question at a time."""

    def __init__(self, path: Path) -> None:
        """Open the line. Raises Refused `tokens-unavailable`."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_PATIENCE_SECONDS)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise Refused("tokens-unavailable") from None

    def __enter__(self) -> TokenLine:
        """Give the line."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Let go of the line."""
        self._socket.close()

    def public_key(self, collection: bytes) -> bytes:
        """Give the public half of a collection's token key, made if there is none. Raises Refused `tokens-unavailable`."""
        return self._ask(wire.encode_request(wire.PUBLIC_KEY, collection))

    def mark(self, collection: bytes, origin: str, token: bytes) -> bytes:
        """Give the mark of a token in a log. Raises Refused `tokens-unavailable`."""
        return self._ask(wire.encode_request(wire.MARK, collection, wire.encode_mark(origin, token)))

    def _ask(self, request: bytes) -> bytes:
        try:
            self._socket.sendall(request)
            start = self._take(wire.REPLY_START_SIZE)
            return wire.result_of(start[0], self._take(int.from_bytes(start[1:], "big")))
        except OSError:
            raise Refused("tokens-unavailable") from None

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            piece = self._socket.recv(count - len(taken))
            if not piece:
                raise OSError
            taken += piece
        return taken
