"""What the server process of these tests runs: a real intake, whose public log moves five times a second."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from civium.errors import Refused
from civium.server.config import Config
from civium.server.intake.app import Intake
from civium.server.intake.replies import refusal, send_reply
from civium.server.store.opening import open_store

MOVES_SECONDS = 0.2
NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)


def create() -> Any:
    """Make the application of an intake alone; the folder is in CIVIUM_DATA. Its calendar stands on the day of the tests."""
    config = Config.from_environment(os.environ)
    intake = Intake(config, lambda: open_store(config), publish_seconds=MOVES_SECONDS, clock=lambda: NOW)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            if not await intake(scope, receive, send):
                await send_reply(send, refusal(Refused("unknown-path")))
            return
        for act in (intake.start, intake.stop):
            told = (await receive())["type"]
            await act()
            await send({"type": f"{told}.complete"})

    return answer


def create_whole() -> Any:
    """Make the application with all pages, as `civium serve` does; only the public log moves sooner."""
    from civium.front import Front

    front = Front(Config.from_environment(os.environ))
    front.intake._publish_seconds = MOVES_SECONDS
    return front
