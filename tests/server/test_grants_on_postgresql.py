"""Which of the five roles may touch which of Django's tables: all models of all apps are gone over, the console's among them."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection, connections

from civium.server.config import Config, DatabaseRole
from civium.server.store.opening import grant_tables
from tests.server.conftest import database_settings

OTHERS: tuple[DatabaseRole, ...] = ("intake", "export", "destroy")
RIGHTS = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
_WRITES = {"select", "insert", "update", "delete"}
# What even the web may not do: the journal's past stays, and migrations are the owner's.
_LESS = {"initiatives_journalentry": {"select", "insert"}, "django_migrations": {"select"}}


@pytest.fixture(autouse=True)
def _made(civium_db: Path) -> None:
    """Every test has a database of its own."""


def _tables() -> list[str]:
    return [*sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True)), "django_migrations"]


def _rights(role: str, table: str) -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select wanted from unnest(%s::text[]) wanted where has_table_privilege(%s, %s, wanted)",
            [list(RIGHTS), f"civium_{role}", f"public.{table}"],
        )
        return {right for (right,) in cursor.fetchall()}


def test_every_table_is_a_models() -> None:
    """A table that no model knows of would be granted to the web without anybody having looked."""
    assert sorted(connection.introspection.table_names()) == sorted(_tables())
    assert {"console_account", "jobs_job", "office_papertally", "desk_datarequest", "dashboard_alert"} <= set(_tables())


def test_the_web_reads_and_writes_and_nobody_else_does() -> None:
    for table in _tables():
        assert _rights("web", table) == _LESS.get(table, _WRITES), table
        for role in OTHERS:
            assert _rights(role, table) == set(), (role, table)


@pytest.mark.parametrize("role", OTHERS)
def test_who_works_on_statements_reads_nobodys_account(role: DatabaseRole, tmp_path: Path) -> None:
    """Tried on the server itself, table by table."""
    acts = ("select 1 from public.{0}", "delete from public.{0} where false", "insert into public.{0} default values")
    with psycopg.connect((tmp_path / f"database-{role}").read_text(), autocommit=True) as opened:
        for table, act in product(_tables(), acts):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                opened.execute(act.format(table))  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            opened.execute("select nextval('public.console_account_id_seq')")


def test_a_right_that_was_given_by_hand_is_taken_away_at_the_next_migration(tmp_path: Path) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("grant select on console_account, console_consolesession to civium_intake, civium_export")
        cursor.execute("grant delete on initiatives_journalentry to civium_web")
    assert _rights("intake", "console_account") == {"select"}
    grant_tables(Config.from_environment({"CIVIUM_DATA": str(tmp_path)} | database_settings(tmp_path)))
    test_the_web_reads_and_writes_and_nobody_else_does()
