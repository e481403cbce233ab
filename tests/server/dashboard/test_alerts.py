"""Alerts: each at its threshold and not below; raised once, told once, to those who may see, and to nobody else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from civium.server.console.models import Account, Membership
from civium.server.console.words import words
from civium.server.dashboard import alerting, alerts, telling, watching
from civium.server.dashboard.alerts import KINDS, Raised, Situation
from civium.server.dashboard.hours import hour_of
from civium.server.dashboard.models import Alert, AlertLetter
from civium.server.dashboard.wording import said
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.mail_server import MailServer
from tests.server.dashboard.conftest import show
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, TODAY

HOUR = timedelta(hours=1)
LAST = hour_of(NOW) - HOUR
GIB = 1024**3
QUIET = Situation(
    now=NOW,
    today=TODAY,
    phase="collecting",
    opens_on=date(2026, 4, 14),
    closes_on=date(2027, 4, 13),
    hours={},
    counted_since=NOW - timedelta(days=30),
    over=(),
    received=5000,
    goal=1_000_000,
    most_likely_high=None,
    days_counted=221,
    keys_proven_on={"ES": TODAY},
    disk_free=500 * GIB,
    disk_size=1000 * GIB,
)


def _kinds(seen: Situation) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in alerts.alerts(seen)]


def _week(count: int) -> dict[object, Counter[str]]:
    return {LAST - timedelta(days=back): Counter(received=count) for back in range(1, 8)}


def test_a_quiet_situation_raises_nothing() -> None:
    assert _kinds(QUIET) == []


def test_silence_needs_a_usual_of_twenty_a_whole_week_and_a_collection_that_runs() -> None:
    busy = replace(QUIET, hours=_week(20))
    assert _kinds(busy) == [("silence", "")]
    assert _kinds(replace(QUIET, hours=_week(19))) == []
    assert _kinds(replace(busy, phase="paused")) == []
    assert _kinds(replace(busy, counted_since=NOW - timedelta(days=6))) == []
    assert _kinds(replace(busy, counted_since=None)) == []
    assert _kinds(replace(busy, hours=_week(20) | {LAST: Counter(received=1)})) == []
    assert _kinds(replace(busy, hours=_week(20) | {LAST + HOUR: Counter(received=1)})) == []


def test_silence_at_night_is_measured_by_nights() -> None:
    """Twelve hours away hundreds are usual; at this hour none."""
    by_day = {LAST - timedelta(days=back, hours=12): Counter(received=900) for back in range(8)}
    assert _kinds(replace(QUIET, hours=by_day)) == []


def test_refusals_are_unusual_in_number_in_share_and_against_the_week() -> None:
    def hour(received: int, refused: int) -> dict[object, Counter[str]]:
        return {LAST: Counter({"received": received, "refused:manifest-expired": refused - 1, "refused:unknown-key": 1})}

    (found,) = alerts.alerts(replace(QUIET, hours=hour(200, 50)))
    assert (found.kind, found.facts) == ("refusals", {"refused": 50, "arrived": 250, "code": "manifest-expired"})
    assert _kinds(replace(QUIET, hours=hour(196, 49))) == []
    assert _kinds(replace(QUIET, hours=hour(201, 50))) == []
    usual = {LAST - timedelta(days=2): Counter({"received": 90, "refused:unknown-key": 10})}
    assert _kinds(replace(QUIET, hours=hour(100, 50) | usual)) == [("refusals", "")]
    often = {LAST - timedelta(days=2): Counter({"received": 80, "refused:unknown-key": 20})}
    assert _kinds(replace(QUIET, hours=hour(100, 50) | often)) == []


def test_the_disk_by_share_and_by_size() -> None:
    assert _kinds(replace(QUIET, disk_free=99 * GIB)) == [("disk", "")]
    assert _kinds(replace(QUIET, disk_size=4 * GIB, disk_free=2 * GIB)) == []
    assert _kinds(replace(QUIET, disk_size=4 * GIB, disk_free=2 * GIB - 1)) == [("disk", "")]


@pytest.mark.parametrize(("left", "step"), [(31, None), (30, "30"), (8, "30"), (7, "7"), (2, "7"), (1, "1"), (0, "1")])
def test_the_end_is_told_thirty_seven_and_one_days_before(left: int, step: str | None) -> None:
    found = _kinds(replace(QUIET, closes_on=TODAY + timedelta(days=left)))
    assert found == ([("ends-soon", step)] if step else [])


def test_the_start_and_the_destruction_are_told_before() -> None:
    waiting = replace(QUIET, phase="waiting", opens_on=TODAY + timedelta(days=7))
    assert _kinds(waiting) == [("opens-soon", "7")]
    assert _kinds(replace(QUIET, destroyed_by=TODAY + timedelta(days=14))) == [("destruction-near", "14")]
    assert _kinds(replace(QUIET, destroyed_by=TODAY + timedelta(days=15))) == []


def test_a_key_is_old_after_two_months() -> None:
    proven = {"ES": date(2026, 9, 21), "MT": date(2026, 9, 20), "DE": date(2026, 9, 1)}
    (found,) = alerts.alerts(replace(QUIET, keys_proven_on=proven))
    assert (found.kind, found.subject, found.facts) == ("key-old", "2026-09-01", {"count": 2, "jurisdictions": "DE MT"})
    assert _kinds(replace(QUIET, keys_proven_on=proven, phase="ended")) == []


def test_thresholds_goal_and_a_goal_out_of_reach() -> None:
    assert _kinds(replace(QUIET, over=("DE", "MT"))) == [("threshold-reached", "DE"), ("threshold-reached", "MT")]
    assert _kinds(replace(QUIET, received=1_000_000)) == [("goal-reached", "")]
    assert _kinds(replace(QUIET, most_likely_high=999_999)) == [("goal-unlikely", "")]
    assert _kinds(replace(QUIET, most_likely_high=1_000_000)) == []
    assert _kinds(replace(QUIET, most_likely_high=5, days_counted=27)) == []


@pytest.fixture
def members(live: Initiative) -> dict[str, Account]:
    """Give an observer, a partner, who may not see the dashboard, an operator, and a member of nothing."""
    made = {}
    for name in ("observer", "partner", "operator", "stranger"):
        made[name] = Account.objects.create(name=name, email=f"{name}@organisers.example", made_on=TODAY)
    for name in ("observer", "partner"):
        Membership.objects.create(account=made[name], initiative=live, role=name, since=TODAY)
    Membership.objects.create(account=made["operator"], initiative=None, role="operator", since=TODAY)
    return made


def test_an_alert_is_raised_once_and_over_when_it_is_so_no_more(live: Initiative) -> None:
    (first,) = alerting.keep(live, [Raised("disk", facts={"free_megabytes": 5})], now=NOW)
    assert alerting.keep(live, [Raised("disk", facts={"free_megabytes": 4})], now=NOW + HOUR) == ()
    assert alerting.shown(live, now=NOW + HOUR) == (first,)
    assert alerting.keep(live, [], now=NOW + 2 * HOUR) == ()
    assert alerting.shown(live, now=NOW + 2 * HOUR) == ()
    # It flickers: open again, and nobody is told anew.
    assert alerting.keep(live, [Raised("disk", facts={"free_megabytes": 3})], now=NOW + 3 * HOUR) == ()
    assert len(alerting.shown(live, now=NOW + 3 * HOUR)) == Alert.objects.count() == 1
    alerting.keep(live, [], now=NOW + 4 * HOUR)
    assert len(alerting.keep(live, [Raised("disk", facts={"free_megabytes": 2})], now=NOW + 30 * HOUR)) == 1


def test_a_threshold_is_told_for_ever_once_and_stands_for_three_days(live: Initiative) -> None:
    alerting.keep(live, [Raised("threshold-reached", "MT")], now=NOW)
    assert len(alerting.shown(live, now=NOW + 71 * HOUR)) == 1
    assert alerting.shown(live, now=NOW + 73 * HOUR) == ()
    alerting.keep(live, [], now=NOW + 80 * HOUR)
    assert alerting.keep(live, [Raised("threshold-reached", "MT")], now=NOW + 90 * HOUR) == ()


def test_letters_go_to_those_who_may_see_and_of_the_disk_to_the_operator_too(
    live: Initiative, members: dict[str, Account]
) -> None:
    alerting.keep(live, [Raised("silence", facts={"usual": 40})], now=NOW)
    assert list(AlertLetter.objects.values_list("account", flat=True)) == [members["observer"].pk]
    alerting.keep(live, [Raised("disk", facts={"free_megabytes": 5})], now=NOW)
    told = set(AlertLetter.objects.filter(alert__kind="disk").values_list("account", flat=True))
    assert told == {members["observer"].pk, members["operator"].pk}


def test_every_kind_has_its_words_and_no_fact_is_missing(live: Initiative) -> None:
    raised = {
        "silence": Raised("silence", facts={"usual": 40}),
        "refusals": Raised("refusals", facts={"refused": 60, "arrived": 100, "code": "manifest-expired"}),
        "disk": Raised("disk", facts={"free_megabytes": 5}),
        "ends-soon": Raised("ends-soon", "7", {"on": "2026-11-28"}),
        "opens-soon": Raised("opens-soon", "1", {"on": "2026-11-22"}),
        "destruction-near": Raised("destruction-near", "14", {"on": "2026-12-05"}),
        "key-old": Raised("key-old", "2026-09-01", {"count": 2, "jurisdictions": "DE MT"}),
        "goal-unlikely": Raised("goal-unlikely", facts={"high": 5, "goal": 10}),
        "goal-reached": Raised("goal-reached", facts={"goal": 10}),
        "threshold-reached": Raised("threshold-reached", "MT"),
    }
    assert set(raised) == set(KINDS)
    for alert in alerting.keep(live, raised.values(), now=NOW):
        text = said(words("en"), live, alert)
        assert text.title
        assert text.sentence
        assert text.advice
        assert "%(" not in text.title + text.sentence + text.advice


def test_one_letter_tells_all_that_is_new_and_nothing_personal(live: Initiative, members: dict[str, Account]) -> None:
    told = alerting.keep(live, [Raised("threshold-reached", "MT"), Raised("disk", facts={"free_megabytes": 5})], now=NOW)
    server = MailServer("mail.example", 587, "starttls", "civium@collect.example")
    mail = telling.written(words("en"), members["observer"], told, url="https://collect.example", server=server, now=NOW)
    body = mail.get_content()
    assert mail["To"] == "observer@organisers.example"
    assert "Malta is over its threshold" in body
    assert "The disk is nearly full" in body
    assert "https://collect.example/console/initiatives/night-trains/dashboard/" in body
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_handbook_names_every_threshold() -> None:
    page = (Path(__file__).parents[3] / "docs" / "handbook" / "dashboard.md").read_text("utf-8")
    lines = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", page, re.MULTILINE))
    assert set(lines) == set(KINDS)
    assert str(alerts.SILENCE_EXPECTED) in lines["silence"]
    for number in (alerts.REFUSED_LEAST, round(100 * alerts.REFUSED_SHARE), alerts.REFUSED_TIMES):
        assert str(number) in lines["refusals"]
    for day in alerts.END_DAYS:
        assert str(day) in lines["ends-soon"]


def test_a_whole_look_raises_what_the_store_says(live: Initiative, premises: Premises, config: object) -> None:
    collection = live_collection(live)
    place.receive(premises, collection, "MT", 3)
    show(premises.store)
    assert watching.look(premises.store, now=NOW) == 3
    seen = watching.situation(live, collection, config, now=NOW)
    assert (seen.received, seen.over, seen.phase, seen.keys_proven_on) == (3, (), "collecting", {"ES": TODAY, "MT": TODAY})
    raised = watching.raise_alerts(config, now=NOW)
    assert watching.raise_alerts(config, now=NOW) == 0
    assert raised == Alert.objects.count()
