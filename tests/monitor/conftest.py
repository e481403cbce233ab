"""What the monitor's tests share: one demonstration, made once for a process's tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.monitor.bed import free_port
from tests.monitor.whole import make


@dataclass(frozen=True)
class Demonstration:
    """The folder of an installation, and the port that stands in its address."""

    data: Path
    port: int


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """A demonstration in 24 languages that nobody serves: serve it at its port, or a copy of it."""
    port = free_port()
    return Demonstration(make(tmp_path_factory.mktemp("whole") / "demo", port), port)
