"""Asks a token service that runs in another process: on an event loop for the intake, blocking for commands.

The rules are:
- a line that breaks is opened again for the next question; who asked meanwhile is told `tokens-unavailable` and asks again;
- an answer is waited for a few seconds, no longer: the browser asks again.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from civium.errors import Refused
from civium.formats import token_service as wire
from civium.server.store.protocol import Spent

_PATIENCE_SECONDS = 5.0


class AskedTokens:
    """A token service behind a Unix socket, asked from one event loop: questions go out at once, answers come in their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._opening = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

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
        writer = self._writer
        self._break()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if writer is not None:
            with suppress(OSError):
                await writer.wait_closed()

    async def _ask(self, request: bytes) -> bytes:
        writer = self._writer or await self._open()
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        writer.write(request)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await answer
        except TimeoutError:
            # Answers come in order: after a lost one, none could be told from another.
            self._break()
            raise Refused("tokens-unavailable") from None

    async def _open(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is not None:
                return self._writer
            try:
                reader, self._writer = await asyncio.open_unix_connection(self._path)
            except OSError:
                raise Refused("tokens-unavailable") from None
            self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                start = await reader.readexactly(wire.REPLY_START_SIZE)
                result = await reader.readexactly(int.from_bytes(start[1:], "big"))
                waiting = self._waiting.popleft()
                if waiting.done():
                    continue
                try:
                    waiting.set_result(wire.result_of(start[0], result))
                except Refused as refused:
                    waiting.set_exception(refused)
        except (asyncio.IncompleteReadError, OSError, IndexError):
            pass
        finally:
            if self._writer is writer:
                self._break()

    def _break(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(Refused("tokens-unavailable"))


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
