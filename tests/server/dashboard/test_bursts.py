"""Days out of pattern: found where one State leaps, not where all do; and how often this cries wolf on invented campaigns."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from civium.server.dashboard.bursts import bursts
from civium.server.dashboard.simulated import campaign
from civium.server.open_data.numbers import Series

FIRST = date(2026, 4, 14)
SHARES = {"DE": 0.3, "FR": 0.2, "ES": 0.15, "PL": 0.15, "SE": 0.1, "MT": 0.1}


def _series(columns: dict[str, list[int]]) -> Series:
    length = len(columns["DE"])
    days = tuple(FIRST + timedelta(days=place) for place in range(length))
    return Series(days, {code: tuple(column) for code, column in columns.items()}, {})


def _all(series: Series) -> int:
    return len(bursts(series, since=FIRST, until=series.days[-1] + timedelta(days=1)))


def _states(length: int, rng: Random) -> dict[str, list[int]]:
    """Divide a campaign over States that each have moods of their own from day to day."""
    whole = campaign(length, rng)
    return {code: [round(count * share * rng.lognormvariate(0, 0.35)) for count in whole] for code, share in SHARES.items()}


def test_one_state_that_leaps_is_found() -> None:
    columns = {code: [round(1000 * share)] * 40 for code, share in SHARES.items()}
    columns["MT"][30] *= 12
    (found,) = bursts(_series(columns), since=FIRST, until=FIRST + timedelta(days=40))
    assert (found.jurisdiction, found.day, found.entries, found.usual) == ("MT", FIRST + timedelta(days=30), 1200, 100)


def test_what_all_states_see_is_no_burst() -> None:
    columns = {code: [round(1000 * share)] * 40 for code, share in SHARES.items()}
    for column in columns.values():
        column[30] *= 12
    assert _all(_series(columns)) == 0


def test_today_and_small_days_and_young_campaigns_are_left_alone() -> None:
    columns = {code: [round(1000 * share)] * 40 for code, share in SHARES.items()}
    columns["MT"][39] *= 12
    assert bursts(_series(columns), since=FIRST, until=FIRST + timedelta(days=39)) == ()
    quiet = {code: [1] * 40 for code in SHARES}
    quiet["MT"][30] = 49
    assert _all(_series(quiet)) == 0
    young = {code: [100] * 13 for code in SHARES}
    young["MT"][12] = 5000
    assert _all(_series(young)) == 0


def test_how_often_it_cries_wolf_and_what_it_finds() -> None:
    """The handbook says: less than one false alarm in ten campaigns of 200 days, and nine of ten days at twenty times the usual found."""
    rng = Random(11)
    false, found, campaigns = 0, 0, 40
    for _ in range(campaigns):
        columns = _states(200, rng)
        false += _all(_series(columns))
        day = rng.randrange(60, 199)
        columns["SE"][day] = 20 * sum(columns["SE"][day - 28 : day]) // 28 + 60
        hits = bursts(_series(columns), since=FIRST, until=FIRST + timedelta(days=200))
        found += any((one.jurisdiction, one.day) == ("SE", FIRST + timedelta(days=day)) for one in hits)
    assert false <= campaigns / 10, false
    assert found >= 0.9 * campaigns, found
