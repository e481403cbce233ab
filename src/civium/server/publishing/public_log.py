"""The public log: checkpoints, tiles and counts by jurisdiction, which move together, every ten minutes.

The rules are:
- a log must not be a clock of who signs when: between two moves nothing public tells that an entry came in, but the total;
- what is served reaches to the public checkpoint and no further, though the store is ahead of it;
- the notices log moves with the others, and lists what was destroyed until that moment (docs/spec/notices.md);
- a closed log is shown as it ended, and with it the notice that says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from civium.errors import Refused
from civium.formats import merkle, tiles
from civium.formats.tiles import Tile
from civium.server.publishing import log_keys
from civium.server.publishing.notices import NoticesReader
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.signing import HeadSigner, notices_origin, sign_notices
from civium.server.store.protocol import Log, Store

INTERVAL_SECONDS = 600


@dataclass(frozen=True)
class PublishedLog:
    """A log as the public sees it: None stands for the notices log, of one generation."""

    log: Log | None
    size: int
    checkpoint: str
    generation: int = 1


@dataclass(frozen=True)
class Snapshot:
    """All logs at one moment, by the path of their origin; entries less destroyed ones by collection and jurisdiction."""

    logs: Mapping[str, PublishedLog] = field(default_factory=dict)
    received: Mapping[bytes, Mapping[str, int]] = field(default_factory=dict)


class PublicLog:
    """Serves one snapshot until the next move. `move`, `follow` and the readers block; call them from a thread."""

    def __init__(self, store: Store, signed: SignedHeads, *, keys_folder: Path, host: str) -> None:
        self._store = store
        self._signed = signed
        self._signer = HeadSigner(keys_folder, signed)
        self._keys_folder = keys_folder
        self._host = host
        self._notices = NoticesReader(store)
        self._snapshot = Snapshot()
        self._number = 0

    def move(self, on: date) -> None:
        """Let the store take all logs as they are now, and show them. Raises Refused `store-unavailable`; Misconfigured if a key is missing.

        `on` is the day in Brussels: the notices of what was destroyed bear it.
        """
        self._store.publish(on)
        self.follow()

    def follow(self) -> None:
        """Show what the store last took, in this process or another. Raises as `move`."""
        published = self._store.published()
        if published.number == self._number:
            return
        logs: dict[str, PublishedLog] = {}
        received: dict[bytes, Counter[str]] = {}
        notes = self._signer.sign(published.heads)
        for head in published.heads:
            logs[path_of(head.log.origin)] = PublishedLog(head.log, head.size, notes[head.log.number])
            received.setdefault(head.log.collection, Counter())[head.log.jurisdiction] += head.received
        logs |= self._notices_logs((*published.closed_notices, published.notices))
        self._snapshot, self._number = Snapshot(logs, received), published.number

    def _notices_logs(self, heads: tuple[merkle.Frontier, ...]) -> dict[str, PublishedLog]:
        """Give the notices log, every generation of it, closed ones as they ended."""
        logs = {}
        for generation, head in enumerate(heads, start=1):
            # An open one that is empty has not begun; a closed one has a notice elsewhere that tells of it.
            if head.size or generation < len(heads):
                key = log_keys.make_notices_key(self._keys_folder)
                note = sign_notices(head, self._host, key, self._signed, generation=generation)
                logs[path_of(notices_origin(self._host, generation))] = PublishedLog(None, head.size, note, generation)
        return logs

    @property
    def snapshot(self) -> Snapshot:
        """What is shown now; another object after every move."""
        return self._snapshot

    def received(self, collection: bytes) -> Mapping[str, int]:
        """Give the counts by jurisdiction; empty for a collection opened since the last move."""
        return self._snapshot.received.get(collection, {})

    def checkpoint(self, path: str) -> bytes:
        """Give a log's public checkpoint. Raises Refused `not-published`."""
        return self._published(path).checkpoint.encode()

    def tile(self, path: str, tile: Tile) -> bytes:
        """Give a tile's bytes. Raises Refused `not-published` for what lies beyond the public checkpoint."""
        published = self._published(path)
        count = published.size >> (8 * (tile.level or 0))
        start, stop = tile.number * tiles.WIDTH, tile.number * tiles.WIDTH + tile.width
        if stop > count:
            raise Refused("not-published")
        if tile.level is None:
            return tiles.encode_entries(self._entries(published, start, stop))
        return b"".join(self._hashes(published, tile.level, start, stop))

    def successor(self, path: str) -> bytes:
        """Give the notice that closed a log. Raises Refused `not-published` while it is open."""
        published = self._published(path)
        # An installation that got another address has logs that bear the one before.
        found = self._notices.successor(published.log.origin if published.log else f"{self._host}/{path}")
        # One that was closed since the last move is closed to the public at the next.
        if found is None or path_of(found[0].successor) not in self._snapshot.logs:
            raise Refused("not-published")
        return found[1]

    def _published(self, path: str) -> PublishedLog:
        try:
            return self._snapshot.logs[path]
        except KeyError:
            raise Refused("not-published") from None

    def _entries(self, published: PublishedLog, start: int, stop: int) -> list[bytes]:
        if published.log is None:
            return self._store.read_notices(start, stop, generation=published.generation)
        return self._store.read_leaves(published.log, start, stop)

    def _hashes(self, published: PublishedLog, level: int, start: int, stop: int) -> list[bytes]:
        if level == 0:
            return [merkle.leaf_hash(entry) for entry in self._entries(published, start, stop)]
        if published.log is None:
            return self._store.read_notice_nodes(level, start, stop, generation=published.generation)
        return self._store.read_nodes(published.log, level, start, stop)


def path_of(origin: str) -> str:
    """Give the path under which a log is served: its origin without the host."""
    return origin.partition("/")[2]
