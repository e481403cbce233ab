"""Private keys of logs: Ed25519, one for each collection and one for the notices log, each a file outside the databases.

The rules are:
- a key is made once and never overwritten; its file and its name are on the disk before it is used;
- a key file that others than its owner can read is refused.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Misconfigured

_NOTICES = "notices"


def make_log_key(folder: Path, collection: bytes) -> Ed25519PrivateKey:
    """Make a collection's log key, or give the one made before."""
    return _made_once(folder, collection.hex())


def load_log_key(folder: Path, collection: bytes) -> Ed25519PrivateKey:
    """Give a collection's log key. Raises Misconfigured `log-key-missing`, `log-key-unreadable`, `log-key-open-to-others`."""
    return _load(_path(folder, collection.hex()))


def make_notices_key(folder: Path) -> Ed25519PrivateKey:
    """Make the installation's notices key, or give the one made before."""
    return _made_once(folder, _NOTICES)


def load_notices_key(folder: Path) -> Ed25519PrivateKey:
    """Give the notices key. Raises Misconfigured `log-key-missing`, `log-key-unreadable`, `log-key-open-to-others`."""
    return _load(_path(folder, _NOTICES))


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Give the 32 bytes of the public half, as manifests hold them."""
    return key.public_key().public_bytes_raw()


def _path(folder: Path, name: str) -> Path:
    return folder / f"log-{name}.pem"


def _made_once(folder: Path, name: str) -> Ed25519PrivateKey:
    path = _path(folder, name)
    if path.exists():
        return _load(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    encoded = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = folder / f".{path.name}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(encoded)
            stream.flush()
            os.fsync(stream.fileno())
        # A link, not a rename: of two processes the first one's key stays.
        os.link(draft, path)
    except FileExistsError:
        return _load(path)
    finally:
        draft.unlink()
    _sync_folder(folder)
    return _load(path)


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        mode, encoded = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        raise Misconfigured("log-key-missing") from None
    except OSError:
        raise Misconfigured("log-key-unreadable") from None
    if stat.S_IMODE(mode) & 0o077:
        raise Misconfigured("log-key-open-to-others")
    try:
        key = serialization.load_pem_private_key(encoded, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Misconfigured("log-key-unreadable") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured("log-key-unreadable")
    return key


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
