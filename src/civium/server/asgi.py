"""Django as an ASGI application: what the front door calls for everything that is not a hot path.

The rules are:
- public pages are asked for with GET and HEAD; other methods end here, but for POST where a page of ours has a form;
- Django never sees a body that was not read here first, whole, within bounds, in memory: it would read one to its end,
  however long, and keep it in a temporary file, in clear.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from django.core.asgi import get_asgi_application

from civium.errors import Refused
from civium.server.intake.replies import READS, Receive, Scope, Send, refusal, send_reply, wrong_method
from civium.server.supporters import FORMS as FORMS_OF_SUPPORTERS

if TYPE_CHECKING:
    from collections.abc import MutableMapping

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
# Where a form may be posted to.
FORMS = (FORMS_OF_SUPPORTERS,)
LARGEST_FORM = 16_384  # a thousand characters, each twelve bytes in a form, and the rest
_FORM_SECONDS = 20.0
_BODY_HEADERS = {b"content-encoding": (b"", b"identity"), b"transfer-encoding": (b"", b"chunked")}


def django_application() -> Application:
    """Give Django's ASGI application, set up with this package's settings, for requests without a body and for small forms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civium.server.settings")
    return without_bodies(get_asgi_application(), FORMS)


def without_bodies(application: Callable[..., Awaitable[Any]], forms: tuple[re.Pattern[str], ...] = ()) -> Application:
    """Give an application that is asked with GET and HEAD only, and with POST at the addresses of forms; elsewhere every body is empty to it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        if scope["method"] == "POST" and any(form.fullmatch(scope["path"]) for form in forms):
            try:
                body = await asyncio.wait_for(_read_form(scope, receive), _FORM_SECONDS)
            except Refused as error:
                await send_reply(send, refusal(error))
                return
            except TimeoutError:
                await send_reply(send, refusal(Refused("body-slow")))
                return
        elif scope["method"] not in ("GET", "HEAD"):
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

        await application(scope, receive_at_once, send)

    return answer


async def _read_form(scope: Scope, receive: Receive) -> bytes:
    """Give the body of a form. Raises Refused `form-size`, `content-encoding`, `body-incomplete`."""
    for name, value in scope["headers"]:
        if name == b"content-length" and (len(value) > 9 or not value.isdigit() or int(value) > LARGEST_FORM):
            raise Refused("form-size", largest=LARGEST_FORM)
        if name in _BODY_HEADERS and value.strip().lower() not in _BODY_HEADERS[name]:
            raise Refused("content-encoding")
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused("body-incomplete")
        body += message.get("body", b"")
        if len(body) > LARGEST_FORM:
            raise Refused("form-size", largest=LARGEST_FORM)
        if not message.get("more_body"):
            return body
