"""A real demonstration, served by the real server, met with real Chromium: what the stories share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

import tests.server.conftest  # noqa: F401  Django is ready, for who names the console's screens

PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Served:
    """A demonstration that is being served: its folder, its address, the file its server speaks into."""

    folder: Path
    url: str
    log: Path

    @property
    def data(self) -> Path:
        """The installation's folder."""
        return self.folder / "server"

    def page(self, language: str = "en") -> str:
        """The initiative's page in a language."""
        return f"{self.url}/{language}/i/night-trains"

    def civium(self, *arguments: str) -> str:
        """Run a `civium` command on this installation and give what it says."""
        return _run("civium", *arguments, "--data", str(self.data))

    def authority(self, act: str, *arguments: str, state: str) -> str:
        """Run `civium-authority` with a State's key and give what it says."""
        key = self.folder / "authorities" / f"{state.lower()}.civium-private-key"
        passphrase = self.folder / "authorities" / "passphrase"
        return _run("civium-authority", act, *arguments, "--key", str(key), "--passphrase-file", str(passphrase))

    def export(self, state: str) -> Path:
        """Export a State's log and give the file."""
        into = self.folder / "handover"
        into.mkdir(exist_ok=True)
        self.civium("export", "night-trains", state, "--into", str(into))
        return into / f"DEMO-NIGHT-TRAINS-{state}-online.civium"


def _run(program: str, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    done = subprocess.run([str(PROGRAMS / program), *arguments], capture_output=True, text=True, env=kept)
    assert done.returncode == 0, f"{program} {arguments}: {done.stderr}"
    return done.stdout


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(folder: Path, port: int, log: Path, settings: Mapping[str, str] = MappingProxyType({})) -> subprocess.Popen[bytes]:
    """Start the server on a demonstration's data and wait until it is ready."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")} | dict(settings)
    with log.open("ab") as stream:
        server = subprocess.Popen(
            [str(PROGRAMS / "civium"), "serve", "--data", str(folder / "server"), "--port", str(port)],
            stdout=stream,
            stderr=stream,
            env=kept,
        )
    for _ in range(300):
        assert server.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as reply:
                if reply.status == 200:
                    return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    pytest.fail("the server did not become ready: " + log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demonstration with a small crowd, served until the session ends."""
    folder, port = tmp_path_factory.mktemp("demonstration") / "demo", free_port()
    _run("civium", "demo", "--no-serve", "--folder", str(folder), "--statements", "400", "--port", str(port))
    log = folder.parent / "server.log"
    server = serve(folder, port, log)
    yield Served(folder, f"http://localhost:{port}", log)
    server.terminate()
    assert server.wait(30) == 0
