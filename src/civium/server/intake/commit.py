"""Group commit: requests wait for one transaction together, and for the checkpoint over it.

The rules are:
- the event loop hands on what each of its turns brought; a desk commits together what came during its last commit, signs the heads and
  writes the receipts (desk_threads.py, desk_process.py);
- no one is answered before the commit, nor before the signed head is noted outside the database;
- the number of those who wait is bounded: one more is refused, not buffered.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from civium.errors import Refused
from civium.server.store.protocol import Candidate

LARGEST_BATCH = 1000
Answer = bytes | Refused  # a receipt, or why there is none
_Waiting = tuple[Candidate, "asyncio.Future[bytes]"]


class Desk(Protocol):
    """Commits and signs away from the event loop, as many together as have come; answers in the order of the candidates."""

    async def start(
        self, answered: Callable[[Sequence[Answer]], None], broken: Callable[[], None], mended: Callable[[], None]
    ) -> None:
        """Begin; what is passed is called on the running loop. Raises Refused `store-unavailable`."""
        ...

    def commit(self, candidates: Sequence[Candidate]) -> None:
        """Take candidates; never blocks. An answer to each comes by `answered`, or `broken` is called and none will come."""
        ...

    async def stop(self) -> None:
        """Commit and answer what was taken, then let go."""
        ...


class Committer:
    """Gives candidates their receipts. Begun and stopped on one event loop; `submit` is called there only."""

    def __init__(self, desk: Desk, *, queue_limit: int) -> None:
        self._desk = desk
        self._queue_limit = queue_limit
        self._gathered: list[_Waiting] = []
        self._at_desk: deque[asyncio.Future[bytes]] = deque()
        self._unanswered: set[asyncio.Future[bytes]] = set()
        self._is_stopping = False
        self._is_broken = False

    @property
    def is_ready(self) -> bool:
        """Whether candidates are taken."""
        return not self._is_stopping and not self._is_broken

    async def start(self) -> None:
        """Begin to commit, on the running loop. Raises Refused `store-unavailable`."""
        self._loop = asyncio.get_running_loop()
        await self._desk.start(self._answered, self._give_up, self._go_on)

    async def stop(self) -> None:
        """Refuse newcomers, commit and answer all that wait, then return."""
        self._is_stopping = True
        await asyncio.gather(*self._unanswered, return_exceptions=True)
        await self._desk.stop()

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
        if not self._gathered:
            # Whatever else this turn of the loop reads is handed on with it.
            self._loop.call_soon(self._hand_on)
        self._gathered.append((candidate, answer))
        return answer

    def _hand_on(self) -> None:
        gathered, self._gathered = self._gathered, []
        if gathered:  # not given up meanwhile
            self._at_desk.extend([future for _, future in gathered])
            self._desk.commit([candidate for candidate, _ in gathered])

    def _answered(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            future = self._at_desk.popleft()
            self._unanswered.discard(future)
            if future.done():  # the sender has gone; the entry stays
                continue
            if isinstance(answer, Refused):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _give_up(self) -> None:
        """The desk broke: nobody waits for ever; whatever was committed all the same is found by a retry."""
        self._is_broken = True
        for future in self._unanswered:
            if not future.done():
                future.set_exception(Refused("store-unavailable"))
        self._unanswered.clear()
        self._gathered.clear()
        self._at_desk.clear()

    def _go_on(self) -> None:
        self._is_broken = False
