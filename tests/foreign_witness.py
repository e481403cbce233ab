"""Runs aics-witness, a witness by other people (package index: aics-witness 0.1, needs Python 3.12).

Where it is: TESTS_WITNESS names its command, or it stands in `.venv-witness/bin` of the source tree:

    python3.12 -m venv .venv-witness && .venv-witness/bin/pip install aics-witness==0.1.0
"""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Foreign:
    """A foreign witness that runs: its verifier key and address."""

    verifier_key: str
    url: str


def command() -> str:
    """Give the command of aics-witness; skip without it, fail where the setting promises it."""
    named = os.environ.get("TESTS_WITNESS")
    path = Path(named) if named else _ROOT / ".venv-witness" / "bin" / "aics-witness"
    if not path.exists():
        if named:
            pytest.fail("TESTS_WITNESS names no file")
        pytest.skip("aics-witness is not installed: tests/foreign_witness.py says how")
    return str(path)


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
