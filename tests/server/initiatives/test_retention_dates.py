"""The dates of destruction: one month, 21 months, the earlier one; month ends and leap years; holds; never moved to a working day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.errors import Refused
from civium.law.periods import deadlines
from civium.law.procedure import load_procedure
from civium.server.initiatives import holds, milestones, retention_dates, standing
from civium.server.initiatives.holds import Proceedings
from civium.server.initiatives.models import Event, Initiative, JournalEntry
from civium.server.initiatives.persons import persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.retention_dates import RetentionDates
from civium.server.initiatives.states import State

from . import life, place

CASE = Proceedings("Case T-1/27", "the registration is contested", "the General Court")
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def _months_later(day: date, months: int) -> date:
    """As a person counts: the same date, or the last of the month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _latest(**events: date) -> date:
    found = [duty for duty in deadlines(load_procedure("eci"), events) if duty.id == "destroy-statements"]
    assert len(found) == 1
    assert found[0].latest_on == found[0].on, "never extended"
    return found[0].on


@given(start=DAYS, until=st.integers(0, 700), after=st.integers(0, 400))
def test_the_earlier_of_one_month_and_twenty_one_months(start: date, until: int, after: int) -> None:
    end, limit = start + timedelta(days=until), _months_later(start, 21)
    happened = end + timedelta(days=after)
    base = {"registered_on": start, "opens_on": start, "closes_on": end}
    assert _latest(**base) == limit
    for event in ("submitted_on", "withdrawn_on"):
        latest = _latest(**base, **{event: happened})
        assert latest == min(_months_later(happened, 1), limit)
        assert latest <= limit
        assert latest.day <= happened.day or latest == limit


@given(start=DAYS, submitted=st.integers(0, 500), withdrawn=st.integers(0, 500))
def test_a_withdrawal_counts_before_anything_else(start: date, submitted: int, withdrawn: int) -> None:
    base = {"registered_on": start, "opens_on": start, "closes_on": start}
    on = start + timedelta(days=withdrawn)
    latest = _latest(**base, submitted_on=start + timedelta(days=submitted), withdrawn_on=on)
    assert latest == min(_months_later(on, 1), _months_later(start, 21))


@pytest.mark.parametrize(
    ("submitted", "latest"),
    [
        ("2027-01-31", "2027-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2028-02-29", "2028-03-29"),
        ("2027-03-31", "2027-04-30"),
        ("2027-12-31", "2028-01-31"),
        # A Saturday, and a Commission's holiday: what must not be kept is not kept longer.
        ("2027-04-01", "2027-05-01"),
        ("2027-11-25", "2027-12-25"),
    ],
)
def test_month_ends_and_leap_years(submitted: str, latest: str) -> None:
    start = date.fromisoformat(submitted) - timedelta(days=200)
    assert _latest(opens_on=start, submitted_on=date.fromisoformat(submitted)) == date.fromisoformat(latest)


@given(earliest=st.none() | DAYS, latest=st.none() | DAYS, today=DAYS, held=st.booleans())
def test_what_must_go_is_never_held_and_what_is_held_never_goes(
    earliest: date | None, latest: date | None, today: date, *, held: bool
) -> None:
    dates = RetentionDates(earliest, latest, "Art. 19(5)", held)
    assert not (held and (dates.must_be_destroyed(today) or dates.due_on))
    assert dates.must_be_destroyed(today) == (not held and latest is not None and latest <= today)


@pytest.mark.usefixtures("civium_db")
def test_dates_follow_what_was_recorded(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.CERTIFIED, tmp_path, premises)
    assert retention_dates.retention_dates(here.initiative) == RetentionDates(
        date(2028, 1, 14), date(2028, 1, 14), "Art. 19(5)", is_held=False
    )
    life.submit(here)
    on = here.today
    dates = retention_dates.retention_dates(here.initiative)
    assert (dates.earliest_on, dates.latest_on) == (on, _months_later(on, 1))


