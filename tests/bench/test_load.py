"""The load plays whole signatories: each step answered by the one before, challenges really solved, every reply kept."""

from __future__ import annotations

import json
import shutil
import socketserver
import threading
from pathlib import Path

import pytest

from bench import load
from civium.formats import challenge, duplicate_token, posting

KEY, COLLECTION, NOW, WORK = bytes(32), bytes(range(16)), 1_800_000_000, 1000
ENVELOPE = b"an envelope, as far as this server can tell"

pytestmark = pytest.mark.skipif(
    shutil.which("cc") is None or not Path("/usr/include/openssl/ssl.h").exists(), reason="no C compiler with OpenSSL's headers"
)


class Answering(socketserver.ThreadingTCPServer):
    """A server of one's own that notes what it is asked."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.asked: list[tuple[str, bytes]] = []
        self.given = 0
        self.status = 200


class Connection(socketserver.StreamRequestHandler):
    """One kept connection."""

    server: Answering

    def handle(self) -> None:
        """Answer until the other side closes."""
        while first := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            path = first.split()[1].decode()
            self.server.asked.append((path, self.rfile.read(length)))
            body = self._challenge() if path.endswith("/challenge") else path.encode()
            self.wfile.write(b"HTTP/1.1 %d Told\r\nContent-Length: %d\r\n\r\n" % (self.server.status, len(body)) + body)

    def _challenge(self) -> bytes:
        self.server.given += 1
        number = self.server.given
        made = challenge.make(KEY, COLLECTION, number.to_bytes(16, "big"), number * 37 % (WORK + 1), most=WORK, now=NOW)
        told = {"algorithm": "SHA-256", "challenge": made.challenge, "maxnumber": WORK}
        return json.dumps(told | {"salt": made.salt, "signature": made.signature}, separators=(",", ":")).encode()


@pytest.mark.parametrize("rate", [None, 500.0])
def test_each_signatory_brings_a_solved_challenge_twice(tmp_path: Path, rate: float | None) -> None:
    start = bytes((duplicate_token.VERSION,)) + COLLECTION
    whole = posting.Posting(ENVELOPE, bytes(posting.TOKEN_SIZE))
    records = [(start + number.to_bytes(32, "big"), posting.encode(whole)[:-2]) for number in range(20_000)]
    material = load.write_material(tmp_path / "crowd", records)
    with Answering() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        to = load.Server(server.server_address[1], collection=COLLECTION.hex(), page="/en/i/x")
        played = load.play(to, "pcts", material, seconds=0.3, connections=4, rate=rate)
        server.shutdown()
        thread.join()
    assert len(server.asked) == 4 * played.ended
    assert server.given == played.ended
    requests = [duplicate_token.parse_request(body) for path, body in server.asked if path == "/api/tokens"]
    postings = [posting.parse(body) for path, body in server.asked if path == "/api/statements"]
    assert {request.blinded for request in requests} == {number.to_bytes(32, "big") for number in range(played.ended)}
    for sent in (*requests, *postings):
        challenge.check(KEY, COLLECTION, sent.work, now=NOW)
    assert len({sent.work for sent in postings}) == played.ended
    assert {sent.envelope for sent in postings} == {ENVELOPE}
    replies = list(played)
    assert {reply.status for reply in replies} == {200}
    assert [reply.body for reply in replies if reply.step == "p"][1:] == [None] * (played.ended - 1)
    for step, path in (("t", b"/api/tokens"), ("s", b"/api/statements")):
        assert [reply.body for reply in replies if reply.step == step] == [path] * played.ended


def test_a_refusal_is_not_passed_over(tmp_path: Path) -> None:
    material = load.write_material(tmp_path / "crowd", [(bytes(load.TOKEN_REQUEST_SIZE), b"x")] * 10)
    with Answering() as server:
        server.status = 503
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with pytest.raises(AssertionError, match="a refusal"):
            load.play(load.Server(server.server_address[1]), "n", material, seconds=0.05, connections=1)
        server.shutdown()
        thread.join()
