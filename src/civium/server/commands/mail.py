"""`civium mail`: send what waits, try the mail server, and read what came back."""

from __future__ import annotations

import argparse
from collections import Counter
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING

from civium.errors import Refused
from civium.server.commands.frame import Subcommands, add_command, add_group, begin, now, say, tell

if TYPE_CHECKING:
    from civium.server.config import Config


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "mail", "send what waits, try the mail server (docs/operators/mail.md)")
    add_command(commands, "send", run_send, "send the mails that are due now; civium serve does it by itself", "civium mail send")
    parser = add_command(
        commands, "test", run_test, "send one mail to yourself with the settings as they are", "civium mail test you@example.org"
    )
    parser.add_argument("address", help="where to send it")
    parser = add_command(
        commands,
        "bounces",
        run_bounces,
        "read the mailbox of CIVIUM_MAIL_FROM: letters that came back for good are counted, and addresses that are not there destroyed",
        "civium mail bounces /var/mail/news\ncivium mail bounces ./Maildir",
    )
    parser.add_argument("mailbox", type=Path, help="a mailbox (mbox), a folder (Maildir), or one mail; it is only read")


def run_send(arguments: argparse.Namespace) -> int:
    """Send until nothing is due."""
    config = begin(arguments)
    from civium.server.supporters.models import WaitingMail
    from civium.server.supporters.sending import Sent, send_waiting

    total = Sent()
    while True:
        sent = send_waiting(config)
        total = Sent(total.taken + sent.taken, total.later + sent.later, total.never + sent.never)
        if sent == Sent():
            break
    say(f"sent: {total.taken}")
    say(f"tried again later: {total.later}")
    say(f"no such mailbox: {total.never}")
    say(f"waiting: {WaitingMail.objects.count()}")
    _send_messages(config)
    return 0


def run_bounces(arguments: argparse.Namespace) -> int:
    """Read the reports in a mailbox, and act on those that prove that a mail from here came back for good."""
    begin(arguments)
    from civium.server.supporters.returned import Outcome, reports_in, take_report

    became = Counter(take_report(raw) for raw in reports_in(arguments.mailbox))
    say(f"read: {became.total()}")
    say(f"came back for good: {became[Outcome.COUNTED] + became[Outcome.DESTROYED]}")
    say(f"addresses destroyed: {became[Outcome.DESTROYED]}")
    say(f"came back for now: {became[Outcome.PASSING]}")
    say(f"no report of a mail from here: {became[Outcome.NOT_OURS]}")
    tell("the mailbox is as it was: what was read once counts once, however often it is read")
    return 0


def _send_messages(config: Config) -> None:
    """Send what the pace of each message allows now."""
    from civium.server.supporters import messages
    from civium.server.supporters.message_sending import send_messages
    from civium.server.supporters.models import Message

    sending = Message.objects.filter(state=Message.State.SENDING)
    if not sending.exists():
        return
    copies = send_messages(config)
    say(f"copies of messages sent: {copies.taken}")
    left = sum(told.to_go + told.waiting for told in map(messages.progress, sending))
    say(f"copies left: {left}")
    if left:
        tell("the pace of a message is kept: civium serve sends the rest, or this command, run every minute")


def run_test(arguments: argparse.Namespace) -> int:
    """Send one mail."""
    config = begin(arguments)
    from civium.server.supporters import smtp
    from civium.server.supporters.addresses import parse_address

    if config.mail is None:
        raise Refused("mail-missing")
    address = parse_address(arguments.address)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = config.mail.sender, address, "Civium can send mail"
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = make_msgid(domain=config.mail.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"This mail was sent by {config.url} to try its mail server.\n")
    with smtp.connected(config.mail, config.host.partition(":")[0]) as connection:
        verdict = smtp.deliver(connection, config.mail, mail, address)
    if verdict is not smtp.Verdict.TAKEN:
        raise Refused("mail-not-taken", reply=verdict.value)
    say("taken: look whether it arrives, and whether SPF, DKIM and DMARC pass")
    return 0
