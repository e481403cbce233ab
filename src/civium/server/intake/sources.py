"""By whose link people came: told after the thanks, apart from the statement, counted in memory and added to days (docs/spec/campaign.md).

The rules are:
- what arrives is a collection and a code, nothing of the statement; it is counted at once and forgotten;
- a code that nobody registered is not counted, and the answer does not tell;
- totals leave memory every ten minutes, as sums by day; a crash loses what was counted since.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from civium.errors import Refused

_COLLECTION_SIZE = 16
_LONGEST_CODE = 32
_CODE = re.compile(rb"[a-z0-9]+(?:-[a-z0-9]+)*")
LARGEST = _COLLECTION_SIZE + _LONGEST_CODE
Told = Mapping[tuple[date, bytes, str], int]


class Book(Protocol):
    """Where days are added up. Both methods block and raise Refused `store-unavailable`."""

    def known(self) -> frozenset[tuple[bytes, str]]:
        """Give each collection with the codes that are counted for it."""
        ...

    def add(self, told: Told) -> None:
        """Add to the days' totals, all or nothing."""
        ...


class Sources:
    """Counts sources. All methods are called on the event loop."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: frozenset[tuple[bytes, str]] = frozenset()
        self._told: Counter[tuple[date, bytes, str]] = Counter()

    def take(self, raw: bytes, today: date) -> None:
        """Count one. Raises Refused `source-malformed`."""
        collection, code = raw[:_COLLECTION_SIZE], raw[_COLLECTION_SIZE:]
        if len(raw) > LARGEST or not _CODE.fullmatch(code):
            raise Refused("source-malformed")
        name = code.decode("ascii")
        if (collection, name) in self._known:
            self._told[today, collection, name] += 1

    async def look(self) -> None:
        """Take over which codes are counted now. Raises Refused `store-unavailable`."""
        self._known = await asyncio.to_thread(self._book.known)

    async def keep(self) -> None:
        """Add what was counted to the days' totals. Raises Refused `store-unavailable`; nothing is lost then."""
        told, self._told = self._told, Counter()
        if not told:
            return
        try:
            await asyncio.to_thread(self._book.add, told)
        except Refused:
            self._told.update(told)
            raise
