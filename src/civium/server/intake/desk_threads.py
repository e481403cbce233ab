"""A desk in two threads: one commits, the other one signs, notes and writes receipts, so that the disk waits for neither."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import Protocol

from civium.errors import Misconfigured, Refused
from civium.formats import receipt
from civium.formats.receipt import Receipt
from civium.server.intake.commit import LARGEST_BATCH, Answer
from civium.server.store.protocol import BatchOutcome, Candidate, Head, Placed

_logger = logging.getLogger(__name__)


class Appending(Protocol):
    """What a desk needs of a Store."""

    def append(self, batch: Sequence[Candidate]) -> BatchOutcome:
        """As Store.append."""
        ...


class Signer(Protocol):
    """Signs committed heads; HeadSigner in publishing/signing.py."""

    def sign(self, heads: Iterable[Head]) -> dict[int, str]:
        """Give checkpoints by log number, durably noted."""
        ...


class Work:
    """The two threads. `answered` is called in the second one, in the order of the candidates; `broken` in whichever broke.

    From the beginning of one commit to that of the next pass at least so many seconds: whoever comes alone does not wait, and where a
    commit costs much whatever its size, a stream of candidates shares it.
    """

    def __init__(
        self,
        store: Appending,
        signer: Signer,
        answered: Callable[[Sequence[Answer]], object],
        broken: Callable[[], object],
        *,
        largest_batch: int = LARGEST_BATCH,
        least_seconds: float = 0.0,
    ) -> None:
        self._store = store
        self._signer = signer
        self._answered = answered
        self._broken = broken
        self._largest_batch = largest_batch
        self._least_seconds = least_seconds
        self._taken: SimpleQueue[Sequence[Candidate]] = SimpleQueue()
        self._committed: SimpleQueue[BatchOutcome | Sequence[Answer] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (("civium-commit", self._commit_all), ("civium-sign", self._sign_all))
        ]
        for thread in self._threads:
            thread.start()

    def commit(self, candidates: Sequence[Candidate]) -> None:
        """Take candidates; never blocks."""
        self._taken.put(candidates)

    def finish(self) -> None:
        """Commit and answer what was taken, then return. Blocks."""
        self._taken.put(())
        for thread in self._threads:
            thread.join()

    def _commit_all(self) -> None:
        begun = -self._least_seconds
        try:
            while gathered := list(self._taken.get()):
                if (early := begun + self._least_seconds - time.monotonic()) > 0:
                    time.sleep(early)
                begun = time.monotonic()
                is_last = self._gather(gathered)
                for start in range(0, len(gathered), self._largest_batch):
                    self._commit(gathered[start : start + self._largest_batch])
                if is_last:
                    return
        finally:
            # Whatever happens, the signing thread hears of the end.
            self._committed.put(None)

    def _gather(self, gathered: list[Candidate]) -> bool:
        """Take what else has come; give True if that was the last."""
        while len(gathered) < self._largest_batch and not self._taken.empty():
            more = self._taken.get()
            if not more:
                return True
            gathered += more
        return False

    def _commit(self, batch: Sequence[Candidate]) -> None:
        try:
            self._committed.put(self._store.append(batch))
        except Refused as refusal:
            self._committed.put([Refused(refusal.code, **refusal.facts) for _ in batch])

    def _sign_all(self) -> None:
        while (committed := self._committed.get()) is not None:
            self._answered(self._receipts(committed) if isinstance(committed, BatchOutcome) else committed)

    def _receipts(self, outcome: BatchOutcome) -> Sequence[Answer]:
        placed = {place.log for place in outcome.outcomes if isinstance(place, Placed)}
        try:
            notes = self._signer.sign(outcome.heads[number] for number in sorted(placed))
        except (OSError, Misconfigured) as error:
            # The entries are stored; without a signed head nobody is told so, and a retry finds them.
            _logger.error("head-not-signed %s", type(error).__name__)  # noqa: TRY400  no stack: it says nothing more
            return [Refused("store-unavailable") for _ in outcome.outcomes]
        return [place if isinstance(place, Refused) else _receipt(place, notes[place.log]) for place in outcome.outcomes]

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run a thread's work; should it break, nobody waits for ever and the process says that it is not ready."""
        is_whole = False
        try:
            work()
            is_whole = True
        finally:
            if not is_whole:
                # In a process of its own nobody else would say so before it ends.
                kind = sys.exc_info()[0]
                _logger.error("desk-broken %s", kind.__name__ if kind else "")
                self._broken()


class ThreadDesk:
    """A Desk (commit.py) in the loop's own process: for tests, and where a second process is not wanted."""

    def __init__(self, store: Appending, signer: Signer) -> None:
        self._store = store
        self._signer = signer

    async def start(
        self,
        answered: Callable[[Sequence[Answer]], None],
        broken: Callable[[], None],
        mended: Callable[[], None],  # noqa: ARG002
    ) -> None:
        """Begin; what breaks here is a mistake of ours and is never mended."""
        loop = asyncio.get_running_loop()
        self._work = Work(
            self._store,
            self._signer,
            lambda answers: loop.call_soon_threadsafe(answered, answers),
            lambda: loop.call_soon_threadsafe(broken),
        )

    def commit(self, candidates: Sequence[Candidate]) -> None:
        """Take candidates."""
        self._work.commit(candidates)

    async def stop(self) -> None:
        """Commit and answer what was taken."""
        await asyncio.to_thread(self._work.finish)


def _receipt(place: Placed, note: str) -> bytes:
    return receipt.encode(Receipt(place.leaf, place.index, place.proof, note)).encode()
