"""Letters of alerts over a real mail server: once to each person, again when it was not taken, never to somebody who left."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest

from civium.errors import Refused
from civium.server.config import Config
from civium.server.console.models import Account, Membership
from civium.server.dashboard import alerting, telling
from civium.server.dashboard.alerts import Raised
from civium.server.dashboard.models import AlertLetter
from civium.server.initiatives.models import Initiative
from civium.server.mail_server import MailServer
from tests.server.initiatives.place import NOW, TODAY
from tests.server.supporters.mailbox import Mailbox, taking_mail

HOUR = timedelta(hours=1)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with taking_mail() as box:
        yield box


@pytest.fixture
def mailing(config: Config, mailbox: Mailbox) -> Config:
    return dataclasses.replace(config, mail=MailServer("127.0.0.1", mailbox.port, "none", "civium@collect.example"))


@pytest.fixture
def observers(live: Initiative) -> list[Account]:
    """Give two who may see the dashboard."""
    made = []
    for name in ("luc", "ana"):
        account = Account.objects.create(name=name, email=f"{name}@organisers.example", made_on=TODAY)
        Membership.objects.create(account=account, initiative=live, role="observer", since=TODAY)
        made.append(account)
    return made


def test_each_gets_one_letter_for_all_that_is_new_and_no_second(
    live: Initiative, observers: list[Account], mailing: Config, mailbox: Mailbox
) -> None:
    raised = [Raised("silence", facts={"usual": 80}), Raised("threshold-reached", "MT")]
    alerting.keep(live, raised, now=NOW)
    assert telling.tell(mailing, now=NOW) == 2
    assert sorted(recipient for _, (recipient,) in mailbox.envelopes) == ["ana@organisers.example", "luc@organisers.example"]
    assert "2 alerts" in mailbox.mails[0]["Subject"]
    assert "Malta is over its threshold" in mailbox.mails[0].get_content()
    assert telling.tell(mailing, now=NOW + HOUR) == 0
    alerting.keep(live, raised, now=NOW + HOUR)
    assert telling.tell(mailing, now=NOW + HOUR) == 0
    assert len(mailbox.mails) == 2
    assert not AlertLetter.objects.exists()


def test_what_the_server_does_not_take_now_is_tried_again(
    live: Initiative, observers: list[Account], mailing: Config, mailbox: Mailbox
) -> None:
    alerting.keep(live, [Raised("silence", facts={"usual": 80})], now=NOW)
    mailbox.recipient_answer = "450 come again"
    assert telling.tell(mailing, now=NOW) == 0
    assert telling.tell(mailing, now=NOW + timedelta(minutes=1)) == 0
    mailbox.recipient_answer = "250 OK"
    assert telling.tell(mailing, now=NOW + timedelta(minutes=11)) == 2
    assert telling.tell(mailing, now=NOW + HOUR) == 0


def test_a_server_that_is_down_keeps_all_letters(live: Initiative, observers: list[Account], mailing: Config) -> None:
    alerting.keep(live, [Raised("silence", facts={"usual": 80})], now=NOW)
    assert mailing.mail is not None
    down = dataclasses.replace(mailing, mail=dataclasses.replace(mailing.mail, port=1))
    with pytest.raises(Refused) as refused:
        telling.tell(down, now=NOW)
    assert refused.value.code == "mail-not-taken"
    assert telling.tell(mailing, now=NOW) == 2


def test_somebody_who_left_meanwhile_hears_nothing(
    live: Initiative, observers: list[Account], mailing: Config, mailbox: Mailbox
) -> None:
    alerting.keep(live, [Raised("silence", facts={"usual": 80})], now=NOW)
    Membership.objects.filter(account=observers[0]).delete()
    Account.objects.filter(pk=observers[1].pk).update(is_active=False)
    assert telling.tell(mailing, now=NOW) == 0
    assert mailbox.mails == []
    assert not AlertLetter.objects.exists()


def test_without_a_mail_server_there_are_no_letters(config: Config) -> None:
    with pytest.raises(Refused) as refused:
        telling.tell(config, now=NOW)
    assert refused.value.code == "mail-missing"
