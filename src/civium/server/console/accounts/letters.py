"""The console's own letters: a link to somebody invited, and word to all who must know of a way back.

The rules are:
- a letter with a link leaves at once or not at all: a link is never kept in clear to be sent later, and whoever made it has seen it;
- whoever sends a letter without one is told for whom it may be tried again;
- plain text, nothing loaded from anywhere; no letter says more than its reader may know.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from civium.errors import Misconfigured, Refused
from civium.server.supporters import smtp
from civium.server.supporters.smtp import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from civium.server.config import Config


def send(config: Config, addresses: Iterable[str], subject: str, text: str, *, now: datetime) -> int:
    """Hand a letter over for each address, and give how many were taken; 0 where no mail server is set or it does not answer."""
    return sum(verdict is Verdict.TAKEN for verdict in send_each(config, addresses, subject, text, now=now).values())


def send_each(config: Config, addresses: Iterable[str], subject: str, text: str, *, now: datetime) -> dict[str, Verdict]:
    """Hand a letter over for each address, and give what became of each: LATER where the server does not answer, NEVER where none is set."""
    found = dict.fromkeys(addresses, Verdict.NEVER if config.mail is None else Verdict.LATER)
    if config.mail is None:
        return found
    try:
        with smtp.connected(config.mail, config.host.partition(":")[0]) as connection:
            for address in found:
                letter = _letter(config.mail.sender, address, subject, text, now)
                found[address] = smtp.deliver(connection, config.mail, letter, address)
    except (Refused, Misconfigured):
        return found
    return found


def _letter(sender: str, address: str, subject: str, text: str, now: datetime) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, address, " ".join(subject.split())[:180]
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text, cte="quoted-printable")
    return letter
