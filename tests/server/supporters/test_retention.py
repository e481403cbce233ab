"""When addresses go: unconfirmed ones by themselves, the rest on the law's day or by two persons, with the words they agreed to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from civium.errors import Refused
from civium.server.config import Config
from civium.server.initiatives.models import Collection, Initiative, JournalEntry
from civium.server.supporters import asking, feedback, retention, sending
from civium.server.supporters.models import ConsentText, Feedback, MailsOfToday, Subscription, Unconfirmed
from civium.server.supporters.retention import Kept
from tests.server.initiatives.place import NOW, ONE, TODAY, TWO

from .asked import asked, links_of, token_of
from .mailbox import Mailbox


def test_an_address_nobody_confirmed_goes_after_seven_days(initiative: Initiative) -> None:
    asking.ask(initiative, asked(), now=NOW)
    assert retention.destroy_what_is_over(now=NOW + timedelta(days=7)) == 0
    assert Unconfirmed.objects.count() == 1
    assert retention.destroy_what_is_over(now=NOW + timedelta(days=8)) > 0
    assert (Unconfirmed.objects.count(), ConsentText.objects.count(), MailsOfToday.objects.count()) == (0, 0, 0)


def test_the_words_stay_as_long_as_somebody_agreed_to_them(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=lambda: NOW)
    asking.confirm(initiative, token_of(links_of(mailbox.mails[0])["confirm"]), now=NOW)
    Initiative.objects.update(deployment="central")
    retention.destroy_what_is_over(now=NOW + timedelta(days=300))
    assert (Subscription.objects.count(), ConsentText.objects.count()) == (1, 1)


def test_a_demonstrations_addresses_go_with_it(initiative: Initiative) -> None:
    feedback.give_feedback(initiative, "good", "", "en", now=NOW)
    retention.destroy_what_is_over(now=NOW + timedelta(days=13))
    assert Feedback.objects.count() == 1
    retention.destroy_what_is_over(now=NOW + timedelta(days=14))
    assert Feedback.objects.count() == 0
    entry = JournalEntry.objects.get(act="supporters-destroyed")
    assert (entry.persons, entry.facts) == (["civium serve"], {"subscriptions": 0, "unconfirmed": 0, "feedback": 1})


def test_what_counts_is_destroyed_by_two(initiative: Initiative) -> None:
    Initiative.objects.update(deployment="central")
    initiative.refresh_from_db()
    asking.ask(initiative, asked(), now=NOW)
    with pytest.raises(Refused, match="second-person-missing"):
        retention.destroy_supporters(initiative, ONE, now=NOW)
    assert retention.destroy_supporters(initiative, TWO, now=NOW) == Kept(0, 1, 0)
    assert retention.kept(initiative).is_nothing


@pytest.mark.parametrize(
    ("events", "due"),
    [
        ({}, date(2028, 4, 13)),
        ({"submitted_on": date(2027, 9, 1)}, date(2028, 9, 1)),
        ({"submitted_on": date(2027, 9, 1), "action_announced_on": date(2028, 3, 1)}, date(2031, 3, 1)),
        ({"withdrawn_on": date(2027, 1, 10)}, date(2027, 2, 10)),
    ],
)
def test_the_laws_day(initiative: Initiative, events: dict[str, date], due: date) -> None:
    """Art. 19(8), as the procedure's data reads it; a demonstration keeps what its pages say."""
    assert retention.due_on(initiative, events) == TODAY + timedelta(days=14)
    initiative.deployment = "central"
    assert retention.due_on(initiative, events) == due


def test_an_early_end_is_the_end(initiative: Initiative) -> None:
    Collection.objects.update(ended_on=TODAY)
    initiative.deployment = "central"
    assert retention.due_on(initiative) == date(2027, 11, 21)


def test_a_procedure_without_a_rule_has_twelve_months(initiative: Initiative) -> None:
    initiative.procedure, initiative.deployment = "petition", "procedure"
    assert retention.due_on(initiative) == date(2028, 4, 13)


def test_the_laws_day_needs_nobodys_decision(initiative: Initiative) -> None:
    """Art. 19(8): on the day, and not before; the journal says who did it."""
    Initiative.objects.update(deployment="central")
    initiative.refresh_from_db()
    asking.ask(initiative, asked(), now=NOW)
    withdrawn = {"withdrawn_on": TODAY}
    assert retention.destroy_due(initiative, withdrawn, now=NOW + timedelta(days=29)) is None
    assert retention.destroy_due(initiative, {}, now=NOW + timedelta(days=40)) is None
    assert retention.destroy_due(initiative, withdrawn, now=NOW + timedelta(days=30)) == Kept(0, 1, 0)
    assert retention.destroy_due(initiative, withdrawn, now=NOW + timedelta(days=31)) is None, "once"
    entry = JournalEntry.objects.get(act="supporters-destroyed")
    assert entry.persons == ["civium serve"]


def test_a_withdrawal_is_known_without_being_told(initiative: Initiative) -> None:
    """What the organisers recorded sets the day; whatever serves keeps it."""
    Initiative.objects.update(deployment="central")
    feedback.give_feedback(initiative, "good", "", "en", now=NOW)
    initiative.events.create(kind="withdrawn", happened_on=TODAY, recorded_on=TODAY)
    retention.destroy_what_is_over(now=NOW + timedelta(days=29))
    assert Feedback.objects.count() == 1
    retention.destroy_what_is_over(now=NOW + timedelta(days=30))
    assert Feedback.objects.count() == 0
