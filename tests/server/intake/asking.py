"""Asks an intake over ASGI, in this process and on this loop: real store, real keys, a clock that stands where it is put."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from civium.server.config import Config
from civium.server.intake.app import Intake
from civium.server.intake.desk_threads import ThreadDesk
from civium.server.store.protocol import Store
from civium.server.store.sqlite import SQLiteStore
from tests.server import live

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
POSTING = ((b"content-type", b"application/octet-stream"),)


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Answer:
    """What came back; `was_taken` is False if the intake left the path to others."""

    was_taken: bool
    status: int = 0
    headers: dict[bytes, bytes] | None = None
    body: bytes = b""


def config_of(folder: Path, **settings: str) -> Config:
    """Give the settings of an intake in a folder."""
    return Config.from_environment({"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{live.HOST}"} | settings)


async def ask(
    intake: Intake,
    method: str,
    path: str,
    pieces: Iterable[bytes] = (b"",),
    headers: Iterable[tuple[bytes, bytes]] = (),
    *,
    more: Callable[[], Awaitable[dict[str, Any]]] | None = None,
    client: tuple[str, int] | None = None,
) -> Answer:
    """Send one request; `more` gives what follows the pieces, otherwise the last piece ends the body."""
    waiting = list(pieces)
    sent: list[Any] = []

    async def receive() -> Any:
        if waiting:
            piece = waiting.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(waiting) or more is not None}
        return await more() if more is not None else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    taken = await intake(
        {"type": "http", "method": method, "path": path, "headers": list(headers), "client": client}, receive, send
    )
    if not sent:
        return Answer(taken)
    return Answer(taken, sent[0]["status"], dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:]))


async def post(intake: Intake, raw: bytes) -> Answer:
    """Send an envelope."""
    return await ask(intake, "POST", "/api/statements", [live.posted(raw)], POSTING)


@asynccontextmanager
async def running(folder: Path, *, store: Store | None = None, clock: Clock | None = None, **options: Any) -> Any:
    """Run an intake; the store is opened by it unless one is given."""
    settings = options.pop("settings", {})
    config = config_of(folder, **settings)
    # Most tests look at other things than the committing process, whose start takes a while.
    options.setdefault("open_desk", ThreadDesk)
    intake = Intake(config, lambda: store or SQLiteStore(config.statements_path), clock=clock or Clock(), **options)
    await intake.start()
    try:
        yield intake
    finally:
        await intake.stop()


def made(folder: Path, *jurisdictions: str) -> live.Live:
    """Make a folder with one live collection, and leave the store closed."""
    store = live.open_store(folder)
    going = live.go_live(store, folder, jurisdictions or ("ES", "MT"))
    store.close()
    return going


def on_loop(work: Awaitable[None]) -> None:
    """Run a test's coroutine."""

    async def within_time() -> None:
        async with asyncio.timeout(60):
            await work

    asyncio.run(within_time())
