"""Asks witnesses to cosign the public checkpoints, and serves these with what they said (docs/spec/cosignature.md).

The rules are:
- each witness has a thread of its own: one that does not answer delays neither the public log nor another witness;
- only a line that holds under the witness's key, over exactly the checkpoint that was sent, is kept;
- of several processes one asks a given witness: whoever holds its lock; all serve what was kept.
"""

from __future__ import annotations

import fcntl
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from civium.errors import CiviumError, Misconfigured, Refused
from civium.formats import checkpoint, cosignature, merkle, note, tiles
from civium.formats.cosignature import Witness
from civium.formats.note import NoteSignature
from civium.formats.tiles import Tile
from civium.server.publishing.public_log import INTERVAL_SECONDS, PublishedLog, Snapshot

_ASK_SECONDS = 10.0  # a witness looks up one row and signs
_WHOLE_SECONDS = 30.0  # for the whole reply: each of its bytes may come within the seconds above
_LOOK_SECONDS = 1.0
_STOP_SECONDS = 1.0
_LARGEST_REPLY = 65536
_logger = logging.getLogger(__name__)


class Public(Protocol):
    """What of the public log is needed here."""

    @property
    def snapshot(self) -> Snapshot:
        """All logs as the public sees them."""

    def tile(self, path: str, tile: Tile) -> bytes:
        """Give a tile's bytes."""


@dataclass(frozen=True)
class Kept:
    """What a witness cosigned last of one log: the size, SHA-256 of the checkpoint's text, the line."""

    size: int
    text_sha256: str
    line: str


