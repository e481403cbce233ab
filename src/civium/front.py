"""The front door: one ASGI application that sends hot paths to the intake and everything else to Django.

The rules are:
- CIVIUM_ROLE decides: `all` is intake and Django in one process, `intake` the hot paths and cached pages, `web` Django alone;
- start and stop belong to the intake: it begins before the first request and ends after the last answer;
- rooms are put together here, nothing is decided here.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from civium.errors import CiviumError, Refused
from civium.server.config import Config
from civium.server.intake.app import Intake
from civium.server.intake.memory import settle_memory
from civium.server.intake.replies import NOT_STORED, READS, TEXT, Receive, Scope, Send, refusal, reply, send_reply, wrong_method
from civium.server.store.opening import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from civium.server.dashboard.watching import Watcher
    from civium.server.intake.pages import Asset, Page
    from civium.server.jobs.running import Runner
    from civium.server.site.pages import Site
    from civium.server.site.shown import Initiative
    from civium.server.supporters.sending import Sender


def create() -> Front:
    """Make the application from the environment: what `civium serve` gives to the server."""
    return Front(Config.from_environment(os.environ))


class Front:
    """The ASGI application of one process."""

    def __init__(self, config: Config) -> None:
        self._django: Any = None
        self._sender: Sender | None = None
        self._watcher: Watcher | None = None
        self._runner: Runner | None = None
        self._intake: Intake | None = None
        pages = _InstalledPages(self, config.kept_assets_folder) if config.role != "web" else None
        if config.role != "intake":
            from civium.server.asgi import django_application

            self._django = django_application()
            from civium.server.supporters.sending import Sender

            self._sender = Sender(config)
            from civium.server.dashboard.watching import Watcher

            self._watcher = Watcher(config)
            from civium.server.jobs.running import Runner

            self._runner = Runner(config)
        if pages is not None:
            from civium.server.campaign.counting import SourceBook
            from civium.server.dashboard.hours import HourBook

            self._intake = Intake(config, lambda: open_store(config), site=pages, book=SourceBook(), hour_book=HourBook())

    @property
    def intake(self) -> Intake:
        """The intake, in a role that has one."""
        assert self._intake is not None
        return self._intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or one process's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._intake is not None and await self._intake(scope, receive, send):
            return
        if self._intake is None and scope["path"] in ("/health/live", "/health/ready"):
            await send_reply(send, reply(b"live\n", TEXT, NOT_STORED))
        elif self._django is not None:
            await self._django(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await send_reply(send, wrong_method(READS))
        else:
            await send_reply(send, refusal(Refused("unknown-path")))

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                failed = "fault"  # until it has begun: a server that is told nothing would serve without an intake
                try:
                    if self._intake is not None:
                        await self._intake.start()
                    if self._sender is not None:
                        self._sender.start()
                    if self._watcher is not None:
                        self._watcher.start()
                    if self._runner is not None:
                        self._runner.start()
                    settle_memory()
                    failed = ""
                except CiviumError as error:
                    # The server process shows its operator no more than this line; `civium serve` explains the code beforehand.
                    sys.stderr.write(f"civium: error: {error}\n")
                    failed = error.code
                    return
                finally:
                    if failed:
                        await send({"type": "lifespan.startup.failed", "message": failed})
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._sender is not None:
                    await asyncio.to_thread(self._sender.stop)
                if self._watcher is not None:
                    await asyncio.to_thread(self._watcher.stop)
                if self._runner is not None:
                    await asyncio.to_thread(self._runner.stop)
                if self._intake is not None:
                    await self._intake.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


class _InstalledPages:
    """The installation's public pages as the intake's cache asks for them; all of it runs in the cache's one thread."""

    def __init__(self, front: Front, kept_assets: Path) -> None:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civium.server.settings")
        django.setup()
        from civium.server.site import kept_assets as keeping
        from civium.server.site import loading

        def counts(identifier: str) -> Any:
            total, jurisdictions = front.intake.published(bytes.fromhex(identifier))
            return loading.counts_of(jurisdictions.items(), total)

        def series(identifier: str) -> Any:
            return front.intake.series(bytes.fromhex(identifier))

        self._site: Site = loading.installed_site(counts, series=series)
        self._with_earlier = lambda present: keeping.with_earlier(kept_assets, present, now=datetime.now(UTC))

    def version(self) -> object:
        """Acts that change a page raise one; each day is another. An address or a mail that is kept changes no page."""
        from django.db import close_old_connections, connection

        with _database():
            if connection.vendor == "postgresql":
                close_old_connections()  # one that broke with its server is not asked for ever
            return self._site.version()

    def render(self, path: str) -> Page | None:
        """Give the page at a path, or None."""
        with _database():
            return self._site.render(path)

    def assets(self) -> Mapping[str, Asset]:
        """Give all files by path, and those of the last days; asked for at each start and at least once a day."""
        with _database():
            return self._with_earlier(self._site.assets())

    def hosted(self) -> tuple[Initiative, ...]:
        """Give all public initiatives as values, for open data."""
        with _database():
            return self._site.hosted()


@contextmanager
def _database() -> Iterator[None]:
    """Raise Refused `store-unavailable` where Django's database does not answer: it may the next time."""
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError:
        raise Refused("store-unavailable") from None
