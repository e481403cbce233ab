"""The journal on PostgreSQL: not even its owner changes an entry, and those who act at once follow one another."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction

from civium.server.initiatives import journal

from . import place


@pytest.fixture(autouse=True)
def _entries(civium_db: Path) -> None:
    place.make_installation()


@pytest.mark.parametrize("act", ["update initiatives_journalentry set act = 'nothing'", "delete from initiatives_journalentry"])
@pytest.mark.parametrize(("alias", "told"), [("default", "permission denied"), ("owner", "append-only")])
def test_nobody_changes_the_journal(act: str, alias: str, told: str) -> None:
    with pytest.raises(DatabaseError, match=told), transaction.atomic(alias), connections[alias].cursor() as cursor:
        cursor.execute(act)
    assert journal.check_journal() == 1


def test_not_even_its_owner_empties_it() -> None:
    with pytest.raises(DatabaseError, match="append-only"), connections["owner"].cursor() as cursor:
        cursor.execute("truncate initiatives_journalentry")
    assert journal.check_journal() == 1


def test_the_web_migrates_nothing() -> None:
    for act in ("delete from django_migrations", "create table mine (value integer)", "drop table initiatives_initiative"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_acts_at_once_follow_one_another() -> None:
    def act() -> None:
        for _ in range(10):
            with transaction.atomic():
                journal.record("installation-made", None, place.ONE, {}, now=place.NOW)
        connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.check_journal() == 41
