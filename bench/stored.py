"""Stores that hold a million statements: filled once by the store's own append, kept in `.demo/bench`, copied for each measurement.

The rules are:
- a kept store is named after what made it (schema, formats, this file): another schema is another store, and the old one is removed;
- nobody serves or changes a kept store; what is measured is a copy, and the copy is removed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bench import logs
from civium import server
from civium.server.config import Config

if TYPE_CHECKING:
    from tests.cluster import Cluster

MILLION = 1_000_000
_FOLDER = (Path(".demo") / "bench").absolute()
_ROOM = Path(server.__file__).parent
_SOURCES = (
    _ROOM / "store" / "schema.py",
    _ROOM / "store" / "postgres" / "schema.py",
    _ROOM / "publishing" / "signed_heads.py",
    *(_ROOM.parent / "formats" / f"{name}.py" for name in ("envelope", "leaf", "merkle")),
    Path(__file__),
)


@contextmanager
def on_sqlite(folder: Path) -> Iterator[dict[str, str]]:
    """Give the settings of a copy on SQLite that holds a million statements."""
    kept = _kept("sqlite")
    if not kept.exists():
        made = _begin(kept)
        _fill(settings_for(made))
        made.rename(kept)
    _copy(kept, folder)
    yield settings_for(folder)
    shutil.rmtree(folder)


@contextmanager
def on_postgresql(folder: Path) -> Iterator[dict[str, str]]:
    """Give the settings of a copy on a PostgreSQL server of its own that holds a million statements."""
    from tests import cluster

    kept = _kept("postgres")
    with cluster.running() as running:
        if not kept.exists():
            made = _begin(kept)
            database = running.make_store()
            _fill(settings_for(made, database.connection_strings))
            # What autovacuum would do in the first minutes, in the midst of a measurement.
            running.execute("vacuum (analyze)", database=database.name)
            running.stop()
            _copy(running.folder / "data", made / "data")
            (made / "folder").write_text(str(running.folder))
            made.rename(kept)
        running.stop()
        shutil.rmtree(running.folder / "data")
        _copy(kept / "data", running.folder / "data")
        running.start()
        _copy(kept, folder, without="data")
        yield settings_for(folder, _moved_strings(kept, running))
        shutil.rmtree(folder)


def settings_for(folder: Path, connection_strings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the settings of an installation in a folder."""
    settings = {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{logs.HOST}", "CIVIUM_LIMIT": "0"}
    return settings | (logs.settings_of(connection_strings, folder) if connection_strings else {})


def _kept(engine: str) -> Path:
    return _FOLDER / f"million-{engine}-{sha256(b''.join(path.read_bytes() for path in _SOURCES)).hexdigest()[:12]}"


def _begin(kept: Path) -> Path:
    """Make room for a new store, and remove those that nobody will ask for again."""
    for old in _FOLDER.glob(f"{kept.name.rpartition('-')[0]}-*"):
        shutil.rmtree(old)
    made = kept.with_name(f"{kept.name}.part")
    made.mkdir(parents=True)
    sys.stderr.write(f"storing {MILLION:,} statements before the clock starts\n")
    return made


def _fill(settings: dict[str, str]) -> None:
    """Open a collection and append a million envelopes, then sign the heads as the intake would have."""
    config = Config.from_environment(settings)
    logs.open_collection(config)
    # What is measured counts from 0.
    logs.append_all(config, logs.COLLECTION, logs.own_envelopes(MILLION, first=MILLION))


def _moved_strings(kept: Path, running: Cluster) -> dict[str, str]:
    """Give the connection strings of a kept store on the server that now has its data: only the socket's folder is another."""
    was = (kept / "folder").read_text()
    return {
        path.name.removeprefix("database-"): path.read_text().replace(was, str(running.folder))
        for path in kept.glob("database-*")
    }


def _copy(source: Path, target: Path, *, without: str = "") -> None:
    """Copy a folder, owners and all, onto the disk: what is written back later would be measured with the rest."""
    target.mkdir(exist_ok=True)
    parts = [str(path) for path in source.iterdir() if path.name != without]
    subprocess.run(["cp", "-a", "--reflink=auto", *parts, str(target)], check=True)
    shutil.copystat(source, target)
    status = source.stat()
    os.chown(target, status.st_uid, status.st_gid)
    os.sync()
