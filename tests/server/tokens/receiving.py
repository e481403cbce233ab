"""An intake that receives one statement with all that belongs to it, says so, and stays: for tests that look at it from outside."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake import gate
from tests.server.intake.asking import running


async def _receive(folder: Path, socket: str) -> None:
    store = SQLiteStore(folder / "statements.db")
    collection = store.collection(live.IDENTIFIER)
    raw = store.manifests(live.IDENTIFIER)[0].raw
    store.close()
    going = live.Live(folder, collection, raw, b"")
    sealed = (folder / "envelope").read_bytes()
    async with running(folder, settings={"CIVIUM_TOKENS": socket} if socket else {}) as intake:
        answer = await gate.sign(intake, going, gate.ANA, sealed)
        assert answer.status == 200, answer.body
        print("received", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_receive(Path(sys.argv[1]), sys.argv[2]))
