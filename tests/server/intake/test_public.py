"""A task that died is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.server.intake.asking import ask, made, on_loop, running
from tests.server.intake.test_pages import Site


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
