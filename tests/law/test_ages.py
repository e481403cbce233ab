"""Age: reached on the day, on 1 March after a 29 February, by calendar year in Greece."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from civium.law.ages import is_old_enough, old_enough_from
from civium.law.procedure import AgeRule, Validity, load_procedure
from tests.law.vectors import read


def _rule(years: int, rule: str) -> AgeRule:
    return AgeRule(years, rule, None, None, Validity((), None))


@pytest.mark.parametrize("row", read("ages")["ages"], ids=lambda row: f"{row['rule']}-{row['born_on']}-{row['on']}")
def test_age_is_reached_on_the_day_of_the_vector(row: dict[str, str]) -> None:
    rule = _rule(int(row["years"]), row["rule"])
    born_on, on = date.fromisoformat(row["born_on"]), date.fromisoformat(row["on"])
    assert old_enough_from(rule, born_on) == date.fromisoformat(row["from"])
    assert is_old_enough(rule, born_on, on) is row["old_enough"]


def test_one_is_not_old_enough_the_day_before() -> None:
    for rule in (_rule(16, "completed_years"), _rule(17, "calendar_year")):
        for days in range(0, 1500, 7):
            born_on = date(2004, 1, 1) + timedelta(days=days)
            first = old_enough_from(rule, born_on)
            assert is_old_enough(rule, born_on, first)
            assert not is_old_enough(rule, born_on, first - timedelta(days=1))


def test_the_ages_are_those_of_the_commission_table() -> None:
    ages = {code: (place.ages[0].years, place.ages[0].rule) for code, place in load_procedure().jurisdictions.items()}
    assert {code for code, (years, _) in ages.items() if years == 16} == {"AT", "BE", "DE", "EE", "MT"}
    assert ages["EL"] == (17, "calendar_year")
    assert all(age == (18, "completed_years") for code, age in ages.items() if code not in ("AT", "BE", "DE", "EE", "MT", "EL"))


def test_the_calendars_last_years_are_no_error() -> None:
    assert not is_old_enough(_rule(16, "completed_years"), date(9990, 1, 1), date(9999, 12, 30))
