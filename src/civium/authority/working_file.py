"""The officer's working file: what was opened, kept encrypted, chunk by chunk, so that work can stop and go on.

The rules are:
- nothing personal lies on the disk in clear: each chunk is sealed with AES-256-GCM under a key made from the authority's seed and the file's head;
- a chunk is bound to the head, to its place, and to whether it is the last: nothing can be cut, moved or put in from another file;
- unfinished work has the ending `.part`; the last chunk closes the file, which then gets its name; nothing is ever overwritten;
- of unfinished work every chunk that is whole is used, up to the first that is not: whatever stopped it, that and all behind it is done again;
- one process at a time writes a file: who comes second is told so, and the lock ends with the process, however that ends;
- the salt in the head is made from the facts and the authority's secret: the same work twice has one name (its head's hash), so that what refers to it
  (verdicts, decision journal) still does after the file was lost and made again. What the file holds must therefore follow from its facts.

    working file = "CIVW" ‖ u8 version (1) ‖ u32 length ‖ head (canonical JSON) ‖ chunks
    chunk        = u8 last ‖ u32 length ‖ nonce (12) ‖ AES-256-GCM(chunk), associated data: SHA-256(head) ‖ u64 index ‖ u8 last
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civium.authority.keys import NONCE_SIZE, AuthorityKey, working_key
from civium.authority.opening import open_chunk
from civium.authority.placing import is_held_alone, place, unfinished
from civium.errors import Refused, Untrusted
from civium.formats import canonical

MAGIC = b"CIVW"
VERSION = 1
# The export's head (16 MiB at most) with its texts and manifests stands inside, and a few facts beside it.
LARGEST_HEAD = 2**24 + 2**20
# 1,024 rows of the longest statements take 4 MiB; a length beyond that is not ours.
LARGEST_CHUNK = 2**24
_NAME = "working file v1"
_SALT_OF = b"civium working file salt v1"
_START = 9
_FRAME = 5
_TAG = 16


@dataclass(frozen=True)
class Progress:
    """How far an unfinished file has come: whole chunks, rows in them, and the byte after the last."""

    chunks: int
    rows: int
    end: int


class Writer:
    """Writes one working file from its first chunk, or after the last whole one; `finish` gives it its name."""

    def __init__(self, path: Path, head: bytes, key: AuthorityKey, stream: BinaryIO, done: Progress) -> None:
        self._path = path
        self._binding = sha256(head).digest()
        self._cipher = AESGCM(working_key(key, head))
        self._stream = stream
        self.done = done

    def append(self, rows: int, chunk: bytes) -> None:
        """Seal and write one chunk that holds so many rows."""
        self._write(rows.to_bytes(4, "big") + chunk, last=0)
        self.done = Progress(self.done.chunks + 1, self.done.rows + rows, self._stream.tell())

    def finish(self, summary: dict[str, Any]) -> None:
        """Close the file with its summary and give it its name. Raises Refused `file-exists`."""
        self._write(canonical.encode(summary), last=1)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        if sys.platform == "win32":
            self._stream.close()  # Windows gives no other name to an open file; elsewhere the lock holds until it has its name.
        place(unfinished(self._path), self._path)
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def _write(self, clear: bytes, *, last: int) -> None:
        nonce = os.urandom(NONCE_SIZE)
        sealed = self._cipher.encrypt(nonce, clear, _context(self._binding, self.done.chunks, last))
        # One write for one chunk: what a full disk or a power cut leaves is a chunk that is not whole, and is written again.
        self._stream.write(bytes((last,)) + len(nonce + sealed).to_bytes(4, "big") + nonce + sealed)
        self._stream.flush()


def begin(path: Path, facts: dict[str, Any], key: AuthorityKey) -> Writer:
    """Begin a working file, or take up an unfinished one of the same facts after its last whole chunk.

    Raises Refused `file-exists` for a finished one, `work-going-on` while another process writes it, `work-of-another` if the unfinished one
    has other facts, `working-file-malformed` where it is nothing of ours.
    """
    stream = _alone(path)
    try:
        return _new(path, facts, key, stream) if _has_no_head(stream) else _take_up(path, facts, key, stream)
    except BaseException:
        stream.close()
        raise


def begin_anew(path: Path, facts: dict[str, Any], key: AuthorityKey) -> Writer:
    """Begin a working file; what a stopped act left of it is done again. Raises Refused `file-exists`, `work-going-on`."""
    return _new(path, facts, key, _alone(path))


def _alone(path: Path) -> BinaryIO:
    """Give the unfinished file, there or made now, for this process alone."""
    part = unfinished(path)
    while True:
        if path.exists():
            raise Refused("file-exists")
        # Nobody's link that lies in wait is written into, and nobody else reads from the first byte on.
        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        stream = os.fdopen(os.open(part, flags, 0o600), "r+b")
        if not is_held_alone(stream.fileno()):
            stream.close()
            raise Refused("work-going-on")
        if _is_unfinished(stream, part):
            part.chmod(0o600)
            return stream
        stream.close()


def _is_unfinished(stream: BinaryIO, part: Path) -> bool:
    """Say whether what was opened is still the unfinished file, and nothing else: not one that got its name between opening and holding it."""
    held = os.fstat(stream.fileno())
    with suppress(FileNotFoundError):
        if not os.path.samestat(held, part.stat()):
            return False
        if held.st_nlink == 1:
            return True
        # Stopped between the two halves of naming, and moved away since: finished work is not written into.
        part.unlink()
    return False


def _new(path: Path, facts: dict[str, Any], key: AuthorityKey, stream: BinaryIO) -> Writer:
    named = {**facts, "civium": _NAME, "key_id": key.public.key_id.hex()}
    head = canonical.encode({**named, "salt": working_key(key, _SALT_OF + canonical.encode(named)).hex()})
    stream.seek(0)
    stream.truncate()
    stream.write(MAGIC + bytes((VERSION,)) + len(head).to_bytes(4, "big") + head)
    stream.flush()
    # A head is on the disk before what stands behind it, and so is the file's name.
    os.fsync(stream.fileno())
    return Writer(path, head, key, stream, Progress(0, 0, stream.tell()))


def _has_no_head(stream: BinaryIO) -> bool:
    """Say whether there is nothing, or a head that is not whole: stopped in the first moment."""
    raw, start = stream.read(_START), MAGIC + bytes((VERSION,))
    size = int.from_bytes(raw[5:], "big")
    is_short = len(raw) < _START or (size <= LARGEST_HEAD and len(stream.read(size)) < size)
    stream.seek(0)
    return is_short and raw[:5] == start[: len(raw)]


def _take_up(path: Path, facts: dict[str, Any], key: AuthorityKey, stream: BinaryIO) -> Writer:
    head = _read_head_bytes(stream)
    told = _parse_head(head)
    if {name: told.get(name) for name in facts} != facts or told["key_id"] != key.public.key_id.hex():
        raise Refused("work-of-another")
    done = _whole_chunks(stream, head, key)
    stream.truncate(done.end)
    stream.seek(done.end)
    return Writer(path, head, key, stream, done)


def _whole_chunks(stream: BinaryIO, head: bytes, key: AuthorityKey) -> Progress:
    done = Progress(0, 0, stream.tell())
    # A chunk that a power cut garbled ends what is used like one that is not whole: each that is used has its seal and its place.
    with suppress(Untrusted):
        for last, clear in _chunks(stream, head, key):
            if last is None or last:
                # Not whole, or the closing one: the stop came between closing and naming. Both are written again.
                break
            done = Progress(done.chunks + 1, done.rows + int.from_bytes(clear[:4], "big"), stream.tell())
    return done


@dataclass(frozen=True, repr=False)
class WorkingFile:
    """A finished working file: its facts, and its chunks for whoever has the key."""

    path: Path
    head: bytes
    facts: dict[str, Any]
    key: AuthorityKey

    def head_hash(self) -> str:
        """Give the SHA-256 of the head: the name of this work."""
        return sha256(self.head).hexdigest()

    def chunks(self) -> Iterator[tuple[int, bytes]]:
        """Give (number of rows, chunk) in order, then return. Raises Untrusted `working-file-altered` or `working-file-cut`."""
        for rows, chunk in self._all():
            if rows is not None:
                yield rows, chunk

    def summary(self) -> dict[str, Any]:
        """Give the closing summary; the whole file is checked on the way."""
        summary: dict[str, Any] = {}
        for rows, chunk in self._all():
            if rows is None:
                summary = canonical.parse(chunk, limit=LARGEST_CHUNK)
        return summary

    def _all(self) -> Iterator[tuple[int | None, bytes]]:
        with self.path.open("rb") as stream:
            head = _read_head_bytes(stream)
            if head != self.head:
                raise Untrusted("working-file-altered")
            last: int | None = 0
            for last, clear in _chunks(stream, head, self.key):
                if last is None:
                    break
                if last:
                    yield None, clear
                    break
                yield int.from_bytes(clear[:4], "big"), clear[4:]
            if not last:
                raise Untrusted("working-file-cut")
            if stream.read(1):
                raise Untrusted("working-file-altered")


def read_facts(path: Path) -> dict[str, Any]:
    """Give the facts of a working file's head, which need no key and are not yet proven: the chunks prove them.

    Raises Refused `working-file-malformed`, `file-missing`, or `work-unfinished` where only the unfinished file is there.
    """
    if not path.exists() and unfinished(path).exists():
        raise Refused("work-unfinished")
    if not path.exists():
        raise Refused("file-missing")
    with path.open("rb") as stream:
        return _parse_head(_read_head_bytes(stream))


def load(path: Path, key: AuthorityKey, *, kind: str) -> WorkingFile:
    """Give a finished working file of one kind. Raises Refused `working-file-kind` or `key-foreign` besides those of `read_facts`."""
    facts = read_facts(path)
    if facts.get("kind") != kind:
        raise Refused("working-file-kind")
    if facts["key_id"] != key.public.key_id.hex():
        raise Refused("key-foreign")
    with path.open("rb") as stream:
        return WorkingFile(path, _read_head_bytes(stream), facts, key)


def _read_head_bytes(stream: BinaryIO) -> bytes:
    start = stream.read(_START)
    size = int.from_bytes(start[5:], "big")
    if len(start) < _START or start[:4] != MAGIC or start[4] != VERSION or size > LARGEST_HEAD:
        raise Refused("working-file-malformed")
    return stream.read(size)


def _parse_head(head: bytes) -> dict[str, Any]:
    try:
        told = dict(canonical.parse(head, limit=LARGEST_HEAD))
        is_ours = told["civium"] == _NAME and isinstance(told["key_id"], str)
    except (Refused, KeyError, TypeError, ValueError):
        raise Refused("working-file-malformed") from None
    if not is_ours:
        raise Refused("working-file-malformed")
    return told


def _chunks(stream: BinaryIO, head: bytes, key: AuthorityKey) -> Iterator[tuple[int | None, bytes]]:
    """Give (last, clear) of each chunk; (None, b"") where the file ends inside one. Nothing at all if it ends between two."""
    binding, wrapping = sha256(head).digest(), working_key(key, head)
    index = 0
    while frame := stream.read(_FRAME):
        size = int.from_bytes(frame[1:], "big")
        if len(frame) == _FRAME and (frame[0] > 1 or not NONCE_SIZE + _TAG <= size <= LARGEST_CHUNK):
            raise Untrusted("working-file-altered")
        sealed = stream.read(size)
        if len(frame) < _FRAME or len(sealed) < size:
            yield None, b""
        else:
            yield frame[0], open_chunk(wrapping, sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], _context(binding, index, frame[0]))
        index += 1


def _context(binding: bytes, index: int, last: int) -> bytes:
    return binding + index.to_bytes(8, "big") + bytes((last,))
