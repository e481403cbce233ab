"""The alarm of a destruction: one e-mail to whoever can stop it, with the hour and the way, and no identifier."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from civium.formats import envelope, receipt
from civium.server.config import Config
from civium.server.console.models import Account, Membership
from civium.server.initiatives import destroying_job, milestones
from civium.server.initiatives.acts import ACTS
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.jobs import alarm, destroying
from civium.server.jobs.models import Job
from civium.server.mail_server import MailServer
from tests.server.initiatives.place import NOW, ONE, TODAY, TWO
from tests.server.supporters.mailbox import Mailbox, taking_mail

from .working import receive


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with taking_mail() as taken:
        yield taken


def _members(initiative: Initiative) -> None:
    for role in ("representative", "member", "observer", "auditor"):
        account = Account.objects.create(name=role.title(), email=f"{role}@organisers.example", made_on=TODAY)
        Membership.objects.create(account=account, initiative=initiative, role=role, since=TODAY)


def _agreed(initiative: Initiative, premises: Premises) -> tuple[Job, str]:
    collection = initiative.live_collection()
    assert collection is not None
    (raw,) = receive(premises, collection, "ES", 1)
    identifier = str(receipt.identifier(envelope.envelope_hash(raw)))
    found = destroying.look_up(initiative, premises, [identifier])
    job = destroying.prepare(initiative, found, "ordered-by-authority", ONE, now=NOW)
    return job, identifier


def test_whoever_can_stop_it_is_told_once(central: Initiative, premises: Premises, config: Config, mailbox: Mailbox) -> None:
    _members(central)
    config = dataclasses.replace(config, mail=MailServer("127.0.0.1", mailbox.port, "none", "news@collect.example"))
    job, identifier = _agreed(central, premises)
    assert alarm.tell_of_what_is_coming(config, now=NOW) == 0, "nobody has agreed"
    destroying.agree(central, job, TWO, now=NOW)
    assert alarm.tell_of_what_is_coming(config, now=NOW) == 2
    assert alarm.tell_of_what_is_coming(config, now=NOW + timedelta(hours=1)) == 0
    assert {mail["To"] for mail in mailbox.mails} == {"representative@organisers.example", "member@organisers.example"}
    text = mailbox.mails[0].get_content()
    assert "Anna and Bo agreed to destroy one statement of ECI(2026)000007" in text
    assert "2026-11-22 13:00, Brussels time" in text
    assert f"https://collect.example/console/initiatives/night-trains/destroying/{job.pk}/" in text
    assert identifier not in mailbox.raw[0].decode()


def test_whom_the_mail_did_not_reach_is_told_again_with_growing_waits(
    central: Initiative, premises: Premises, config: Config, mailbox: Mailbox
) -> None:
    """A mail server that is down at the moment of the second person's word loses no warning, and gives nobody two."""
    _members(central)
    server = MailServer("127.0.0.1", mailbox.port, "none", "news@collect.example")
    down = dataclasses.replace(config, mail=dataclasses.replace(server, port=1))
    up = dataclasses.replace(config, mail=server)
    job, _ = _agreed(central, premises)
    destroying.agree(central, job, TWO, now=NOW)
    assert alarm.tell_of_what_is_coming(down, now=NOW) == 0
    mailbox.recipient_answer = "451 later"
    tried_at = []
    for second in range(0, 7200, 5):
        before = Job.objects.get(pk=job.pk).result["tries"]
        assert alarm.tell_of_what_is_coming(up, now=NOW + timedelta(seconds=second)) == 0
        if Job.objects.get(pk=job.pk).result["tries"] > before:
            tried_at.append(second)
    assert tried_at == [60, 180, 420, 900, 1860, 3780], "a minute, then twice as long each time"
    mailbox.recipient_answer = "250 OK"
    assert alarm.tell_of_what_is_coming(up, now=NOW + timedelta(hours=2)) == 0, "an hour at most, and no sooner"
    later = NOW + timedelta(seconds=3780, hours=1)
    Account.objects.filter(email="member@organisers.example").update(is_active=False)
    assert alarm.tell_of_what_is_coming(up, now=later) == 1, "whoever left hears nothing"
    assert alarm.tell_of_what_is_coming(up, now=later + timedelta(hours=2)) == 0
    assert [mail["To"] for mail in mailbox.mails] == ["representative@organisers.example"]


