"""A duty is called to mind once for each distance, to those who may write letters; without a mail server nobody is, and nothing is noted."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civium.server.config import Config
from civium.server.console.accounts import letters as mails
from civium.server.console.models import Account, Membership
from civium.server.mail_server import MailServer
from civium.server.office import reminders
from civium.server.office.models import Reminder
from tests.server.initiatives.place import NOW, TODAY

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

SERVER = MailServer("localhost", 25, "none", "office@collect.example")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Give settings with a mail server; what is sent is kept by the test."""
    made = Config.from_environment({"CIVIUM_DATA": str(tmp_path), "CIVIUM_URL": "https://collect.example"})
    return dataclasses.replace(made, mail=SERVER)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], str, str]]:
    """Stand in for the mail server alone."""
    kept: list[tuple[tuple[str, ...], str, str]] = []

    def send(_config: Config, addresses: tuple[str, ...], subject: str, text: str, *, now: datetime) -> int:
        del now
        kept.append((tuple(addresses), subject, text))
        return len(addresses)

    monkeypatch.setattr(mails, "send", send)
    return kept


def _member(initiative: Initiative, role: str) -> None:
    account = Account.objects.create(name=role.title(), email=f"{role}@night-trains.example", made_on=TODAY)
    Membership.objects.create(account=account, initiative=initiative, role=role, since=TODAY)


def test_each_distance_is_reminded_once(
    initiative: Initiative, config: Config, sent: list[tuple[tuple[str, ...], str, str]]
) -> None:
    _member(initiative, "representative")
    _member(initiative, "auditor")
    # The report that is due on 14 December: three weeks, one week, two days before, and once after it.
    seen = []
    for day in (
        date(2026, 11, 23),
        date(2026, 11, 24),
        date(2026, 12, 7),
        date(2026, 12, 12),
        date(2026, 12, 15),
        date(2026, 12, 16),
    ):
        before = len(sent)
        reminders.remind(config, now=NOW + timedelta(days=(day - TODAY).days))
        seen.append(
            any("Report the numbers by Member State\n  " in text and "2026-12-14" in text for _, _, text in sent[before:])
        )
    assert seen == [True, False, True, True, True, False]
    assert {addresses for addresses, _, _ in sent} == {("representative@night-trains.example",)}
    assert all("/console/initiatives/night-trains/duties/" in text for _, _, text in sent)
    assert "this was the last day" in sent[-1][2]


def test_what_was_done_or_is_long_over_wakes_nobody(initiative: Initiative) -> None:
    due = {(duty.id, distance) for duty, distance in reminders.due_reminders(initiative, today=TODAY)}
    assert ("notice-of-start", -1) not in due  # since March
    assert ("report-numbers", -1) not in due


def test_without_a_mail_server_nothing_is_noted(initiative: Initiative, config: Config) -> None:
    _member(initiative, "representative")
    assert reminders.remind(dataclasses.replace(config, mail=None), now=NOW) == 0
    assert not Reminder.objects.exists()
