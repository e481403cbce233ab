"""What is sent to Django's pages is never read but at the addresses of forms, and there within bounds: no body in a temporary file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from civium.server.asgi import FORMS, LARGEST_FORM, without_bodies

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


TOKEN = "A" * 43


def _sent_form(
    path: str, *pieces: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), breaks: bool = False
) -> tuple[bytes | None, int]:
    """Post a form in pieces; give what the application received, and the status."""
    received: list[bytes] = []
    sent: list[Message] = []
    messages = [
        {"type": "http.request", "body": piece, "more_body": at < len(pieces) - 1 or breaks} for at, piece in enumerate(pieces)
    ]
    messages.append({"type": "http.disconnect"})

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def application(
        _scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        message = await receive()
        assert not message["more_body"]
        received.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers)}
    asyncio.run(without_bodies(application, FORMS)(scope, receive, send))
    return (received[0] if received else None, sent[0]["status"])


@pytest.mark.parametrize(
    "path",
    [
        "/en/i/night-trains/news",
        "/mt/i/night-trains/feedback",
        f"/en/i/night-trains/confirm/{TOKEN}",
        f"/en/i/night-trains/stop/{TOKEN}",
    ],
)
def test_a_form_reaches_django_whole(path: str) -> None:
    assert _sent_form(path, b"grade=", b"good") == (b"grade=good", 200)
    assert _sent_form(path, b"x" * LARGEST_FORM) == (b"x" * LARGEST_FORM, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/en/i/night-trains",
        "/en/i/night-trains/privacy",
        "/en/i/night-trains/news/",
        "/en/i/night-trains/news\n",
        f"/en/i/night-trains/confirm/{TOKEN}A",
        "/en/i/night-trains/stop/",
        "/api/statements",
    ],
)
def test_elsewhere_nothing_is_taken(path: str) -> None:
    assert _sent_form(path, b"grade=good") == (None, 405)


@pytest.mark.parametrize(
    ("pieces", "headers", "status"),
    [
        ((b"x" * LARGEST_FORM, b"x"), (), 413),
        ((b"",), ((b"content-length", b"16385"),), 413),
        ((b"",), ((b"content-length", b"-1"),), 413),
        ((b"",), ((b"content-length", b"9999999999"),), 413),
        ((b"x",), ((b"content-encoding", b"gzip"),), 415),
    ],
)
def test_a_form_out_of_bounds_is_not_read_to_its_end(
    pieces: tuple[bytes, ...], headers: tuple[tuple[bytes, bytes], ...], status: int
) -> None:
    assert _sent_form("/en/i/night-trains/news", *pieces, headers=headers) == (None, status)


def test_a_form_that_breaks_off_is_none() -> None:
    assert _sent_form("/en/i/night-trains/news", b"grade=good", breaks=True) == (None, 400)
