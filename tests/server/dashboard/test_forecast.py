"""The forecast: what it is made from, when there is none, and that its bands hold as often as they say on campaigns it was not fitted to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from civium.server.dashboard import forecast
from civium.server.dashboard.calibrating import coverage
from civium.server.dashboard.simulated import RESTLESS, campaign

FIRST = date(2026, 4, 14)
LAST = date(2027, 4, 13)


def _after(days: int) -> date:
    return FIRST + timedelta(days=days)


def test_the_bands_hold_as_often_as_they_say_on_campaigns_they_were_not_fitted_to() -> None:
    tried = inner = outer = below = 0
    for age, ahead in ((8, 60), (35, 20), (60, 250), (150, 100), (240, 30)):
        found = coverage(age, ahead, seed=7_000 + age, campaigns=160)
        tried, inner, outer, below = tried + found.tried, inner + found.inner, outer + found.outer, below + found.below_middle
        # A single pair is 160 campaigns: three standard errors are 0.12 and 0.095.
        assert found.inner_share == pytest.approx(0.5, abs=0.12), (age, ahead)
        assert found.outer_share == pytest.approx(0.8, abs=0.1), (age, ahead)
    assert tried >= 795
    assert inner / tried == pytest.approx(0.5, abs=0.05)
    assert outer / tried == pytest.approx(0.8, abs=0.045)
    assert below / tried == pytest.approx(0.5, abs=0.06)


def test_more_restless_campaigns_leave_the_bands_more_often_and_the_handbook_says_how_often() -> None:
    found = coverage(90, 100, seed=5, campaigns=200, world=RESTLESS)
    assert 0.5 < found.outer_share < 0.78


@pytest.mark.parametrize(
    ("days", "daily", "is_made"), [(6, 100, False), (7, 1, True), (2, 499, False), (2, 500, True), (1, 1000, True)]
)
def test_it_begins_with_seven_whole_days_or_a_thousand_statements(days: int, daily: int, is_made: bool) -> None:
    made = forecast.forecast([daily] * days, FIRST, today=_after(days), last=LAST)
    assert (made is not None) == is_made


def test_a_thousand_on_the_first_day_are_not_enough_before_that_day_is_over() -> None:
    assert forecast.forecast([5000], FIRST, today=FIRST, last=LAST) is None


def test_nothing_in_four_weeks_is_no_pace() -> None:
    assert forecast.forecast([100] * 10, FIRST, today=_after(60), last=LAST) is None


def test_after_the_last_day_nothing_is_to_come() -> None:
    assert forecast.forecast([100] * 10, FIRST, today=_after(10), last=_after(9)) is None


def test_on_the_last_day_the_rest_of_it_is_to_come() -> None:
    made = forecast.forecast([100] * 10, FIRST, today=_after(10), last=_after(10))
    assert made is not None
    assert made.end.day == _after(10)
    assert 1000 <= made.end.outer[0] <= made.end.inner[0] <= made.end.middle <= made.end.inner[1] <= made.end.outer[1] < 1300


def test_bands_lie_inside_each_other_and_never_below_what_was_received() -> None:
    days = [400, 350, 300, 250, 200, 180, 160, 150, 900]
    made = forecast.forecast(days, FIRST, today=_after(8), last=LAST)
    assert made is not None
    for one in made.courses[1:]:
        assert sum(days) <= one.outer[0] <= one.inner[0] <= one.middle <= one.inner[1] <= one.outer[1]
    assert [one.day for one in made.courses] == sorted({one.day for one in made.courses})
    assert (made.courses[0].day, made.end.day) == (_after(7), LAST)


def test_what_was_destroyed_is_taken_off_the_total_and_not_off_the_pace() -> None:
    whole = forecast.forecast([100] * 28, FIRST, today=_after(28), last=LAST)
    less = forecast.forecast([100] * 28, FIRST, today=_after(28), last=LAST, destroyed=300)
    assert whole is not None
    assert less is not None
    assert whole.pace == less.pace == 100
    assert whole.end.middle - less.end.middle == 300


def test_a_week_that_rises_is_told_apart_from_one_that_falls() -> None:
    assert forecast.trend_of([100] * 21 + [300] * 7) == "rising"
    assert forecast.trend_of([300] * 21 + [100] * 7) == "falling"
    assert forecast.trend_of([300] * 21 + [290] * 7) == "level"
    assert forecast.trend_of([1, 1000]) == "level"


def test_small_numbers_have_wide_bands() -> None:
    few = forecast.widened((0.8, 0.9, 1.0, 1.1, 1.2), counted=5, expected=5)
    many = forecast.widened((0.8, 0.9, 1.0, 1.1, 1.2), counted=500_000, expected=500_000)
    assert few[0] < many[0]
    assert many[4] < few[4]
    assert few[2] == many[2] == 1.0


def test_days_without_a_statement_until_yesterday_are_days() -> None:
    assert forecast.whole_days([5, 5, 5], FIRST, _after(5)) == [5, 5, 5, 0, 0]
    assert forecast.whole_days([5, 5, 5], FIRST, _after(2)) == [5, 5]


def test_the_same_random_numbers_give_the_same_campaign() -> None:
    from random import Random

    assert campaign(30, Random(4)) == campaign(30, Random(4)) != campaign(30, Random(5))
