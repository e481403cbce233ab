"""Duties follow from the law's deadlines and the initiative's own days; what the system knows is done, the rest is marked, with its day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.initiatives.journal import read_journal
from civium.server.office import duties
from tests.server.initiatives.place import NOW, ONE, TODAY

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative
    from civium.server.office.duties import Duty


def _duty(initiative: Initiative, name: str, *, today: date = TODAY) -> Duty:
    return next(duty for duty in duties.duties_of(initiative, today=today) if duty.id == name)


def test_dates_are_those_of_the_law(initiative: Initiative) -> None:
    """Registered on 2 March, collecting from 14 April 2026 to 13 April 2027: counted by hand from the Regulation."""
    found = {(duty.id, duty.counted_on): duty for duty in duties.duties_of(initiative, today=TODAY)}
    assert ("notice-of-start", date(2026, 3, 31)) in found  # ten working days before 14 April
    assert ("start", date(2026, 9, 2)) in found
    assert ("report-numbers", date(2026, 12, 14)) in found
    assert ("final-numbers", date(2027, 7, 13)) in found
    assert ("destroy-statements", date(2028, 1, 14)) in found
    assert found["funding-update", date(2027, 1, 2)].due_on == date(2027, 1, 4)  # 2 January 2027 is a Saturday
    assert found["removal-from-register", date(2028, 3, 2)].is_earliest


def test_every_duty_has_a_title_and_its_letters(initiative: Initiative) -> None:
    found = duties.duties_of(initiative, today=TODAY)
    assert all(duty.title and duty.title != duty.id for duty in found)
    assert _duty(initiative, "final-numbers").letters == ("final-numbers",)
    assert _duty(initiative, "destroy-statements").letters == ()


def test_what_presses_comes_first_and_by_its_day(initiative: Initiative) -> None:
    assert _duty(initiative, "start").standing == "done"  # elsewhere: a campaign page collects nothing itself
    assert _duty(initiative, "notice-of-start").standing == "overdue"
    reports = [duty for duty in duties.duties_of(initiative, today=date(2026, 12, 1)) if duty.id == "report-numbers"]
    assert [duty.standing for duty in reports] == ["overdue"] * 3 + ["soon", "later"]
    ours = [
        duty for duty in duties.duties_of(initiative, today=TODAY) if duty.is_ours and not duty.done_on and not duty.is_earliest
    ]
    assert [duty.due_on for duty in ours] == sorted(duty.due_on for duty in ours)
    assert ours[0].standing == "overdue"


def test_the_commission_was_told_on_the_day_that_set_up_says(initiative: Initiative) -> None:
    initiative.start_told_on = date(2026, 3, 20)
    initiative.save()
    told = _duty(initiative, "notice-of-start")
    assert (told.standing, told.done_on, told.is_known) == ("done", date(2026, 3, 20), True)
    with pytest.raises(Refused, match="duty-known"):
        duties.mark_done(initiative, told.id, told.counted_on, TODAY, "", ONE, now=NOW)


def test_what_was_done_is_marked_and_taken_back(initiative: Initiative) -> None:
    report = _duty(initiative, "report-numbers")
    duties.mark_done(initiative, report.id, report.counted_on, date(2026, 6, 10), "reference 12", ONE, now=NOW)
    done = _duty(initiative, "report-numbers")
    assert (done.standing, done.done_on, done.note, done.is_known) == ("done", date(2026, 6, 10), "reference 12", False)
    duties.mark_not_done(initiative, report.id, report.counted_on, ONE, now=NOW)
    assert _duty(initiative, "report-numbers").done_on is None
    assert [entry["facts"]["done_on"] for entry in read_journal(initiative) if entry["act"] == "duty-marked"] == [
        "2026-06-10",
        "",
    ]


def test_a_mark_belongs_to_a_duty_and_a_day_that_has_come(initiative: Initiative) -> None:
    report = _duty(initiative, "report-numbers")
    with pytest.raises(Refused, match="duty-unknown"):
        duties.mark_done(initiative, "report-numbers", date(2026, 6, 15), TODAY, "", ONE, now=NOW)
    with pytest.raises(Refused, match="duty-day-ahead"):
        duties.mark_done(initiative, report.id, report.counted_on, date(2026, 11, 22), "", ONE, now=NOW)


def test_a_region_has_its_own_duties(region: Initiative) -> None:
    found = {duty.id for duty in duties.duties_of(region, today=TODAY)}
    assert {"notice-of-opening", "report-numbers", "destroy-statements"} <= found
    assert not {"funding-update", "notice-of-channels"} & found
    assert {rule.by for rule in load_procedure("region").deadlines} == {"organisers", "authority", "parliament"}


def test_a_withdrawal_ends_what_it_makes_void(initiative: Initiative) -> None:
    from civium.server.initiatives.records import Event

    on = date(2026, 11, 20)
    Event.objects.create(initiative=initiative, kind=Event.Kind.WITHDRAWN, happened_on=on, recorded_on=on)
    found = {duty.id: duty for duty in duties.duties_of(initiative, today=TODAY)}
    assert "final-numbers" not in found
    assert found["destroy-statements"].due_on == date(2026, 12, 20)


def test_midnight_in_brussels_decides_which_day_it_is(initiative: Initiative) -> None:
    report = _duty(initiative, "report-numbers")
    late = datetime.fromisoformat("2026-11-21T23:30:00+00:00")
    duties.mark_done(initiative, report.id, report.counted_on, date(2026, 11, 22), "", ONE, now=late)
    assert _duty(initiative, "report-numbers").done_on == date(2026, 11, 22)
