"""A real server with several invented initiatives, one in each state, made by the commands an operator has."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from civium.authority.keys import make_key
from civium.authority.opening import open_key_test
from civium.formats import authority_key

COLLECTING = "night-trains"
# slug -> what differs from the demonstration's own initiative, in `initiative.json`.
OTHERS: dict[str, dict[str, object]] = {
    "waiting": {
        "registered_on_offset_days": -20,
        "collection_start_on_offset_days": 30,
        "collection_end_on_offset_days": 390,
        "theme_colour": "#0b6e4f",
    },
    "paused": {"theme_colour": "#b3261e"},
    "ended": {"theme_colour": "#1f4e9e"},
    # As little as an initiative may have: one language, no colour, no cover, no website, nobody but the two who must be.
    "plain": {
        "languages": ["en"],
        "theme_colour": None,
        "maker": None,
        "website": None,
        "funding_page": None,
        "funding": None,
        "data_protection_officer": None,
        "treaty_provisions": None,
        "partial_registration": {"text": "Only the first two objectives were registered.", "decision_url": None},
    },
}
_ACTS = {"paused": ("pause",), "ended": ("end", "--at-once")}
_STATES_WITH_KEY = ("EL", "MT")
_PROGRAMS = Path(sys.executable).parent
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Demonstration:
    """What is being served: its folder, its address, its initiatives by name."""

    folder: Path
    port: int
    slugs: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where its pages are; browsers take this host for a secure one."""
        return f"http://localhost:{self.port}"

    def ask(self, path: str) -> tuple[int, str]:
        """Give status and content type of the reply to a GET."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            reply = connection.getresponse()
            reply.read()
            return reply.status, reply.headers.get("content-type", "")

    def run(self, *arguments: str) -> str:
        """Run a `civium` command on this installation and give what it says."""
        return _civium(self.folder, *arguments)


# Where news are offered there is a page for them; nobody takes mail there, and none is written.
_MAIL = {"CIVIUM_MAIL_SERVER": "127.0.0.1:9", "CIVIUM_MAIL_SECURITY": "none", "CIVIUM_MAIL_FROM": "news@demonstration.example"}


@contextmanager
def serving(folder: Path, *, statements: int = 300, others: tuple[str, ...] = tuple(OTHERS)) -> Iterator[Demonstration]:
    """Make a demonstration in an empty folder, serve it, stop the server in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    made = Demonstration(folder / "demo", port, (COLLECTING, *others))
    command = [str(_PROGRAMS / "civium"), "demo", "--no-serve", "--folder", str(made.folder)]
    _run(*command, "--statements", str(statements), "--port", str(port))
    for slug in others:
        _add(made, folder, slug)
    environment = _environment(made.folder) | _MAIL | {"CIVIUM_URL": made.url, "CIVIUM_PORT": str(port), "CIVIUM_LIMIT": "0"}
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen([str(_PROGRAMS / "civium"), "serve"], env=environment, stdout=log, stderr=log)
        try:
            _wait(made, server)
            yield made
        finally:
            server.terminate()
            server.wait(60)


def _add(made: Demonstration, folder: Path, slug: str) -> None:
    """Add one more initiative, prove two authorities' keys, go live, and do what brings it into its state."""
    source = _write_folder(folder / "initiatives" / slug, slug)
    made.run("initiative", "add", str(source))
    work = folder / "keys" / slug
    work.mkdir(parents=True)
    keys = {code: make_key(code, secrets.token_bytes(32)) for code in _STATES_WITH_KEY}
    files = []
    for code, key in keys.items():
        files.append(work / f"{code.lower()}.civium-public-key")
        files[-1].write_bytes(authority_key.encode(key.public))
    made.run("keys", "add", slug, *map(str, files), "--custody", "audit: nobody keeps the private half")
    made.run("keys", "test", slug, "--all", "--into", str(work))
    answers = []
    for code, key in keys.items():
        test = authority_key.parse_key_test(next(work.glob(f"{code.lower()}-*")).read_bytes())
        answers.append(f"{code} {authority_key.proquints(open_key_test(key, test))}\n")
    (work / "answers").write_text("".join(answers), encoding="utf-8")
    made.run("keys", "prove", slug, "--answers", str(work / "answers"))
    left_out = ("--leave-out", "hr") if "languages" not in OTHERS[slug] else ()
    made.run("initiative", "open", slug, "--closed-online", *left_out)
    if slug in _ACTS:
        act, *more = _ACTS[slug]
        made.run("initiative", act, slug, *more)


def _write_folder(into: Path, slug: str) -> Path:
    with resources.as_file(resources.files("civium.rehearsal") / "night_trains") as source:
        shutil.copytree(source, into, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = into / "initiative.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told |= {"slug": slug, "registration_number": f"DEMO-{slug.upper()}"} | OTHERS[slug]
    kept = {name: value for name, value in told.items() if value is not None}
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    for text in into.glob("??.json"):
        if text.stem not in told["languages"]:
            text.unlink()
    return into


def _wait(made: Demonstration, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            if made.ask("/health/ready")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"the server did not become ready: {(made.folder.parent / 'server.log').read_text(encoding='utf-8')}")


def _civium(folder: Path, *arguments: str) -> str:
    return _run(str(_PROGRAMS / "civium"), *arguments, environment=_environment(folder))


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    return kept | {"CIVIUM_DATA": str(folder / "server")}


def _run(*command: str, environment: dict[str, str] | None = None) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    done = subprocess.run(command, env=environment or kept, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])}: {done.stderr}")
    return done.stdout
