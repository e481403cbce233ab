"""Paper is counted by place and week; what holds is the newest, what was there before stays, and the totals add up whatever was done."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.initiatives.journal import check_journal, read_journal
from civium.server.office import paper
from civium.server.office.models import PaperTally
from civium.server.office.paper import Tally
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

WEEK = date(2026, 11, 16)  # a Monday; the tests' today is the Saturday after


def test_a_week_counts_from_its_monday_whichever_day_is_named(initiative: Initiative) -> None:
    entered = paper.enter_tally(initiative, "ES", WEEK + timedelta(days=5), 120, ONE, now=NOW)
    assert entered == Tally("ES", WEEK, 120, 1)
    assert paper.paper_totals(initiative) == {"ES": 120}


def test_a_correction_holds_and_leaves_its_trail(initiative: Initiative) -> None:
    first = paper.enter_tally(initiative, "ES", WEEK, 120, ONE, now=NOW)
    paper.enter_tally(initiative, "MT", WEEK, 7, ONE, now=NOW)
    corrected = paper.correct_tally(initiative, Tally("ES", WEEK, 102, first.version), "digits turned round", ONE, now=NOW)
    assert corrected.version == 2
    assert paper.paper_totals(initiative) == {"ES": 102, "MT": 7}
    trail = [(row.jurisdiction, row.number, row.version, row.reason, row.by) for row in paper.trail(initiative)]
    assert trail == [("ES", 102, 2, "digits turned round", "Anna"), ("MT", 7, 1, "", "Anna"), ("ES", 120, 1, "", "Anna")]
    acts = [entry["act"] for entry in read_journal(initiative)]
    assert acts[-3:] == ["paper-counted", "paper-counted", "paper-corrected"]
    assert check_journal() >= 3


def test_two_people_who_correct_the_same_number_are_told(initiative: Initiative) -> None:
    seen = paper.enter_tally(initiative, "ES", WEEK, 120, ONE, now=NOW)
    paper.correct_tally(initiative, Tally("ES", WEEK, 121, seen.version), "one more", ONE, now=NOW)
    with pytest.raises(Refused, match="paper-tally-changed"):
        paper.correct_tally(initiative, Tally("ES", WEEK, 122, seen.version), "two more", place.TWO, now=NOW)
    with pytest.raises(Refused, match="paper-tally-exists"):
        paper.enter_tally(initiative, "ES", WEEK, 5, ONE, now=NOW)
    assert paper.paper_totals(initiative) == {"ES": 121}


@pytest.mark.parametrize(
    ("jurisdiction", "week", "number", "code"),
    [
        ("XX", WEEK, 1, "jurisdiction-unknown"),
        ("ES", date(2026, 4, 6), 1, "paper-week-outside"),
        ("ES", date(2027, 4, 19), 1, "paper-week-outside"),
        ("ES", date(2026, 11, 23), 1, "paper-week-ahead"),
        ("ES", WEEK, -1, "paper-number"),
        ("ES", WEEK, paper.LARGEST_TALLY + 1, "paper-number"),
    ],
)
def test_what_cannot_be_counted_is_refused(initiative: Initiative, jurisdiction: str, week: date, number: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        paper.enter_tally(initiative, jurisdiction, week, number, ONE, now=NOW)
    assert not PaperTally.objects.exists()


@pytest.mark.parametrize(
    ("reason", "code"), [("", "paper-reason-missing"), ("x" * 501, "typed-too-long"), ("turned\u202eround", "typed-unreadable")]
)
def test_a_correction_says_why(initiative: Initiative, reason: str, code: str) -> None:
    seen = paper.enter_tally(initiative, "ES", WEEK, 120, ONE, now=NOW)
    with pytest.raises(Refused, match=code):
        paper.correct_tally(initiative, Tally("ES", WEEK, 1, seen.version), reason, ONE, now=NOW)
    with pytest.raises(Refused, match="paper-tally-missing"):
        paper.correct_tally(initiative, Tally("MT", WEEK, 1, 1), "why", ONE, now=NOW)


def test_weeks_are_those_that_have_begun(initiative: Initiative) -> None:
    weeks = paper.weeks(initiative, today=date(2026, 4, 22))
    assert weeks == (date(2026, 4, 20), date(2026, 4, 13))
    assert paper.weeks(initiative, today=date(2026, 4, 1)) == ()
    assert paper.weeks(initiative, today=date(2030, 1, 1))[0] == paper.week_of(initiative.closes_on)


def test_where_sheets_are_sent_is_kept(initiative: Initiative) -> None:
    assert paper.place_of(initiative).send_to == ""
    paper.set_place(initiative, "Night trains\r\n\r\n12 Lantern Street\r\nGhent", " EC-77 ", ONE, now=NOW)
    kept = paper.place_of(initiative)
    assert (kept.send_to, kept.upload_code) == ("Night trains\n12 Lantern Street\nGhent", "EC-77")
    with pytest.raises(Refused, match="typed-too-long"):
        paper.set_place(initiative, "\n".join(["street " * 20] * 4), "", ONE, now=NOW)


def test_a_procedure_without_paper_has_none(initiative: Initiative, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    told = load_procedure("eci")
    without = dataclasses.replace(told, switches=dataclasses.replace(told.switches, paper=False))
    monkeypatch.setattr(paper, "load_procedure", lambda _name: without)
    with pytest.raises(Refused, match="paper-not-possible"):
        paper.enter_tally(initiative, "ES", WEEK, 1, ONE, now=NOW)


_CODES = ("ES", "MT", "DE", "EL")
_ENTRIES = st.lists(st.tuples(st.sampled_from(_CODES), st.integers(0, 31), st.integers(-5, paper.LARGEST_TALLY + 5)), max_size=25)


@given(entries=_ENTRIES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_are_those_of_a_plain_ledger(initiative: Initiative, entries: list[tuple[str, int, int]], tmp_path: Path) -> None:
    """Whatever is entered, again, corrected or refused: the sums are those of a dictionary kept beside."""
    del tmp_path
    PaperTally.objects.all().delete()
    beside: dict[tuple[str, date], int] = {}
    for code, back, number in entries:
        week = WEEK - timedelta(weeks=back)
        key, is_number = (code, week), 0 <= number <= paper.LARGEST_TALLY
        try:
            paper.enter_tally(initiative, code, week, number, ONE, now=NOW)
        except Refused as refused:
            if refused.code == "paper-tally-exists":
                version = next(one.version for one in paper.tallies(initiative) if (one.jurisdiction, one.week) == key)
                paper.correct_tally(initiative, Tally(code, week, number, version), "counted again", ONE, now=NOW)
            else:
                assert not is_number or not paper.week_of(initiative.opens_on) <= week
                continue
        beside[key] = number
    totals: dict[str, int] = {}
    for (code, _week), number in beside.items():
        totals[code] = totals.get(code, 0) + number
    assert paper.paper_totals(initiative) == totals
    assert sum(one.number for one in paper.tallies(initiative)) == sum(totals.values())
