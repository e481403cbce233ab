"""Premises for the fault tests: on SQLite, on PostgreSQL, or each in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import demonstration, load


@pytest.fixture(scope="session")
def small_demonstration(tmp_path_factory: pytest.TempPathFactory) -> demonstration.Demonstration:
    """Give a demonstration in which three have signed: to be copied, not to be changed."""
    return demonstration.make(tmp_path_factory.mktemp("small") / "demo")


@pytest.fixture
def on_sqlite(tmp_path: Path) -> load.Premises:
    """Give an installation on SQLite."""
    return load.on_sqlite(tmp_path / "installation")


@pytest.fixture
def on_postgresql(postgresql: object, tmp_path: Path) -> Iterator[load.Premises]:
    """Give an installation on PostgreSQL. The cluster is its own, for it will be killed; `postgresql` says whether there is one."""
    from tests import cluster

    with cluster.running() as server:
        yield load.on_postgresql(tmp_path / "installation", server)


@pytest.fixture(params=["sqlite", "postgresql"])
def premises(request: pytest.FixtureRequest) -> load.Premises:
    """Give an installation on each engine in turn."""
    made: load.Premises = request.getfixturevalue(f"on_{request.param}")
    return made
