"""A signatory's device over HTTP, for collections that ask for work and duplicate tokens: it tries again, as a browser does."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from voprf import ristretto

from civium.formats import challenge, duplicate_token, posting, receipt
from civium.formats.identity_key import identity_key

PATIENCE_SECONDS = 300
_BYTES = {"Content-Type": "application/octet-stream"}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(json.loads(self.body)["code"])


@dataclass
class Device:
    """One device; `heard` holds everything that the server ever answered to it, `lost` how often no answer came."""

    port: int
    collection: bytes
    token_key: bytes
    jurisdiction: str
    fields: dict[str, str]
    heard: list[tuple[str, Reply]] = field(default_factory=list)
    lost: int = 0

    def sign(self, seal: Callable[[bytes], bytes]) -> receipt.Receipt:
        """Give a statement of support, from the first request to the last; `seal` makes the envelope from the token. Fails with what is refused."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            asked = duplicate_token.token_input(self.collection, self.jurisdiction, identity_key(self.jurisdiction, self.fields))
            client, blinded = ristretto.Client.blind(asked)
            work = self._work(connection)
            token = self._token(connection, client, blinded.serialize(), work)
            raw = posting.encode(posting.Posting(seal(token), token, work))
            reply = self._until(connection, "POST", "/api/statements", raw)
            assert reply.status == 200, reply.body
            return receipt.parse(reply.body.decode())

    def _work(self, connection: http.client.HTTPConnection) -> bytes:
        reply = self._until(connection, "GET", f"/api/collections/{self.collection.hex()}/challenge")
        assert reply.status == 200, reply.body
        told = json.loads(reply.body)
        given = challenge.Challenge(told["salt"], told["challenge"], told["signature"], told["maxnumber"])
        return challenge.encode(challenge.solve(given))

    def _token(self, connection: http.client.HTTPConnection, client: ristretto.Client, blinded: bytes, work: bytes) -> bytes:
        request = duplicate_token.encode_request(duplicate_token.TokenRequest(self.collection, blinded, work))
        reply = self._until(connection, "POST", "/api/tokens", request)
        assert reply.status == 200, reply.body
        size = duplicate_token.ELEMENT_SIZE
        output = ristretto.VerifiableOutput.deserialize(reply.body[size:] + reply.body[:size])
        return client.finalize(output, ristretto.PublicKey.deserialize(self.token_key))

    def _until(self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> Reply:
        """Send the same again until there is an answer that is no `try again`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                connection.request(method, path, body, _BYTES if body is not None else {})
                response = connection.getresponse()
                reply = Reply(response.status, dict(response.getheaders()), response.read())
            except (OSError, http.client.HTTPException):
                self.lost += 1
                connection.close()
                time.sleep(0.05)
                continue
            self.heard.append((path.rpartition("/")[2], reply))
            if reply.status not in (429, 503):
                return reply
            time.sleep(0.05)
        raise TimeoutError
