"""The highest head ever signed of each log, kept outside the databases and their backups.

A database restored from a backup, or failed over to a copy that lagged, is behind what was signed: going on with it would give two
entries one index and show the public two histories. Whoever starts an intake compares first.

The rules are:
- a log is noted here before its first entry is taken, so that a log with entries that is not noted tells of a lost file;
- the notices log is noted without its host: it stays the same log where an installation gets another address;
- a head is on the disk here before the checkpoint over it leaves the process;
- each log has two records, written in turn: a write torn by a power cut costs the newer one only;
- several threads and processes may sign (intake, public log, export): each writes under locks, and a head never goes down.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from civium.errors import Misconfigured
from civium.formats import merkle, notice
from civium.formats.notice import Successor
from civium.server.publishing.notices import NoticesReader
from civium.server.store import tree
from civium.server.store.protocol import Collection, Head, Log, Store

NOTICES = "notices"  # stands for a jurisdiction where the notices log is told of
_RECORD = 128  # bytes; divides a disk sector, so that a record never lies across two
_PAIR = 2 * _RECORD
_FIELDS = 32 + 8 + 32  # SHA-256(origin), size, root
_CHECK = 16
_CLOSED = -1


@dataclass(frozen=True)
class SignedHead:
    """A log's name (as SHA-256 of its origin), the highest size signed, and the root at that size."""

    log: bytes
    size: int
    root: bytes


def log_name(origin: str) -> bytes:
    """Give the name of a log in this file."""
    return sha256(origin.encode()).digest()


