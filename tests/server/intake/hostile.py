"""A real server to be attacked: `civium serve` on an installation with one live collection that asks for tokens and work, over plain sockets."""

from __future__ import annotations

import http.client
import json
import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from civium.formats import challenge, duplicate_token, posting
from civium.server.tokens.kept import KeptTokens
from tests.faults import load
from tests.faults.signatory import Reply
from tests.server import live
from tests.server.intake.gate import ANA, blind, finish

BODY_SECONDS = 1
WORK = 1000
OCTETS = {"Content-Type": "application/octet-stream"}
HOST = b"Host: localhost\r\n"
CLOSE = b"Connection: close\r\n\r\n"
EOF = "<eof>"  # the server closed the connection, in order or not
SILENCE = "<silence>"


@dataclass(frozen=True)
class Attacked:
    """The server, and what must not change of it."""

    premises: load.Premises
    port: int
    log: Path

    @property
    def going(self) -> live.Live:
        """The collection."""
        return self.premises.going

    def said(self) -> str:
        """Give what the server has written to its operator."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stored(self) -> tuple[tuple[str, int, int], ...]:
        """Give size and destroyed entries of every log."""
        with closing(self.premises.open_store()) as store:
            return tuple((head.log.jurisdiction, head.size, head.destroyed) for head in store.heads(live.IDENTIFIER))

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        """Ask as an orderly client does."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, told, response.read())

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Reply:
        """Post octets."""
        return self.ask("POST", path, body, OCTETS | (headers or {}))

    def send(self, *pieces: bytes, half: bool = False, pause: float = 0.0, seconds: float = 10.0) -> tuple[list[Reply], str]:
        """Send bytes as they are, and give all answers that came and how it ended; `half` closes our side behind the last piece."""
        raw = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as wire:
            try:
                for piece in pieces:
                    wire.sendall(piece)
                    # A slow sender is slow: this is what is tried. Who is answered need not go on.
                    if pause and select.select([wire], [], [], pause)[0]:
                        break
                if half:
                    wire.shutdown(socket.SHUT_WR)
                while got := wire.recv(65536):
                    raw += got
                end = EOF
            except TimeoutError:
                end = SILENCE
            except ConnectionError:
                end = EOF
        return _answers(raw), end

    def work(self, collection: bytes = live.IDENTIFIER) -> bytes:
        """Fetch a challenge and solve it."""
        told = json.loads(self.ask("GET", f"/api/collections/{collection.hex()}/challenge").body)
        given = challenge.Challenge(told["salt"], told["challenge"], told["signature"], told["maxnumber"])
        return challenge.encode(challenge.solve(given))

    def token(self) -> bytes:
        """Get a token as a browser does."""
        client, blinded = blind(ANA)
        request = duplicate_token.TokenRequest(live.IDENTIFIER, blinded, self.work())
        reply = self.post("/api/tokens", duplicate_token.encode_request(request))
        assert reply.status == 200, reply.body
        return finish(client, reply.body, self.going.collection.token_key)

    def sign(self, raw: bytes, work: bytes) -> Reply:
        """Post an envelope with a token and this work."""
        return self.post("/api/statements", posting.encode(posting.Posting(raw, self.token(), work)))


def _answers(raw: bytes) -> list[Reply]:
    """Divide what came into answers: each has the length it announces."""
    found = []
    while raw:
        head, separator, rest = raw.partition(b"\r\n\r\n")
        if not separator:
            break
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        found.append(Reply(int(lines[0].split()[1]), headers, rest[:length]))
        raw = rest[length:]
    return found


@contextmanager
def attacked(folder: Path) -> Iterator[Attacked]:
    """Serve an installation to be attacked."""
    data = folder / "installation"
    token_key = KeptTokens(data / "keys").public_key(live.IDENTIFIER)
    premises = load.on_sqlite(data, token_key=token_key, work=WORK)
    port = load.free_port()
    with load.serving(premises, port, CIVIUM_BODY_SECONDS=str(BODY_SECONDS)):
        yield Attacked(premises, port, folder / "server.log")
