"""A server that answers each step of a signatory with a constant: what the load does against it, it could do against anything slower."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from civium.formats import challenge
from civium.formats.duplicate_token import ELEMENT_SIZE, PROOF_SIZE
from civium.server.intake.memory import settle_memory
from civium.server.intake.replies import BYTES, JSON, TEXT, reply, send_reply

_PAGE_SIZE = 20_000  # about the initiative's page, compressed
_RECEIPT_SIZE = 900
_TRIES = challenge.LEAST_WORK_FOR_TOKENS // 2


def create() -> Callable[[Any, Any, Any], Awaitable[None]]:
    """Give the application."""
    most = challenge.LEAST_WORK_FOR_TOKENS
    made = challenge.make(bytes(challenge.KEY_SIZE), bytes(16), bytes(challenge.IDENTIFIER_SIZE), _TRIES, most=most, now=0)
    told = {
        "algorithm": "SHA-256",
        "challenge": made.challenge,
        "maxnumber": most,
        "salt": made.salt,
        "signature": made.signature,
    }
    answers = {
        "challenge": reply(json.dumps(told, separators=(",", ":")).encode(), JSON),
        "tokens": reply(bytes(ELEMENT_SIZE + PROOF_SIZE), BYTES),
        "statements": reply(bytes(_RECEIPT_SIZE), TEXT),
    }
    page = reply(bytes(_PAGE_SIZE), TEXT)

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["method"] == "POST":
            await receive()
        await send_reply(send, answers.get(scope["path"].rpartition("/")[2], page))

    return handle


async def _live(receive: Any, send: Any) -> None:
    """Begin and end as the product does."""
    await receive()
    settle_memory()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def create_recorded() -> Callable[[Any, Any, Any], Awaitable[None]]:
    """Give an application that answers everything with the reply recorded in the file that BENCH_REPLY names."""
    told = json.loads(Path(os.environ["BENCH_REPLY"]).read_text(encoding="utf-8"))
    headers = [(name.encode(), value.encode()) for name, value in told["headers"]]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    body = {"type": "http.response.body", "body": bytes.fromhex(told["body"])}

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await send(start)
        await send(body)

    return handle
