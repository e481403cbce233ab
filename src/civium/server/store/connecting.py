"""How statements.db is made, brought up to date, opened and locked.

The rules are:
- every connection is durable (`synchronous=FULL`), overwrites what it destroys and keeps foreign keys;
- a server refuses a schema it does not know, older or newer; only `prepare` changes it;
- one intake process at a time: it holds a lock on a file beside the database for as long as it lives.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from civium.errors import Misconfigured
from civium.server.store import schema

_OLDEST_SQLITE = (3, 37, 0)  # strict tables
BUSY_SECONDS = 15  # A command waits for a batch, and a batch for a command, at most this long.
_PRAGMAS = (
    "pragma synchronous = full",
    "pragma secure_delete = on",
    "pragma foreign_keys = on",
    "pragma recursive_triggers = on",  # Without it `insert or replace` would remove a row unseen by the triggers.
    "pragma trusted_schema = off",
    "pragma cache_size = -65536",
    "pragma wal_autocheckpoint = 8000",  # pages: about 32 MB, so that moving the log into the database is rare
)


def prepare(path: Path) -> None:
    """Make the database, or lead an older one to the present schema. Raises Misconfigured `store-foreign`, `store-newer`, `store-unreadable`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = _connect(path)
    try:
        found = _schema_of(connection)
        if found > schema.VERSION:
            _check_schema(found)
        connection.execute("pragma journal_mode = wal")
        connection.execute("begin immediate")
        for step in schema.STEPS[found:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"pragma application_id = {schema.APPLICATION_ID}")
        connection.execute(f"pragma user_version = {schema.VERSION}")
        connection.execute("commit")
    finally:
        connection.close()
    _sync_folder(path.parent)


def connect(path: Path) -> sqlite3.Connection:
    """Open the database for one thread at a time. Raises Misconfigured `store-missing`, `store-foreign`, `store-older`, `store-newer`."""
    if not path.is_file():
        raise Misconfigured("store-missing")
    with ExitStack() as undo:
        connection = _connect(path)
        undo.callback(connection.close)
        _check_schema(_schema_of(connection))
        undo.pop_all()
    return connection


@contextmanager
def sole_intake(path: Path) -> Iterator[None]:
    """Hold the intake's lock. Raises Misconfigured `intake-running` if another process holds it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured("intake-running") from None
        yield
    finally:
        os.close(descriptor)


def _connect(path: Path) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise Misconfigured("sqlite-old", found=sqlite3.sqlite_version, needed="3.37.0")
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise Misconfigured("store-foreign" if error.sqlite_errorname == "SQLITE_NOTADB" else "store-unreadable") from None
    return connection


def _check_schema(found: int) -> None:
    if found != schema.VERSION:
        code = "store-older" if found < schema.VERSION else "store-newer"
        raise Misconfigured(code, found=found, known=schema.VERSION)


def _schema_of(connection: sqlite3.Connection) -> int:
    """Give the schema's version, 0 for an empty file."""
    try:
        (application,) = connection.execute("pragma application_id").fetchone()
        (version,) = connection.execute("pragma user_version").fetchone()
        (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise Misconfigured("store-foreign" if error.sqlite_errorname == "SQLITE_NOTADB" else "store-unreadable") from None
    if (application != schema.APPLICATION_ID) and (application or version or tables):
        raise Misconfigured("store-foreign")
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """Give a script's statements one by one: `executescript` would commit between them."""
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    assert not gathered.strip(), gathered


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
