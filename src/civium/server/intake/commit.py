"""Group commit: requests wait for one transaction together, and for the checkpoint over it.

The rules are:
- the event loop collects; one thread commits what gathered during the last commit; another one signs, notes and writes receipts, so
  that the disk waits for neither;
- no one is answered before the commit, nor before the signed head is noted outside the database;
- the number of those who wait is bounded: one more is refused, not buffered.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import Protocol

from civium.errors import Misconfigured, Refused
from civium.formats import receipt
from civium.formats.receipt import Receipt
from civium.server.store.protocol import BatchOutcome, Candidate, Head, Placed, Store

LARGEST_BATCH = 1000
_logger = logging.getLogger(__name__)

_Waiting = tuple[Candidate, "asyncio.Future[bytes]"]


class Signer(Protocol):
    """Signs committed heads; HeadSigner in publishing/signing.py."""

    def sign(self, heads: Iterable[Head]) -> dict[int, str]:
        """Give checkpoints by log number, durably noted."""
        ...


class Committer:
    """Gives candidates their receipts. Begun and stopped on one event loop; `submit` is called there only."""

    def __init__(self, store: Store, signer: Signer, *, queue_limit: int, largest_batch: int = LARGEST_BATCH) -> None:
        self._store = store
        self._signer = signer
        self._queue_limit = queue_limit
        self._largest_batch = largest_batch
        self._gathered: deque[_Waiting] = deque()
        self._unanswered: set[asyncio.Future[bytes]] = set()
        self._is_stopping = False
        self._is_broken = False
        self._wake = threading.Event()
        self._committed: SimpleQueue[tuple[list[_Waiting], BatchOutcome] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (("civium-commit", self._commit_all), ("civium-sign", self._sign_all))
        ]

    @property
    def is_ready(self) -> bool:
        """Whether candidates are taken."""
        return not self._is_stopping and not self._is_broken

    def start(self) -> None:
        """Begin to commit, on the running loop."""
        self._loop = asyncio.get_running_loop()
        for thread in self._threads:
            thread.start()

    async def stop(self) -> None:
        """Refuse newcomers, commit and answer all that wait, then return."""
        self._is_stopping = True
        self._wake.set()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def submit(self, candidate: Candidate) -> asyncio.Future[bytes]:
        """Give the receipt to come. Raises Refused `queue-full`, `stopping`, `store-unavailable`; the future raises Refused as Store.append says."""
        if self._is_broken:
            raise Refused("store-unavailable")
        if self._is_stopping:
            raise Refused("stopping")
        if len(self._unanswered) >= self._queue_limit:
            raise Refused("queue-full")
        answer: asyncio.Future[bytes] = self._loop.create_future()
        self._unanswered.add(answer)
        self._gathered.append((candidate, answer))
        if not self._wake.is_set():
            self._wake.set()
        return answer

    def _commit_all(self) -> None:
        """Commit batch after batch until stopped and nothing waits; whatever happens, the signing thread hears of the end."""
        try:
            is_last = False
            while not is_last:
                self._wake.wait()
                self._wake.clear()
                # `submit` refuses once this is set, so what came before it is in the deque already.
                is_last = self._is_stopping
                while self._gathered:
                    self._commit([self._gathered.popleft() for _ in range(min(len(self._gathered), self._largest_batch))])
        finally:
            self._committed.put(None)

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            outcome = self._store.append([candidate for candidate, _ in batch])
        except Refused as refusal:
            self._answer(batch, [Refused(refusal.code, **refusal.facts) for _ in batch])
            return
        self._committed.put((batch, outcome))

    def _sign_all(self) -> None:
        """Sign and answer batch after batch until the committing thread has ended."""
        while (committed := self._committed.get()) is not None:
            batch, outcome = committed
            self._answer(batch, self._receipts(outcome))

    def _receipts(self, outcome: BatchOutcome) -> Sequence[bytes | Refused]:
        placed = {place.log for place in outcome.outcomes if isinstance(place, Placed)}
        try:
            notes = self._signer.sign(outcome.heads[number] for number in sorted(placed))
        except (OSError, Misconfigured) as error:
            # The entries are stored; without a signed head nobody is told so, and a retry finds them.
            _logger.error("head-not-signed %s", type(error).__name__)  # noqa: TRY400  no stack: it says nothing more
            return [Refused("store-unavailable") for _ in outcome.outcomes]
        return [place if isinstance(place, Refused) else _receipt(place, notes[place.log]) for place in outcome.outcomes]

    def _answer(self, batch: list[_Waiting], answers: Sequence[bytes | Refused]) -> None:
        self._loop.call_soon_threadsafe(self._resolve, batch, answers)

    def _resolve(self, batch: list[_Waiting], answers: Sequence[bytes | Refused]) -> None:
        for (_, future), answer in zip(batch, answers, strict=True):
            self._unanswered.discard(future)
            if future.done():  # the sender has gone; the entry stays
                continue
            if isinstance(answer, Refused):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run a thread's work; should it break, nobody waits for ever and the process says that it is not ready."""
        is_whole = False
        try:
            work()
            is_whole = True
        finally:
            if not is_whole:
                self._is_broken = True
                self._loop.call_soon_threadsafe(self._give_up)

    def _give_up(self) -> None:
        for future in self._unanswered:
            if not future.done():
                future.set_exception(Refused("store-unavailable"))
        self._unanswered.clear()


def _receipt(place: Placed, note: str) -> bytes:
    return receipt.encode(Receipt(place.leaf, place.index, place.proof, note)).encode()
