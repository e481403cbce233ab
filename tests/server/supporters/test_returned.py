"""Letters that came back: only a report with our own headers counts, and only what came back for good."""

from __future__ import annotations

import mailbox as mailboxes
from email.message import EmailMessage
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.supporters import asking, returned, sending
from civium.server.supporters.message_sending import send_messages
from civium.server.supporters.models import Message, Subscription, Unconfirmed
from civium.server.supporters.returned import Outcome
from tests.server.initiatives.place import NOW

from .asked import asked
from .mailbox import Mailbox
from .written import Ticking, begin, subscribe, write

ADDRESS = "reader@example.org"


def report(original: bytes, status: str = "5.1.1", action: str = "failed", *, whole: bool = False) -> bytes:
    """Give what a mail server sends of a mail it could not deliver (RFC 3464), with the mail or its headers."""
    headers = original.split(b"\r\n\r\n", 1)[0]
    third = (b"message/rfc822\r\n\r\n" + original) if whole else (b"text/rfc822-headers\r\n\r\n" + headers + b"\r\n")
    return b"\r\n".join(
        (
            b"From: MAILER-DAEMON@mx.example.net",
            b"To: news@collect.example",
            b"Subject: Undelivered Mail Returned to Sender",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"',
            b"",
            b"--=b",
            b"Content-Type: text/plain",
            b"",
            b"It could not be delivered.",
            b"--=b",
            b"Content-Type: message/delivery-status",
            b"",
            b"Reporting-MTA: dns; mx.example.net",
            b"",
            b"Final-Recipient: rfc822; " + ADDRESS.encode(),
            b"Action: " + action.encode(),
            b"Status: " + status.encode(),
            b"Diagnostic-Code: smtp; 550 " + status.encode() + b" no such user",
            b"",
            b"--=b",
            b"Content-Type: " + third,
            b"--=b--",
            b"",
        )
    )


@pytest.fixture
def original(initiative: Initiative, config: Config, mailbox: Mailbox) -> bytes:
    """Give the mail that a reader's server took, and could not deliver."""
    subscribe(initiative, ADDRESS)
    begin(write(initiative))
    send_messages(config, clock=Ticking())
    return mailbox.raw[-1]


@pytest.mark.parametrize("whole", [True, False])
def test_a_mailbox_that_is_not_there_is_counted_then_destroyed(
    original: bytes, initiative: Initiative, config: Config, mailbox: Mailbox, whole: bool
) -> None:
    assert returned.take_report(report(original, whole=whole)) is Outcome.COUNTED
    assert (Subscription.objects.get().returned, Message.objects.get().returned) == (1, 1)
    assert returned.take_report(report(original, whole=whole)) is Outcome.COUNTED, "the same message counts once"
    assert (Subscription.objects.get().returned, Message.objects.get().returned) == (1, 1)
    begin(write(initiative))
    send_messages(config, clock=Ticking())
    assert returned.take_report(report(mailbox.raw[-1], "5.2.1")) is Outcome.DESTROYED
    assert Subscription.objects.count() == 0
    assert returned.take_report(report(mailbox.raw[-1])) is Outcome.COUNTED, "nobody is left to count"


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("5.2.2", "failed"),
        ("5.7.1", "failed"),
        ("4.4.7", "failed"),
        ("5.0.0", "failed"),
        ("5.1.1", "delayed"),
        ("5.1.1", "relayed"),
    ],
)
def test_what_may_pass_takes_nobody_out(original: bytes, status: str, action: str) -> None:
    assert returned.take_report(report(original, status, action)) in (Outcome.PASSING, Outcome.NOT_OURS)
    assert Subscription.objects.get().returned == 0


def test_a_report_that_anybody_could_have_written_does_nothing(original: bytes) -> None:
    """Without the link that only a mail of ours holds, an address proves nothing."""
    forged = b"\r\n".join(line for line in original.split(b"\r\n") if not line.startswith(b"List-Unsubscribe:"))
    assert returned.take_report(report(forged)) is Outcome.NOT_OURS
    other = original.replace(b"/stop/", b"/stop/A", 1)
    assert returned.take_report(report(other)) in (Outcome.NOT_OURS, Outcome.COUNTED)
    plain = EmailMessage()
    plain["Subject"] = "I am away"
    plain.set_content(f"{ADDRESS} 5.1.1")
    for raw in (plain.as_bytes(), b"", b"\x00\xff" * 50, report(b"")):
        assert returned.take_report(raw) is Outcome.NOT_OURS
    assert Subscription.objects.get().returned == 0


def test_an_address_that_nobody_confirmed_goes_at_once(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=lambda: NOW)
    assert returned.take_report(report(mailbox.raw[0])) is Outcome.DESTROYED
    assert Unconfirmed.objects.count() == 0


def test_mailboxes_of_every_kind_are_read(original: bytes, tmp_path: Path) -> None:
    one = tmp_path / "one.eml"
    one.write_bytes(report(original))
    assert list(returned.reports_in(one)) == [report(original)]
    box = mailboxes.mbox(tmp_path / "news.mbox")
    box.add(report(original))
    box.add(b"Subject: hello\n\nyou\n")
    box.close()
    read = list(returned.reports_in(tmp_path / "news.mbox"))
    assert [returned.take_report(raw) for raw in read] == [Outcome.COUNTED, Outcome.NOT_OURS]
    folder = mailboxes.Maildir(tmp_path / "maildir")
    folder.add(report(original))
    assert len(list(returned.reports_in(tmp_path / "maildir"))) == 1
    (tmp_path / "large.eml").write_bytes(b"x" * 1_048_577)
    assert list(returned.reports_in(tmp_path / "large.eml")) == []
    with pytest.raises(Refused, match="file-missing"):
        list(returned.reports_in(tmp_path / "none"))


@pytest.mark.parametrize(
    "part", [b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n", b"Content-Type: message/rfc822\r\n\r\n"]
)
def test_a_mail_nested_without_end_stops_no_other_from_being_read(part: bytes) -> None:
    """Anybody may write to the sender's mailbox: one mail must not be the end of a run over all of them."""
    nested = b"From: anybody@example.net\r\n" + b"".join(part % ((number,) * part.count(b"%d")) for number in range(3000))
    assert returned.take_report(nested + b"Subject: deep\r\n\r\nend\r\n") is Outcome.NOT_OURS
