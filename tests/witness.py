"""A small witness, written after C2SP's tlog-witness and tlog-cosignature alone: nothing of civium is imported.

It keeps what it cosigned in memory, and what it was asked, so that a test can look. The real witness that a package index offers is in
tests/foreign_witness.py; this one runs everywhere.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class SmallWitness:
    """Cosigns for the logs whose verifier keys it was given."""

    def __init__(self, name: str, *, seconds: int) -> None:
        self.name, self.seconds = name, seconds
        self.key = Ed25519PrivateKey.generate()
        self.logs: dict[str, bytes] = {}
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.replies: list[tuple[int, int]] = []  # (old size, status)
        self.url = ""
        self.spoils = False
        self._lock = threading.Lock()

    @property
    def verifier_key(self) -> str:
        public = self.key.public_key().public_bytes_raw()
        return f"{self.name}+{self._key_hash().hex()}+{base64.b64encode(bytes([4]) + public).decode()}"

    def trust(self, verifier_keys: str) -> None:
        """Take over log keys, one a line, as `/log/keys` gives them."""
        for line in verifier_keys.splitlines():
            name, _, encoded = line.split("+", 2)
            raw = base64.b64decode(encoded)
            assert raw[0] == 1
            self.logs[name] = raw[1:]

    def add_checkpoint(self, body: bytes) -> tuple[int, str, bytes]:
        """Give status, media type and body of the reply."""
        with self._lock:
            old, status, kind, reply = self._answer(body)
            self.replies.append((old, status))
        return status, kind, reply

    def _answer(self, body: bytes) -> tuple[int, int, str, bytes]:
        head, _, note = body.decode().partition("\n\n")
        first, *proof_lines = head.split("\n")
        old = int(first.removeprefix("old "))
        assert first == f"old {old}"
        assert len(proof_lines) <= 63
        text, _, signatures = note.rpartition("\n\n")
        origin, size_text, root_text = text.split("\n")
        size, root = int(size_text), base64.b64decode(root_text, validate=True)
        if origin not in self.logs:
            return old, 404, "text/plain", b""
        if not self._is_signed(origin, f"{text}\n", signatures):
            return old, 403, "text/plain", b""
        if old > size:
            return old, 400, "text/plain", b""
        known_size, known_root = self.heads.get(origin, (0, hashlib.sha256(b"").digest()))
        if old != known_size:
            return old, 409, "text/x.tlog.size", f"{known_size}\n".encode()
        proof = [base64.b64decode(line, validate=True) for line in proof_lines]
        if not _is_consistent(old, known_root, size, root, proof):
            return old, 422, "text/plain", b""
        self.heads[origin] = (size, root)
        return old, 200, "text/plain", self._line(f"{text}\n").encode()

    def _line(self, text: str) -> str:
        signature = self.key.sign(f"cosignature/v1\ntime {self.seconds}\n{text}".encode())
        if self.spoils:
            signature = bytes(64)
        raw = self._key_hash() + self.seconds.to_bytes(8, "big") + signature
        return f"\u2014 {self.name} {base64.b64encode(raw).decode()}\n"

    def _key_hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n\x04" + self.key.public_key().public_bytes_raw()).digest()[:4]

    def _is_signed(self, origin: str, text: str, signatures: str) -> bool:
        public = self.logs[origin]
        expected = hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
        for line in signatures.splitlines():
            name, encoded = line.removeprefix("\u2014 ").split(" ")
            raw = base64.b64decode(encoded)
            if name == origin and raw[:4] == expected:
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
                except InvalidSignature:
                    return False
                return True
        return False


@contextmanager
def running(witness: SmallWitness) -> Iterator[SmallWitness]:
    """Run a witness on loopback."""

    class Place(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, reply = witness.add_checkpoint(body) if self.path == "/w/add-checkpoint" else (404, "text/plain", b"")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Place)
    server.daemon_threads = True
    witness.url = f"http://127.0.0.1:{server.server_address[1]}/w"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield witness
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: list[bytes]) -> bool:
    """RFC 6962, 2.1.4.2 as RFC 9162 writes it down."""
    if first == 0:
        return not proof
    if first == second:
        return not proof and first_root == second_root
    if not proof:
        return False
    path = ([first_root] if first & (first - 1) == 0 else []) + proof
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = _node(c, fr), _node(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = _node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root
