"""Reads a request's body within bounds: refused before it is read to its end if it is too long, given up if it is too slow."""

from __future__ import annotations

import asyncio

from civium.errors import Refused
from civium.formats.posting import MAXIMUM_SIZE
from civium.server.intake.replies import Receive, Scope


class SenderGone(Exception):
    """The connection closed before the body's last byte."""


async def read_body(scope: Scope, receive: Receive, *, seconds: float) -> bytes:
    """Give the body of a posting. Raises Refused `content-type`, `posting-size`, `body-slow`, or SenderGone."""
    _check_headers(scope)
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
            body: bytes = message.get("body", b"")
            if message["type"] == "http.request" and not message.get("more_body"):
                return _within(body)
            return await _read_on(receive, message, bytearray(body))
    except TimeoutError:
        raise Refused("body-slow") from None


async def _read_on(receive: Receive, message: object, body: bytearray) -> bytes:
    assert isinstance(message, dict)
    while True:
        if message["type"] == "http.disconnect":
            raise SenderGone
        if len(body) > MAXIMUM_SIZE:
            raise Refused("posting-size", largest=MAXIMUM_SIZE)
        if not message.get("more_body"):
            return bytes(body)
        message = dict(await receive())
        body += message.get("body", b"")


def _within(body: bytes) -> bytes:
    if len(body) > MAXIMUM_SIZE:
        raise Refused("posting-size", largest=MAXIMUM_SIZE)
    return body


def _check_headers(scope: Scope) -> None:
    has_type = False
    for name, value in scope["headers"]:
        if name == b"content-length" and (len(value) > 9 or not value.isdigit() or int(value) > MAXIMUM_SIZE):
            raise Refused("posting-size", largest=MAXIMUM_SIZE)
        if name == b"content-type":
            has_type = value == b"application/octet-stream"
    if not has_type:
        raise Refused("content-type")
