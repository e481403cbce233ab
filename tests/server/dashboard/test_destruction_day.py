"""The day on which statements must be gone is one day: alert, duties, calendar file, the screens' values and the public sentence agree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from civium.law.deployments import deployment
from civium.law.periods import add_months
from civium.law.procedure import load_procedure
from civium.server.config import Config
from civium.server.console.lifecycle.shown import standing_of
from civium.server.dashboard import watching
from civium.server.dashboard.alerts import alerts
from civium.server.initiatives import destroying_all, holds, milestones
from civium.server.initiatives.holds import Proceedings
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.retention_dates import destruction_due_on, retention_dates
from civium.server.initiatives.states import State
from civium.server.office.calendar import as_calendar
from civium.server.office.duties import duties_of
from civium.server.site import loading, trust
from civium.server.site.words import words
from tests.server.initiatives import life, place
from tests.server.initiatives.life import Place

CASE = Proceedings("Case T-1/27", "the registration is contested", "the General Court")


def _agreed(here: Place, config: Config) -> date | None:
    """Give the day that all of them name, None where none names any."""
    initiative = here.initiative
    due = destruction_due_on(initiative)
    duties = duties_of(initiative, today=here.today)
    assert [one.due_on for one in duties if one.id == "destroy-statements"] == ([due] if due else [])
    calendar = as_calendar(duties, slug="a", number="1", host="h.example", now=here.now).decode().replace("\r\n ", "")
    title = next(rule.titles["en"] for rule in load_procedure("eci").deadlines if rule.id == "destroy-statements")
    named = [event for event in calendar.split("BEGIN:VEVENT") if f"SUMMARY:{title} (" in event]
    assert [re.findall(r"DTSTART;VALUE=DATE:(\d+)", event) for event in named] == ([[f"{due:%Y%m%d}"]] if due else [])
    shown = standing_of(initiative, today=here.today)
    assert shown.dates.due_on == due
    assert [day for name, day, _ in shown.duties if name == "destroy-statements"] == ([due] if due else [])
    situation = watching.situation(initiative, live_collection(initiative), config, now=here.now)
    assert situation.destroyed_by == due
    for before, is_told in ((15, False), (14, True), (0, True), (-1, False)):
        seen = replace(situation, today=(due or here.today) - timedelta(days=before))
        told = [one for one in alerts(seen) if one.kind == "destruction-near"]
        assert [one.facts["on"] for one in told] == ([due.isoformat()] if due and is_told else [])
    # What is destroyed by itself is destroyed on that day, and not the day before.
    for day in (due,) if due else ():
        assert initiative not in destroying_all.due(today=day - timedelta(days=1))
        assert initiative in destroying_all.due(today=day)
    return due


def test_before_anything_happened_it_is_twenty_one_months_after_the_start(
    tmp_path: Path, premises: Premises, config: Config
) -> None:
    here = life.build(State.LIVE, tmp_path, premises)
    assert _agreed(here, config) == add_months(here.initiative.opens_on, 21)


def test_submission_a_hold_and_its_end_move_it(tmp_path: Path, premises: Premises, config: Config) -> None:
    here = life.build(State.SUBMITTED, tmp_path, premises)
    assert _agreed(here, config) == add_months(here.today, 1)
    holds.place_hold(here.initiative, CASE, place.TWO, now=here.now)
    assert _agreed(here, config) is None
    ended_on = here.today + timedelta(days=400)
    here.now += timedelta(days=405)
    holds.lift_hold(here.initiative, place.TWO, ended_on=ended_on, now=here.now)
    assert _agreed(here, config) == add_months(ended_on, 1)
    assert [one.article for one in duties_of(here.initiative, today=here.today) if one.id == "destroy-statements"] == [
        "Art. 19(7)"
    ]


def test_a_withdrawal_moves_it(tmp_path: Path, premises: Premises, config: Config) -> None:
    here = life.build(State.LIVE, tmp_path, premises)
    milestones.withdraw(here.initiative, premises, place.TWO, on=here.today, now=here.now)
    here.initiative.refresh_from_db()
    assert _agreed(here, config) == add_months(here.today, 1)


def test_a_demonstration_has_the_day_that_its_public_page_promises(tmp_path: Path, premises: Premises, config: Config) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    days = deployment(load_procedure("eci"), "demonstration").destroyed_after_days
    assert days is not None
    due = place.TODAY + timedelta(days=days)
    assert destruction_due_on(initiative) == retention_dates(initiative).due_on == due
    assert [one.due_on for one in duties_of(initiative, today=place.TODAY) if one.id == "destroy-statements"] == [due]
    situation = watching.situation(initiative, live_collection(initiative), config, now=place.NOW)
    assert situation.destroyed_by == due
    shown = loading.find(initiative.slug, place.TODAY)
    assert shown is not None
    said = trust.steps(words("en"), deployment(load_procedure("eci"), "demonstration"), shown)[-1].sentence
    assert said == f"Everything sent to this demonstration is destroyed after {days} days."


def test_the_public_sentence_has_the_numbers_of_the_law() -> None:
    _ = words("en")
    said = trust._destroyed(_, deployment(load_procedure("eci"), "central"))
    rule = next(rule for rule in load_procedure("eci").deadlines if rule.id == "destroy-statements")
    months = {offset.event: offset.months for group in rule.groups for offset in group}
    assert months == {"withdrawn_on": 1, "submitted_on": 1, "opens_on": 21}
    assert "one month after the initiative was submitted" in said
    assert f"{months['opens_on']} months after the collection began" in said
    assert "Only administrative or legal proceedings can make this later." in said
