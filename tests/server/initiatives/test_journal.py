"""The journal: bound entry by entry, refused by the database to change, and a change by force is seen."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from civium.errors import Refused, Untrusted
from civium.formats import canonical
from civium.server.initiatives import journal
from civium.server.initiatives.models import JournalEntry
from civium.server.initiatives.persons import check_two_persons, persons

from . import place
from .place import NOW, ONE


@pytest.fixture(autouse=True)
def _entries(civium_db: Path, tmp_path: Path) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    for code in ("ES", "MT"):
        place.add_proven_key(initiative, code)


def test_the_chain_is_whole() -> None:
    assert journal.check_journal() == JournalEntry.objects.count() == 8
    entries = list(journal.read_journal())
    assert [entry["number"] for entry in entries] == list(range(1, 9))
    assert all(after["previous"] == before["sha256"] for before, after in itertools.pairwise(entries))


@pytest.mark.parametrize(
    "statement",
    [
        "update initiatives_journalentry set act = 'nothing' where number = 3",
        "delete from initiatives_journalentry where number = 8",
    ],
)
def test_the_database_refuses_to_change_it(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert journal.check_journal() == 8


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("update initiatives_journalentry set persons = '[\"Somebody\"]' where number = 3", 3),
        ("update initiatives_journalentry set at = '2020-01-01' where number = 5", 5),
        ("delete from initiatives_journalentry where number = 4", 5),
        ("update initiatives_journalentry set initiative_id = null where number = 8", 8),
    ],
)
def test_what_is_changed_by_force_is_seen(statement: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop trigger journal_never_changes")
        cursor.execute("drop trigger journal_never_shrinks")
        cursor.execute(statement)
    with pytest.raises(Untrusted, match="journal-chain") as caught:
        journal.check_journal()
    assert caught.value.facts["number"] in (number, number - 1)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from initiatives_journalentry where number > 6",
        "delete from initiatives_journalentry",
    ],
)
def test_an_end_that_was_cut_off_is_shown_by_a_copy_alone(statement: str) -> None:
    copy = [canonical.encode(entry) for entry in journal.read_journal()]
    assert journal.check_goes_on(copy) == journal.check_goes_on(copy[:-1]) + 1 == 8
    with connection.cursor() as cursor:
        cursor.execute("drop trigger journal_never_shrinks")
        cursor.execute(statement)
    journal.check_journal()
    with pytest.raises(Untrusted, match="journal-chain"):
        journal.check_goes_on(copy)


def test_a_chain_made_anew_is_shown_by_a_copy_alone() -> None:
    """Who can write to the database writes the end again, as a whole chain of other words."""
    copy = [canonical.encode(entry) for entry in journal.read_journal()]
    with connection.cursor() as cursor:
        cursor.execute("drop trigger journal_never_shrinks")
        cursor.execute("delete from initiatives_journalentry where number = 8")
    with transaction.atomic():
        journal.record("end-set", None, ONE, {"closes_on": "2026-12-01"}, now=NOW)
    assert journal.check_journal() == 8
    with pytest.raises(Untrusted, match="journal-chain") as caught:
        journal.check_goes_on(copy)
    assert caught.value.facts == {"number": 8}
    for other in (
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"civium":"journal v1","number":"1","sha256":""}',
        b'{"civium":"journal v1","number":1,"sha256":"x"}',
    ):
        with pytest.raises(Refused, match="journal-copy-malformed") as refused:
            journal.check_goes_on([copy[0], other])
        assert refused.value.facts == {"line": 2}


def test_an_entry_is_never_written_twice() -> None:
    entry = JournalEntry.objects.get(number=1)
    with pytest.raises(AssertionError):
        entry.save()


def test_an_act_that_fails_leaves_no_entry(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        place.add_initiative(tmp_path / "again")
    assert journal.check_journal() == 8


def test_an_initiatives_entries_are_its_own(tmp_path: Path) -> None:
    other = place.add_initiative(tmp_path / "other", slug="other")
    assert [entry["act"] for entry in journal.read_journal(other)] == ["initiative-added"]


def test_persons_have_names_and_are_two() -> None:
    for names in ((), ("",), ("  ",), ("a\nb",), ("x" * 81,), ("Anna", "")):
        with pytest.raises(Refused, match="person-malformed"):
            persons(*names)
    with pytest.raises(Refused, match="person-twice"):
        persons("Anna", " anna ")
    check_two_persons("demonstration", ONE)
    with pytest.raises(Refused, match="second-person-missing"):
        check_two_persons("central", ONE)


def test_reading_it_reads_no_pictures() -> None:
    with CaptureQueriesContext(connection) as queries:
        list(journal.read_journal())
        journal.check_journal()
    assert not any("upload" in query["sql"] for query in queries)
