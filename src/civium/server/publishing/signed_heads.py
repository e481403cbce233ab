"""The highest head ever signed of each log, kept outside the databases and their backups.

A database restored from a backup, or failed over to a copy that lagged, is behind what was signed: going on with it would give two
entries one index and show the public two histories. Whoever starts an intake compares first.

The rules are:
- a log is noted here before its first entry is taken, so that a log with entries that is not noted tells of a lost file;
- a head is on the disk here before the checkpoint over it leaves the process;
- each log has two records, written in turn: a write torn by a power cut costs the newer one only;
- several threads and processes may sign (intake, public log, export): each writes under locks, and a head never goes down.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from civium.errors import Misconfigured
from civium.formats import merkle
from civium.server.store import tree
from civium.server.store.protocol import Collection, Head, Store

_RECORD = 128  # bytes; divides a disk sector, so that a record never lies across two
_PAIR = 2 * _RECORD
_FIELDS = 32 + 8 + 32  # SHA-256(origin), size, root
_CHECK = 16


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
        """Let go of the file."""
        os.close(self._file)

    def highest(self, origin: str) -> SignedHead | None:
        """Give the highest head signed of a log, or None if none was."""
        with self._locked():
            place = self._place(log_name(origin))
            records = () if place is None else self._records(place)
        return max((record for record in records if record is not None), key=lambda record: record.size, default=None)

    def raise_to(self, heads: Iterable[SignedHead]) -> None:
        """Note heads that are about to be published, durably; a lower one than noted changes nothing."""
        with self._locked():
            for head in heads:
                self._raise(head)
            os.fdatasync(self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # The file's lock keeps out other processes, not other threads of this one.
        with self._thread_lock:
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
        if head.size > max(record.size for record in (first, second) if record is not None):
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


def check_not_behind(store: Store, signed: SignedHeads, *, notices: str) -> None:
    """Check that the store continues every head that was signed, that of the notices log (named by its origin) too.

    A collection that a restored store does not know has its notice there, so that nothing of it is needed to miss it.
    Raises Misconfigured `store-behind`, `store-forked`, `signed-heads-missing`.
    """
    missing = unnoted_heads(store, signed, notices=notices)
    if missing:
        raise Misconfigured("signed-heads-missing", logs=len(missing))


def unnoted_heads(store: Store, signed: SignedHeads, *, notices: str) -> tuple[Head, ...]:
    """Check that the store continues every head that is noted, and give those of logs that hold entries and are not noted.

    Raises Misconfigured `store-behind`, `store-forked`.
    """
    _check_notices(store, signed.highest(notices))
    missing: list[Head] = []
    for collection in store.collections():
        # First what was signed, then what is stored: beside a running intake the store only gains meanwhile.
        highest = [signed.highest(log.origin) for log in collection.logs]
        for head, noted in zip(store.heads(collection.identifier), highest, strict=True):
            _check_head(store, head, noted)
            # Looked at again: a log that was opened and filled since then is noted by now.
            if noted is None and head.size and signed.highest(head.log.origin) is None:
                missing.append(head)
    return tuple(missing)


def note_empty_logs(store: Store, signed: SignedHeads, collections: Iterable[Collection]) -> None:
    """Note the logs that hold no entry yet: whoever takes entries does this first."""
    heads = [head for collection in collections for head in store.heads(collection.identifier) if not head.size]
    new = [head for head in heads if signed.highest(head.log.origin) is None]
    if new:
        signed.raise_to(SignedHead(log_name(head.log.origin), 0, merkle.root(head.frontier)) for head in new)


def _check_notices(store: Store, highest: SignedHead | None) -> None:
    if highest is None:
        return
    stored = store.notices_frontier().size
    if stored < highest.size:
        raise Misconfigured("store-behind", jurisdiction="notices", signed=highest.size, stored=stored)
    read = tree.node_reader(
        lambda start, stop: [merkle.leaf_hash(entry) for entry in store.read_notices(start, stop)], store.read_notice_nodes
    )
    if tree.root_at(read, highest.size) != highest.root:
        raise Misconfigured("store-forked", jurisdiction="notices", signed=highest.size)


def _check_head(store: Store, head: Head, highest: SignedHead | None) -> None:
    if highest is None:
        return
    if head.size < highest.size:
        raise Misconfigured("store-behind", jurisdiction=head.log.jurisdiction, signed=highest.size, stored=head.size)
    if store.root(head.log, highest.size) != highest.root:
        raise Misconfigured("store-forked", jurisdiction=head.log.jurisdiction, signed=highest.size)


def _encode(head: SignedHead) -> bytes:
    fields = head.log + head.size.to_bytes(8, "big") + head.root
    return (fields + sha256(fields).digest()[:_CHECK]).ljust(_RECORD, b"\0")


def _parse(raw: bytes) -> SignedHead | None:
    """Give the head of a record, or None if it is empty or torn."""
    fields, check = raw[:_FIELDS], raw[_FIELDS : _FIELDS + _CHECK]
    if len(fields) < _FIELDS or sha256(fields).digest()[:_CHECK] != check:
        return None
    return SignedHead(fields[:32], int.from_bytes(fields[32:40], "big"), fields[40:])
