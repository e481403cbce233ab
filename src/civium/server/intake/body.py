"""Reads a request's body within bounds: refused before it is read to its end if it is too long, given up if it is too slow."""

from __future__ import annotations

import asyncio

from civium.errors import Refused
from civium.formats.posting import MAXIMUM_SIZE
from civium.server.intake.replies import Receive, Scope

_UNKNOWN = -1
_OCTETS = b"application/octet-stream"
# What a body may say of its coding: none. Who unpacks what strangers send may be sent a thousand times as much.
_PLAIN = {b"content-encoding": (b"", b"identity"), b"transfer-encoding": (b"", b"chunked")}


class SenderGone(Exception):
    """The body ended before its last byte: the connection closed, or the framing is malformed."""


async def read_body(scope: Scope, receive: Receive, *, seconds: float) -> bytes:
    """Give the body of a posting. Raises Refused `content-type`, `content-encoding`, `posting-size`, `body-slow`, or SenderGone."""
    length = _announced_length(scope)
    # asyncio.timeout does the same at four times the cost, and this is paid for every statement.
    loop = asyncio.get_running_loop()
    task = asyncio.current_task(loop)
    assert task is not None
    late: list[bool] = []
    timer = loop.call_later(seconds, _interrupt, task, late)
    try:
        return await _read(receive, length)
    except asyncio.CancelledError:
        if late and task.uncancel() == 0:
            raise Refused("body-slow") from None
        raise
    finally:
        timer.cancel()


async def _read(receive: Receive, length: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while True:
        if message["type"] == "http.disconnect":
            raise SenderGone
        if len(body) > MAXIMUM_SIZE:
            raise Refused("posting-size", largest=MAXIMUM_SIZE)
        # HTTP frames a body by the length it announced: once that is there, the server's closing message need not be awaited.
        if len(body) == length or not message.get("more_body"):
            return body
        message = await receive()
        body += message.get("body", b"")


def _interrupt(task: asyncio.Task[object], late: list[bool]) -> None:
    late.append(True)
    task.cancel()


def _announced_length(scope: Scope) -> int:
    """Give the announced length of the body, if there is one. Raises Refused `posting-size`, `content-encoding`, `content-type`."""
    is_octets = False
    length = _UNKNOWN
    for name, value in scope["headers"]:
        if name == b"content-length":
            if len(value) > 9 or not value.isdigit() or int(value) > MAXIMUM_SIZE:
                raise Refused("posting-size", largest=MAXIMUM_SIZE)
            length = int(value)
        elif name == b"content-type":
            # A media type has no case, and may carry parameters (RFC 9110, 8.3.1).
            is_octets = value == _OCTETS or value.partition(b";")[0].strip().lower() == _OCTETS
        elif name in _PLAIN and value.strip().lower() not in _PLAIN[name]:
            raise Refused("content-encoding")
    if not is_octets:
        raise Refused("content-type")
    return length
