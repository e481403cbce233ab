"""Databases that are missing, foreign, older, newer, forgetful or too exact are refused; connection strings are secrets in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civium.errors import Misconfigured

psycopg = pytest.importorskip("psycopg")

from civium.server.store.postgres import connecting, schema  # noqa: E402
from civium.server.store.postgres.store import PostgresStore  # noqa: E402

if TYPE_CHECKING:
    from tests.cluster import Cluster, Database


def test_a_prepared_database_opens_and_preparing_again_changes_nothing(postgresql: Cluster) -> None:
    from tests.cluster import USERS

    database = postgresql.make_database()
    strings = database.connection_strings
    with pytest.raises(Misconfigured, match="store-missing"):
        connecting.check(strings["owner"], "owner")
    connecting.prepare(strings["owner"], USERS)
    connecting.prepare(strings["owner"], USERS)
    for role in strings:
        connecting.check(strings[role], role)


@pytest.mark.parametrize(("version", "code"), [(schema.VERSION + 1, "store-newer"), (0, "store-missing"), (-1, "store-older")])
def test_an_unknown_schema_is_refused(database: Database, version: int, code: str) -> None:
    strings = database.connection_strings
    with psycopg.connect(strings["owner"]) as connection:
        connection.execute("update statements.store_state set schema = %s", [version])
    with pytest.raises(Misconfigured, match=code):
        PostgresStore(strings)
    if version > schema.VERSION:
        with pytest.raises(Misconfigured, match=code):
            connecting.prepare(strings["owner"], {"owner": "civium_owner"})


def test_a_role_without_grants_is_told_so(postgresql: Cluster) -> None:
    database = postgresql.make_database()
    connecting.prepare(database.connection_strings["owner"], {"owner": "civium_owner"})
    with pytest.raises(Misconfigured, match=r"store-forbidden \(role=intake\)"):
        connecting.check(database.connection_strings["intake"], "intake")


def test_a_name_that_nobody_made_is_told(database: Database) -> None:
    with pytest.raises(Misconfigured, match="database-name-unknown"):
        connecting.prepare(database.connection_strings["owner"], {"owner": "civium_owner", "web": "nobody_made_this"})


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"database-unreachable \(role=web\)"):
        connecting.check(f"host={tmp_path} dbname=none user=none", "web")


def test_an_answer_before_the_disk_has_it_is_not_taken(postgresql: Cluster, database: Database) -> None:
    postgresql.execute(f"alter database {database.name} set synchronous_commit = off")
    store = PostgresStore(database.connection_strings)
    with store._writing() as connection:
        assert connection.execute("show synchronous_commit").fetchone() == ("on",)
    store.close()


@pytest.mark.parametrize(
    ("setting", "code"), [("fsync=off", "store-not-durable"), ("track_commit_timestamp=on", "store-keeps-times")]
)
def test_a_forgetful_or_too_exact_server_is_refused(setting: str, code: str) -> None:
    from tests import cluster

    with cluster.running(setting) as server:
        strings = server.make_database().connection_strings
        with pytest.raises(Misconfigured, match=code):
            connecting.check(strings["owner"], "owner")
        with pytest.raises(Misconfigured, match=code):
            connecting.prepare(strings["owner"], {"owner": "civium_owner"})


def test_a_connection_string_is_read_and_completed(tmp_path: Path) -> None:
    path = tmp_path / "intake"
    path.write_text("postgresql://civium:secret@db.example/statements?tcp_user_timeout=7\n")
    path.chmod(0o600)
    given = psycopg.conninfo.conninfo_to_dict(connecting.read_connection_string(path, "intake"))
    assert (given["user"], given["password"], given["host"], given["dbname"]) == ("civium", "secret", "db.example", "statements")
    assert (given["application_name"], given["tcp_user_timeout"], given["connect_timeout"]) == ("civium-intake", "7", "5")
    assert connecting.user_of("user=ours dbname=x") == "ours"
    assert connecting.user_of("dbname=x"), "libpq's own default"


@pytest.mark.parametrize(
    ("text", "mode", "code"),
    [
        (None, 0o600, "database-file-missing"),
        ("", 0o600, "database-file-malformed"),
        ("not a string", 0o600, "database-file-malformed"),
        ("dbname=a\ndbname=b", 0o600, "database-file-malformed"),
        ("dbname=a password=secret", 0o604, "database-file-open-to-others"),
    ],
)
def test_a_file_that_holds_no_secret_well_is_refused(tmp_path: Path, text: str | None, mode: int, code: str) -> None:
    path = tmp_path / "owner"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    with pytest.raises(Misconfigured, match=code) as refused:
        connecting.read_connection_string(path, "owner")
    assert "secret" not in str(refused.value)


def test_without_a_password_the_file_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "web"
    path.write_text("dbname=civium host=/run/postgresql")
    path.chmod(0o644)
    assert "civium-web" in connecting.read_connection_string(path, "web")
