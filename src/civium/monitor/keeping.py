"""What a monitor keeps between two rounds: a folder of its own with a database and the evidence.

The rules are:
- a head is kept as seen only after everything below it was checked; it never goes back;
- how far the reading of a long log has come is kept beside it, so that an interrupted round goes on;
- one round at a time: the folder is locked while it runs.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from civium.errors import Misconfigured, Refused
from civium.formats import merkle
from civium.formats.merkle import Frontier
from civium.monitor.findings import Finding

_VERSION = 1
_LARGEST_HEARD = 1 << 20
_EMPTY = Frontier()
_TABLES = f"""
create table told(name text primary key, value text not null) strict;
-- size, roots and checkpoint change together, after a whole log was checked; reached is how far reading has come beyond.
create table logs(
    number integer primary key, origin text not null unique, key blob not null, size integer not null, roots blob not null,
    checkpoint text not null, seen_at integer not null, moved_at integer not null, seen_on integer not null,
    reached integer not null, reached_roots blob not null, stored_size integer, successor text
) strict;
create table entries(log integer not null, envelope blob not null, position integer not null, primary key(log, envelope)) strict, without rowid;
create table manifests(
    collection blob not null, sequence integer not null, sha256 blob not null, raw blob, signature text, primary key(collection, sequence)
) strict;
create table destroyed(
    origin text not null, first integer not null, last integer not null, cause text not null, primary key(origin, first)
) strict, without rowid;
pragma user_version = {_VERSION};
"""


@dataclass(frozen=True)
class KeptLog:
    """A log as it was last seen and checked; `reached` is how far a reading that was interrupted had come."""

    number: int
    origin: str
    key: bytes
    head: Frontier = _EMPTY
    checkpoint: str = ""
    seen_at: int = 0
    moved_at: int = 0
    seen_on: int = 0  # the day, as days since 1970, of the newest look that found it grown
    reached: Frontier = _EMPTY
    stored_size: int | None = None
    successor: str | None = None


@dataclass(frozen=True)
class KeptManifest:
    """An announced manifest; its bytes and signature are empty until they were read and checked."""

    collection: bytes
    sequence: int
    sha256: bytes
    raw: bytes = b""
    signature: str = ""


class Keeping:
    """The folder, open and locked."""

    def __init__(self, folder: Path) -> None:
        """Open or make it. Raises Misconfigured `state-busy`, `state-unwritable`, `state-foreign`."""
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (folder / "lock").open("w")
        except OSError:
            raise Misconfigured("state-unwritable") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise Misconfigured("state-busy") from None
        try:
            self._database = open_database(folder / "monitor.db")
        except Misconfigured:
            self._lock.close()
            raise

    def close(self) -> None:
        """Let go of the folder."""
        self._database.close()
        self._lock.close()

    @contextmanager
    def transaction(self) -> Iterator[Callable[[], None]]:
        """Keep all that is done inside, or nothing of it: after an error, or if what is given was called."""
        wanted = [True]
        self._database.execute("begin immediate")
        try:
            yield wanted.clear
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("commit" if wanted else "rollback")

    def told(self, name: str) -> Any:
        """Give a value that was kept under a name, None without one."""
        row = self._database.execute("select value from told where name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def tell(self, name: str, value: Any) -> None:
        """Keep a value under a name."""
        self._database.execute("insert or replace into told(name, value) values (?, ?)", (name, json.dumps(value)))

    def hear(self, one: Finding) -> None:
        """Keep a finding that nobody was told of yet; small evidence with it. Inside a transaction it stands and falls with it."""
        number = self._database.execute("select count(*) from told where name glob 'heard *'").fetchone()[0]
        pieces = {name: base64.b64encode(raw).decode() for name, raw in one.evidence.items() if len(raw) <= _LARGEST_HEARD}
        self.tell(f"heard {number:08d}", [one.code, one.about, dict(one.facts), pieces])

    def heard(self) -> list[Finding]:
        """Give the findings that nobody was told of yet, in order: those of a round that did not come to its end."""
        rows = self._database.execute("select value from told where name glob 'heard *' order by name").fetchall()
        values = (json.loads(row[0]) for row in rows)
        return [
            Finding(code, about, facts, {name: base64.b64decode(raw) for name, raw in pieces.items()})
            for code, about, facts, pieces in values
        ]

    def forget_heard(self) -> None:
        """Forget them: they were told."""
        self._database.execute("delete from told where name glob 'heard *'")

    def logs(self) -> dict[str, KeptLog]:
        """Give all known logs by origin."""
        rows = self._database.execute(
            "select number, origin, key, size, roots, checkpoint, seen_at, moved_at, seen_on, reached, reached_roots, stored_size, successor"
            " from logs order by number"
        )
        return {row[1]: _log_of(row) for row in rows}

    def pin(self, origin: str, key: bytes) -> KeptLog:
        """Give a known log; one that is new is kept with this key, for ever."""
        self._database.execute(
            "insert into logs(origin, key, size, roots, checkpoint, seen_at, moved_at, seen_on, reached, reached_roots)"
            " values (?, ?, 0, x'', '', 0, 0, 0, 0, x'') on conflict do nothing",
            (origin, key),
        )
        return self.logs()[origin]

    def see(self, log: KeptLog, head: Frontier, checkpoint: str, *, now: datetime, today: int) -> KeptLog:
        """Keep a head that was checked down to its leaves."""
        seconds = int(now.timestamp())
        is_grown = head.size != log.head.size
        seen = replace(
            log,
            head=head,
            checkpoint=checkpoint,
            seen_at=seconds,
            moved_at=seconds if is_grown or not log.moved_at else log.moved_at,
            seen_on=today if is_grown else log.seen_on,
            reached=head,
        )
        self._database.execute(
            "update logs set size = ?, roots = ?, checkpoint = ?, seen_at = ?, moved_at = ?, seen_on = ?, reached = ?, reached_roots = ?"
            " where number = ?",
            (head.size, _raw(head), checkpoint, seen.seen_at, seen.moved_at, seen.seen_on, head.size, _raw(head), log.number),
        )
        return seen

    def reach(self, log: KeptLog, reached: Frontier) -> None:
        """Keep how far the reading of a log has come."""
        self._database.execute(
            "update logs set reached = ?, reached_roots = ? where number = ?", (reached.size, _raw(reached), log.number)
        )

    def forget_reached(self, log: KeptLog) -> None:
        """Begin a reading anew from the last head that was checked."""
        with self.transaction():
            self._database.execute("delete from entries where log = ? and position >= ?", (log.number, log.head.size))
            self.reach(log, log.head)

    def add_envelopes(self, log: KeptLog, start: int, envelopes: Iterable[bytes]) -> int | None:
        """Keep the envelopes of entries from an index on; give the index of the first that was there before, None if all are new."""
        for position, envelope in enumerate(envelopes, start=start):
            try:
                self._database.execute(
                    "insert into entries(log, envelope, position) values (?, ?, ?)", (log.number, envelope, position)
                )
            except sqlite3.IntegrityError:
                return position
        return None

    def close_log(self, origin: str, stored_size: int, successor: str) -> None:
        """Keep that a log goes on in another."""
        self._database.execute(
            "update logs set stored_size = ?, successor = ? where origin = ?", (stored_size, successor, origin)
        )

    def announce(self, manifest: KeptManifest) -> bool:
        """Keep that a manifest was announced; give False if another of this number was."""
        self._database.execute(
            "insert into manifests(collection, sequence, sha256) values (?, ?, ?) on conflict do nothing",
            (manifest.collection, manifest.sequence, manifest.sha256),
        )
        row = self._database.execute(
            "select sha256 from manifests where collection = ? and sequence = ?", (manifest.collection, manifest.sequence)
        ).fetchone()
        return bool(row[0] == manifest.sha256)

    def check_off(self, manifest: KeptManifest) -> None:
        """Keep a manifest that was read and checked."""
        self._database.execute(
            "update manifests set raw = ?, signature = ? where collection = ? and sequence = ?",
            (manifest.raw, manifest.signature, manifest.collection, manifest.sequence),
        )

    def manifests(self) -> dict[bytes, list[KeptManifest]]:
        """Give all announced manifests by collection, in order."""
        found: dict[bytes, list[KeptManifest]] = {}
        for row in self._database.execute(
            "select collection, sequence, sha256, raw, signature from manifests order by collection, sequence"
        ):
            found.setdefault(row[0], []).append(KeptManifest(row[0], row[1], row[2], row[3] or b"", row[4] or ""))
        return found

    def destroy(self, origin: str, first: int, last: int, cause: str) -> bool:
        """Keep that entries were destroyed; give False if one of them was before."""
        # The ranges kept lie apart, so that only the nearest one below can reach into this one.
        row = self._database.execute(
            "select last from destroyed where origin = ? and first <= ? order by first desc limit 1", (origin, last)
        ).fetchone()
        if row is not None and row[0] >= first:
            return False
        self._database.execute("insert into destroyed values (?, ?, ?, ?)", (origin, first, last, cause))
        return True

    def forget_destroyed(self) -> None:
        """Forget all destructions, to take them in again."""
        self._database.execute("delete from destroyed")

    def destroyed(self, origin: str) -> dict[str, int]:
        """Give the number of destroyed entries of a log by cause."""
        rows = self._database.execute(
            "select cause, sum(last - first + 1) from destroyed where origin = ? group by cause", (origin,)
        )
        return dict(rows)

    def last_destroyed(self, origin: str) -> int:
        """Give the highest index that was destroyed, -1 without one."""
        row = self._database.execute("select max(last) from destroyed where origin = ?", (origin,)).fetchone()
        return -1 if row[0] is None else int(row[0])

    def keep_evidence(self, finding: Finding, now: datetime) -> Path | None:
        """Write what a finding rests on into a folder of its own, durably; None if it has no evidence."""
        if not finding.evidence:
            return None
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{finding.code}-{re.sub(r'[^A-Za-z0-9]+', '-', finding.about)[:80]}"
        place = self.folder / "evidence" / name
        try:
            place.mkdir(parents=True, exist_ok=True)
            for piece, raw in {**finding.evidence, "sentence.txt": f"{finding.sentence}\n".encode()}.items():
                with (place / piece).open("wb") as stream:
                    stream.write(raw)
                    stream.flush()
                    os.fsync(stream.fileno())
        except OSError:
            raise Refused("evidence-not-kept") from None
        return place


def open_database(path: Path, *, is_read_only: bool = False) -> sqlite3.Connection:
    """Open a monitor's database. Raises Misconfigured `state-foreign`, `state-unwritable`."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if is_read_only else 'rwc'}"
    try:
        database = sqlite3.connect(address, uri=True, isolation_level=None)
        database.execute("pragma synchronous = full")
        database.execute("pragma cache_size = -32768")
        version = database.execute("pragma user_version").fetchone()[0]
        if version == 0 and not is_read_only:
            database.executescript(f"begin; {_TABLES} commit;")
        elif version != _VERSION:
            database.close()
            raise Misconfigured("state-foreign")
    except sqlite3.OperationalError:
        raise Misconfigured("state-unwritable") from None
    except sqlite3.DatabaseError:
        raise Misconfigured("state-foreign") from None
    return database


