"""Both databases' schemas: made by one command, checked by everything else, never guessed at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from civium.errors import Misconfigured
from civium.server import schemas
from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.store import schema


@pytest.fixture
def config(civium_db: Path) -> Config:
    return Config.from_environment({"CIVIUM_DATA": str(civium_db.parent)})


@pytest.fixture
def fresh(tmp_path: Path, civium_db: Path) -> Iterator[Config]:
    """Give an empty folder in which nothing was made yet."""
    folder = tmp_path / "fresh"
    connections.close_all()
    connections["default"].settings_dict["NAME"] = folder / "civium.db"
    yield Config.from_environment({"CIVIUM_DATA": str(folder)})
    connections.close_all()


def test_one_command_makes_both_and_nothing_twice(fresh: Config) -> None:
    assert schemas.migrate(fresh) > 0
    schemas.check_schemas(fresh)
    assert schemas.migrate(fresh) == 0
    assert fresh.civium_path.stat().st_mode & 0o077 == 0
    assert fresh.statements_path.stat().st_mode & 0o077 == 0
    assert fresh.folder.stat().st_mode & 0o077 == 0


def test_a_folder_without_databases_is_no_installation(fresh: Config) -> None:
    with pytest.raises(Misconfigured, match="not-initialised"):
        schemas.check_schemas(fresh)


def test_an_older_schema_is_refused_until_it_is_migrated(config: Config) -> None:
    schemas.migrate(config)
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where id = (select max(id) from django_migrations)")
    with pytest.raises(Misconfigured, match="schema-older") as caught:
        schemas.check_schemas(config)
    assert caught.value.facts == {"waiting": 1}


def test_a_newer_schema_is_refused_by_all(config: Config) -> None:
    schemas.migrate(config)
    with connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('initiatives', '9999_later', '2099-01-01')")
    for act in (schemas.check_schemas, schemas.migrate):
        with pytest.raises(Misconfigured, match="schema-newer"):
            act(config)


def test_the_statements_schema_is_held_to_likewise(config: Config) -> None:
    schemas.migrate(config)
    with sqlite3.connect(config.statements_path) as store:
        store.execute(f"pragma user_version = {schema.VERSION + 1}")
    store.close()
    with pytest.raises(Misconfigured, match="store-newer"):
        schemas.check_schemas(config)
    with pytest.raises(Misconfigured, match="store-newer"):
        schemas.migrate(config)
    config.statements_path.unlink()
    with pytest.raises(Misconfigured, match="store-missing"):
        schemas.check_schemas(config)


def test_a_file_that_is_no_database_is_told(config: Config) -> None:
    connections.close_all()
    for file in config.folder.glob("civium.db*"):
        file.unlink()
    config.civium_path.write_bytes(b"this is no database " * 100)
    with pytest.raises(Misconfigured, match="schema-unreadable"):
        schemas.check_schemas(config)


def test_the_models_are_what_the_migrations_make(config: Config) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert Initiative.objects.count() == 0


def test_writers_take_their_turn_and_are_durable(config: Config) -> None:
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"pragma {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    # This build of SQLite may overwrite by itself; others only forget.
    assert "secure_delete=ON" in connection.settings_dict["OPTIONS"]["init_command"]
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
