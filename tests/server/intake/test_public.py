"""Counts are live to the second and ask the store once; keys are made once a version; a task that died is told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from civium.server.intake.public import Public
from civium.server.intake.receive import prepare
from civium.server.publishing.public_log import PublicLog
from civium.server.publishing.signed_heads import SignedHeads
from tests.server import live
from tests.server.intake.asking import ask, made, on_loop, running
from tests.server.intake.test_pages import Seconds, Site

PATH = live.IDENTIFIER.hex()


class Counted:
    """A store that counts how often heads are read."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += name == "heads"
        return getattr(self._store, name)


def test_the_total_is_at_most_a_second_old_and_the_store_is_asked_once(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    store.append(list(live.candidates(going, 3)))
    counted, seconds, signed = Counted(store), Seconds(), SignedHeads(tmp_path / "signed-heads")
    public_log = PublicLog(store, signed, keys_folder=tmp_path / "keys", host=live.HOST)
    public = Public(counted, public_log, monotonic=seconds)  # type: ignore[arg-type]
    collections = prepare(store.collections())

    async def total() -> int:
        reply = await public.collection(collections, f"{PATH}/counts")
        return int(msgspec.json.decode(reply.body)["received"])

    async def story() -> None:
        assert await asyncio.gather(*(total() for _ in range(20))) == [3] * 20, "nobody is told 0 while it is read"
        store.append(list(live.candidates(going, 2)))
        asked = counted.asked
        seconds.now = 0.9
        assert await total() == 3
        assert counted.asked == asked
        seconds.now = 1.1
        assert set(await asyncio.gather(*(total() for _ in range(20)))) <= {3, 5}
        assert await total() == 5
        assert counted.asked == asked + 1

    on_loop(story())
    store.close()
    signed.close()


def test_a_background_task_that_died_makes_the_process_not_ready(tmp_path: Path) -> None:
    made(tmp_path)

    class Breaking(Site):
        def version(self) -> object:
            if self.number == 9:
                raise ZeroDivisionError
            return super().version()

    async def story() -> None:
        site = Breaking()
        async with running(tmp_path, site=site) as intake:
            assert (await ask(intake, "GET", "/health/ready")).status == 200
            site.number = 9
            while (await ask(intake, "GET", "/health/ready")).status == 200:
                await asyncio.sleep(0.01)
            assert (await ask(intake, "GET", "/health/live")).status == 200

    on_loop(story())
