"""What is sent to Django's pages is never read: no body in a temporary file, no method but GET and HEAD."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from civium.server.asgi import without_bodies

Message = MutableMapping[str, Any]


def _asked(method: str) -> tuple[list[Message], list[Message]]:
    """Ask with a body in two pieces; give what the application received and what was sent."""
    received: list[Message] = []
    sent: list[Message] = []
    pieces = [
        {"type": "http.request", "body": b"family_names=Robledo", "more_body": True},
        {"type": "http.request", "body": b"&id_number=00000000T", "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return pieces.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def application(
        _scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        received.append(await receive())
        received.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    asyncio.run(without_bodies(application)({"type": "http", "method": method}, receive, send))
    return received, sent


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_body_is_empty_to_django(method: str) -> None:
    received, sent = _asked(method)
    assert received == [{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}]
    assert sent[0]["status"] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"])
def test_other_methods_end_before_django(method: str) -> None:
    received, sent = _asked(method)
    assert received == []
    assert sent[0]["status"] == 405
    assert (b"allow", b"GET, HEAD") in sent[0]["headers"]
    assert sent[1]["body"] == b'{"code":"method-not-allowed","facts":{}}'
