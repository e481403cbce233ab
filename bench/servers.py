"""The three servers that bench/post.py compares: the intake, a bare handler, and the intake with one request a transaction."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from civium.formats import envelope, posting
from civium.server.config import Config
from civium.server.intake.app import Intake
from civium.server.intake.memory import settle_memory
from civium.server.intake.replies import receipt, send_reply
from civium.server.store.sqlite import SQLiteStore

Application = Callable[[Any, Any, Any], Awaitable[None]]


def intake() -> Application:
    """Give the intake as it runs in production, without pages."""
    return _with_lifespan(Intake(*_premises()))


def single() -> Application:
    """Give the intake doing the same transaction for each request alone."""
    return _with_lifespan(Intake(*_premises(), largest_batch=1))


def bare() -> Application:
    """Give a handler that reads and parses the posting, and answers the same number of bytes: what no intake can beat."""
    answer = receipt(bytes(700))

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _only_live(receive, send)
            return
        message = await receive()
        envelope.parse(posting.parse(message["body"]).envelope)
        await send_reply(send, answer)

    return handle


def _premises() -> tuple[Config, Callable[[], SQLiteStore]]:
    config = Config.from_environment({name: value for name, value in os.environ.items() if name.startswith("CIVIUM_")})
    return config, lambda: SQLiteStore(config.statements_path)


def _with_lifespan(application: Intake) -> Application:
    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await application.start()
            settle_memory()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await application.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await application(scope, receive, send)

    return handle


async def _only_live(receive: Any, send: Any) -> None:
    await receive()
    settle_memory()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