class KeptLines:
    """The file with all that one witness cosigned last; whoever holds the lock writes, anybody reads."""

    def __init__(self, folder: Path, witness: Witness) -> None:
        name = sha256(witness.name.encode()).hexdigest()[:16]
        self._path, self._lock_path = folder / f"{name}.json", folder / f"{name}.lock"
        self._read_from: tuple[int, int] = (0, 0)
        self._kept: Mapping[str, Kept] = {}

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Try to be the one who asks this witness: gives whether it is so."""
        with self._lock_path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def read(self) -> Mapping[str, Kept]:
        """Give what was kept, by origin; what cannot be read is got from the witness again."""
        try:
            found = self._path.stat()
            if (found.st_mtime_ns, found.st_ino) != self._read_from:
                told = json.loads(self._path.read_text(encoding="utf-8"))
                self._kept = {origin: Kept(*values) for origin, values in told.items()}
                self._read_from = (found.st_mtime_ns, found.st_ino)
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
        return self._kept

    def write(self, kept: Mapping[str, Kept]) -> None:
        """Keep this from now on."""
        told = {origin: [one.size, one.text_sha256, one.line] for origin, one in kept.items()}
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._path)


class Asking:
    """The connection to one witness, kept between two submissions."""

    def __init__(self, witness: Witness) -> None:
        parts = urlsplit(witness.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=_ASK_SECONDS)
        self._path = f"{parts.path}/add-checkpoint"
        self._witness = witness

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def submit(self, old_size: int, published: PublishedLog, read: merkle.NodeReader) -> NoteSignature:
        """Give the witness's line over a checkpoint, once it holds.

        Raises Refused `witness-unreachable`, `witness-refused`, `witness-ahead`, `witness-reply`, `note-malformed`;
        Untrusted `not-cosigned`, `cosignature-wrong`.
        """
        status, raw = self._post(old_size, published, read)
        if status == 409:
            # It knows another checkpoint than we remember: a reply was lost, or what was kept here.
            size = cosignature.parse_size(raw)
            if size > published.size:
                raise Refused("witness-ahead", size=published.size, witness=size)
            status, raw = self._post(size, published, read)
        if status != 200:
            raise Refused("witness-refused", status=status)
        try:
            lines = cosignature.parse_lines(raw.decode())
        except UnicodeDecodeError:
            raise Refused("witness-reply") from None
        own = tuple(line for line in lines if (line.name, line.key_hash) == self._names)[:1]
        cosignature.check(note.parse(cosignature.add_lines(published.checkpoint, own)), self._witness)
        return own[0]

    @property
    def _names(self) -> tuple[str, bytes]:
        return self._witness.name, cosignature.key_hash(self._witness)

    def _post(self, old_size: int, published: PublishedLog, read: merkle.NodeReader) -> tuple[int, bytes]:
        proof = merkle.consistency_proof(read, old_size, published.size)
        body = cosignature.encode_submission(old_size, proof, published.checkpoint)
        for is_last in (False, True):
            try:
                self._connection.request("POST", self._path, body, {"Content-Type": "text/plain; charset=utf-8"})
                with _ended_after(_WHOLE_SECONDS, self._connection.sock):
                    reply = self._connection.getresponse()
                    raw = reply.read(_LARGEST_REPLY + 1)
            except (OSError, HTTPException):
                # Between two moves the witness closes the kept connection: the second try is on a new one.
                self._connection.close()
                if is_last:
                    raise Refused("witness-unreachable") from None
                continue
            if len(raw) > _LARGEST_REPLY:
                self._connection.close()
                raise Refused("witness-reply")
            return reply.status, raw
        raise AssertionError


class Witnessing:
    """Asks from `start` to `stop`; `cosigned` may be called any time, from any thread."""

    def __init__(self, public: Public, witnesses: Sequence[Witness], folder: Path) -> None:
        """Read what was kept in a folder, which is made. Raises Misconfigured `cosignatures-unwritable`."""
        self._public = public
        self._witnesses = witnesses
        if witnesses:
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
            except OSError:
                raise Misconfigured("cosignatures-unwritable") from None
        self._kept = [KeptLines(folder, witness) for witness in witnesses]
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lines: list[Mapping[str, Kept]] = [{} for _ in witnesses]
        self._looked_at = 0.0

    def start(self) -> None:
        """Begin to ask."""
        for number, witness in enumerate(self._witnesses):
            thread = threading.Thread(target=self._keep_asking, args=(number, witness), name=f"witness {number + 1}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Ask no more, and read no more of the store. A witness that is just being waited for is given up: a restart waits for nobody."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def cosigned(self, signed: str) -> str:
        """Give a checkpoint with the lines that witnesses put under exactly this text."""
        if not self._witnesses:
            return signed
        if time.monotonic() - self._looked_at > _LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._lines = [kept.read() for kept in self._kept]
        text = signed.rpartition("\n\n")[0] + "\n"
        origin, hashed = text.partition("\n")[0], _hash_of(text)
        found = [lines[origin].line for lines in self._lines if origin in lines and lines[origin].text_sha256 == hashed]
        return signed + "".join(f"{line}\n" for line in found)

    def ask(self, number: int, asking: Asking) -> None:
        """Submit all public checkpoints to a witness once, unless another process does. Raises Refused `witness-unreachable`."""
        with self._kept[number].held() as is_ours:
            if not is_ours:
                return
            kept = dict(self._kept[number].read())
            for path, published in self._public.snapshot.logs.items():
                if self._stopping.is_set():
                    return
                origin = checkpoint.parse(published.checkpoint)[0].origin
                before = kept.get(origin)
                old_size = before.size if before and before.size <= published.size else 0
                try:
                    line = asking.submit(old_size, published, self._reader(path, published.size))
                except CiviumError as error:
                    if self._stopping.is_set():
                        return
                    _logger.warning("%s (witness=%d)", error, number + 1)
                    if error.code == "witness-unreachable":
                        return
                    continue
                text = note.parse(published.checkpoint).text
                kept[origin] = Kept(published.size, _hash_of(text), note.encode_line(line))
                # Kept at once: the first log is not served without its line until the last one has it.
                self._kept[number].write(kept)

    def _reader(self, path: str, size: int) -> merkle.NodeReader:
        read = nodes_of(self._public, path, size)

        def node(level: int, index: int) -> bytes:
            # After the last answer the store is closed.
            if self._stopping.is_set():
                raise Refused("stopping")
            return read(level, index)

        return node

    def _keep_asking(self, number: int, witness: Witness) -> None:
        asking = Asking(witness)
        last: Snapshot | None = None
        asked_at = 0.0
        while not self._stopping.is_set():
            snapshot = self._public.snapshot
            if snapshot is not last or time.monotonic() - asked_at > INTERVAL_SECONDS:
                last, asked_at = snapshot, time.monotonic()
                try:
                    self.ask(number, asking)
                except OSError:
                    _logger.exception("cosignatures-unwritable (witness=%d)", number + 1)
            self._stopping.wait(_LOOK_SECONDS)
        asking.close()


def read_witnesses(path: Path | None) -> tuple[Witness, ...]:
    """Read the file of witnesses to submit to; None: there are none. Raises Misconfigured `witnesses-unreadable`, `witnesses-malformed`."""
    if path is None:
        return ()
    try:
        with path.open("rb") as stream:
            text = stream.read(cosignature.LONGEST_LIST + 1).decode()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured("witnesses-unreadable") from None
    try:
        witnesses = cosignature.parse_witness_list(text).witnesses
    except Refused as error:
        raise Misconfigured(error.code, **error.facts) from None
    if not all(_is_address(witness.url) for witness in witnesses):
        raise Misconfigured("witnesses-malformed")
    return witnesses


def _is_address(url: str) -> bool:
    """Say whether a connection can be tried there: a host by its form, a port that there is."""
    try:
        parts = urlsplit(url)
        return bool((parts.hostname or "").encode("idna")) and parts.port != 0
    except ValueError:
        return False


@contextmanager
def _ended_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """Let a reply come for so long; then the connection ends, as if the other side had ended it."""

    def end() -> None:
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def nodes_of(public: Public, path: str, size: int) -> merkle.NodeReader:
    """Give a reader of complete subtrees of a public log's tree of this size, from its tiles; each is read once."""
    read: dict[Tile, list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, merkle.TILE_HEIGHT)
        start = index << above
        number = start // tiles.WIDTH
        width = min(tiles.WIDTH, (size >> (tile_level * merkle.TILE_HEIGHT)) - number * tiles.WIDTH)
        tile = Tile(tile_level, number, width)
        if tile not in read:
            raw = public.tile(path, tile)
            read[tile] = [raw[at : at + 32] for at in range(0, len(raw), 32)]
        first = start - number * tiles.WIDTH
        return merkle.tree_root(read[tile][first : first + (1 << above)])

    return node


def _hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()
