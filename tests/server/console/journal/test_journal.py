"""The journal on screen: in words, filtered, paged without counting, taken away, checked."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from lxml import html

from civium.formats import canonical
from civium.server.console.journal import reading
from civium.server.console.journal.acts import ACTS, other_facts, said, shown
from civium.server.console.journal.reading import Filters
from civium.server.console.words import words
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.initiatives.persons import persons
from tests.server.conftest import IS_ON_POSTGRESQL
from tests.server.console.conftest import BrowserOf, Installation
from tests.server.console.journal.written import facts_written
from tests.server.initiatives.place import NOW

PAGE = "/console/initiatives/night-trains/journal/"
ALL = "/console/journal/"
NAMED = re.compile(r"%\((\w+)\)s")
ACT = re.compile(r"[a-z]+(-[a-z]+)+")
SOURCE = Path(journal.__file__).resolve().parents[1]  # what an office does has a journal of its own


def _rows(answer: Any) -> list[list[str]]:
    tree = html.document_fromstring(answer.content.decode())
    for narrow in tree.find_class("narrow-only"):
        narrow.drop_tree()
    return [[" ".join(" ".join(cell.itertext()).split()) for cell in row] for row in tree.xpath("//tbody/tr")]


def _record(initiative: Initiative | None, act: str, who: str, *, days: int = 0, **facts: Any) -> None:
    with transaction.atomic():
        journal.record(act, initiative, persons(who), facts, now=NOW + timedelta(days=days))


@pytest.fixture
def kept(installation: Installation) -> Initiative:
    """Give an initiative of which the journal tells."""
    _record(installation.demonstration, "add-partner", "Anna", code="forum")
    _record(installation.petition, "add-partner", "Zoe", code="elsewhere")
    _record(installation.demonstration, "end-set", "Bo", days=20, closes_on="2027-01-31")
    _record(installation.demonstration, "something-new", "Bo", days=20, depth=3)
    return installation.demonstration


def test_entries_are_in_words_newest_first(kept: Initiative, browser_of: BrowserOf) -> None:
    rows = _rows(browser_of("member", kept).get(PAGE))
    assert [row[2:] for row in rows[:3]] == [
        ["something-new depth: 3", "Bo"],
        ["Set the last day of collection to 31 January 2027.", "Bo"],
        ["Added the partner code forum.", "Anna"],
    ]
    assert rows[0][1] == "11 December 2026, 13:00"
    assert not any("elsewhere" in " ".join(row) for row in rows), "another initiative's stay there"


def test_filters_find_an_act_a_month_a_person(kept: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("auditor", kept)
    assert [row[3] for row in _rows(browser.get(f"{PAGE}?act=add-partner"))] == ["Anna"]
    assert len(_rows(browser.get(f"{PAGE}?month=2026-12"))) == 2
    of_november = _rows(browser.get(f"{PAGE}?month=2026-11"))
    assert of_november[0][2] == "Added the partner code forum."
    tree = html.document_fromstring(browser.get(PAGE).content.decode())
    marks = {option.text: option.get("value") for option in tree.xpath("//select[@name='person']/option")}
    assert "Zoe" not in marks
    found = _rows(browser.get(f"{PAGE}?person={marks['Bo']}"))
    assert {row[3] for row in found} == {"Bo"}
    assert all("Bo" not in option.get("value") for option in tree.xpath("//option")), "no name stands in an address"
    for odd in ("?month=2026-13", "?month=x", "?before=x", "?before=" + "9" * 40, "?act=%00", "?person=Anna"):
        assert browser.get(PAGE + odd).status_code == 200


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "0000-01", "2026-13", "2026-1\x00"])
def test_a_month_at_the_edge_of_the_calendar_is_no_fault(month: str, kept: Initiative, browser_of: BrowserOf) -> None:
    assert browser_of("auditor", kept).get(PAGE, {"month": month}).status_code == 200


def test_a_big_journal_is_paged_without_reading_all_of_it(kept: Initiative, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(260):
        _record(kept, "work-set", "Anna", days=30, work=number)
    monkeypatch.setattr(reading, "SCANNED", 200)
    first = reading.look(kept, Filters(), None)
    assert (len(first.entries), first.entries[0].facts) == (50, {"work": 259})
    second = reading.look(kept, Filters(), first.older)
    assert second.entries[0].facts == {"work": 209}
    rare = reading.look(kept, Filters(act="add-partner"), None)
    assert (rare.entries, rare.older is not None) == ((), True), "it stops and says where to go on"
    again = reading.look(kept, Filters(act="add-partner"), rare.older)
    assert ([entry.facts["code"] for entry in again.entries], again.older) == (["forum"], None)
    assert reading.look(kept, Filters(month="2026-11", act="add-partner"), None).entries[0].facts["code"] == "forum"


def test_pages_hang_together(kept: Initiative, browser_of: BrowserOf) -> None:
    for number in range(120):
        _record(kept, "work-set", "Anna", days=30, work=number)
    browser = browser_of("member", kept)
    seen: list[str] = []
    path = PAGE
    while path:
        answer = browser.get(path)
        seen += [row[0] for row in _rows(answer)]
        links = html.document_fromstring(answer.content.decode()).xpath("//a[normalize-space()='Older entries']/@href")
        path = links[0] if links else ""
    numbers = [int(number) for number in seen]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == JournalEntry.objects.filter(initiative=kept).count()


def test_months_go_from_the_first_entry_to_now(kept: Initiative) -> None:
    assert reading.months(kept, now=NOW + timedelta(days=70)) == ("2027-01", "2026-12", "2026-11")


def test_the_journal_is_taken_away_as_a_table_and_as_it_is_hashed(kept: Initiative, browser_of: BrowserOf) -> None:
    _record(kept, "person-joined", "=cmd()", name="Eve", role="member", account=3)
    browser = browser_of("auditor", kept)
    answer = browser.get(f"{PAGE}journal.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert (rows[-1]["persons"], rows[-1]["what"]) == ("'=cmd()", "Eve joined as member of the group.")
    lines = browser.get(f"{PAGE}journal.jsonl").content.decode().splitlines()
    assert len(lines) == len(rows)
    for line in lines:
        entry = json.loads(line)
        claimed = entry.pop("sha256")
        assert sha256(canonical.encode(entry)).hexdigest() == claimed
        assert entry["initiative"] == "night-trains"
    assert browser_of("member", kept).get(f"{PAGE}journal.csv").status_code == 403


def test_roles_are_told_in_words(kept: Initiative, browser_of: BrowserOf) -> None:
    """The journal holds identifiers, for ever the same; whoever reads it reads words."""
    _record(kept, "role-changed", "Per (security-officer)", days=20, account=7, name="Ines", role="mandated")
    _record(kept, "add-partner", "Ann (whoever)", days=20, code="other")
    rows = _rows(browser_of("auditor", kept).get(PAGE))
    assert [row[-1] for row in rows[:2]] == ["Ann (whoever)", "Per (security officer)"]
    assert rows[1][2].startswith("Ines is now mandated person.")


def test_the_chain_is_checked_and_a_break_is_said(kept: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("auditor", kept)
    whole = browser.post(f"{PAGE}check/")
    assert (whole.status_code, "The chain is whole." in whole.content.decode()) == (200, True)
    if IS_ON_POSTGRESQL:
        return  # its triggers belong to another role; SQLite shows what is said
    with connection.cursor() as cursor:
        cursor.execute("drop trigger journal_never_changes")
        cursor.execute("update initiatives_journalentry set persons = '[\"Eve\"]' where act = 'end-set'")
    broken = browser.post(f"{PAGE}check/")
    assert broken.status_code == 500
    assert "The chain is broken." in broken.content.decode()
    assert "does not follow" in broken.content.decode()


def test_the_operator_sees_the_whole_installations(kept: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("operator", None)
    page = browser.get(ALL)
    text = " ".join(" ".join(row) for row in _rows(page))
    assert "elsewhere" in text
    assert "Initiative: night-trains" in text
    assert browser.post(f"{ALL}check/").status_code == 200
    assert b"elsewhere" in browser.get(f"{ALL}journal.jsonl").content
    assert browser_of("auditor", kept).get(ALL).status_code == 403


def test_old_entries_stay_readable() -> None:
    en = words("en")
    assert said(en, "export-made", {"jurisdiction": "ES"}) == "Made a file for Spain (–) with – rows."
    assert said(en, "unknown-act", {}) == "unknown-act"
    assert other_facts(words("en"), "unknown-act", {"override_reason": "x", "logs": [{"a": 1}]}) == [
        ("logs", "a 1"),
        ("override reason", "x"),
    ]
    assert shown(words("en"), "sha256", "ab" * 32) == "abababababababab…"
    assert shown(words("en"), "files", []) == "–"
    assert said(en, "proposal-made", {"act": "message-sent"}).startswith("Proposed: Send a message to those who agreed.")
    assert shown(words("en"), "act", "long-gone") == "long-gone"
    assert shown(words("en"), "opened", True) == "true"


def test_every_act_has_its_words() -> None:
    """Whatever is written into the journal is said in words: look for the acts where they are written."""
    missing = {act for act in _acts() if act not in ACTS}
    assert not missing, f"civium/server/console/journal/acts.py lacks {sorted(missing)}"


def test_an_act_writes_every_fact_that_its_words_name() -> None:
    """A fact that an entry lacks is shown as a dash: of what is written today none may be missing."""
    written = {(act, name, frozenset(keys)) for act, name, keys in facts_written(SOURCE)}
    assert {act for act, _, _ in written} >= set(ACTS), "every act that has words is written somewhere"
    lacking = {
        (act, name, fact)
        for act, name, keys in written
        if act in ACTS
        for fact in NAMED.findall(ACTS[act][1])
        if fact not in keys
    }
    assert not lacking


def _acts() -> set[str]:
    """Give what is handed to the journal where it stands there as it is, also by the functions that write to it for others."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("record", "_record", "note", "_agreed"):
                given = [part.value for one in node.args for part in ast.walk(one) if isinstance(part, ast.Constant)]
                found |= {text for text in given if isinstance(text, str) and ACT.fullmatch(text)}
    assert {"add-partner", "export-made", "message-sent", "logged-on", "proposal-made"} <= found
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
