"""The oldest PostgreSQL we promise keeps the contract too: the store's own tests, run once more on Debian's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

psycopg = pytest.importorskip("psycopg")

ROOT = Path(__file__).parents[4]
OLDEST = 15  # connecting.py refuses those before; the wheel brings the newest
MISSING = (
    f"PostgreSQL {OLDEST} is not installed: apt install postgresql-{OLDEST} (make test does it as root, where Debian has it)"
)


def _programs() -> tuple[int, Path]:
    """Give the oldest version there is; skip where there is none but the wheel's, fail under CI."""
    from tests import cluster

    versions = cluster.other_versions()
    if not versions:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    oldest = min(versions)
    return oldest, versions[oldest]


@pytest.mark.slow
def test_the_oldest_version_there_is_keeps_the_contract() -> None:
    version, programs = _programs()
    assert version >= OLDEST
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/server/store", f"--ignore={__file__}"]
    done = subprocess.run(
        command, cwd=ROOT, env=kept | {"TESTS_POSTGRESQL": str(programs)}, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " skipped" not in done.stdout, "nothing was left out"


def test_a_version_is_the_one_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import cluster

    version, programs = _programs()
    monkeypatch.setenv("TESTS_POSTGRESQL", str(programs))
    with cluster.running() as server, psycopg.connect(server.connection_string("postgres", database="postgres")) as connection:
        assert connection.info.server_version // 10_000 == version
