"""A site made of files: logs with whatever entries a test wants, rightly signed, so that a dishonest operator can be played."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.formats import checkpoint, leaf, manifest, merkle, note, tiles
from civium.formats.checkpoint import Checkpoint
from civium.formats.notice import Destruction, ManifestNotice, Notice, Successor, encode
from civium.formats.tiles import Tile

HOST = "dishonest.example"
COLLECTION = bytes(range(16))
TODAY = date(2026, 11, 21)
ORIGIN = checkpoint.log_origin(HOST, COLLECTION, "ES", "online")
NEXT = checkpoint.log_origin(HOST, COLLECTION, "ES", "online", 2)


def record(number: int, on: date = TODAY) -> bytes:
    """Give a leaf record."""
    return leaf.encode(leaf.LeafRecord(on, sha256(b"envelope %d" % number).digest(), sha256(b"code %d" % number).digest()))


def head_of(entries: Sequence[bytes]) -> bytes:
    """Give the root over entries."""
    return merkle.tree_root([merkle.leaf_hash(entry) for entry in entries])


@dataclass
class Made:
    """What the site shows; change it between two rounds."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    notices_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    entries: list[bytes] = field(default_factory=list)
    following: list[bytes] | None = None  # the entries of the log's next generation
    notices: list[bytes] = field(default_factory=list)
    later_notices: list[bytes] | None = None  # the notices log's next generation
    manifests: list[bytes] = field(default_factory=list)
    counts: dict[str, int] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        self.promise()

    def promise(self, **changed: object) -> bytes:
        """Publish a manifest with its notice; give it."""
        values = {
            "collection": COLLECTION,
            "sequence": len(self.manifests) + 1,
            "previous": manifest.manifest_hash(self.manifests[-1]) if self.manifests else b"",
            "deployment": "demonstration",
            "procedure": "eci",
            "registration": "ECI(2026)000007",
            "registered_on": date(2026, 3, 2),
            "opens_on": date(2026, 4, 14),
            "closes_on": date(2027, 4, 13),
            "rules_version": "2026-11-21",
            "rules_sha256": bytes(32),
            "log_key": self.key.public_key().public_bytes_raw(),
            "logs": {"ES/online": ORIGIN if self.following is None else NEXT},
        }
        raw = manifest.encode(manifest.Manifest(**(values | changed)))  # type: ignore[arg-type]
        self.manifests.append(raw)
        self.tell(ManifestNotice(COLLECTION, len(self.manifests), manifest.manifest_hash(raw), TODAY))
        return raw

    def tell(self, told: Notice) -> None:
        """Append a notice."""
        (self.notices if self.later_notices is None else self.later_notices).append(encode(told))

    def destroy(self, *ranges: tuple[int, int], cause: str = "destroyed-by-organisers") -> None:
        """Tell of destroyed entries."""
        self.tell(Destruction(COLLECTION, ORIGIN, cause, ranges, TODAY))

    def close(self, stored: int, **changed: object) -> None:
        """Close the log at a size less than it has, and go on in the next generation."""
        values = {
            "cause": "store-behind",
            "origin": ORIGIN,
            "signed_size": len(self.entries),
            "signed_root": head_of(self.entries),
            "stored_size": stored,
            "stored_root": head_of(self.entries[:stored]),
            "successor": NEXT,
            "on": TODAY,
        }
        self.tell(Successor(**(values | changed)))  # type: ignore[arg-type]
        self.entries, self.following = self.entries[:stored], []
        self.promise()

    def close_notices(self, stored: int) -> list[bytes]:
        """Close the notices log at a size less than it has; give the notices that are lost with it."""
        origin, lost = f"{HOST}/notices", self.notices[stored:]
        signed, left = (len(self.notices), head_of(self.notices)), (stored, head_of(self.notices[:stored]))
        self.notices, self.later_notices = self.notices[:stored], []
        self.tell(Successor("store-behind", origin, *signed, *left, f"{origin}/2", TODAY))
        return lost

    def answer(self, path: str) -> bytes | None:
        """Give what stands at a path."""
        api = f"/api/collections/{COLLECTION.hex()}"
        if path == "/log/keys":
            keys = [(f"{HOST}/notices", self.notices_key), (ORIGIN, self.key)]
            keys += [(NEXT, self.key)] if self.following is not None else []
            keys += [(f"{HOST}/notices/2", self.notices_key)] if self.later_notices is not None else []
            return "".join(f"{note.verifier_key(name, key.public_key().public_bytes_raw())}\n" for name, key in keys).encode()
        if path == f"{api}/counts":
            received = len(self.entries) + len(self.following or ())
            return json.dumps({"received": received, "goal": 1, "jurisdictions": self.counts or {"ES": received}}).encode()
        if path == f"{api}/keys":
            return json.dumps({"keys": {}, "manifest": manifest.manifest_hash(self.manifests[-1]).hex()}).encode()
        for raw in self.manifests:
            place = f"{api}/manifests/{manifest.manifest_hash(raw).hex()}"
            if path == place:
                return raw
            if path == f"{place}/signature":
                return manifest.sign(raw, HOST, self.key).encode()
        logs = [(f"{HOST}/notices", self.notices, self.notices_key), (ORIGIN, self.entries, self.key)]
        logs += [(NEXT, self.following, self.key)] if self.following is not None else []
        if self.later_notices is not None:
            logs.insert(0, (f"{HOST}/notices/2", self.later_notices, self.notices_key))
        for origin, entries, key in logs:
            place = f"/log/{origin.partition('/')[2]}/"
            if path.startswith(place):
                return _log(path.removeprefix(place), origin, entries, key)
        return None


@contextmanager
def running(made: Made) -> Iterator[Made]:
    """Serve it on loopback."""

    class Place(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = made.answer(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Place)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _log(path: str, origin: str, entries: Sequence[bytes], key: Ed25519PrivateKey) -> bytes | None:
    if path == "checkpoint":
        return checkpoint.sign(Checkpoint(origin, len(entries), head_of(entries)), key).encode()
    tile: Tile = tiles.parse_tile_path(path)
    first = tile.number * tiles.WIDTH
    if tile.level is None:
        return tiles.encode_entries(entries[first : first + tile.width])
    nodes = [merkle.leaf_hash(entry) for entry in entries]
    for _ in range(tile.level):
        nodes = [merkle.tree_root(nodes[at : at + 256]) for at in range(0, len(nodes) - 255, 256)]
    return b"".join(nodes[first : first + tile.width])
