"""Django for tests: made ready once, with a database of its own for each test that asks for one.

TESTS_ENGINE=postgresql runs the same tests on PostgreSQL; tests/server/test_postgresql.py does so for the organisers' acts.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from django.core.management import call_command
from django.db import connections

os.environ["CIVIUM_DATA"] = tempfile.mkdtemp(prefix="civium-tests-")
os.environ["CIVIUM_URL"] = "https://collect.example"
os.environ["DJANGO_SETTINGS_MODULE"] = "civium.server.settings"
IS_ON_POSTGRESQL = os.environ.get("TESTS_ENGINE") == "postgresql"
collect_ignore = [] if IS_ON_POSTGRESQL else ["test_grants_on_postgresql.py", "console/test_on_postgresql.py"]
if IS_ON_POSTGRESQL:
    # Where it lies is not known yet: `_use` tells each test's.
    (Path(os.environ["CIVIUM_DATA"]) / "database").write_text("host=/nowhere dbname=none user=none")
    os.environ["CIVIUM_DATABASE_FILE"] = str(Path(os.environ["CIVIUM_DATA"]) / "database")
django.setup()

if TYPE_CHECKING:
    from tests.cluster import Cluster, Database
    from tests.server.emptying import Kept


def database_settings(folder: Path) -> dict[str, str]:
    """Give the settings that lead to a test's PostgreSQL; none with SQLite."""
    if not IS_ON_POSTGRESQL:
        return {}
    return {f"CIVIUM_{path.name.upper().replace('-', '_')}_FILE": str(path) for path in folder.glob("database-*")}


def _use(path: Path) -> None:
    connections.close_all()
    # All threads' connections are made from this one dictionary.
    connections["default"].settings_dict["NAME"] = path


def _use_postgresql(database: Database, folder: Path) -> None:
    from psycopg.conninfo import conninfo_to_dict

    connections.close_all()
    for alias, role in (("default", "web"), ("owner", "owner")):
        given = conninfo_to_dict(database.connection_strings[role])  # type: ignore[index]
        connections[alias].settings_dict |= {"HOST": given["host"], "NAME": given["dbname"], "USER": given["user"]}
    for role, text in database.connection_strings.items():
        (folder / f"database-{role}").write_text(text)


def _migrate_postgresql(cluster: Cluster, folder: Path) -> Database:
    """Make a database with both schemas, to be copied."""
    from civium.server.config import Config
    from civium.server.schemas import migrate

    made = cluster.make_database()
    _use_postgresql(made, folder)
    migrate(Config.from_environment({"CIVIUM_DATA": str(folder)} | database_settings(folder)))
    connections.close_all()
    return made


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | Database]:
    """Give an empty civium.db of the present schema, to be copied; or a database of PostgreSQL with both schemas."""
    if IS_ON_POSTGRESQL:
        yield _migrate_postgresql(request.getfixturevalue("postgresql"), tmp_path_factory.mktemp("migrated"))
        return
    path = tmp_path_factory.mktemp("migrated") / "civium.db"
    _use(path)
    call_command("migrate", verbosity=0)
    connections.close_all()
    yield path
    shutil.rmtree(os.environ["CIVIUM_DATA"], ignore_errors=True)


@dataclass
class Working:
    """The database that this process's tests use one after the other, and what was in it when it was made."""

    cluster: Cluster
    original: Database
    database: Database
    kept: Kept


@pytest.fixture(scope="session")
def working(request: pytest.FixtureRequest, migrated: Path | Database) -> Working | None:
    """Give the database of PostgreSQL that tests use; none with SQLite."""
    if isinstance(migrated, Path):
        return None
    from tests.server import emptying

    cluster = request.getfixturevalue("postgresql")
    database = cluster.copy_database(migrated)
    return Working(cluster, migrated, database, emptying.keep(cluster, database))


@pytest.fixture
def civium_db(migrated: Path | Database, working: Working | None, tmp_path: Path) -> Iterator[Path]:
    """Give this test a civium.db of its own, empty; on PostgreSQL the file's name stands for its folder."""
    path = tmp_path / "civium.db"
    if working is not None:
        _use_postgresql(working.database, tmp_path)
        yield path
        connections.close_all()
        _empty(working)
        return
    assert isinstance(migrated, Path)
    shutil.copy(migrated, path)
    _use(path)
    yield path
    connections.close_all()


def _empty(working: Working) -> None:
    """Bring the database back to how it was; where a test still holds something of it, make another."""
    from psycopg.errors import LockNotAvailable

    from tests.server import emptying

    try:
        emptying.bring_back(working.cluster, working.database, working.kept)
    except LockNotAvailable:
        working.cluster.execute(f"drop database {working.database.name} with (force)")
        working.database = working.cluster.copy_database(working.original)
