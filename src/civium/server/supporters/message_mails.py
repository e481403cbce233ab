"""A message of the organisers as an e-mail: their words as plain text, and below them, in the reader's language, how to stop.

The rules are:
- plain text alone: nothing is loaded, nothing tells whether or when it was read;
- every copy can be stopped with one click (RFC 8058) and by a link in the text;
- a Message-ID names the message, never the reader.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from civium.server.supporters import mails
from civium.server.supporters.consent import consent

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words
    from civium.server.supporters.mails import Place
    from civium.server.supporters.models import MessageText

# What a mail that came back is known by: the message's key, and a number that nobody can link.
MESSAGE_ID = re.compile(r"<civium\.(?P<message>[0-9]{1,18})\.[0-9a-f]{24}@[A-Za-z0-9.-]+>")
_TRY = "[?] "


def write(
    _: Words, initiative: Initiative, written: MessageText, address: str, stop: str, place: Place, *, now: datetime
) -> EmailMessage:
    """Write one reader's copy. `_` are the words of the reader's language, which the text may not be in."""
    return _mail(_, initiative, written, written.subject, address, stop, place, now=now)


def write_trial(
    _: Words, initiative: Initiative, written: MessageText, address: str, stop: str, place: Place, *, now: datetime
) -> EmailMessage:
    """Write the copy that an organiser sends to themselves, marked in its subject."""
    return _mail(_, initiative, written, _TRY + written.subject, address, stop, place, now=now)


def body(_: Words, initiative: Initiative, text: str, stop: str, place: Place) -> str:
    """Give all that a reader sees under the subject."""
    above = mails.demonstration(_, initiative)
    title = mails.title_of(_, initiative)
    home = f"{title}\n{mails.link_to(place, _.code, initiative, '')}"
    below = f"{_('Stop all letters and destroy my address')}:\n{_stop_link(_, initiative, stop, place)}"
    return "\n\n".join((*above, text, f"-- \n{home}", consent(_, initiative).withdrawal, below)) + "\n"


def _mail(
    _: Words, initiative: Initiative, written: MessageText, subject: str, address: str, stop: str, place: Place, *, now: datetime
) -> EmailMessage:
    mail = mails.addressed(_, subject, initiative, address, _stop_link(_, initiative, stop, place), place, now=now)
    mail["Message-ID"] = f"<civium.{written.message_id}.{secrets.token_hex(12)}@{place.domain}>"
    mail["Precedence"] = "bulk"
    mail["Auto-Submitted"] = "no"
    mail.set_content(body(_, initiative, written.text, stop, place), cte="quoted-printable")
    mail["Content-Language"] = written.language
    return mail


def _stop_link(_: Words, initiative: Initiative, stop: str, place: Place) -> str:
    return mails.link_to(place, _.code, initiative, f"stop/{stop}")
