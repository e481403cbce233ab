"""Django as an ASGI application: what the front door calls for everything that is not a hot path.

The rules are:
- public pages are asked for with GET and HEAD; other methods end here, but for POST where a page of ours has a form;
- Django never sees a body that was not read here first, whole, within bounds, in memory: it would read one to its end,
  however long, and keep it in a temporary file, in clear;
- what a screen of the console takes is what it says (Screen.largest_body); more than a small form only from whoever is logged on, and
  of a few at a time: twelve megabytes from everybody at once are more than a machine has.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from django.core.asgi import get_asgi_application

from civium.errors import Refused
from civium.server.console.screens import SMALL_BODY
from civium.server.intake.replies import READS, Receive, Scope, Send, header_of, refusal, send_reply, wrong_method
from civium.server.preview import POSTS as POSTS_OF_PREVIEWS
from civium.server.supporters import FORMS as FORMS_OF_SUPPORTERS

if TYPE_CHECKING:
    from collections.abc import MutableMapping

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
# Where a form may be posted to.
FORMS = (FORMS_OF_SUPPORTERS, POSTS_OF_PREVIEWS)
LARGEST_FORM = 16_384  # a thousand characters, each twelve bytes in a form, and the rest
_FORM_SECONDS = 20.0
_UPLOAD_SECONDS = 180.0
_UPLOADS_AT_ONCE = 4
_CONSOLE = "/console/"
_BODY_HEADERS = {b"content-encoding": (b"", b"identity"), b"transfer-encoding": (b"", b"chunked")}


def django_application() -> Application:
    """Give Django's ASGI application, set up with this package's settings, for requests without a body and for small forms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civium.server.settings")
    return without_bodies(get_asgi_application(), FORMS, _largest_of_console)


def without_bodies(
    application: Callable[..., Awaitable[Any]],
    forms: tuple[re.Pattern[str], ...] = (),
    largest_elsewhere: Callable[[Scope], Awaitable[int]] | None = None,
) -> Application:
    """Give an application that is asked with GET and HEAD only, and with POST where that is allowed; elsewhere every body is empty to it.

    Allowed are the addresses of forms, and what `largest_elsewhere` gives a size for (0: none).
    """
    uploads = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    async def bounded(scope: Scope, receive: Receive) -> bytes | None:
        """Give the body of a form; None where there is no form."""
        largest = LARGEST_FORM if any(form.fullmatch(scope["path"]) for form in forms) else 0
        if not largest and largest_elsewhere is not None:
            largest = await largest_elsewhere(scope)
        if not largest:
            return None
        if largest <= SMALL_BODY:
            return await asyncio.wait_for(_read_form(scope, receive, largest), _FORM_SECONDS)
        async with uploads:
            return await asyncio.wait_for(_read_form(scope, receive, largest), _UPLOAD_SECONDS)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body: bytes | None = b""
        if scope["method"] == "POST":
            try:
                body = await bounded(scope, receive)
            except Refused as error:
                await send_reply(send, refusal(error))
                return
            except TimeoutError:
                await send_reply(send, refusal(Refused("body-slow")))
                return
        if body is None or scope["method"] not in ("GET", "HEAD", "POST"):
            await send_reply(send, wrong_method(READS))
            return
        is_told = False

        async def receive_at_once() -> MutableMapping[str, Any]:
            nonlocal is_told
            if not is_told:
                is_told = True
                return {"type": "http.request", "body": body, "more_body": False}
            while (message := await receive())["type"] != "http.disconnect":
                pass
            return message

        await application(_with_length(scope, len(body)), receive_at_once, send)

    return answer


def _with_length(scope: Scope, length: int) -> Scope:
    """Give the request with the length that its body has, whatever it said: Django reads files by it."""
    if not length:
        return scope
    named = [header for header in scope["headers"] if header[0] not in (b"content-length", b"transfer-encoding")]
    return {**scope, "headers": [*named, (b"content-length", str(length).encode())]}


async def _largest_of_console(scope: Scope) -> int:
    """Give how much may be posted to an address of the console: what its screen says; 0 where nothing is posted."""
    if not scope["path"].startswith(_CONSOLE):
        return 0
    from asgiref.sync import sync_to_async
    from django.urls import Resolver404, resolve

    try:
        view = resolve(scope["path"]).func
    except Resolver404:
        return 0
    screen = getattr(view, "screen", None)
    if "POST" not in (screen.methods if screen is not None else getattr(view, "methods", ())):
        return 0
    largest: int = screen.largest_body if screen is not None else SMALL_BODY
    if largest > SMALL_BODY and not await sync_to_async(_is_logged_on)(header_of(scope, b"cookie")):
        return SMALL_BODY
    return largest


def _is_logged_on(cookies: bytes) -> bool:
    """Say whether a request carries a session of somebody. Whether it may do what it asks, the gate says later."""
    from django.conf import settings
    from django.http import parse_cookie

    from civium.server.console.sessions import is_of_somebody

    return is_of_somebody(parse_cookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, ""))


async def _read_form(scope: Scope, receive: Receive, largest: int) -> bytes:
    """Give the body of a form. Raises Refused `form-size`, `content-encoding`, `body-incomplete`."""
    for name, value in scope["headers"]:
        if name == b"content-length" and (len(value) > 9 or not value.isdigit() or int(value) > largest):
            raise Refused("form-size", largest=largest)
        if name in _BODY_HEADERS and value.strip().lower() not in _BODY_HEADERS[name]:
            raise Refused("content-encoding")
    pieces: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused("body-incomplete")
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
        if length > largest:
            raise Refused("form-size", largest=largest)
        if not message.get("more_body"):
            return b"".join(pieces)
