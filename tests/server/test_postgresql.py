"""The acts of organisers and supporters on PostgreSQL: their own tests run once more, with Django's tables and the statements there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civium.errors import Misconfigured

if TYPE_CHECKING:
    from tests.cluster import Cluster

ROOT = Path(__file__).parents[2]
# Of the console's rooms: what locks, races, leases, is unique, or keeps JSON and bytes. What only draws a page is opened once
# (console/test_on_postgresql.py); what only computes has no database.
ACTS = (
    "tests/server/test_grants_on_postgresql.py",
    "tests/server/initiatives",
    "tests/server/campaign",
    "tests/server/supporters",
    "tests/server/preview/test_acts.py",
    "tests/server/console/test_on_postgresql.py",
    "tests/server/console/test_odd_input.py::test_no_screen_breaks_over_what_is_sent[nul]",
    "tests/server/console/test_recovery.py",
    "tests/server/console/proposals",
    "tests/server/console/destroying",
    "tests/server/console/desk",
    "tests/server/jobs/test_queue.py",
    "tests/server/jobs/test_exporting.py::test_a_job_makes_a_file_for_each_state_and_says_who_made_what",
    "tests/server/jobs/test_exporting.py::test_a_killed_job_is_begun_again_and_keeps_what_was_whole",
    "tests/server/jobs/test_destroying.py",
    "tests/server/dashboard/test_days.py",
    "tests/server/dashboard/test_hours.py",
    "tests/server/dashboard/test_alerts.py",
    "tests/server/dashboard/test_telling.py",
    "tests/server/office/test_paper.py",
    "tests/server/office/test_funding.py",
    "tests/server/office/test_reminders.py",
    "tests/server/desk",
)


@pytest.mark.slow
def test_every_act_is_the_same_on_postgresql(postgresql: Cluster) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ACTS]
    done = subprocess.run(
        command, cwd=ROOT, env=kept | {"TESTS_ENGINE": "postgresql"}, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " skipped" not in done.stdout, "nothing was left out"


def _run(folder: Path, *arguments: str, roles: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    files = {f"CIVIUM_DATABASE_{role.upper()}_FILE": str(folder / f"database-{role}") for role in roles}
    return subprocess.run(
        [sys.executable, "-m", "civium.command", *arguments],
        env=kept | files | {"CIVIUM_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_installation_is_made_by_the_owner_and_run_without_it(postgresql: Cluster, tmp_path: Path) -> None:
    database = postgresql.make_database()
    for role, text in database.connection_strings.items():
        (tmp_path / f"database-{role}").write_text(text)
    all_roles = tuple(database.connection_strings)
    without = tuple(role for role in all_roles if role != "owner")
    told = _run(tmp_path, "journal", roles=without)
    assert (told.returncode, told.stderr.splitlines()[0]) == (2, "civium: error: the store of statements is missing")
    made = _run(tmp_path, "init", "--purpose", "demonstration", "--by", "the operator", roles=all_roles)
    assert made.returncode == 0, made.stderr
    assert not list(tmp_path.glob("*.db")), "no file of SQLite is made"
    assert _run(tmp_path, "migrate", roles=all_roles).stdout == "migrations applied: 0\n"
    told = _run(tmp_path, "journal", roles=without)
    assert (told.returncode, told.stdout.count("installation-made")) == (0, 1)
    refused = _run(tmp_path, "migrate", roles=without)
    assert refused.stderr.splitlines()[0] == "civium: error: this process has no connection string of owner"


def test_without_its_packages_postgresql_is_told_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from civium.server.config import Config
    from civium.server.store import opening

    monkeypatch.setattr(opening, "find_spec", lambda name: None)
    config = Config.from_environment({"CIVIUM_DATA": str(tmp_path), "CIVIUM_DATABASE_FILE": str(tmp_path / "none")})
    for act in (opening.open_store, opening.prepare_store, opening.check_store):
        with pytest.raises(Misconfigured, match="postgresql-extra-missing"):
            act(config)