def kept_heads(path: Path) -> Mapping[str, tuple[bytes, str]]:
    """Give key and checkpoint of each log that another monitor's folder, or its database, holds. Raises Misconfigured `state-foreign`."""
    file = path / "monitor.db" if path.is_dir() else path
    if not file.exists():
        raise Misconfigured("state-foreign")
    database = open_database(file, is_read_only=True)
    try:
        # Somebody else's file: of tables of ours no value is another kind than ours.
        rows = database.execute("select origin, key, checkpoint from logs where checkpoint <> ''").fetchall()
        if any((type(origin), type(key), type(text)) != (str, bytes, str) for origin, key, text in rows):
            raise Misconfigured("state-foreign")
        return {origin: (key, checkpoint) for origin, key, checkpoint in rows}
    except sqlite3.DatabaseError:
        raise Misconfigured("state-foreign") from None
    finally:
        database.close()


def _log_of(row: tuple[Any, ...]) -> KeptLog:
    number, origin, key, size, roots, checkpoint, seen_at, moved_at, seen_on, reached, reached_roots, stored_size, successor = row
    return KeptLog(
        number, origin, key, _frontier(size, roots), checkpoint, seen_at, moved_at, seen_on, _frontier(reached, reached_roots),
        stored_size, successor,
    )  # fmt: skip


def _raw(frontier: Frontier) -> bytes:
    return b"".join(frontier.roots)


def _frontier(size: int, raw: bytes) -> Frontier:
    return merkle.Frontier(size, tuple(raw[at : at + 32] for at in range(0, len(raw), 32)))
