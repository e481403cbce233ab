"""Sends what waits, and sends it again until it is taken: a mail server that is down loses nothing.

The rules are:
- a mail is claimed before it is sent, so that of several processes one sends it; who claims and dies lets it go after ten minutes;
- it is destroyed after the server took it; if that reply is lost it is sent again: twice is better than never;
- tries wait longer and longer, an hour at most; after seven days a mail goes, and its question with it;
- the token in a mail is made when it leaves: until then nobody could confirm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.background import Repeated
from civium.server.site import loading
from civium.server.site.words import words
from civium.server.supporters import mails, smtp
from civium.server.supporters.asking import overwrite_what_goes
from civium.server.supporters.message_sending import send_messages
from civium.server.supporters.models import ConfirmationToken, WaitingMail
from civium.server.supporters.retention import destroy_what_is_over
from civium.server.supporters.smtp import Verdict
from civium.server.supporters.tokens import new_token, stop_token, token_hash, write_token

if TYPE_CHECKING:
    import smtplib
    from email.message import EmailMessage

    from django.db.models import QuerySet

    from civium.server.config import Config
    from civium.server.mail_server import MailServer

_LEASE = timedelta(minutes=10)
_MOST_TRIES = 175  # an hour apart but for the first six: seven days
_AT_ONCE = 100
_LOOK_SECONDS = 3.0
_LONGEST_PAUSE_SECONDS = 300.0
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Sent:
    """What became of the mails of one round."""

    taken: int = 0
    later: int = 0
    never: int = 0

    def count(self, verdict: Verdict) -> None:
        """Count one."""
        setattr(self, verdict.value, getattr(self, verdict.value) + 1)


def send_waiting(config: Config, *, clock: Clock = _now) -> Sent:
    """Send what is due, and give what became of it. Raises Refused `mail-missing`, `mail-not-taken`, Misconfigured `mail-*`; what waits stays."""
    if config.mail is None:
        raise Refused("mail-missing")
    sent = Sent()
    due = list(_due(clock()).values_list("pk", flat=True)[:_AT_ONCE])
    if not due:
        return sent
    with smtp.connected(config.mail, config.host.partition(":")[0]) as connection:
        for key in due:
            mail = _claim(key, clock())
            if mail is not None:
                sent.count(_send(mail, connection, config, config.mail, clock()))
    return sent


def _due(now: datetime) -> QuerySet[WaitingMail]:
    return WaitingMail.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).order_by("pk")


def _claim(key: int, now: datetime) -> WaitingMail | None:
    """Take a mail, if nobody else has."""
    if _due(now).order_by().filter(pk=key).update(not_before=now + _LEASE) == 0:
        return None
    return WaitingMail.objects.select_related("question__initiative", "subscription__initiative").filter(pk=key).first()


def _send(waiting: WaitingMail, connection: smtplib.SMTP, config: Config, server: MailServer, now: datetime) -> Verdict:
    written = _write(waiting, mails.Place(config.url, server.sender), now)
    if written is None:
        _postpone(waiting, now)
        return Verdict.LATER
    try:
        verdict = smtp.deliver(connection, server, written, _about(waiting).address)
    except Refused:
        _postpone(waiting, now)
        raise
    if verdict is Verdict.LATER and waiting.tries < _MOST_TRIES:
        _postpone(waiting, now)
        return verdict
    with transaction.atomic():
        overwrite_what_goes()
        if verdict is not Verdict.TAKEN and waiting.question is not None:
            waiting.question.delete()
        else:
            waiting.delete()
    return verdict


def _postpone(waiting: WaitingMail, now: datetime) -> None:
    WaitingMail.objects.filter(pk=waiting.pk).update(tries=F("tries") + 1, not_before=now + smtp.wait_after(waiting.tries))


def _about(waiting: WaitingMail) -> mails.Reader:
    consent = waiting.question or waiting.subscription
    assert consent is not None, "a mail is about a question or a subscription"
    stop = write_token(stop_token(consent.initiative.slug, consent.folded))
    return mails.Reader(consent.address, consent.wants_news, consent.wants_other_news, stop)


def _write(waiting: WaitingMail, place: mails.Place, now: datetime) -> EmailMessage | None:
    """Write the mail in its reader's language; None while its initiative is not public."""
    consent = waiting.question or waiting.subscription
    assert consent is not None, "a mail is about a question or a subscription"
    initiative = loading.find(consent.initiative.slug, brussels_date(now))
    if initiative is None:
        return None
    said, reader = words(consent.language), _about(waiting)
    if waiting.question is not None:
        token = new_token()
        ConfirmationToken.objects.create(question=waiting.question, token_hash=token_hash(token))
        letter = mails.question(said, initiative, reader, write_token(token), place)
    else:
        letter = mails.welcome(said, initiative, reader, place)
    return mails.message(said, letter, initiative, reader, place, now=now)


class Sender(Repeated):
    """The thread that sends, and destroys what is over, while a process serves."""

    def __init__(self, config: Config, *, clock: Clock = _now) -> None:
        super().__init__("mail", seconds=_LOOK_SECONDS, longest=_LONGEST_PAUSE_SECONDS)
        self._config = config
        self._clock = clock
        self._cleared_on: date | None = None

    def turn(self) -> None:
        """Destroy what is over, once a day; send what waits."""
        today = brussels_date(self._clock())
        if self._cleared_on != today:
            destroy_what_is_over(now=self._clock())
            self._cleared_on = today
        if self._config.mail is not None:
            send_waiting(self._config, clock=self._clock)
            send_messages(self._config, clock=self._clock)
