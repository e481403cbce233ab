"""`civium mail`: send what waits, and try the mail server."""

from __future__ import annotations

import argparse
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from civium.errors import Refused
from civium.server.commands.frame import Subcommands, add_command, add_group, begin, now, say


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "mail", "send what waits, try the mail server (docs/operators/mail.md)")
    add_command(commands, "send", run_send, "send the mails that are due now; civium serve does it by itself", "civium mail send")
    parser = add_command(
        commands, "test", run_test, "send one mail to yourself with the settings as they are", "civium mail test you@example.org"
    )
    parser.add_argument("address", help="where to send it")


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
    return 0


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