def test_who_was_told_is_not_told_again_with_the_others(
    central: Initiative, premises: Premises, config: Config, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _members(central)
    config = dataclasses.replace(config, mail=MailServer("127.0.0.1", mailbox.port, "none", "news@collect.example"))
    job, _ = _agreed(central, premises)
    destroying.agree(central, job, TWO, now=NOW)
    takes = Mailbox.handle_RCPT

    async def only_one(box: Mailbox, server: Any, session: Any, letter: Any, address: str, options: Any) -> str:
        return await takes(box, server, session, letter, address, options) if address.startswith("member") else "450 later"

    with monkeypatch.context() as patched:
        patched.setattr(Mailbox, "handle_RCPT", only_one)
        assert alarm.tell_of_what_is_coming(config, now=NOW) == 1
    assert alarm.tell_of_what_is_coming(config, now=NOW + timedelta(minutes=1)) == 1
    assert [mail["To"] for mail in mailbox.mails] == ["member@organisers.example", "representative@organisers.example"]


def test_without_a_mail_server_the_screens_alone_tell(central: Initiative, premises: Premises, config: Config) -> None:
    _members(central)
    job, _ = _agreed(central, premises)
    destroying.agree(central, job, TWO, now=NOW)
    assert alarm.tell_of_what_is_coming(config, now=NOW) == 0
    assert destroying.coming(central) == [job]


def test_that_all_will_be_destroyed_is_told_as_well(
    central: Initiative, premises: Premises, config: Config, mailbox: Mailbox
) -> None:
    _members(central)
    config = dataclasses.replace(config, mail=MailServer("127.0.0.1", mailbox.port, "none", "news@collect.example"))
    milestones.withdraw(central, premises, TWO, on=TODAY, now=NOW)
    ACTS["destroy-statements"].apply(central, premises, TWO, {}, NOW)
    assert alarm.tell_of_what_is_coming(config, now=NOW) == 2
    assert alarm.tell_of_what_is_coming(config, now=NOW) == 0
    mail = mailbox.mails[0]
    assert mail["Subject"] == "All statements will be destroyed: night-trains"
    assert "Anna and Bo agreed to destroy all statements of ECI(2026)000007." in mail.get_content()
    assert "https://collect.example/console/initiatives/night-trains/lifecycle/destruction/" in mail.get_content()


def test_the_laws_last_day_says_who_can_stop_it_and_how(
    central: Initiative, premises: Premises, config: Config, mailbox: Mailbox
) -> None:
    """Nobody agreed to it, and nobody takes it back by hand: only a legal hold keeps the statements."""
    _members(central)
    config = dataclasses.replace(config, mail=MailServer("127.0.0.1", mailbox.port, "none", "news@collect.example"))
    long_ago = max(central.registered_on, TODAY - timedelta(days=90))
    milestones.withdraw(central, premises, TWO, on=long_ago, now=NOW)
    (job,) = destroying_job.ask_what_is_due(now=NOW)
    assert job.not_before is not None
    assert alarm.tell_of_what_is_coming(config, now=NOW) == 2
    mail = mailbox.mails[0]
    text = " ".join(mail.get_content().split())
    assert mail["Subject"] == "All statements will be destroyed: night-trains"
    assert "agreed" not in text
    assert "may be kept is" in text
    assert "(Art. 19(5))." in text
    assert "https://collect.example/console/initiatives/night-trains/lifecycle/act/place-hold/" in text
