"""Mail over real SMTP: in clear to this machine, by STARTTLS and TLS; refused, cut off and unreachable servers lose nothing."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from civium.errors import Misconfigured, Refused
from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.mail_server import MailServer
from civium.server.supporters import asking, sending
from civium.server.supporters.models import ConfirmationToken, Unconfirmed, WaitingMail
from civium.server.supporters.sending import Sender, Sent
from tests.server.initiatives.place import NOW

from .asked import ADDRESS, asked, links_of, text_of, token_of
from .conftest import SENDER
from .mailbox import Mailbox, certificate, taking_mail


def _send(config: Config, *, minutes: float = 0) -> Sent:
    return sending.send_waiting(config, clock=lambda: NOW + timedelta(minutes=minutes))


def _with(config: Config, mail: MailServer) -> Config:
    return dataclasses.replace(config, mail=mail)


def test_a_mail_says_what_was_asked_and_how_to_stop_it(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(other=True), now=NOW)
    assert _send(config) == Sent(taken=1)
    mail = mailbox.mails[0]
    assert mailbox.envelopes == [(SENDER, [ADDRESS])]
    assert mailbox.names == ["collect.example"], "not this machine's own name"
    assert (mail["To"], mail["From"]) == (ADDRESS, f'"Annelore Vantieghem, for the group of organisers" <{SENDER}>')
    assert mail["Subject"] == "Please confirm your address: Night trains for every capital"
    assert mail["Reply-To"] == "contact@night-trains.example"
    links = links_of(mail)
    assert mail["List-Unsubscribe"] == f"<https://collect.example{links['stop']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Programs read this line byte for byte.
    assert f"\r\nList-Unsubscribe: <https://collect.example{links['stop']}>\r\n".encode() in mailbox.raw[0]
    assert max(map(len, mailbox.raw[0].split(b"\r\n"))) < 200
    assert mail["Auto-Submitted"] == "auto-generated"
    text = text_of(mail)
    assert text.startswith("Demonstration."), "a demonstration says so on every paper"
    assert "may write to me about this initiative" in text
    assert "may also write to me about other things" in text
    page = mail.get_body(("html",))
    assert page is not None
    tree = html.document_fromstring(page.get_content())
    assert tree.xpath("//img|//script|//link|//style|//@style") == [], "nothing is loaded, nothing tells that it was read"
    assert {f"https://collect.example{path}" for path in links.values()} <= set(tree.xpath("//a/@href"))
    assert "signed" not in text


def test_a_mail_is_in_its_readers_language(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(language="el"), now=NOW)
    _send(config)
    assert mailbox.mails[0]["Content-Language"] == "el"
    assert "Νυχτερινά τρένα" in mailbox.mails[0]["Subject"]
    assert links_of(mailbox.mails[0])["confirm"].startswith("/el/i/night-trains/")


def test_what_organisers_wrote_stays_one_line(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    text = initiative.text("en")
    assert text is not None
    type(text).objects.filter(pk=text.pk).update(title="Night trains\r\nBcc: all@example.org\n\nfor every capital " + "x" * 300)
    asking.ask(initiative, asked(), now=NOW)
    _send(config)
    mail = mailbox.mails[0]
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Please confirm your address: Night trains Bcc: all@example.org for every capital xxx")
    assert len(mail["Subject"]) <= 180
    assert mailbox.envelopes[0][1] == [ADDRESS]


def test_a_server_that_is_down_loses_nothing(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(), now=NOW)
    down = _with(config, MailServer("127.0.0.1", 9, "none", SENDER))
    with pytest.raises(Refused, match=r"mail-not-taken .reply=unreachable."):
        _send(down)
    waiting = WaitingMail.objects.get()
    assert (waiting.tries, waiting.not_before) == (0, None), "nobody was tried, nothing is late"
    assert ConfirmationToken.objects.count() == 0
    assert _send(config).taken == 1
    assert WaitingMail.objects.count() == 0


@pytest.mark.parametrize(
    "answer", ["450 4.2.1 later", "451 4.7.1 greylisted", "554 5.7.1 relay access denied", "550 5.7.1 not from you"]
)
def test_who_is_not_taken_now_is_tried_later_and_later(
    initiative: Initiative, config: Config, mailbox: Mailbox, answer: str
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    mailbox.recipient_answer = answer
    assert _send(config) == Sent(later=1)
    assert _send(config, minutes=0.5) == Sent(), "a minute must pass"
    assert _send(config, minutes=1) == Sent(later=1)
    assert _send(config, minutes=2.5) == Sent(), "now two"
    mailbox.recipient_answer = "250 OK"
    assert _send(config, minutes=3) == Sent(taken=1)
    asking.confirm(initiative, token_of(links_of(mailbox.mails[0])["confirm"]), now=NOW)


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox", "553 5.1.3 bad name", "551 not here"])
def test_a_mailbox_that_is_not_there_is_not_tried_again_and_its_address_goes(
    initiative: Initiative, config: Config, mailbox: Mailbox, answer: str
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    mailbox.recipient_answer = answer
    assert _send(config) == Sent(never=1)
    assert (Unconfirmed.objects.count(), WaitingMail.objects.count()) == (0, 0)


def test_a_mail_that_is_refused_whole_waits_an_hour_at_most_and_goes_with_its_week(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    mailbox.data_answer = "554 5.7.0 looks like spam"
    WaitingMail.objects.update(tries=100)
    assert _send(config) == Sent(later=1)
    waiting = WaitingMail.objects.get()
    assert waiting.not_before == NOW + timedelta(hours=1)
    WaitingMail.objects.update(tries=175)
    assert _send(config, minutes=61) == Sent(later=1)
    assert (Unconfirmed.objects.count(), WaitingMail.objects.count()) == (0, 0)


def test_a_lost_reply_means_a_second_mail_and_both_confirm(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(), now=NOW)
    mailbox.loses_replies = True
    with pytest.raises(Refused, match="mail-not-taken"):
        _send(config)
    mailbox.loses_replies = False
    assert _send(config, minutes=1) == Sent(taken=1)
    assert len(mailbox.mails) == 2
    asking.confirm(initiative, token_of(links_of(mailbox.mails[0])["confirm"]), now=NOW)


def test_a_mail_that_another_process_claimed_is_left_to_it_for_ten_minutes(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    assert sending._claim(WaitingMail.objects.get().pk, NOW) is not None
    assert sending._claim(WaitingMail.objects.get().pk, NOW) is None
    assert _send(config, minutes=9) == Sent()
    assert _send(config, minutes=10) == Sent(taken=1), "whoever claimed it died"


def test_starttls_and_a_password(initiative: Initiative, config: Config, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text("a secret\n")
    password.chmod(0o600)
    with taking_mail(starttls=context, login=("civium", "a secret")) as box:
        mail = MailServer("localhost", box.port, "starttls", SENDER, "civium", password, authority)
        asking.ask(initiative, asked(), now=NOW)
        with pytest.raises(Refused, match=r"mail-not-taken .reply=not-secured."):
            _send(_with(config, dataclasses.replace(mail, authorities_path=None)))
        assert _send(_with(config, mail)) == Sent(taken=1)
        password.write_text("another")
        asking.ask(initiative, asked("b@example.org"), now=NOW)
        with pytest.raises(Refused, match=r"mail-not-taken .reply=535."):
            _send(_with(config, mail))
    assert len(box.mails) == 1


def test_tls_from_the_first_byte_and_a_certificate_of_another_name(
    initiative: Initiative, config: Config, tmp_path: Path
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    context, authority = certificate(tmp_path)
    with taking_mail(tls=context) as box:
        mail = MailServer("localhost", box.port, "tls", SENDER, authorities_path=authority)
        with pytest.raises(Refused, match=r"mail-not-taken .reply=not-secured."):
            _send(_with(config, dataclasses.replace(mail, host="127.0.0.1")))
        assert _send(_with(config, mail)) == Sent(taken=1)
    asking.ask(initiative, asked("b@example.org"), now=NOW)
    with pytest.raises(Misconfigured, match="mail-authorities-unreadable"):
        _send(_with(config, dataclasses.replace(mail, authorities_path=tmp_path / "none.pem")))


def test_a_server_that_offers_no_tls_gets_nothing(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(), now=NOW)
    with pytest.raises(Refused, match=r"mail-not-taken .reply=not-offered."):
        _send(_with(config, MailServer("localhost", mailbox.port, "starttls", SENDER)))
    assert mailbox.mails == []


def test_without_a_server_it_says_so(initiative: Initiative, config: Config) -> None:
    with pytest.raises(Refused, match="mail-missing"):
        _send(dataclasses.replace(config, mail=None))


def test_the_thread_sends_what_waits_and_ends(
    initiative: Initiative, config: Config, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_LOOK_SECONDS", 0.01)
    asking.ask(initiative, asked(), now=NOW)
    sender = Sender(config, clock=lambda: NOW)
    sender.start()
    for _ in range(1000):
        if not WaitingMail.objects.exists():
            break
        sender._thread.join(0.02)
    sender.stop()
    assert not sender._thread.is_alive()
    assert len(mailbox.mails) == 1
