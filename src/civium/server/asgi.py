"""Django as an ASGI application: what the front door calls for everything that is not a hot path.

The rules are:
- public pages are asked for with GET and HEAD; other methods end here;
- Django never sees a body: it would read one to its end, however long, and keep it in a temporary file, in clear.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from django.core.asgi import get_asgi_application

from civium.server.intake.replies import READS, Receive, Scope, Send, send_reply, wrong_method

if TYPE_CHECKING:
    from collections.abc import MutableMapping

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def django_application() -> Application:
    """Give Django's ASGI application, set up with this package's settings, for requests without a body."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civium.server.settings")
    return without_bodies(get_asgi_application())


def without_bodies(application: Callable[..., Awaitable[Any]]) -> Application:
    """Give an application that is asked with GET and HEAD only, and to which every body is empty."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await send_reply(send, wrong_method(READS))
            return
        is_told = False

        async def receive_nothing() -> MutableMapping[str, Any]:
            nonlocal is_told
            if not is_told:
                is_told = True
                return {"type": "http.request", "body": b"", "more_body": False}
            while (message := await receive())["type"] != "http.disconnect":
                pass
            return message

        await application(scope, receive_nothing, send)

    return answer
