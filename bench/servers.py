"""The servers that bench/post.py compares: the intake, a bare handler, and an intake with one request a transaction."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

from civium.errors import CiviumError
from civium.formats import checkpoint, envelope, merkle, posting
from civium.formats import receipt as receipts
from civium.formats.checkpoint import Checkpoint
from civium.formats.receipt import Receipt
from civium.server.config import Config
from civium.server.intake.app import Intake
from civium.server.intake.desk_process import ProcessDesk
from civium.server.intake.memory import settle_memory
from civium.server.intake.receive import Collecting, candidate_of, prepare
from civium.server.intake.replies import receipt, send_reply
from civium.server.publishing import log_keys
from civium.server.store.opening import open_store
from civium.server.store.protocol import Placed, Store

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_CONNECTIONS_EACH = 8
Application = Callable[[Any, Any, Any], Awaitable[None]]


def intake() -> Application:
    """Give the intake as it runs in production, without pages."""
    return _with_lifespan(Intake(*_premises()))


def single() -> Application:
    """Give the intake doing the same transaction for each request alone."""
    config, open_one = _premises()
    return _with_lifespan(Intake(config, open_one, open_desk=lambda _store, _signer: ProcessDesk(config, largest_batch=1)))


def single_pooled() -> Application:
    """Give a handler doing the same transaction for each request alone, eight at once, each over a connection of its own.

    It is spared what the intake does besides: the note of signed heads outside the database, which would cost it a write to disk each.
    """
    config, open_one = _premises()
    own = threading.local()
    threads = ThreadPoolExecutor(_CONNECTIONS_EACH, initializer=lambda: setattr(own, "store", open_one()))
    collections: dict[bytes, Collecting] = {}
    keys: dict[bytes, Ed25519PrivateKey] = {}

    def append(raw: bytes) -> bytes:
        sealed = envelope.parse(posting.parse(raw).envelope)
        if not collections:
            collections.update(prepare(own.store.collections()))
        identifier = sealed.header.collection
        key = keys.setdefault(identifier, log_keys.load_log_key(config.keys_folder, identifier))
        outcome = own.store.append([candidate_of(collections, sealed, date.today())])  # noqa: DTZ011  any day is the same work
        (place,) = outcome.outcomes
        assert isinstance(place, Placed)
        head = outcome.heads[place.log]
        note = checkpoint.sign(Checkpoint(head.log.origin, head.size, merkle.root(head.frontier)), key)
        return receipts.encode(Receipt(place.leaf, place.index, place.proof, note)).encode()

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _only_live(receive, send)
            return
        message = await receive()
        await send_reply(send, receipt(await asyncio.get_running_loop().run_in_executor(threads, append, message["body"])))

    return handle


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


def _premises() -> tuple[Config, Callable[[], Store]]:
    config = Config.from_environment({name: value for name, value in os.environ.items() if name.startswith("CIVIUM_")})
    return config, lambda: open_store(config)


def _with_lifespan(application: Intake) -> Application:
    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            try:
                await application.start()
            except CiviumError as error:
                await send({"type": "lifespan.startup.failed", "message": error.code})
                return
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
