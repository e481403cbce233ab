"""Keys of the token service: for each collection a token key and a store key, each 32 random bytes in a file outside the databases.

The rules are:
- a key is made once and never overwritten; its file and its name are on the disk before it is used;
- a key file that others than its owner can read is refused;
- both are destroyed together, overwritten first; what a disk keeps of overwritten files is the disk's encryption's care.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from civium.errors import Misconfigured
from civium.formats.duplicate_token import KEY_SIZE

_KINDS = ("token", "marks")


@dataclass(frozen=True, repr=False)
class TokenKeys:
    """The two secrets of a collection: the seed of its token key, and its store key."""

    seed: bytes
    store_key: bytes


def make_token_keys(folder: Path, collection: bytes) -> TokenKeys:
    """Make a collection's keys, or give those made before. Raises Misconfigured `token-key-unreadable`, `token-key-open-to-others`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kind in _KINDS:
        _make_once(_path(folder, kind, collection))
    keys = load_token_keys(folder, collection)
    assert keys is not None
    return keys


def load_token_keys(folder: Path, collection: bytes) -> TokenKeys | None:
    """Give a collection's keys, None if there are none (any more). Raises Misconfigured `token-key-unreadable`, `token-key-open-to-others`."""
    found = [load_secret(_path(folder, kind, collection)) for kind in _KINDS]
    seed, store_key = found
    return TokenKeys(seed, store_key) if seed is not None and store_key is not None else None


def destroy_token_keys(folder: Path, collection: bytes) -> bool:
    """Destroy a collection's keys for ever; False if there were none."""
    paths = [path for kind in _KINDS if (path := _path(folder, kind, collection)).exists()]
    for path in paths:
        with path.open("r+b") as stream:
            stream.write(secrets.token_bytes(KEY_SIZE))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    if paths:
        _sync_folder(folder)
    return bool(paths)


def has_token_keys(folder: Path, collection: bytes) -> bool:
    """Whether both key files are there; cheap, made to be polled."""
    return all(_path(folder, kind, collection).exists() for kind in _KINDS)


def make_secret(path: Path) -> bytes:
    """Make a file of 32 random bytes, or give those made before. Raises Misconfigured `token-key-unreadable`, `token-key-open-to-others`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_once(path)
    secret = load_secret(path)
    assert secret is not None
    return secret


def load_secret(path: Path) -> bytes | None:
    """Give the 32 bytes of a file, None if it is not there. Raises Misconfigured `token-key-unreadable`, `token-key-open-to-others`."""
    try:
        mode, secret = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        raise Misconfigured("token-key-unreadable") from None
    if stat.S_IMODE(mode) & 0o077:
        raise Misconfigured("token-key-open-to-others")
    if len(secret) != KEY_SIZE:
        raise Misconfigured("token-key-unreadable")
    return secret


def _path(folder: Path, kind: str, collection: bytes) -> Path:
    return folder / f"{kind}-{collection.hex()}.key"


def _make_once(path: Path) -> None:
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_SIZE))
            stream.flush()
            os.fsync(stream.fileno())
        # A link, not a rename: of two processes the first one's key stays.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
