"""Runs aics-witness, a witness by other people (package index: aics-witness 0.1.0; it needs Python 3.12 or later, a test needs no more).

TESTS_WITNESS names its command; otherwise it is installed once into `.venv-witness` of the source tree, by the first Python of 3.12 or later that
is found. Where there is none the tests that need it are not there; tests/witness.py runs everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_INSTALLED = Path(__file__).resolve().parents[1] / ".venv-witness" / "bin" / "aics-witness"
_PACKAGES = ("aics-witness==0.1.0", "aics-tlog==0.2.1")


@dataclass(frozen=True)
class Foreign:
    """A foreign witness that runs: its verifier key and address."""

    verifier_key: str
    url: str


def is_possible() -> bool:
    """Tell whether aics-witness is here, or can be installed."""
    return bool(os.environ.get("TESTS_WITNESS")) or _INSTALLED.exists() or _python() is not None


def command() -> str:
    """Give the command of aics-witness, installing it if it is not here."""
    named = os.environ.get("TESTS_WITNESS")
    if named:
        return named
    if not _INSTALLED.exists():
        python = _python()
        assert python is not None
        folder = _INSTALLED.parents[1]
        subprocess.run([python, "-m", "venv", str(folder)], check=True, capture_output=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *_PACKAGES], check=True, capture_output=True)
    return str(_INSTALLED)


def _python() -> str | None:
    """Give a Python that is new enough; a name on the path alone does not say that it runs."""
    others = sorted(str(path) for path in Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python3"))
    for name in (sys.executable, "python3.12", "python3.13", "python3.14", "python3", *others):
        path = shutil.which(name)
        if (
            path
            and subprocess.run(
                [path, "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))"], capture_output=True
            ).returncode
            == 0
        ):
            return path
    return None


@contextmanager
def running(folder: Path, port: int, verifier_keys: str) -> Iterator[Foreign]:
    """Run it for these logs, their keys one a line."""
    program, config = command(), folder / "witness.json"
    listen = f"127.0.0.1:{port}"
    made = subprocess.run(
        [program, "init", "--config", str(config), "--name", "foreign.example/w1", "--listen", listen],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in verifier_keys.splitlines():
        origin = line.partition("+")[0]
        subprocess.run(
            [program, "add-log", "--config", str(config), "--origin", origin, "--vkey", line], capture_output=True, check=True
        )
    with (folder / "witness.log").open("wb") as log:
        process = subprocess.Popen([program, "serve", "--config", str(config)], stdout=log, stderr=log)
    try:
        _wait(f"http://{listen}/healthz", process)
        yield Foreign(made.stdout.strip().splitlines()[-1], f"http://{listen}")
    finally:
        process.terminate()
        process.wait(15)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise AssertionError("the witness did not become ready")
