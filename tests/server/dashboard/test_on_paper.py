"""Paper in the dashboard's numbers: toward goal, thresholds, margins, forecast and steps; apart from what came online."""

from __future__ import annotations

from datetime import date, timedelta

from civium.law.procedure import load_procedure
from civium.law.progress import thresholds
from civium.server.config import Config
from civium.server.dashboard import days, forecast, next_steps, watching
from civium.server.dashboard.alerts import alerts
from civium.server.dashboard.margins import Margin
from civium.server.dashboard.on_paper import OnPaper, on_paper, week_to_count
from civium.server.dashboard.overview import overview
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.office import paper
from tests.server.dashboard.conftest import show
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE, TODAY

MONDAY = date(2026, 11, 16)  # of the tests' week; today is its Saturday
WEEK = timedelta(days=7)
MALTA = thresholds(load_procedure("eci"), date(2026, 1, 1))["MT"]


def _count(live: Initiative, *tallies: tuple[str, date, int]) -> None:
    for code, monday, number in tallies:
        paper.enter_tally(live, code, monday, number, ONE, now=NOW)


def test_tallies_are_summed_by_place_and_by_week_with_the_newest_word(live: Initiative) -> None:
    _count(live, ("ES", MONDAY, 10), ("MT", MONDAY, 5), ("ES", MONDAY - WEEK, 100))
    paper.correct_tally(live, paper.Tally("ES", MONDAY, 12, 1), "two sheets more", ONE, now=NOW)
    seen = on_paper(live)
    assert (seen.total, dict(seen.by_place)) == (117, {"ES": 112, "MT": 5})
    assert list(seen.by_week.items()) == [(MONDAY - WEEK, 100), (MONDAY, 17)]
    assert on_paper(live, "MT") == OnPaper({"MT": 5}, {MONDAY: 5})
    # A week that is not over stands on today, one that is on its Sunday.
    assert dict(seen.by_day(until=TODAY)) == {MONDAY - timedelta(days=1): 100, TODAY: 17}


def test_a_margin_counts_both_and_takes_the_same_share_off_both() -> None:
    mixed = Margin("SE", 600, 1000, 0.2, is_observed=True, paper=400)
    assert (mixed.together, mixed.share, mixed.left, mixed.missing, mixed.outlook) == (1000, 1.0, 800, 0, "at-risk")
    assert mixed.missing_to_be_safe == Margin("SE", 1000, 1000, 0.2, is_observed=True).missing_to_be_safe


def test_paper_reaches_a_threshold_in_dashboard_and_alerts(live: Initiative, premises: Premises, config: Config) -> None:
    place.receive(premises, live_collection(live), "MT", 2)
    show(premises.store)
    _count(live, ("MT", MONDAY - WEEK, MALTA - 3))
    before = overview(live, premises.store, now=NOW)
    assert before is not None
    assert (before.received, before.together, before.progress.over) == (2, MALTA - 1, ())
    _count(live, ("MT", MONDAY, 1))
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, seen.paper.total, seen.together, seen.progress.over) == (2, MALTA - 2, MALTA, ("MT",))
    found = next(one for one in seen.margins if one.code == "MT")
    assert (found.received, found.paper, found.missing) == (2, MALTA - 2, 0)
    assert seen.pace.needed == -(-(seen.goal - MALTA) // seen.days_left)
    malta = overview(live, premises.store, now=NOW, jurisdiction="MT")
    spain = overview(live, premises.store, now=NOW, jurisdiction="ES")
    assert malta is not None
    assert spain is not None
    assert (malta.together, spain.together) == (MALTA, 0)
    with_paper = watching.situation(live, live_collection(live), config, now=NOW)
    assert with_paper.received == MALTA
    assert [one.subject for one in alerts(with_paper) if one.kind == "threshold-reached"] == ["MT"]


def test_the_forecast_adds_what_was_counted_and_no_more() -> None:
    first, today, last = date(2026, 1, 1), date(2026, 3, 1), date(2026, 12, 31)
    values = [100] * (today - first).days
    online = forecast.forecast(values, first, today=today, last=last)
    both = forecast.forecast(values, first, today=today, last=last, paper=5_000)
    assert online is not None
    assert both is not None
    assert both.pace == online.pace
    for one, other in zip(online.courses, both.courses, strict=True):
        assert other.middle - one.middle == 5_000
        assert other.outer[0] - one.outer[0] == 5_000
    # Paper alone says nothing of a pace.
    assert forecast.forecast([], first, today=first + timedelta(days=1), last=last, paper=5_000) is None


def test_last_weeks_sheets_are_asked_for_where_paper_is_counted(live: Initiative, premises: Premises) -> None:
    def kinds() -> list[str]:
        seen = overview(live, premises.store, now=NOW)
        assert seen is not None
        return [step.kind for step in next_steps.next_steps(seen)]

    assert "count-paper" not in kinds()
    _count(live, ("ES", MONDAY - 2 * WEEK, 30))
    assert "count-paper" in kinds()
    _count(live, ("ES", MONDAY - WEEK, 30))
    assert "count-paper" not in kinds()


def test_the_week_to_count_is_the_latest_whole_one_and_none_after_the_last() -> None:
    counted = OnPaper({"ES": 1}, {MONDAY - 2 * WEEK: 1})
    assert week_to_count(counted, today=TODAY, last=TODAY + 30 * WEEK) == MONDAY - WEEK
    assert week_to_count(counted, today=MONDAY + WEEK, last=TODAY + 30 * WEEK) == MONDAY
    assert week_to_count(counted, today=TODAY + 9 * WEEK, last=MONDAY - WEEK - timedelta(days=1)) is None
    assert week_to_count(OnPaper(), today=TODAY, last=TODAY + WEEK) is None


def test_without_online_statements_paper_is_shown(live: Initiative, premises: Premises) -> None:
    _count(live, ("ES", MONDAY, 30))
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, seen.together, seen.series.days) == (0, 30, ())
    assert days.shown(live_collection(live)).total == 0