@pytest.mark.usefixtures("civium_db")
def test_a_hold_stops_and_then_lengthens_it(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.SUBMITTED, tmp_path, premises)
    hold = holds.place_hold(here.initiative, CASE, place.TWO, now=here.now)
    assert retention_dates.retention_dates(here.initiative).is_held
    with pytest.raises(Refused, match="hold-in-force"):
        holds.place_hold(here.initiative, CASE, place.TWO, now=here.now)
    ended_on = here.today + timedelta(days=400)
    with pytest.raises(Refused, match="day-in-the-future"):
        holds.lift_hold(here.initiative, place.TWO, ended_on=ended_on, now=here.now)
    here.now += timedelta(days=405)
    assert holds.lift_hold(here.initiative, place.TWO, ended_on=ended_on, now=here.now).pk == hold.pk
    dates = retention_dates.retention_dates(here.initiative)
    assert (dates.latest_on, dates.article, dates.is_held) == (_months_later(ended_on, 1), "Art. 19(7)", False)
    with pytest.raises(Refused, match="no-hold"):
        holds.lift_hold(here.initiative, place.TWO, ended_on=ended_on, now=here.now)
    told = [entry.facts for entry in JournalEntry.objects.filter(act__startswith="hold-")]
    assert told == [{"hold": hold.pk}, {"hold": hold.pk, "proceedings_ended_on": ended_on.isoformat()}]


@pytest.mark.usefixtures("civium_db")
def test_a_hold_that_ends_early_lengthens_nothing(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.LIVE, tmp_path, premises)
    holds.place_hold(here.initiative, CASE, place.TWO, now=here.now)
    holds.lift_hold(here.initiative, place.TWO, ended_on=here.today, now=here.now)
    assert retention_dates.retention_dates(here.initiative).latest_on == date(2028, 1, 14)


@pytest.mark.usefixtures("civium_db")
def test_a_hold_says_what_it_is_for(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.LIVE, tmp_path, premises)
    for proceedings in (Proceedings("", "why", "who"), Proceedings("what", "x" * 501, "who"), Proceedings("what", "why", "\x07")):
        with pytest.raises(Refused, match="line-malformed"):
            holds.place_hold(here.initiative, proceedings, place.TWO, now=here.now)
    with pytest.raises(Refused, match="second-person-missing"):
        holds.place_hold(here.initiative, CASE, place.ONE, now=here.now)


@pytest.mark.usefixtures("civium_db")
def test_a_demonstration_has_its_fourteen_days(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    assert retention_dates.retention_dates(initiative).latest_on is None
    place.go_live(initiative, premises)
    dates = retention_dates.retention_dates(initiative)
    assert (dates.earliest_on, dates.latest_on) == (place.TODAY, place.TODAY + timedelta(days=14))


@pytest.mark.usefixtures("civium_db")
def test_an_event_is_kept_once_with_its_days(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.ANSWERED, tmp_path, premises)
    kinds = {one.kind: one.happened_on for one in Event.objects.filter(initiative=here.initiative)}
    assert set(kinds) == {"submitted", "answered", "action-announced"}
    assert standing.events(here.initiative) == {
        "submitted_on": here.today,
        "action_announced_on": here.today,
        "last_certified_on": here.today,
    }


@pytest.mark.usefixtures("civium_db")
def test_submission_has_three_months_and_falls_on_a_working_day(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.CERTIFIED, tmp_path, premises)
    duty = milestones.submission_deadline(here.initiative)
    assert duty is not None
    certified = date(2027, 6, 19)
    assert (duty.on, duty.latest_on) == (date(2027, 9, 19), date(2027, 9, 20)), "a Sunday: the Monday after it"
    noon = datetime(2027, 9, 21, 12, tzinfo=UTC)
    with pytest.raises(Refused, match="submitted-too-late"):
        milestones.submit(here.initiative, place.TWO, on=noon.date(), reference="", now=noon)
    with pytest.raises(Refused, match="day-too-early"):
        milestones.submit(here.initiative, place.TWO, on=certified - timedelta(days=1), reference="", now=noon)
    milestones.submit(here.initiative, persons("Anna", "Bo"), on=date(2027, 9, 20), reference="", now=noon)
    assert Initiative.objects.get().events.get().happened_on == date(2027, 9, 20)
