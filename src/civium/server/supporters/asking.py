"""Acts of whoever leaves an address: ask, confirm, stop.

The rules are:
- asking tells nobody anything: a known address, an unknown one and one that was asked for too often get the same answer;
- at most three mails a day go to one address, whoever asks and for however many initiatives;
- confirming is an act of its own, never the opening of a link: programs that look through mail open links;
- stopping always works, and destroys whatever there is of the address for the initiative.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives.models import Initiative
from civium.server.supporters.addresses import address_hash, fold
from civium.server.supporters.models import ConfirmationToken, ConsentText, MailsOfToday, Subscription, Unconfirmed, WaitingMail
from civium.server.supporters.tokens import stop_token, token_hash

MOST_MAILS_A_DAY = 3
CONFIRM_WITHIN_DAYS = 7


@dataclass(frozen=True, repr=False)
class Asked:
    """What somebody typed and ticked, in the words that they were shown."""

    address: str
    language: str
    wants_news: bool
    wants_other_news: bool
    text: str
    text_sha256: bytes


def ask(initiative: Initiative, asked: Asked, *, now: datetime) -> None:
    """Note the wish and let a mail go to the address; the same whatever is known of it. Raises Refused `nothing-chosen`."""
    if not (asked.wants_news or asked.wants_other_news):
        raise Refused("nothing-chosen")
    today = brussels_date(now)
    try:
        with transaction.atomic():
            _note(initiative, asked, today)
    except IntegrityError:
        # The same address twice at the same moment: one of both is noted.
        return


def confirm(initiative: Initiative, token: bytes, *, now: datetime) -> None:
    """Take over what was asked, as the owner of the address has the token. Raises Refused `link-over`."""
    today = brussels_date(now)
    with transaction.atomic():
        found = ConfirmationToken.objects.filter(token_hash=token_hash(token), question__initiative=initiative)
        kept = found.select_related("question").first()
        if kept is None or kept.question.expires_on < today:
            raise Refused("link-over")
        question = kept.question
        subscription, _ = Subscription.objects.update_or_create(
            initiative=initiative,
            folded=question.folded,
            defaults={
                "address": question.address,
                "language": question.language,
                "wants_news": question.wants_news,
                "wants_other_news": question.wants_other_news,
                "text": question.text,
                "asked_on": question.asked_on,
                "stop_hash": question.stop_hash,
                "confirmed_on": today,
            },
        )
        overwrite_what_goes()
        question.delete()
        WaitingMail.objects.create(subscription=subscription)


def stop(initiative: Initiative, token: bytes) -> int:
    """Destroy whatever there is of the address that the token belongs to; give the number of rows, for nobody outside."""
    with transaction.atomic():
        overwrite_what_goes()
        count = 0
        for kind in (Unconfirmed, Subscription):
            found = kind.objects.filter(initiative=initiative, stop_hash=token_hash(token))
            count += found.count()
            found.delete()
    return count


def overwrite_what_goes() -> None:
    """Let SQLite overwrite what is destroyed on this connection, not only forget where it lay."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("pragma secure_delete = on")


def _note(initiative: Initiative, asked: Asked, today: date) -> None:
    folded = fold(asked.address)
    if not _may_be_mailed(asked.address, today):
        return
    text, _ = ConsentText.objects.get_or_create(
        sha256=asked.text_sha256, defaults={"language": asked.language, "text": asked.text}
    )
    overwrite_what_goes()
    # Asked again: the newest wish counts, and links of the earlier mail are over.
    Unconfirmed.objects.filter(initiative=initiative, folded=folded).delete()
    question = Unconfirmed.objects.create(
        initiative=initiative,
        address=asked.address,
        folded=folded,
        language=asked.language,
        wants_news=asked.wants_news,
        wants_other_news=asked.wants_other_news,
        text=text,
        asked_on=today,
        expires_on=today + timedelta(days=CONFIRM_WITHIN_DAYS),
        stop_hash=token_hash(stop_token(initiative.slug, folded)),
    )
    WaitingMail.objects.create(question=question)


def _may_be_mailed(address: str, today: date) -> bool:
    counted, _ = MailsOfToday.objects.get_or_create(folded_hash=address_hash(address), day=today)
    return bool(MailsOfToday.objects.filter(pk=counted.pk, count__lt=MOST_MAILS_A_DAY).update(count=F("count") + 1))
