"""What only the server sees of the way to a statement, counted in memory: pages shown, challenges given, refusals by code.

The rules are:
- a count is of a whole collection; nothing of a sender, a statement or a State is in it, and an accepted statement does nothing here;
- counts leave memory every half minute, as sums of the hour; a crash loses what was counted since;
- names of counts are paths that had a page, collections that are there, and codes of ours: nothing from outside makes one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from civium.errors import Refused
from civium.formats import envelope, posting

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from civium.server.store.protocol import Head


@dataclass
class Told:
    """Counts since the last time: pages by path, challenges by collection, refusals by collection and code."""

    pages: Counter[str] = field(default_factory=Counter)
    challenges: Counter[bytes] = field(default_factory=Counter)
    refusals: Counter[tuple[bytes, str]] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.pages or self.challenges or self.refusals)


class HourBook(Protocol):
    """Where hours are added up, and days are shown as the public log moves. Both methods block and raise Refused `store-unavailable`."""

    def moved(self, heads: Sequence[Head]) -> None:
        """Take over what the public log shows now."""
        ...

    def add(self, told: Told, hour: datetime) -> None:
        """Add to the sums of an hour, all or nothing."""
        ...


class Tally:
    """Counts. All methods are called on the event loop."""

    def __init__(self, book: HourBook) -> None:
        self._book = book
        self._told = Told()

    def page(self, path: str) -> None:
        """Count a page that was shown."""
        self._told.pages[path] += 1

    def challenge(self, collection: bytes) -> None:
        """Count a challenge that was given."""
        self._told.challenges[collection] += 1

    def refused(self, raw: bytes, collections: Container[bytes], code: str) -> None:
        """Count a posting that was refused, for the collection it names; what names none of ours is not counted."""
        try:
            collection = envelope.parse(posting.parse(raw).envelope).header.collection
        except Refused:
            return
        if collection in collections:
            self._told.refusals[collection, code] += 1

    async def moved(self, heads: Sequence[Head]) -> None:
        """Tell that the public log moved. Raises Refused `store-unavailable`."""
        await asyncio.to_thread(self._book.moved, heads)

    async def keep(self, now: datetime) -> None:
        """Add what was counted to the sums of this hour. Raises Refused `store-unavailable`; nothing is lost then."""
        told, self._told = self._told, Told()
        if not told:
            return
        try:
            await asyncio.to_thread(self._book.add, told, now)
        except Refused:
            self._told.pages.update(told.pages)
            self._told.challenges.update(told.challenges)
            self._told.refusals.update(told.refusals)
            raise
