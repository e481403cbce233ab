"""Where previews lie: a folder for each, with a store, a log key and keys of its own, and nothing of it anywhere else.

The rules are:
- the store is one SQLite file whatever the installation's engine is: to drop a preview is to remove its folder;
- a folder is written under another name, and gets its own when all of it is on the disk;
- whoever needs the store opens it, does one thing and closes it: every process beside this folder can.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from civium.server.config import Config
from civium.server.initiatives.premises import Premises
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.signing import HeadSigner
from civium.server.store import connecting
from civium.server.store.sqlite import SQLiteStore

_FOLDER = "previews"
_NAME = re.compile(r"\.?[0-9a-f]{32}")
# Between a folder and the row that names it lies a moment; what nobody named within an hour nobody will.
_NAMED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Place:
    """The folder of one preview, and the host that its logs are named after."""

    folder: Path
    host: str

    @property
    def keys_folder(self) -> Path:
        """Where its log key lies."""
        return self.folder / "keys"

    @property
    def authority_keys(self) -> Path:
        """Where its demonstration keys lie, private halves and passphrase."""
        return self.folder / "authority-keys"

    @property
    def statements_path(self) -> Path:
        """Its store."""
        return self.folder / "statements.db"

    @property
    def is_there(self) -> bool:
        """Whether it lies on this machine."""
        return self.statements_path.is_file()


def previews_folder(root: Path) -> Path:
    """Give the folder of all previews of an installation, whose data folder this is."""
    return root / _FOLDER


def place_of(config: Config, collection: bytes) -> Place:
    """Give the place of a preview."""
    return Place(previews_folder(config.folder) / collection.hex(), f"{config.host}/preview")


def draft_of(config: Config, collection: bytes) -> Place:
    """Make the folder in which a preview is written before it has its name."""
    made = place_of(config, collection)
    folder = made.folder.with_name(f".{made.folder.name}")
    folder.mkdir(mode=0o700, parents=True)
    folder.parent.chmod(0o700)
    connecting.prepare(folder / made.statements_path.name)
    return Place(folder, made.host)


def name_it(draft: Place) -> Place:
    """Give a folder that is whole its name."""
    return Place(draft.folder.rename(draft.folder.with_name(draft.folder.name.removeprefix("."))), draft.host)


@contextmanager
def opened(place: Place, bundle: Mapping[str, bytes]) -> Iterator[Premises]:
    """Open a preview's store, keys and signer for one act. Raises Misconfigured `store-missing` where it is gone."""
    store = SQLiteStore(place.statements_path)
    try:
        signed = SignedHeads(place.folder / "signed-heads")
        try:
            yield Premises(store, place.keys_folder, HeadSigner(place.keys_folder, signed), place.host, bundle)
        finally:
            signed.close()
    finally:
        store.close()


def remove(root: Path, collection: bytes) -> None:
    """Remove a preview's folder with all that is in it; what is gone before is no error."""
    shutil.rmtree(previews_folder(root) / collection.hex(), ignore_errors=True)


def remove_unnamed(root: Path, named: frozenset[bytes], *, now: datetime) -> int:
    """Remove the folders that no preview names, as a process was stopped between two steps, and give their number."""
    folder = previews_folder(root)
    count = 0
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        is_named = _NAME.fullmatch(path.name) is None or (path.name[0] != "." and bytes.fromhex(path.name) in named)
        if not is_named and datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - _NAMED_WITHIN:
            shutil.rmtree(path, ignore_errors=True)
            count += 1
    return count
