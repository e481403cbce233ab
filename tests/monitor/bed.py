"""A real server with a real collection, a proxy that falsifies what passes through it, and a monitor that looks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from civium.formats import checkpoint
from civium.formats.cosignature import WitnessList
from civium.monitor.asking import Site
from civium.monitor.keeping import Keeping
from civium.monitor.rounds import Report, watch_once
from civium.server.publishing.signed_heads import SignedHeads, note_empty_logs
from civium.server.store import connecting
from civium.server.store.sqlite import SQLiteStore
from tests.monitor.serving import NOW
from tests.server import live

# Takes path, status and body of a reply, and gives the status and body that are passed on.
Falsify = Callable[[str, int, bytes], tuple[int, bytes]]


def honest(_path: str, status: int, body: bytes) -> tuple[int, bytes]:
    """Pass on what came."""
    return status, body


@dataclass
class Bed:
    """A served collection with one log for each of ES, MT; its keys and store lie in a folder."""

    folder: Path
    going: live.Live
    url: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Serve."""
        self.process = _serve("tests.monitor.serving:create", self.folder, self.port, self.environment)

    def stop(self) -> None:
        """Stop serving."""
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(30) == 0
            self.process = None

    def sign(self, count: int, jurisdiction: str = "ES") -> list[bytes]:
        """Let people sign through the server, and wait until the public log shows them; give the envelopes."""
        before = self.size(jurisdiction)
        raws = [live.unsealed(self.going, jurisdiction) for _ in range(count)]
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        for raw in raws:
            connection.request("POST", "/api/statements", live.posted(raw), {"Content-Type": "application/octet-stream"})
            reply = connection.getresponse()
            body = reply.read()
            assert reply.status == 200, body
        connection.close()
        self.wait(lambda: self.size(jurisdiction) == before + count)
        return raws

    def append(self, count: int, jurisdiction: str = "ES") -> None:
        """Put many entries into the store at once while nothing is served."""
        assert self.process is None
        store = SQLiteStore(self.folder / "statements.db")
        for _ in range(0, count, 5000):
            store.append(list(live.candidates(self.going, min(5000, count), jurisdiction)))
        store.close()

    def size(self, jurisdiction: str = "ES") -> int:
        """Give the size of a log's public checkpoint."""
        path = live.log_of(self.going.collection, jurisdiction).origin.partition("/")[2]
        try:
            with urllib.request.urlopen(f"{self.url}/log/{path}/checkpoint", timeout=10) as reply:
                return checkpoint.parse(reply.read().decode())[0].size
        except OSError:
            return -1

    def origin(self, jurisdiction: str = "ES") -> str:
        """Give the origin of a log."""
        return live.log_of(self.going.collection, jurisdiction).origin

    def path(self, jurisdiction: str = "ES") -> str:
        """Give the path under which a log is served."""
        return "/log/" + self.origin(jurisdiction).partition("/")[2]

    @staticmethod
    def wait(is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        for _ in range(600):
            if is_so():
                return
            time.sleep(0.05)
        raise AssertionError("it did not come")


def make_bed(folder: Path, **environment: str) -> Bed:
    """Open a collection, without serving it."""
    connecting.prepare(folder / "statements.db")
    store = SQLiteStore(folder / "statements.db")
    going = live.go_live(store, folder)
    # As an intake does before it takes the first entry: `append` may then fill the store.
    signed = SignedHeads(folder / "signed-heads")
    note_empty_logs(store, signed, store.collections())
    signed.close()
    store.close()
    port = free_port()
    made = {"CIVIUM_URL": f"https://{live.HOST}", "CIVIUM_LIMIT": "0", **environment}
    return Bed(folder, going, f"http://127.0.0.1:{port}", port, environment=made)


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[Bed]:
    """Open a collection and serve it."""
    bed = make_bed(folder, **environment)
    bed.start()
    try:
        yield bed
    finally:
        bed.stop()


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving_whole(folder: Path, port: int) -> Iterator[str]:
    """Serve an installation with its pages; give the address."""
    process = _serve(
        "tests.monitor.serving:create_whole", folder, port, {"CIVIUM_URL": f"http://localhost:{port}", "CIVIUM_LIMIT": "0"}
    )
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _serve(factory: str, folder: Path, port: int, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}
    kept |= settings | {"CIVIUM_DATA": str(folder), "CIVIUM_PORT": str(port)}
    root = Path(__file__).resolve().parents[2]
    kept["PYTHONPATH"] = os.pathsep.join([str(root), str(root / "src")])
    program = f"from granian import Granian; Granian({factory!r}, address='127.0.0.1', port={port}, interface='asgi', factory=True, log_enabled=False).serve()"
    log = folder.parent / f"{folder.name}-{port}.log"
    with log.open("ab") as stream:
        process = subprocess.Popen([sys.executable, "-c", program], env=kept, stdout=stream, stderr=stream, cwd=root)
    for _ in range(600):
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/log/notices/checkpoint", timeout=5) as reply:
                reply.read()
                return process
        except OSError:
            time.sleep(0.05)
    process.terminate()
    process.wait(30)
    raise AssertionError(log.read_text(errors="replace"))


@contextmanager
def falsified(upstream: str, falsify: Falsify, before: Callable[[str], None] = lambda _path: None) -> Iterator[str]:
    """Run a proxy before a site that changes what it passes on; give its address. `before` hears of each question first."""
    port = int(upstream.rpartition(":")[2])

    class Place(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            before(self.path)
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", self.path)
            reply = connection.getresponse()
            status, body = falsify(self.path, reply.status, reply.read())
            connection.close()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Place)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def look(url: str, folder: Path, *, now: datetime = NOW, relied: WitnessList | None = None, words: str = "") -> Report:
    """Go one round."""
    keeping, site = Keeping(folder), Site(url, sleep=lambda _seconds: None)
    try:
        report = watch_once(site, keeping, now=now, relied=relied or WitnessList(), words=words)
        keeping.forget_heard()  # as the command does when it has told them
        return report
    finally:
        site.close()
        keeping.close()


def codes(report: Report) -> list[str]:
    """Give what does not match, by code."""
    return [one.code for one in report.findings]
