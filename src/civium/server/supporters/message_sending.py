"""Sends messages at their pace, and goes on after whatever stopped it: a kill, a restart, a mail server that is down.

The rules are:
- a copy is claimed in a transaction before it is handed over, and an address is marked with it: nobody gets a message twice;
- what was in hand when the process died, or when the connection broke after its last byte, is counted as unsure and not sent again;
- a copy that the server surely did not take is tried again, later and later, for two days;
- when more than a fifth come back for good the message stops by itself: the fault is then the server's or the list's, not the readers'.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives.persons import persons
from civium.server.site import loading
from civium.server.site.words import words
from civium.server.supporters import message_mails, messages, smtp
from civium.server.supporters.asking import overwrite_what_goes
from civium.server.supporters.mails import Place
from civium.server.supporters.models import Message, MessageCopy, Subscription
from civium.server.supporters.returned import note_return
from civium.server.supporters.smtp import Verdict
from civium.server.supporters.tokens import stop_token, write_token

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Callable, Mapping

    from civium.server.config import Config
    from civium.server.mail_server import MailServer
    from civium.server.site.shown import Initiative
    from civium.server.supporters.models import MessageText

BY = "civium serve"
MANY_REFUSED = "many-refused"
_State = MessageCopy.State
_LEASE = timedelta(minutes=10)
_MOST_TRIES = 50  # an hour apart but for the first six: two days
_MOST_WAITING = 100  # while so many wait for another try, nobody new is written to
_BACKLOG = timedelta(minutes=1)  # what a pause may be caught up with
_AT_ONCE = 200
_JUDGED_FROM, _MOST_REFUSED = 50, 0.2


@dataclass
class Copies:
    """What became of the copies of one round."""

    taken: int = 0
    later: int = 0
    refused: int = 0
    unsure: int = 0


@dataclass(frozen=True)
class _Written:
    """What all copies of a round have in common: read once."""

    initiative: Initiative
    texts: Mapping[str, MessageText]
    original: str
    place: Place


def _now() -> datetime:
    return datetime.now(UTC)


def send_messages(config: Config, *, clock: Callable[[], datetime] = _now) -> Copies:
    """Send what the pace allows now, of every message. Raises Refused `mail-missing`, `mail-not-taken`, Misconfigured `mail-*`."""
    if config.mail is None:
        raise Refused("mail-missing")
    sent = Copies()
    for message in Message.objects.filter(state=Message.State.SENDING).select_related("initiative").order_by("pk"):
        _settle_lost(message, clock())
        if _is_over(message):
            messages.finish(message, persons(BY), now=clock())
        elif _is_due(message, clock()):
            _send_over_one_connection(message, config, config.mail, clock, sent)
            if _is_over(message):
                messages.finish(message, persons(BY), now=clock())
    return sent


def _send_over_one_connection(
    message: Message, config: Config, server: MailServer, clock: Callable[[], datetime], sent: Copies
) -> None:
    before, written = replace(sent), _written(message, config, server, clock())
    if written is None:
        return
    with smtp.connected(server, config.host.partition(":")[0]) as connection:
        try:
            _send_due(message, written, connection, server, clock, sent)
        except Refused:
            # Many servers end a connection after some mails: the next one goes on, and nothing is wrong.
            if sent == before:
                raise


def _written(message: Message, config: Config, server: MailServer, now: datetime) -> _Written | None:
    """Read what all copies have in common; None while the initiative is not public: its pages could stop no letter."""
    initiative = loading.find(message.initiative.slug, brussels_date(now))
    if initiative is None:
        return None
    place = Place(config.url, server.sender)
    return _Written(initiative, messages.texts_of(message), messages.original_language(message), place)


def _send_due(
    message: Message,
    written: _Written,
    connection: smtplib.SMTP,
    server: MailServer,
    clock: Callable[[], datetime],
    sent: Copies,
) -> None:
    for _ in range(_AT_ONCE):
        copy = _claim(message.pk, clock())
        if copy is None:
            return
        _hand_over(copy, written, connection, server, clock(), sent)
        _stop_if_refused(message, clock())


def _claim(key: int, now: datetime) -> MessageCopy | None:
    """Take the next copy for this process: one that is to be tried again, or a new one. None where the pace says wait."""
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=key, state=Message.State.SENDING, next_at__lte=now).first()
        if message is None:
            return None
        copy = _again(message, now) or _new(message, now)
        if copy is not None:
            message.next_at = max(message.next_at, now - _BACKLOG) + timedelta(minutes=1) / message.a_minute
        message.save(update_fields=["next_at", "after_key", "visited", "addressed"])
        return copy


def _again(message: Message, now: datetime) -> MessageCopy | None:
    due = message.copies.filter(state=_State.WAITING, not_before__lte=now, subscription__isnull=False)
    copy = due.select_related("subscription").order_by("not_before").first()
    if copy is not None:
        copy.state, copy.not_before = _State.IN_HAND, now + _LEASE
        copy.save(update_fields=["state", "not_before"])
    return copy


def _new(message: Message, now: datetime) -> MessageCopy | None:
    if message.copies.filter(state=_State.WAITING).count() >= _MOST_WAITING:
        return None
    while (subscription := _next(message)) is not None:
        message.after_key = subscription.pk
        message.visited += 1
        mark = hmac.new(bytes(message.salt), subscription.folded.encode(), sha256).digest()
        copy, is_new = MessageCopy.objects.get_or_create(
            message=message, mark=mark, defaults={"subscription": subscription, "not_before": now + _LEASE}
        )
        if is_new:
            # Who confirmed on the day it began, after it began, gets it, too.
            message.addressed = max(message.addressed, message.visited)
            return copy
        # Stopped letters and asked for them again meanwhile: had this one already.
        message.visited -= 1
    return None


def _next(message: Message) -> Subscription | None:
    found = Subscription.objects.filter(
        initiative_id=message.initiative_id, pk__gt=message.after_key, confirmed_on__lte=message.begun_on
    )
    return found.filter(**messages.agreed_to(message.purpose)).order_by("pk").first()


def _hand_over(
    copy: MessageCopy, written: _Written, connection: smtplib.SMTP, server: MailServer, now: datetime, sent: Copies
) -> None:
    subscription = copy.subscription
    assert subscription is not None, "a copy is claimed with its reader"
    text = written.texts.get(subscription.language) or written.texts[written.original]
    stop = write_token(stop_token(written.initiative.slug, subscription.folded))
    mail = message_mails.write(
        words(subscription.language), written.initiative, text, subscription.address, stop, written.place, now=now
    )
    try:
        verdict = smtp.hand_over(connection, server, mail, subscription.address)
    except Refused:
        _try_again(copy, now)
        raise
    _settle(copy, verdict, now, sent)


def _settle(copy: MessageCopy, verdict: Verdict, now: datetime, sent: Copies) -> None:
    if verdict is Verdict.LATER:
        sent.later += 1
        _try_again(copy, now)
    elif verdict is Verdict.NEVER:
        sent.refused += 1
        with transaction.atomic():
            overwrite_what_goes()
            if copy.subscription is not None:
                note_return(copy.subscription, copy.message_id)
            _close(copy.pk, copy.message_id, "refused")
    elif verdict is Verdict.UNSURE:
        sent.unsure += 1
        _close(copy.pk, copy.message_id, "unsure")
    else:
        sent.taken += 1
        _close(copy.pk, copy.message_id, "taken")


def _close(key: int, message: int, count: str) -> None:
    """Settle a copy and count it, once."""
    with transaction.atomic():
        open_copy = MessageCopy.objects.filter(pk=key).exclude(state=_State.SETTLED)
        if open_copy.update(state=_State.SETTLED, subscription=None):
            Message.objects.filter(pk=message).update(**{count: F(count) + 1})


def _try_again(copy: MessageCopy, now: datetime) -> None:
    if copy.tries + 1 >= _MOST_TRIES:
        _close(copy.pk, copy.message_id, "given_up")
        return
    not_before = now + smtp.wait_after(copy.tries)
    MessageCopy.objects.filter(pk=copy.pk).update(state=_State.WAITING, tries=F("tries") + 1, not_before=not_before)


def _settle_lost(message: Message, now: datetime) -> None:
    """Settle copies whose sender died with them in hand, and those whose readers have stopped all letters since."""
    for state, count in ((_State.IN_HAND, "unsure"), (_State.WAITING, "gone")):
        found = message.copies.filter(state=state)
        found = found.filter(not_before__lte=now) if state == _State.IN_HAND else found.filter(subscription__isnull=True)
        for key in found.values_list("pk", flat=True)[:1000]:
            _close(key, message.pk, count)


def _is_over(message: Message) -> bool:
    fresh = Message.objects.filter(pk=message.pk, state=Message.State.SENDING).first()
    return fresh is not None and not fresh.copies.filter(state__in=messages.UNSETTLED).exists() and _next(fresh) is None


def _is_due(message: Message, now: datetime) -> bool:
    """Say whether something could be handed over now, before a connection is made for it."""
    if message.next_at is None or message.next_at > now:
        return False
    waiting = message.copies.filter(state=_State.WAITING)
    if waiting.filter(not_before__lte=now).exists():
        return True
    return _next(message) is not None and waiting.count() < _MOST_WAITING


def _stop_if_refused(message: Message, now: datetime) -> None:
    fresh = Message.objects.get(pk=message.pk)
    settled = fresh.taken + fresh.refused
    if fresh.state == Message.State.SENDING and settled >= _JUDGED_FROM and fresh.refused > _MOST_REFUSED * settled:
        messages.stop(fresh, persons(BY), now=now, because=MANY_REFUSED)
