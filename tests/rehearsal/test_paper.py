"""Invented paper: whole weeks, States that collect, the sum that was promised, the same for the same seed."""

from __future__ import annotations

from datetime import date, timedelta

from civium.law.procedure import load_procedure
from civium.rehearsal.paper import draw_tallies

OPENS, LAST = date(2026, 9, 2), date(2026, 11, 20)
CODES = tuple(load_procedure("eci").jurisdictions)


def test_the_tallies_are_of_whole_weeks_and_add_up() -> None:
    found = list(draw_tallies(7, 20_000, CODES, OPENS, LAST))
    assert found == list(draw_tallies(7, 20_000, CODES, OPENS, LAST))
    assert abs(sum(number for _, _, number in found) - 20_000 / 15) < len(found) / 2
    assert len({(code, week) for code, week, _ in found}) == len(found)
    for code, week, number in found:
        assert code in CODES
        assert week.weekday() == 0
        assert OPENS - timedelta(days=6) <= week <= LAST - timedelta(days=6)
        assert number > 0


def test_a_campaign_without_a_whole_week_or_without_such_a_state_has_none() -> None:
    assert list(draw_tallies(7, 20_000, CODES, OPENS, OPENS)) == []
    assert list(draw_tallies(7, 20_000, ("LU",), OPENS, LAST)) == []
