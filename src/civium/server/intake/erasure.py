"""Erasure: a signatory takes a statement back with its identifier and erasure code (docs/spec/erasure.md). Nothing is kept of the sender.

The rules are:
- the steps are the page's; no entry and another code are the same to whoever asks;
- what is destroyed is destroyed by the store's one act, beside the batches, before anybody is told so;
- wrong tries are counted by network (limits.py), in memory alone, and forgotten within the hour;
- the number of those who wait is bounded; at the end all are waited for.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable

from civium.errors import Refused
from civium.formats import erasure, leaf, receipt
from civium.formats.erasure import Erasure
from civium.server.intake.replies import JSON, NOT_STORED, Reply, reply
from civium.server.publishing.notices import NoticesReader
from civium.server.store.protocol import Log, Store

REASON = "erased-by-signatory"
MOST_WAITING = 64
MOST_WRONG_TRIES = 20
_HOUR_SECONDS = 3600.0
_MOST_NETWORKS = 10_000
_DESTROYED = b'{"destroyed":true}'


class WrongTries:
    """How often each network was wrong in the present hour."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._since = monotonic()
        self._counts: dict[int, int] = {}

    def check(self, network: int | None) -> None:
        """Raise Refused `erasure-too-often` for a network that was wrong too often."""
        now = self._monotonic()
        if now - self._since >= _HOUR_SECONDS:
            self._since, self._counts = now, {}
        if network is not None and self._counts.get(network, 0) >= MOST_WRONG_TRIES:
            raise Refused("erasure-too-often")

    def add(self, network: int | None) -> None:
        """Count a wrong try. Beyond so many networks the oldest is forgotten: memory is bounded."""
        if network is None:
            return
        while len(self._counts) >= _MOST_NETWORKS and network not in self._counts:
            del self._counts[next(iter(self._counts))]
        self._counts[network] = self._counts.get(network, 0) + 1


class Erasures:
    """Takes statements back, one request at a time in a thread. Made and stopped on one event loop."""

    def __init__(self, store: Store, tries: WrongTries | None = None) -> None:
        self._store = store
        self._notices = NoticesReader(store)
        self._tries = tries or WrongTries()
        self._running: set[asyncio.Future[None]] = set()

    async def erase(self, raw: bytes, network: int | None) -> Reply:
        """Destroy the statement that the code is of, and answer once that is durable.

        Raises Refused `erasure-malformed`, `erasure-too-often`, `unknown-collection`, `erasure-unknown`, `erasure-handed-over`,
        `queue-full`, `store-unavailable`.
        """
        request = erasure.parse(raw)
        self._tries.check(network)
        if len(self._running) >= MOST_WAITING:
            raise Refused("queue-full")
        work = asyncio.get_running_loop().run_in_executor(None, take_back, self._store, self._notices, request)
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        try:
            # A sender who goes away does not stop what has begun.
            await asyncio.shield(work)
        except Refused as refused:
            if refused.code == "erasure-unknown":
                self._tries.add(network)
            raise
        return reply(_DESTROYED, JSON, NOT_STORED)

    async def stop(self) -> None:
        """Wait for all that has begun."""
        await asyncio.gather(*self._running, return_exceptions=True)


def take_back(store: Store, notices: NoticesReader, request: Erasure) -> None:
    """Perform steps 1 to 5 of the page. Blocks. Raises Refused as `erase` says."""
    commitment = receipt.erasure_commitment(request.collection, request.code)
    # (1) the entry, (2) and the code that opens its commitment
    mine = [place for place in store.find_identifier(request.collection, request.identifier) if _opens(store, *place, commitment)]
    if not mine:
        raise Refused("erasure-unknown")
    for log, index in mine:
        _destroy(store, notices, log, index, request.code)


def _opens(store: Store, log: Log, index: int, commitment: bytes) -> bool:
    (record,) = store.read_leaves(log, index, index + 1)
    return hmac.compare_digest(leaf.parse(record).erasure_commitment, commitment)


def _destroy(store: Store, notices: NoticesReader, log: Log, index: int, code: bytes) -> None:
    # (3) gone before: a second try does no harm
    if store.reason(log, index) is not None:
        return
    # (4) what the authority has, only the authority can destroy
    if (log.collection, log.jurisdiction, log.channel) in notices.handed_over():
        raise Refused("erasure-handed-over", jurisdiction=log.jurisdiction)
    # (5) for ever; the code is the proof that it was the signatory
    store.destroy_body(log, index, reason=REASON, evidence=code)
