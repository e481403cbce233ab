"""Days: Brussels against the time zone database, phases, working days, the table of duties, the gate of Art. 11(7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from civium.errors import Refused
from civium.law.periods import (
    Period,
    add_months,
    brussels_date,
    brussels_midnight,
    check_individual_collection_is_lawful,
    check_period,
    deadlines,
    is_working_day,
    latest_end,
    latest_start,
    working_day_from,
    working_days_before,
)
from civium.law.procedure import load_procedure
from tests.law.vectors import read

VECTORS = read("periods")
ECI = load_procedure()
BRUSSELS = ZoneInfo("Europe/Brussels")


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("row", VECTORS["instants"], ids=lambda row: row["now"])
def test_the_date_in_brussels_is_that_of_the_vector(row: dict[str, str]) -> None:
    assert brussels_date(datetime.fromisoformat(row["now"])) == _day(row["day"])


def test_summer_time_agrees_with_the_time_zone_database_from_1996_to_2037() -> None:
    now = datetime(1996, 1, 1, tzinfo=UTC)
    while now.year < 2038:
        local = now.astimezone(BRUSSELS)
        assert brussels_date(now) == local.date(), now
        midnight = datetime(local.year, local.month, local.day, tzinfo=BRUSSELS)
        assert brussels_midnight(local.date()) == midnight, now
        now += timedelta(hours=5, minutes=30)


def test_an_instant_may_carry_any_time_zone() -> None:
    now = datetime(2026, 3, 1, 9, 30, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert brussels_date(now) == date(2026, 2, 28)


@pytest.mark.parametrize("row", VECTORS["periods"], ids=lambda row: f"{row['opens_on']}-{row['today']}")
def test_a_period_has_the_phase_of_its_vector(row: dict[str, Any]) -> None:
    period = Period(_day(row["opens_on"]), _day(row["closes_on"]))
    assert period.phase(_day(row["today"])) == row["phase"]
    assert period.days_left(_day(row["today"])) == row["days_left"]
    assert period.starts_at.isoformat() == row["starts_at"]
    assert period.ends_at.isoformat() == row["ends_at"]


def test_the_last_second_of_the_last_day_is_inside_and_the_next_is_not() -> None:
    period = Period(date(2026, 3, 1), date(2026, 10, 25))
    assert period.is_collecting(period.starts_at)
    assert not period.is_collecting(period.starts_at - timedelta(microseconds=1))
    assert period.is_collecting(period.ends_at - timedelta(microseconds=1))
    assert not period.is_collecting(period.ends_at)
    assert period.ends_at.astimezone(BRUSSELS).isoformat() == "2026-10-26T00:00:00+01:00"


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(Refused, match="period-ends-before-it-starts"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


@pytest.mark.parametrize("row", VECTORS["months"], ids=lambda row: f"{row['day']}+{row['months']}")
def test_months_end_on_the_same_date_or_the_last_day(row: dict[str, Any]) -> None:
    assert add_months(_day(row["day"]), row["months"]) == _day(row["gives"])


def test_collection_ends_on_the_same_date_a_year_later_as_in_the_register() -> None:
    assert latest_end(date(2020, 8, 31)) == date(2021, 8, 31)
    assert latest_start(date(2022, 12, 31)) == date(2023, 6, 30)
    assert latest_end(latest_start(date(2022, 12, 31))) == date(2024, 6, 30)


def test_a_period_must_keep_to_article_8() -> None:
    registered_on = date(2026, 1, 10)
    check_period(ECI, registered_on, Period(date(2026, 7, 10), date(2027, 7, 10)))
    for opens_on, closes_on, code in (
        (date(2026, 1, 9), date(2026, 5, 1), "period-starts-before-registration"),
        (date(2026, 7, 11), date(2026, 8, 1), "period-starts-too-late"),
        (date(2026, 2, 1), date(2027, 2, 2), "period-too-long"),
    ):
        with pytest.raises(Refused, match=code):
            check_period(ECI, registered_on, Period(opens_on, closes_on))


def test_working_days_leave_out_weekends_and_the_commissions_holidays() -> None:
    holidays = {date(2026, 12, 24), date(2026, 12, 25)}
    assert is_working_day(date(2026, 12, 24))
    assert not is_working_day(date(2026, 12, 24), holidays)
    assert working_day_from(date(2026, 12, 24), holidays) == date(2026, 12, 28)
    assert working_day_from(date(2026, 12, 23), holidays) == date(2026, 12, 23)
    assert working_days_before(date(2026, 12, 28), 3) == date(2026, 12, 23)
    assert working_days_before(date(2026, 12, 28), 3, holidays) == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("registered_on", "closes_on", "code"),
    [
        (date(2019, 12, 31), date(2020, 12, 31), "individual-collection-registered-too-early"),
        (date(2023, 1, 1), date(2024, 1, 1), "individual-collection-registered-too-late"),
        (date(2026, 1, 10), date(2027, 1, 10), "individual-collection-registered-too-late"),
        (date(2022, 12, 31), date(2024, 7, 1), "individual-collection-is-over"),
    ],
)
def test_an_own_system_may_not_collect_for_a_new_initiative(registered_on: date, closes_on: date, code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_individual_collection_is_lawful(registered_on, closes_on)


def test_the_last_own_systems_were_lawful() -> None:
    check_individual_collection_is_lawful(date(2022, 12, 31), date(2024, 6, 30))
    check_individual_collection_is_lawful(date(2020, 1, 1), date(2021, 1, 1))


@pytest.mark.parametrize("row", VECTORS["deadlines"], ids=lambda row: "-".join(row["events"]))
def test_duties_have_the_dates_of_the_vector(row: dict[str, Any]) -> None:
    events = {event: _day(day) for event, day in row["events"].items()}
    found = deadlines(ECI, events, frozenset(map(_day, row["holidays"])))
    assert [[duty.id, duty.on.isoformat(), duty.latest_on.isoformat()] for duty in found] == row["deadlines"]


def _dates(duty: str, **events: date) -> list[tuple[date, date]]:
    return [(found.on, found.latest_on) for found in deadlines(ECI, events) if found.id == duty]


def test_destruction_takes_the_earlier_date_and_is_never_put_off() -> None:
    saturday = date(2026, 2, 28)
    assert _dates("destroy-statements", opens_on=date(2024, 5, 28)) == [(saturday, saturday)]
    assert _dates("destroy-statements", opens_on=date(2024, 5, 28), submitted_on=date(2025, 9, 1))[0][0] == date(2025, 10, 1)
    assert _dates("destroy-statements", opens_on=date(2024, 5, 28), submitted_on=date(2026, 2, 20))[0][0] == saturday
    assert _dates("destroy-statements", opens_on=date(2024, 5, 28), withdrawn_on=date(2024, 6, 30))[0][0] == date(2024, 7, 30)


def test_submission_on_the_last_lawful_day_falls_on_the_day_of_destruction() -> None:
    """12 + 3 + 3 + 3 months are 21 (Arts. 8, 12, 13, 19)."""
    opens_on = date(2025, 3, 3)
    closes_on = latest_end(opens_on)
    certified_on = add_months(closes_on, 6)
    (submission,) = _dates("submit-to-commission", last_certified_on=certified_on)
    (destruction,) = _dates("destroy-statements", opens_on=opens_on)
    assert submission[0] == destruction[0]


def test_a_withdrawal_ends_every_duty_but_destruction() -> None:
    withdrawn_on = date(2025, 9, 30)
    found = deadlines(
        ECI,
        {
            "registered_on": date(2025, 1, 10),
            "opens_on": date(2025, 3, 3),
            "closes_on": date(2026, 3, 3),
            "withdrawn_on": withdrawn_on,
        },
    )
    later = {duty.id for duty in found if duty.on > withdrawn_on}
    assert later == {"destroy-statements", "destroy-emails", "removal-from-register"}


def test_reports_come_every_two_months_and_move_to_a_working_day() -> None:
    reports = _dates("report-numbers", opens_on=date(2025, 3, 3), closes_on=date(2026, 3, 3))
    assert [on for on, _ in reports] == [add_months(date(2025, 3, 3), months) for months in (2, 4, 6, 8, 10, 12)]
    assert reports[0][1] == date(2025, 5, 5)


def test_a_repeated_duty_without_its_first_event_has_no_date() -> None:
    assert _dates("report-numbers", closes_on=date(2026, 3, 3)) == []


def test_emails_go_by_what_happened_last() -> None:
    closes_on, submitted_on = date(2026, 3, 3), date(2026, 8, 31)
    assert _dates("destroy-emails", closes_on=closes_on)[0][0] == date(2027, 3, 3)
    assert _dates("destroy-emails", closes_on=closes_on, submitted_on=submitted_on)[0][0] == date(2027, 8, 31)
    announced = _dates("destroy-emails", closes_on=closes_on, submitted_on=submitted_on, action_announced_on=date(2027, 2, 1))
    assert announced[0][0] == date(2030, 2, 1)
