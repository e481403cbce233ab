"""What is posted to the console: within what its screen takes, large files from nobody but whoever is logged on, nothing on a disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import path

from civium.server import asgi, urls
from civium.server.console.gate import guarded
from civium.server.console.permissions import Permission
from civium.server.console.screens import LARGEST_BODY, Screen
from tests.server.console.conftest import BrowserOf, Installation

Message = MutableMapping[str, Any]
SMALL = asgi.SMALL_BODY


def _sent(address: str, body: bytes, *headers: tuple[bytes, bytes]) -> tuple[int, bytes | None, dict[bytes, bytes]]:
    """Send a body in two pieces; give the status, what reached Django, and the headers that it saw."""
    seen: list[Any] = [None, {}]
    statuses: list[int] = []
    pieces = [body[: len(body) // 2], body[len(body) // 2 :]]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    async def application(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        seen[:] = [(await receive())["body"], dict(scope["headers"])]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": "POST", "path": address, "headers": list(headers)}
    gate = asgi.without_bodies(application, asgi.FORMS, asgi._largest_of_console)
    async_to_sync(gate)(scope, receive, send)
    return statuses[0], seen[0], seen[1]


def test_a_form_of_a_screen_reaches_django_with_its_true_length(installation: Installation) -> None:
    status, body, headers = _sent("/console/log-on/", b"login=a&password=b", (b"content-length", b"3"))
    assert (status, body, headers) == (200, b"login=a&password=b", {b"content-length": b"18"})


def test_what_is_too_large_ends_before_django(installation: Installation) -> None:
    assert _sent("/console/log-on/", b"x" * (SMALL + 1))[:2] == (413, None)
    assert _sent("/console/initiatives/quiet-skies/people/invite/", b"x" * (SMALL + 1))[:2] == (413, None)


@pytest.mark.parametrize("address", ["/console/", "/console/account/", "/console/no-such/", "/console", "/en/"])
def test_where_nothing_is_posted_nothing_is_taken(installation: Installation, address: str) -> None:
    assert _sent(address, b"x=1")[:2] == (405, None)


@pytest.fixture
def upload() -> Iterator[Screen]:
    """Add a screen that takes a large file and says what kind of thing it was given."""

    def view(request: Any) -> HttpResponse:
        given = request.FILES["file"]
        return HttpResponse(f"{type(given).__name__} {given.size}")

    screen = Screen("test-upload", "test-upload/", view, Permission.SEE_OWN_ACCOUNT, ("POST",), largest_body=LARGEST_BODY)
    with override_settings(ROOT_URLCONF=(path(f"console/{screen.path}", guarded(screen)), *urls.urlpatterns)):
        yield screen


def test_a_large_file_is_taken_from_nobody_who_is_not_logged_on(
    installation: Installation, browser_of: BrowserOf, upload: Screen
) -> None:
    browser = browser_of("member", installation.petition)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}".encode()
    large = b"x" * (SMALL + 1)
    assert _sent("/console/test-upload/", large)[:2] == (413, None)
    assert _sent("/console/test-upload/", large, (b"cookie", b"civium-console=invented"))[:2] == (413, None)
    assert _sent("/console/test-upload/", large, (b"cookie", cookie))[0] == 200


def test_a_file_stays_in_memory(installation: Installation, browser_of: BrowserOf, upload: Screen) -> None:
    browser = browser_of("member", installation.petition)
    answered = browser.post("/console/test-upload/", {"file": SimpleUploadedFile("certificate.pdf", b"x" * 5_000_000)})
    assert answered.content.decode() == f"{InMemoryUploadedFile.__name__} 5000000"
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE > LARGEST_BODY
