"""A whole installation for measuring: an invented initiative in 23 languages, open for the 27 States, made by the commands an operator has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from civium.authority.keys import make_key
from civium.authority.opening import open_key_test
from civium.formats import authority_key
from civium.formats.challenge import LEAST_WORK_FOR_TOKENS
from civium.law.procedure import load_procedure

SLUG = "night-trains"
_CIVIUM = Path(sys.executable).with_name("civium")


@dataclass(frozen=True)
class Installation:
    """An initiative that collects: what a browser learns from its page."""

    folder: Path
    environment: dict[str, str]
    collection: bytes
    manifest_hash: bytes
    token_key: bytes
    keys: dict[str, authority_key.PublicKey]

    @property
    def page(self) -> str:
        """The path of the initiative's page."""
        return f"/en/i/{SLUG}"


def make(folder: Path, settings: dict[str, str], *, host: str) -> Installation:
    """Make an installation in a folder, with settings that lead to its engine; each signatory's work is the least that tokens allow."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    environment = kept | settings | {"CIVIUM_DATA": str(folder / "server"), "CIVIUM_URL": f"https://{host}", "CIVIUM_LIMIT": "0"}
    with resources.as_file(resources.files("civium.rehearsal") / "night_trains") as source:
        shutil.copytree(source, folder / SLUG, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    _civium(environment, "init", "--purpose", "demonstration", "--operator", "Civium bench")
    _civium(environment, "initiative", "add", str(folder / SLUG))
    publics = _prove_keys(folder, environment)
    _civium(environment, "initiative", "open", SLUG, "--leave-out", "hr", "--work", str(LEAST_WORK_FOR_TOKENS))
    shown = dict(line.split(": ", 1) for line in _civium(environment, "initiative", "show", SLUG).splitlines() if ": " in line)
    return Installation(
        folder=folder,
        environment=environment,
        collection=bytes.fromhex(shown["collection"]),
        manifest_hash=bytes.fromhex(shown["manifest"].split()[1]),
        token_key=bytes.fromhex(shown["token key"]),
        keys=publics,
    )


def _prove_keys(folder: Path, environment: dict[str, str]) -> dict[str, authority_key.PublicKey]:
    """Let each authority give its key and answer its key test."""
    keys = {code: make_key(code, os.urandom(32)) for code in load_procedure("eci").jurisdictions}
    tests = folder / "key-tests"
    tests.mkdir()
    files = []
    for code, key in keys.items():
        files.append(folder / f"{code.lower()}.civium-public-key")
        files[-1].write_bytes(authority_key.encode(key.public))
    _civium(environment, "keys", "add", SLUG, *map(str, files), "--custody", "bench: nobody keeps the private half")
    _civium(environment, "keys", "test", SLUG, "--all", "--into", str(tests))
    answers = []
    for code, key in keys.items():
        test = authority_key.parse_key_test(next(tests.glob(f"{code.lower()}-*")).read_bytes())
        answers.append(f"{code} {authority_key.proquints(open_key_test(key, test))}\n")
    (tests / "answers").write_text("".join(answers), encoding="utf-8")
    _civium(environment, "keys", "prove", SLUG, "--answers", str(tests / "answers"))
    return {code: key.public for code, key in keys.items()}


def _civium(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([_CIVIUM, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
