"""A real installation behind a real Chromium: every test of the form signs at a running server, and an authority's key opens what arrived."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from civium.authority import custody, opening
from civium.formats import envelope, posting, statement

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("civium")


@dataclass(frozen=True)
class Installation:
    """A demonstration that is being served: its address, its folder."""

    url: str
    folder: Path

    @property
    def page(self) -> str:
        """The initiative's page in English."""
        return f"{self.url}/en/i/night-trains"

    def opened(self, body: bytes) -> statement.Statement:
        """Give the statement in a posting's body, opened with the key of the authority it was sealed to."""
        sealed = envelope.parse(posting.parse(body).envelope)
        authorities = self.folder / "authorities"
        code = sealed.header.jurisdiction.lower()
        key = custody.parse_private_key((authorities / f"{code}.civium-private-key").read_bytes())
        passphrase = (authorities / "passphrase").read_text(encoding="utf-8").strip()
        plaintext = opening.open_envelope(sealed, custody.unlock(key, passphrase).private)
        assert plaintext is not None, "the envelope does not open"
        return statement.parse(plaintext)

    def act(self, *words: str) -> None:
        """Run a `civium` command of the organisers beside the server."""
        command = [PROGRAM, *words, "--data", str(self.folder / "server")]
        subprocess.run(command, env=os.environ | {"CIVIUM_URL": self.url}, check=True, stdout=subprocess.DEVNULL)

    def received(self) -> int:
        """Give how many statements the store holds: the figure that is told is renewed twice a second."""
        connection = sqlite3.connect(f"file:{self.folder}/server/statements.db?mode=ro", uri=True)
        try:
            (count,) = connection.execute("select sum(size - destroyed) from log").fetchone()
        finally:
            connection.close()
        return int(count)

    def collection(self) -> str:
        """Give the collection's name in addresses."""
        with urllib.request.urlopen(self.page, timeout=30) as reply:
            return str(reply.read().decode().split('data-collection="')[1][:32])


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give a demonstration of a few statements, served until all tests are through."""
    with _served(tmp_path_factory.mktemp("demonstration") / "demo") as served:
        yield served


@pytest.fixture
def own_installation(tmp_path: Path) -> Iterator[Installation]:
    """Give another one, for a test that changes it for ever."""
    with _served(tmp_path / "demo") as served:
        yield served


@contextmanager
def _served(folder: Path) -> Iterator[Installation]:
    """Make a demonstration of a few statements and serve it."""
    if not (ROOT / "src/civium/server/assets/assets.json").exists():
        pytest.fail("the signatory's scripts are not built: make assets")
    port = _free_port()
    url = f"http://localhost:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")} | {"CIVIUM_URL": url}
    made = ["demo", "--folder", str(folder), "--port", str(port), "--statements", "20", "--no-serve"]
    subprocess.run([PROGRAM, *made], env=environment, check=True, stdout=subprocess.DEVNULL)
    served = ["serve", "--data", str(folder / "server"), "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen([PROGRAM, *served], env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(server, url)
            yield Installation(url, folder)
        finally:
            server.terminate()
            server.wait(timeout=30)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give an empty page of a browser that knows nobody, at the size of a phone; a script's error fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.unroute_all(behavior="ignoreErrors")
    context.close()
    assert errors == []


@pytest.fixture
def tolerant_page(browser: Browser) -> Iterator[Page]:
    """Give such a page for a script that is spoilt on purpose."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    yield context.new_page()
    context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(150):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not become ready")
