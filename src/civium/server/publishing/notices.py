"""What the installation's notices log (docs/spec/notices.md) tells this server: logs handed over, logs closed.

The rules are:
- notices are only ever appended: what was read is not read again;
- a generation of the notices log that was closed is read to its end first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

from civium.errors import Refused
from civium.formats import notice
from civium.formats.notice import HandOver, Notice, Successor
from civium.server.store.protocol import Log, Store

_PIECE = 1000  # notices read at once: at most 40 MB, and a few hundred kB as a rule
HandedOver = frozenset[tuple[bytes, str, str]]


class NoticesReader:
    """Reads the notices of a store, each once. Its methods block, and may be called from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._read: list[int] = []  # of each generation
        self._handed_over: set[tuple[bytes, str, str]] = set()
        self._successors: dict[str, tuple[Successor, bytes]] = {}

    def handed_over(self) -> HandedOver:
        """Give collection, jurisdiction and channel of all logs that were handed over."""
        with self._lock:
            self._follow()
            return frozenset(self._handed_over)

    def successor(self, origin: str) -> tuple[Successor, bytes] | None:
        """Give the notice that closed a log, and its entry; None while the log is open."""
        with self._lock:
            self._follow()
            return self._successors.get(origin)

    def _follow(self) -> None:
        for entry in self._new_entries():
            told = _parsed(entry)
            if isinstance(told, HandOver):
                self._handed_over.add((told.collection, told.jurisdiction, told.channel))
            elif isinstance(told, Successor):
                self._successors[told.origin] = (told, entry)

    def _new_entries(self) -> Iterator[bytes]:
        heads = self._store.notices_heads()
        self._read += [0] * (len(heads) - len(self._read))
        for place, head in enumerate(heads):
            while self._read[place] < head.size:
                start = self._read[place]
                stop = min(start + _PIECE, head.size)
                yield from self._store.read_notices(start, stop, generation=place + 1)
                self._read[place] = stop


def hand_over_notice(log: Log, on: date) -> bytes:
    """Give the entry that tells that a log was handed over to its authority."""
    return notice.encode(HandOver(log.collection, log.jurisdiction, log.channel, on))


def handed_over(store: Store) -> HandedOver:
    """Give collection, jurisdiction and channel of all logs that were handed over."""
    return NoticesReader(store).handed_over()


def _parsed(entry: bytes) -> Notice | None:
    """Give a notice; what an earlier version of this program wrote otherwise tells nothing here."""
    try:
        return notice.parse(entry)
    except Refused:
        return None