class SignedHeads:
    """The file of signed heads, open for as long as the process signs."""

    def __init__(self, path: Path) -> None:
        """Open the file, making an empty one if there is none. Raises Misconfigured `signed-heads-unreadable`."""
        is_new = not path.exists()
        try:
            self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError:
            raise Misconfigured("signed-heads-unreadable") from None
        self._thread_lock = threading.Lock()
        self._places: dict[bytes, int] = {}
        if is_new:
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def close(self) -> None:
        """Let go of the file; a thread that would still sign fails, and does not write into whatever bears this number next."""
        with self._thread_lock:
            os.close(self._file)
            self._file = _CLOSED

    def highest(self, origin: str) -> SignedHead | None:
        """Give the highest head signed of a log, or None if none was."""
        with self._locked():
            place = self._place(log_name(origin))
            records = () if place is None else self._records(place)
        return max((record for record in records if record is not None), key=lambda record: record.size, default=None)

    def raise_to(self, heads: Iterable[SignedHead]) -> None:
        """Note heads that are about to be published, durably; a lower one than noted changes nothing.

        Raises Misconfigured `store-forked` where another root of the same size was signed before.
        """
        with self._locked():
            for head in heads:
                self._raise(head)
            os.fdatasync(self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # The file's lock keeps out other processes, not other threads of this one.
        with self._thread_lock:
            if self._file == _CLOSED:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _raise(self, head: SignedHead) -> None:
        place = self._place(head.log)
        if place is None:
            length = os.fstat(self._file).st_size
            place = self._places[head.log] = length + -length % _PAIR
            os.pwrite(self._file, _encode(head).ljust(_PAIR, b"\0"), place)
            return
        first, second = self._records(place)
        highest = max((record for record in (first, second) if record is not None), key=lambda record: record.size)
        if head.size == highest.size and head.root != highest.root:
            raise Misconfigured("store-forked", signed=head.size)
        if head.size > highest.size:
            older = place if first is None or (second is not None and first.size < second.size) else place + _RECORD
            os.pwrite(self._file, _encode(head), older)

    def _records(self, place: int) -> tuple[SignedHead | None, SignedHead | None]:
        raw = os.pread(self._file, _PAIR, place)
        return _parse(raw[:_RECORD]), _parse(raw[_RECORD:])

    def _place(self, log: bytes) -> int | None:
        """Give the offset of a log's pair of records, None if the log was never noted."""
        if log not in self._places:
            for start in range(0, os.fstat(self._file).st_size, _RECORD):
                record = _parse(os.pread(self._file, _RECORD, start))
                if record is not None:
                    self._places[record.log] = start - start % _PAIR
        return self._places.get(log)


@dataclass(frozen=True)
class Broken:
    """A log that does not continue what was signed of it: what the store has, and what was signed."""

    head: Head
    noted: SignedHead
    cause: str  # one of formats.notice.CLOSING_CAUSES


def notices_name(generation: int) -> str:
    """Give the name under which a generation of the notices log is noted: its origin without the host."""
    return NOTICES if generation == 1 else f"{NOTICES}/{generation}"


def name_of(log: Log) -> str:
    """Give the name under which a log is noted."""
    return log.origin if log.collection else notices_name(log.generation)


def check_not_behind(store: Store, signed: SignedHeads, *, notices: str) -> None:
    """Check that the store continues every head that was signed, that of the notices log (named by its first origin) too.

    A collection that a restored store does not know has its notice there, so that nothing of it is needed to miss it. A notices log
    without entries is noted now, before its first one. Raises Misconfigured `store-behind`, `store-forked`, `signed-heads-missing`.
    """
    missing = unnoted_heads(store, signed, notices=notices)
    if missing:
        raise Misconfigured("signed-heads-missing", logs=len(missing))
    generations = store.notices_heads()
    if not generations[-1].size and signed.highest(notices_name(len(generations))) is None:
        signed.raise_to([SignedHead(log_name(notices_name(len(generations))), 0, merkle.root(generations[-1]))])


def unnoted_heads(store: Store, signed: SignedHeads, *, notices: str) -> tuple[Head, ...]:
    """Check that the store continues every head that is noted, and give those of logs that hold entries and are not noted.

    Raises Misconfigured `store-behind`, `store-forked`.
    """
    broken, missing = compare_heads(store, signed, notices=notices)
    if broken:
        one = broken[0]
        place = {"jurisdiction": one.head.log.jurisdiction, "signed": one.noted.size}
        raise Misconfigured(one.cause, **place, **({"stored": one.head.size} if one.cause == "store-behind" else {}))
    return missing


def compare_heads(store: Store, signed: SignedHeads, *, notices: str) -> tuple[tuple[Broken, ...], tuple[Head, ...]]:
    """Give the logs that do not continue what is noted of them, the notices log first; and heads of logs that hold entries and are not noted.

    A closed log is as the notice that closed it says, whatever is noted of it.
    """
    broken: list[Broken] = []
    missing: list[Head] = []
    told = NoticesReader(store)
    for head, noted, is_closed in _heads_and_noted(store, signed, notices):
        closed = _closing(store, told, head.log) if is_closed else None
        if closed is not None:
            noted = SignedHead(log_name(closed.origin), closed.stored_size, closed.stored_root)
        cause = _cause(store, head, noted)
        if noted is not None and cause is not None:
            broken.append(Broken(head, noted, cause))
        # Looked at again: a log that was opened and filled since then is noted by now.
        elif noted is None and head.size and signed.highest(name_of(head.log)) is None:
            missing.append(head)
    return tuple(broken), tuple(missing)


def notices_heads(store: Store, notices: str) -> tuple[Head, ...]:
    """Give the heads of all generations of the notices log, as of a log that is no collection's."""
    return tuple(
        Head(Log(0, f"{notices}{notices_name(generation).removeprefix(NOTICES)}", b"", NOTICES, "", generation), frontier, 0)
        for generation, frontier in enumerate(store.notices_heads(), start=1)
    )


def note_empty_logs(store: Store, signed: SignedHeads, collections: Iterable[Collection]) -> None:
    """Note the logs that hold no entry yet: whoever takes entries does this first."""
    heads = [head for collection in collections for head in store.heads(collection.identifier) if not head.size]
    new = [head for head in heads if signed.highest(head.log.origin) is None]
    if new:
        signed.raise_to(SignedHead(log_name(head.log.origin), 0, merkle.root(head.frontier)) for head in new)


def _heads_and_noted(store: Store, signed: SignedHeads, notices: str) -> Iterator[tuple[Head, SignedHead | None, bool]]:
    """Give all logs' heads with what is noted of them, and whether they are closed.

    First what was signed is read, then what is stored: beside a running intake the store only gains meanwhile.
    """
    generations = len(store.notices_heads())
    of_notices = [signed.highest(notices_name(generation)) for generation in range(1, generations + 1)]
    for head, noted in zip(notices_heads(store, notices), of_notices, strict=False):
        yield head, noted, head.log.generation < generations
    for collection in store.collections():
        highest = [signed.highest(log.origin) for log in collection.logs]
        latest = {(log.jurisdiction, log.channel): log.generation for log in sorted(collection.logs, key=_generation_of)}
        for head, noted in zip(store.heads(collection.identifier), highest, strict=False):
            log = head.log
            yield head, noted, log.generation < latest[log.jurisdiction, log.channel]


def _closing(store: Store, told: NoticesReader, log: Log) -> Successor | None:
    """Give the notice that closed a log; of the notices log it is the first entry of the next generation."""
    if log.collection:
        found = told.successor(log.origin)
        return found[0] if found else None
    first = notice.parse(store.read_notices(0, 1, generation=log.generation + 1)[0])
    return first if isinstance(first, Successor) else None


def _generation_of(log: Log) -> int:
    return log.generation


def _cause(store: Store, head: Head, noted: SignedHead | None) -> str | None:
    """Say how a log fails to continue what is noted of it, None if it does not fail."""
    if noted is None:
        return None
    if head.size < noted.size:
        return "store-behind"
    return None if _root(store, head.log, noted.size) == noted.root else "store-forked"


def _root(store: Store, log: Log, size: int) -> bytes:
    if log.collection:
        return store.root(log, size)

    def leaf_hashes(start: int, stop: int) -> list[bytes]:
        return [merkle.leaf_hash(entry) for entry in store.read_notices(start, stop, generation=log.generation)]

    def nodes(level: int, start: int, stop: int) -> list[bytes]:
        return store.read_notice_nodes(level, start, stop, generation=log.generation)

    return tree.root_at(tree.node_reader(leaf_hashes, nodes), size)


def _encode(head: SignedHead) -> bytes:
    fields = head.log + head.size.to_bytes(8, "big") + head.root
    return (fields + sha256(fields).digest()[:_CHECK]).ljust(_RECORD, b"\0")


def _parse(raw: bytes) -> SignedHead | None:
    """Give the head of a record, or None if it is empty or torn."""
    fields, check = raw[:_FIELDS], raw[_FIELDS : _FIELDS + _CHECK]
    if len(fields) < _FIELDS or sha256(fields).digest()[:_CHECK] != check:
        return None
    return SignedHead(fields[:32], int.from_bytes(fields[32:40], "big"), fields[40:])
