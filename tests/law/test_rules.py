"""Values of a procedure: on which days they hold."""

from __future__ import annotations

from datetime import date

from civium.law.rules import Validity


def test_a_value_holds_on_its_first_and_last_day_and_between() -> None:
    value = Validity(("reg",), "high", date(2026, 1, 2), date(2026, 1, 4))
    assert [value.holds_on(date(2026, 1, day)) for day in (1, 2, 3, 4, 5)] == [False, True, True, True, False]


def test_a_value_without_dates_holds_always() -> None:
    assert Validity((), None).holds_on(date(1900, 1, 1))
