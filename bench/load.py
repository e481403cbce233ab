"""Runs bench/load.c, which plays signatories: compiled once, a process of its own, every reply kept and given back."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from civium.errors import Misconfigured

CONNECTIONS = 256
TOKEN_REQUEST_SIZE = 49  # version, collection, blinded element: what of a token request is made before the clock
_SOURCE = Path(__file__).with_name("load.c")
_FOLDER = Path(".demo") / "bench"
_HEAD = struct.Struct("<cBHIQI")


@dataclass(frozen=True)
class Server:
    """Where the load goes. With a certificate each signatory has a new TLS 1.3 connection."""

    port: int
    host: str = "bench.example.org"
    collection: str = "00" * 16
    page: str = "/"
    certificate: Path | None = None


@dataclass(frozen=True, repr=False)
class Material:
    """What was made before the clock, for so many signatories, each used once: token requests and postings, without proof of work."""

    path: Path
    count: int
    posting_size: int


@dataclass(frozen=True)
class Answered:
    """One reply. `body` is None where it was the very body of the last reply to this step."""

    step: str
    status: int
    signatory: int
    seconds: float
    body: bytes | None


@dataclass(frozen=True)
class Played:
    """What came of a load: whole journeys a second, and all replies in a file."""

    replies: Path
    ended: int
    per_second: float
    cpu_seconds: float

    def __iter__(self) -> Iterator[Answered]:
        """Give the replies in the order in which they came."""
        with self.replies.open("rb") as stream:
            while head := stream.read(_HEAD.size):
                step, is_same, status, signatory, nanoseconds, size = _HEAD.unpack(head)
                body = None if is_same else stream.read(size)
                yield Answered(step.decode(), status, signatory, nanoseconds / 1e9, body)


def write_material(path: Path, records: Iterable[tuple[bytes, bytes]]) -> Material:
    """Write (token request, posting) end to end, both without their proof of work; all have one length."""
    sizes: set[tuple[int, int]] = set()
    count = 0
    with path.open("wb") as stream:
        for request, posting in records:
            sizes.add((len(request), len(posting)))
            stream.write(request + posting)
            count += 1
    ((request_size, posting_size),) = sizes
    assert request_size == TOKEN_REQUEST_SIZE
    return Material(path, count, posting_size)


def play(
    server: Server, steps: str, material: Material, *, seconds: float, connections: int = CONNECTIONS, rate: float | None = None
) -> Played:
    """Play signatories through steps (p page, c challenge, t token, s statement, n counter); with a rate, an open loop.

    Raises Misconfigured `bench-needs-compiler`.
    """
    replies = material.path.with_suffix(".replies")
    command: list[str] = [str(_program()), "127.0.0.1", str(server.port), steps, str(connections), str(seconds)]
    command += [str(material.path), str(material.count), str(material.posting_size), str(replies)]
    command += [server.host, server.collection, server.page]
    command += [f"rate={rate}"] if rate else []
    command += [f"tls={server.certificate}"] if server.certificate else []
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert told["failed"] == 0, f"{told['failed']} journeys ended with a refusal"
    assert told["ended"], "no journey at all"
    return Played(replies, told["ended"], told["ended_in_time"] / told["seconds"], told["cpu_seconds"])


def _program() -> Path:
    """Give the compiled program, made anew when its source changed."""
    path = _FOLDER / f"load-{sha256(_SOURCE.read_bytes()).hexdigest()[:12]}"
    if path.exists():
        return path
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not Path("/usr/include/openssl/ssl.h").exists():
        raise Misconfigured("bench-needs-compiler")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for old in _FOLDER.glob("load-*"):
        old.unlink()
    subprocess.run([compiler, "-O2", "-o", path, _SOURCE, "-lssl", "-lcrypto", "-lm"], check=True)
    return path
