"""A number on paper that one person typed in decides nothing for a day, in which everybody sees it; what is usual troubles nobody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from civium.server.office import paper, sudden
from civium.server.office.paper import Tally
from tests.server.initiatives.place import NOW, ONE

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

WEEK = date(2026, 11, 16)
DAY = timedelta(days=1)


def _weeks_before(initiative: Initiative, *numbers: int) -> None:
    for back, number in enumerate(numbers, 1):
        paper.enter_tally(initiative, "ES", WEEK - back * timedelta(days=7), number, ONE, now=NOW - 3 * DAY)


def test_a_number_counts_for_what_two_decide_after_a_day(initiative: Initiative) -> None:
    _weeks_before(initiative, 300)
    paper.enter_tally(initiative, "ES", WEEK, 1_000_000, ONE, now=NOW)
    assert paper.paper_totals(initiative) == {"ES": 1_000_300}
    assert sudden.settled_totals(initiative, now=NOW + DAY - timedelta(seconds=1)) == {"ES": 300}
    assert sudden.settled_totals(initiative, now=NOW + DAY) == {"ES": 1_000_300}


def test_of_a_correction_the_smaller_number_counts_until_then(initiative: Initiative) -> None:
    _weeks_before(initiative, 300)
    last = WEEK - timedelta(days=7)
    paper.correct_tally(initiative, Tally("ES", last, 900_000, 1), "a box", ONE, now=NOW)
    assert sudden.settled_totals(initiative, now=NOW) == {"ES": 300}
    paper.correct_tally(initiative, Tally("ES", last, 120, 2), "no box", ONE, now=NOW)
    assert sudden.settled_totals(initiative, now=NOW) == {"ES": 120}, "to take away counts at once"


def test_what_is_far_above_the_usual_is_told_for_a_day_with_who_entered_it(initiative: Initiative) -> None:
    _weeks_before(initiative, 400, 700)
    paper.enter_tally(initiative, "ES", WEEK, 2_100, ONE, now=NOW)
    (told,) = sudden.sudden(initiative, now=NOW + timedelta(hours=1))
    assert (told.jurisdiction, told.week, told.number, told.by, told.counts_from) == ("ES", WEEK, 2_100, "Anna", NOW + DAY)
    assert sudden.sudden(initiative, now=NOW + DAY) == []
    paper.correct_tally(initiative, Tally("ES", WEEK, 210, 1), "a nought too many", ONE, now=NOW + timedelta(hours=2))
    assert sudden.sudden(initiative, now=NOW + timedelta(hours=3)) == []


def test_a_good_week_and_a_demonstration_trouble_nobody(initiative: Initiative) -> None:
    _weeks_before(initiative, 400, 700)
    paper.enter_tally(initiative, "ES", WEEK, 2_099, ONE, now=NOW)
    paper.enter_tally(initiative, "MT", WEEK, 999, ONE, now=NOW)
    assert sudden.sudden(initiative, now=NOW) == []
    paper.enter_tally(initiative, "FR", WEEK, 50_000, ONE, now=NOW)
    assert [one.jurisdiction for one in sudden.sudden(initiative, now=NOW)] == ["FR"]
    initiative.deployment = "demonstration"
    assert sudden.sudden(initiative, now=NOW) == []
    assert sudden.settled_totals(initiative, now=NOW) == paper.paper_totals(initiative)


def test_who_spreads_it_over_many_weeks_is_told_of_as_well(initiative: Initiative) -> None:
    for back in range(12):
        paper.enter_tally(initiative, "ES", WEEK - back * timedelta(days=7), 900 + back, ONE, now=NOW)
    (told,) = sudden.sudden(initiative, now=NOW)
    assert (told.number, told.week) == (900 * 12 + 66, WEEK - 11 * timedelta(days=7))
