"""What anyone may ask the intake of a collection: manifests, keys and the public log. Answers are made in threads."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from civium.errors import Refused
from civium.formats.tiles import WIDTH, parse_tile_path
from civium.server.intake.open_data import ANYONE
from civium.server.intake.receive import Collecting
from civium.server.intake.replies import BYTES, IMMUTABLE, JSON, NOT_STORED, SHORTLY, TEXT, Header, Reply, reply
from civium.server.publishing.public_log import PublicLog
from civium.server.publishing.verifier_keys import verifier_keys
from civium.server.store.protocol import Store

_NOT_KEPT: Header = (b"cache-control", b"public, max-age=0")


class Public:
    """Answers from the store and the public log. All methods are called on the event loop."""

    def __init__(
        self,
        store: Store,
        public_log: PublicLog,
        *,
        keys_folder: Path,
        cosigned: Callable[[str], str] = lambda signed: signed,
    ) -> None:
        self._store = store
        self._public_log = public_log
        self._keys_folder = keys_folder
        self._cosigned = cosigned
        self._key_replies: dict[bytes, tuple[int, Reply]] = {}

    async def collection(self, collections: Mapping[bytes, Collecting], path: str) -> Reply:
        """Answer what follows /api/collections/. Raises Refused `unknown-path`, `unknown-collection`, `unknown-manifest`."""
        name, _, rest = path.partition("/")
        collecting = collections.get(_hex(name, 16))
        if collecting is None:
            raise Refused("unknown-collection")
        if rest == "keys":
            return self._keys(collecting)
        kind, _, rest = rest.partition("/")
        wanted, _, signature = rest.partition("/")
        if kind != "manifests" or signature not in ("", "signature") or rest.endswith("/"):
            raise Refused("unknown-path")
        return await self._manifest(collecting, _hex(wanted, 32), is_signature=bool(signature))

    async def log(self, path: str) -> Reply:
        """Answer what follows /log/. Raises Refused `not-published`, `tile-path`."""
        if path == "keys":
            keys = await asyncio.to_thread(verifier_keys, self._public_log.snapshot, self._keys_folder)
            return reply(keys.encode(), TEXT, SHORTLY, ANYONE)
        name, separator, _ = path.partition("/tile/")
        if separator:
            tile = parse_tile_path(path[len(name) + 1 :])
            body = await asyncio.to_thread(self._public_log.tile, name, tile)
            # A whole tile never changes; a partial one neither, but nobody asks for it twice.
            return reply(body, BYTES, IMMUTABLE if tile.width == WIDTH else SHORTLY, ANYONE)
        if path.endswith("/successor"):
            notice = await asyncio.to_thread(self._public_log.successor, path.removesuffix("/successor"))
            return reply(notice, JSON, SHORTLY, ANYONE)
        name, separator, rest = path.rpartition("/checkpoint")
        if not separator or rest:
            raise Refused("unknown-path")
        signed = self._public_log.checkpoint(name).decode()
        return reply(self._cosigned(signed).encode(), TEXT, _NOT_KEPT, ANYONE)

    def _keys(self, collecting: Collecting) -> Reply:
        """Answer with the keys to seal to now; made once for each version of a collection, for it is long."""
        identifier, version = collecting.collection.identifier, collecting.collection.version
        if self._key_replies.get(identifier, (0, None))[0] != version:
            self._key_replies[identifier] = (version, keys_reply(collecting))
        return self._key_replies[identifier][1]

    async def _manifest(self, collecting: Collecting, wanted: bytes, *, is_signature: bool) -> Reply:
        if wanted not in collecting.manifests:
            raise Refused("unknown-manifest")
        signed = await asyncio.to_thread(self._store.manifests, collecting.collection.identifier)
        found = next(manifest for manifest in signed if sha256(manifest.raw).digest() == wanted)
        if is_signature:
            return reply(found.signature.encode(), TEXT, IMMUTABLE, ANYONE)
        return reply(found.raw, JSON, IMMUTABLE, ANYONE)


def keys_reply(collecting: Collecting) -> Reply:
    """Give for each jurisdiction the key to seal to now."""
    keys: dict[str, dict[str, str]] = {}
    for key in collecting.collection.keys:
        if key.jurisdiction not in keys:
            public_key = base64.b64encode(key.public_key).decode()
            keys[key.jurisdiction] = {"key_id": key.key_id.hex(), "public_key": public_key, "suite": key.suite}
    manifest = collecting.collection.manifests[-1].manifest_hash.hex()
    return reply(msgspec.json.encode({"keys": keys, "manifest": manifest}), JSON, NOT_STORED)


def _hex(text: str, size: int) -> bytes:
    """Give the bytes of lower-case hex of the one right length; nothing is named otherwise. Raises Refused `unknown-path`."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise Refused("unknown-path") from None
    if len(raw) != size or raw.hex() != text:
        raise Refused("unknown-path")
    return raw
