"""The intake as an ASGI application: takes requests apart, calls one act, answers. Nothing of a sender is logged or kept.

The rules are:
- it begins by looking: the lock is its own, the store continues what was signed; otherwise it does not begin;
- once a second it looks whether another process changed a collection or a page; every ten minutes the public log moves;
- when told to stop it refuses newcomers, commits and answers those who wait, and lets go.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import metadata

from civium.errors import CiviumError, Misconfigured, Refused
from civium.formats.challenge import HOUR_SECONDS
from civium.server.config import Config
from civium.server.intake.barrier import HEADER, LONGEST_ANSWER, Barrier, barrier_named
from civium.server.intake.body import SenderGone, read_body
from civium.server.intake.challenge import Challenges
from civium.server.intake.commit import Committer, Desk
from civium.server.intake.desk_process import ProcessDesk
from civium.server.intake.duplicates import evaluate
from civium.server.intake.erasure import Erasures
from civium.server.intake.limits import Limits, share_of
from civium.server.intake.open_data import OpenData
from civium.server.intake.pages import Pages, Site
from civium.server.intake.prepared import answer
from civium.server.intake.public import Public
from civium.server.intake.receive import Calendar, Collecting, Gate, prepare, receive
from civium.server.intake.replies import (
    BYTES,
    JSON,
    NOT_STORED,
    POSTS,
    SECURITY,
    TEXT,
    Receive,
    Reply,
    Scope,
    Send,
    header_of,
    receipt,
    refusal,
    reply,
    send_reply,
    wrong_method,
)
from civium.server.intake.sources import Book, Sources
from civium.server.intake.tally import HourBook, Tally
from civium.server.open_data.numbers import Series
from civium.server.publishing.public_log import INTERVAL_SECONDS, PublicLog
from civium.server.publishing.signed_heads import SignedHeads, check_not_behind, note_empty_logs
from civium.server.publishing.signing import HeadSigner, notices_origin
from civium.server.publishing.witnesses import Witnessing, read_witnesses
from civium.server.store.opening import intake_place
from civium.server.store.protocol import Store
from civium.server.tokens.choosing import tokens_for
from civium.server.tokens.keys import make_secret

_LOOK_SECONDS = 0.5
_SOURCES_SECONDS = 30.0
_logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Intake:
    """One intake process: owns the lock, the committer and the moves of the public log between `start` and `stop`."""

    def __init__(
        self,
        config: Config,
        open_store: Callable[[], Store],
        *,
        site: Site | None = None,
        clock: Callable[[], datetime] = _now,
        publish_seconds: float = INTERVAL_SECONDS,
        open_desk: Callable[[Store, HeadSigner], Desk] | None = None,
        book: Book | None = None,
        hour_book: HourBook | None = None,
    ) -> None:
        self._config = config
        self._open_store = open_store
        self._calendar = Calendar(clock)
        self._publish_seconds = publish_seconds
        self._open_desk = open_desk or (lambda _store, _signer: ProcessDesk(config))
        self._pages = Pages(site) if site is not None else None
        self._sources = Sources(book) if book is not None else None
        self._tally = Tally(hour_book) if hour_book is not None else None
        self._limits = Limits(share_of(config.limit, config.workers), config.proxies)
        self._barrier = barrier_named(config.barrier)
        self._collections: Mapping[bytes, Collecting] = {}
        self._version = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._held = ExitStack()

    async def start(self) -> None:
        """Begin to receive. Raises Misconfigured `intake-running`, `store-*`, `log-key-*`, or Refused `store-unavailable`."""
        with ExitStack() as held:
            held.enter_context(intake_place(self._config))
            self._store = self._open_store()
            held.callback(self._store.close)
            signed = self._signed = SignedHeads(self._config.signed_heads_path)
            held.callback(signed.close)
            await asyncio.to_thread(check_not_behind, self._store, signed, notices=notices_origin(self._config.host))
            self._public_log = PublicLog(self._store, signed, keys_folder=self._config.keys_folder, host=self._config.host)
            self._gate = Gate(
                Challenges(make_secret(self._config.challenge_key_path)),
                tokens_for(self._config.keys_folder, self._config.tokens_socket),
            )
            self._erasures = Erasures(self._store)
            witnesses = read_witnesses(self._config.witnesses_path)
            self._witnessing = Witnessing(self._public_log, witnesses, self._config.cosignatures_folder)
            self._public = Public(
                self._store, self._public_log, keys_folder=self._config.keys_folder, cosigned=self._witnessing.cosigned
            )
            self._open_data = OpenData(self._store, self._public_log, version=metadata.version("civium"))
            await self._look()
            await self._look_at_pages()
            await self._look_at_sources()
            await self._move_public_log()
            desk = self._open_desk(self._store, HeadSigner(self._config.keys_folder, signed))
            self._committer = Committer(desk, queue_limit=self._config.queue_limit)
            await self._committer.start()
            self._witnessing.start()
            self._held = held.pop_all()
        self._tasks = [
            asyncio.create_task(self._again(_LOOK_SECONDS, self._look)),
            asyncio.create_task(self._again(_LOOK_SECONDS, self._look_at_pages)),
            asyncio.create_task(self._again(_SOURCES_SECONDS, self._look_at_sources)),
            asyncio.create_task(self._again(self._publish_seconds, self._move)),
        ]

    async def stop(self) -> None:
        """Refuse newcomers, answer those who wait, and let go of everything."""
        await self._committer.stop()
        await self._erasures.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._open_data.stop()
        await self._keep_sources()
        await self._keep_tally()
        await asyncio.to_thread(self._witnessing.stop)
        await self._gate.tokens.close()
        if self._pages is not None:
            self._pages.close()
        self._held.close()

    def published(self, collection: bytes) -> tuple[int, Mapping[str, int]]:
        """Give the live total and the counts by jurisdiction as last published. Blocks; call it from a thread."""
        return sum(head.received for head in self._store.heads(collection)), self._public_log.received(collection)

    def series(self, collection: bytes) -> Series | None:
        """Give a collection's days as last counted, None until they have been; for the pages' thread."""
        return self._open_data.series(collection)

    async def __call__(self, scope: Scope, receive_message: Receive, send: Send) -> bool:
        """Answer a request and give True; give False, nothing sent, if its path is not the intake's."""
        path: str = scope["path"]
        try:
            if path == "/api/statements":
                found: Reply | None = await self._statement(scope, receive_message)
            elif path == "/api/tokens":
                found = await self._token(scope, receive_message)
            elif path == "/api/erasures":
                found = await self._erasure(scope, receive_message)
            elif path == "/api/sources":
                found = await self._source(scope, receive_message)
            elif scope["method"] == "OPTIONS":
                found = self._open_data.preflight(path)
            elif scope["method"] not in ("GET", "HEAD"):
                return False
            else:
                found = await self._get(scope, path)
        except SenderGone:
            # Whoever broke off hears nothing; whoever framed a body wrongly is told so.
            found = refusal(Refused("body-incomplete"))
        except CiviumError as error:
            found = refusal(error)
        if found is None:
            return False
        await send_reply(send, found, without_body=scope["method"] == "HEAD")
        return True

    async def _statement(self, scope: Scope, receive_message: Receive) -> Reply:
        if scope["method"] != "POST":
            return wrong_method(POSTS)
        self._limits.check(scope)
        raw = await read_body(scope, receive_message, seconds=self._config.body_seconds)
        # The calendar is read once, at the body's last byte: it decides period, date of signing and the challenge's expiry.
        try:
            return receipt(await receive(self._collections, self._committer, self._gate, raw, self._calendar.moment()))
        except Refused as error:
            if self._tally is not None:
                self._tally.refused(raw, self._collections, error.code)
            raise

    async def _token(self, scope: Scope, receive_message: Receive) -> Reply:
        if scope["method"] != "POST":
            return wrong_method(POSTS)
        self._limits.check(scope)
        raw = await read_body(scope, receive_message, seconds=self._config.body_seconds)
        moment, gate = self._calendar.moment(), self._gate
        output = await evaluate(self._collections, gate.challenges, gate.tokens, raw, today=moment.today, now=moment.seconds)
        return reply(output, BYTES, NOT_STORED)

    def _challenge(self, scope: Scope, name: str) -> Reply:
        """Give out a challenge for a collection named in hex. Raises Refused `unknown-collection`, `too-many`, `barrier-closed`."""
        self._limits.check(scope)
        collection, now = self._named(name).collection, self._calendar.moment().seconds
        if self._barrier is not None:
            self._barrier.check(collection.identifier, header_of(scope, HEADER)[:LONGEST_ANSWER], now)
        if self._tally is not None:
            self._tally.challenge(collection.identifier)
        return self._gate.challenges.give(collection.identifier, collection.work, now)

    def _question(self, barrier: Barrier, scope: Scope, name: str) -> Reply:
        """Give the barrier's question. Raises Refused `unknown-collection`, `too-many`."""
        self._limits.check(scope)
        identifier = self._named(name).collection.identifier
        return reply(barrier.ask(identifier, self._calendar.moment().seconds), JSON, NOT_STORED)

    def _named(self, name: str) -> Collecting:
        collecting = next((one for identifier, one in self._collections.items() if identifier.hex() == name), None)
        if collecting is None:
            raise Refused("unknown-collection")
        return collecting

    async def _erasure(self, scope: Scope, receive_message: Receive) -> Reply:
        if scope["method"] != "POST":
            return wrong_method(POSTS)
        self._limits.check(scope)
        raw = await read_body(scope, receive_message, seconds=self._config.body_seconds)
        return await self._erasures.erase(raw, self._limits.network_of(scope))

    async def _source(self, scope: Scope, receive_message: Receive) -> Reply:
        if scope["method"] != "POST":
            return wrong_method(POSTS)
        self._limits.check(scope)
        raw = await read_body(scope, receive_message, seconds=self._config.body_seconds)
        if self._sources is not None:
            self._sources.take(raw, self._calendar.today())
        return Reply(204, (NOT_STORED, *SECURITY))

    async def _get(self, scope: Scope, path: str) -> Reply | None:
        if (found := await self._open_data.answer(path, scope)) is not None:
            return found
        if path.startswith("/api/collections/") and path.endswith("/challenge"):
            return self._challenge(scope, path.removeprefix("/api/collections/").removesuffix("/challenge"))
        if self._barrier is not None and path.startswith("/api/collections/") and path.endswith("/barrier"):
            return self._question(self._barrier, scope, path.removeprefix("/api/collections/").removesuffix("/barrier"))
        if path.startswith("/api/collections/"):
            return await self._public.collection(self._collections, path.removeprefix("/api/collections/"))
        if path.startswith("/log/"):
            return await self._public.log(path.removeprefix("/log/"))
        if path.startswith("/api/"):
            raise Refused("unknown-path")
        if path == "/health/live":
            return reply(b"live\n", TEXT, NOT_STORED)
        if path == "/health/ready":
            is_ready = self._committer.is_ready and not any(task.done() for task in self._tasks)
            return reply(b"ready\n" if is_ready else b"not ready\n", TEXT, NOT_STORED, status=200 if is_ready else 503)
        if self._pages is None:
            return None
        if path.startswith("/assets/"):
            prepared = self._pages.asset(path)
        elif (prepared := await self._pages.page(path)) is not None and self._tally is not None:
            self._tally.page(path)
        return None if prepared is None else answer(prepared, scope)

    async def _look(self) -> None:
        """Take over what another process changed."""
        self._gate.tokens.forget_destroyed()
        version = await asyncio.to_thread(self._store.version)
        if version != self._version:
            collections = await asyncio.to_thread(self._store.collections)
            await asyncio.to_thread(note_empty_logs, self._store, self._signed, collections)
            self._collections = prepare(collections)
            self._version = version
        # Another process on the same store may have moved the public log.
        await asyncio.to_thread(self._public_log.follow)

    async def _look_at_pages(self) -> None:
        if self._pages is not None:
            await self._pages.refresh(self._version)
        await self._open_data.take(self._collections, self._pages.hosted if self._pages else (), self._calendar.today())

    async def _look_at_sources(self) -> None:
        if self._sources is not None:
            await self._sources.look()
        await self._keep_tally()

    async def _keep_tally(self) -> None:
        if self._tally is not None:
            try:
                await self._tally.keep(self._calendar.now())
            except Refused as error:
                _logger.error("%s", error.code)  # noqa: TRY400  they stay in memory, if there is a next time

    async def _keep_sources(self) -> None:
        if self._sources is not None:
            try:
                await self._sources.keep()
            except Refused as error:
                _logger.error("%s", error.code)  # noqa: TRY400  they stay in memory, if there is a next time

    async def _move(self) -> None:
        await self._keep_sources()
        await self._move_public_log()
        # An hour late: a clock that was an hour ahead, and is put right, must not let a challenge be spent again.
        await asyncio.to_thread(self._store.forget_challenges, self._calendar.moment().seconds // HOUR_SECONDS - 1)

    async def _move_public_log(self) -> None:
        await asyncio.to_thread(self._public_log.move, self._calendar.today())
        if self._tally is not None:
            await self._tally.moved((await asyncio.to_thread(self._store.published)).heads)

    async def _again(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """Do an act again and again; what it cannot do now it may do the next time."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await act()
            except (Refused, Misconfigured) as error:
                _logger.error("%s", error.code)  # noqa: TRY400  the code says it
            except OSError as error:
                # A disk that is full now, or failed once: the public log must not stand still until somebody starts the server anew.
                _logger.error("disk-failed %s", errno.errorcode.get(error.errno or 0, ""))  # noqa: TRY400  no path, no stack
