"""Acts of organisers who write to those who agreed: write, change, begin, stop; and how far a message has come.

The rules are:
- a message goes to whoever confirmed its purpose before it begins, and to each address at most once, whatever breaks;
- what a second person agreed to is what is sent: a message begins only with the words whose hash was agreed to;
- the original language is always there: whoever reads a language without a text gets the original;
- a subject is one line; nothing that could be a header of its own gets through.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Max

from civium.errors import Refused
from civium.formats import canonical
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.persons import check_two_persons
from civium.server.site import languages
from civium.server.supporters.asking import overwrite_what_goes
from civium.server.supporters.models import LONGEST_SUBJECT, LONGEST_TEXT, Message, MessageCopy, MessageText, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons

# How many copies leave in a minute. Many mail servers take no more than a few hundred an hour of a sender they do not know.
PACES = (30, 120, 600, 3_000)
MOST_MESSAGES = 1_000  # of an initiative
RESUME_WITHIN_DAYS = 7
UNSETTLED = (MessageCopy.State.IN_HAND, MessageCopy.State.WAITING)
_SALT_SIZE = 32
_LINES = ("\n", "\t")


@dataclass(frozen=True)
class Readers:
    """How many read one language, and in which language they get the message."""

    language: str
    number: int
    text_language: str


@dataclass(frozen=True)
class Progress:
    """How far a message has come. `seconds_left` is None where it does not run."""

    addressed: int
    taken: int
    refused: int
    given_up: int
    unsure: int
    gone: int
    waiting: int
    returned: int
    to_go: int
    seconds_left: int | None

    @property
    def done(self) -> int:
        """How many copies nothing more happens to."""
        return self.addressed - self.to_go - self.waiting


def new_message(initiative: Initiative, purpose: str, a_minute: int, *, now: datetime) -> Message:
    """Begin a draft. Raises Refused `message-purpose`, `message-pace`, `messages-many`."""
    _check_settings(purpose, a_minute)
    with transaction.atomic():
        last = initiative.messages.aggregate(last=Max("number"))["last"] or 0
        if last >= MOST_MESSAGES:
            raise Refused("messages-many", most=MOST_MESSAGES)
        return Message.objects.create(
            initiative=initiative, number=last + 1, purpose=purpose, a_minute=a_minute, made_on=brussels_date(now)
        )


def find_message(initiative: Initiative, number: int) -> Message:
    """Give a message of this initiative. Raises Refused `message-unknown`."""
    found = initiative.messages.filter(number=number).first()
    if found is None:
        raise Refused("message-unknown")
    return found


def change_settings(message: Message, purpose: str, a_minute: int) -> None:
    """Choose whom a draft goes to, and how fast. Raises Refused `message-purpose`, `message-pace`, `message-not-a-draft`."""
    _check_settings(purpose, a_minute)
    changed = Message.objects.filter(pk=message.pk, state=Message.State.DRAFT).update(purpose=purpose, a_minute=a_minute)
    if not changed:
        raise Refused("message-not-a-draft")


def change_text(message: Message, language: str, subject: str, text: str) -> None:
    """Write a draft in one language. Raises Refused `message-language`, `message-subject`, `message-text`, `message-not-a-draft`."""
    if language not in languages_of(message.initiative):
        raise Refused("message-language")
    words = {"subject": _subject(subject), "text": _text(text)}
    with transaction.atomic():
        _check_draft(message)
        MessageText.objects.update_or_create(message_id=message.pk, language=language, defaults=words)


def remove_text(message: Message, language: str) -> None:
    """Take one language out of a draft. Raises Refused `message-not-a-draft`."""
    with transaction.atomic():
        _check_draft(message)
        message.texts.filter(language=language).delete()


def destroy_draft(message: Message) -> None:
    """Destroy a draft. Raises Refused `message-not-a-draft`."""
    gone, _ = Message.objects.filter(pk=message.pk, state=Message.State.DRAFT).delete()
    if not gone:
        raise Refused("message-not-a-draft")


def texts_of(message: Message) -> Mapping[str, MessageText]:
    """Give the texts by language."""
    return {text.language: text for text in message.texts.order_by("language")}


def languages_of(initiative: Initiative) -> tuple[str, ...]:
    """Give the languages that a message can be written in: the Union's, and the initiative's original where it is none of them."""
    original = initiative.original_language
    return languages.CODES if original in languages.CODES else (*languages.CODES, original)


def fingerprint(message: Message) -> str:
    """Give what names these words, this purpose and this pace: 64 hex digits."""
    texts = {code: {"subject": text.subject, "text": text.text} for code, text in texts_of(message).items()}
    value = {"civium": "message v1", "purpose": message.purpose, "a_minute": message.a_minute, "texts": texts}
    return sha256(canonical.encode(value)).hexdigest()


def original_language(message: Message) -> str:
    """Give the language of whoever reads none of the others: the initiative's original."""
    code: str = message.initiative.original_language
    return code


def readers(message: Message) -> tuple[Readers, ...]:
    """Give how many would get the message now by language, most first, and which text each language gets."""
    texts, original = set(texts_of(message)), original_language(message)
    counted = _subscriptions(message).order_by().values_list("language").annotate(number=Count("pk"))
    found = (Readers(code, number, code if code in texts else original) for code, number in counted)
    return tuple(sorted(found, key=lambda one: (-one.number, one.language)))


def check_ready(message: Message) -> int:
    """Give how many would get it. Raises Refused `message-not-a-draft`, `message-text-missing`, `message-nobody`."""
    if message.state not in (Message.State.DRAFT, Message.State.STOPPED):
        raise Refused("message-not-a-draft")
    if not message.texts.filter(language=original_language(message)).exists():
        raise Refused("message-text-missing")
    number: int = _subscriptions(message).filter(pk__gt=message.after_key).count() + _unsettled(message)
    if not number:
        raise Refused("message-nobody")
    return number


def begin(message: Message, agreed: str, by: Persons, *, now: datetime) -> Message:
    """Let a message leave, or go on after it was stopped; `agreed` is the fingerprint that the persons saw.

    Raises Refused `message-changed`, `message-not-a-draft`, `message-text-missing`, `message-nobody`, `second-person-missing`.
    """
    check_two_persons(message.initiative.deployment, by)
    with transaction.atomic():
        kept = Message.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=message.pk)
        number = check_ready(kept)
        if fingerprint(kept) != agreed:
            raise Refused("message-changed")
        if kept.state == Message.State.DRAFT:
            kept.begun_on, kept.addressed, kept.salt = brussels_date(now), number, secrets.token_bytes(_SALT_SIZE)
        kept.state, kept.next_at, kept.stopped_because, kept.ended_on = Message.State.SENDING, now, "", None
        kept.save()
        facts = {"message": kept.number, "purpose": kept.purpose, "addresses": number, "sha256": agreed}
        journal.record("message-sent", kept.initiative, by, facts, now=now)
    return kept


def stop(message: Message, by: Persons, *, now: datetime, because: str = "") -> Message:
    """Let no further copy leave; one that is being handed over still does. One person may. Raises Refused `message-not-sending`."""
    with transaction.atomic():
        kept = Message.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=message.pk)
        if kept.state != Message.State.SENDING:
            raise Refused("message-not-sending")
        kept.state, kept.stopped_because, kept.ended_on = Message.State.STOPPED, because, brussels_date(now)
        kept.save(update_fields=["state", "stopped_because", "ended_on"])
        facts = {"message": kept.number, "taken": kept.taken} | ({"because": because} if because else {})
        journal.record("message-stopped", kept.initiative, by, facts, now=now)
    return kept


def finish(message: Message, by: Persons, *, now: datetime) -> None:
    """Close a message whose copies are all settled, and destroy what kept addresses from getting it twice."""
    with transaction.atomic():
        overwrite_what_goes()
        kept = Message.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=message.pk)
        kept.copies.all().delete()
        never_reached = max(kept.addressed - kept.visited, 0) if kept.state == Message.State.SENDING else 0
        kept.gone = F("gone") + never_reached
        kept.state, kept.salt, kept.ended_on = Message.State.FINISHED, b"", kept.ended_on or brussels_date(now)
        kept.save(update_fields=["gone", "state", "salt", "ended_on"])
        kept.refresh_from_db()
        counts = ("taken", "refused", "given_up", "unsure", "gone")
        facts = {"message": kept.number} | {name: getattr(kept, name) for name in counts}
        journal.record("message-finished", kept.initiative, by, facts, now=now)


def finish_abandoned(by: Persons, *, now: datetime) -> int:
    """Close messages that were stopped and not gone on with for a week; give their number."""
    latest = brussels_date(now) - timedelta(days=RESUME_WITHIN_DAYS)
    found = list(Message.objects.filter(state=Message.State.STOPPED, ended_on__lt=latest))
    for message in found:
        finish(message, by, now=now)
    return len(found)


def progress(message: Message) -> Progress:
    """Give how far a message has come, from its own row and the copies that wait."""
    waiting = _unsettled(message)
    is_over = message.state == Message.State.FINISHED
    to_go = 0 if is_over else max(message.addressed - message.visited, 0)
    seconds = -(-60 * (to_go + waiting) // message.a_minute) if message.state == Message.State.SENDING else None
    return Progress(
        addressed=message.addressed,
        taken=message.taken,
        refused=message.refused,
        given_up=message.given_up,
        unsure=message.unsure,
        gone=message.gone,
        waiting=waiting,
        returned=message.returned,
        to_go=to_go,
        seconds_left=seconds,
    )


def agreed_to(purpose: str) -> dict[str, bool]:
    """Give the filter of the subscriptions that agreed to a purpose."""
    return {"wants_news" if purpose == Message.Purpose.NEWS else "wants_other_news": True}


def _subscriptions(message: Message) -> QuerySet[Subscription]:
    return Subscription.objects.filter(initiative_id=message.initiative_id, **agreed_to(message.purpose))


def _check_draft(message: Message) -> None:
    """Raise Refused `message-not-a-draft`; nobody else changes it until this transaction ends."""
    if not Message.objects.select_for_update().filter(pk=message.pk, state=Message.State.DRAFT).exists():
        raise Refused("message-not-a-draft")


def _unsettled(message: Message) -> int:
    # Named one by one, an index finds them; "not settled" would read a million that are.
    number: int = message.copies.filter(state__in=UNSETTLED).count()
    return number


def _check_settings(purpose: str, a_minute: int) -> None:
    if purpose not in Message.Purpose.values:
        raise Refused("message-purpose")
    if a_minute not in PACES:
        raise Refused("message-pace")


def _subject(typed: str) -> str:
    """Give a subject. Raises Refused `message-subject` for what is empty, too long, or more than one line."""
    subject = unicodedata.normalize("NFC", typed).strip()
    if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise Refused("message-subject", longest=LONGEST_SUBJECT)
    return subject


def _text(typed: str) -> str:
    """Give a text without what no eye sees. Raises Refused `message-text` for what is empty or too long."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    text = "".join(sign for sign in text if sign in _LINES or unicodedata.category(sign) not in ("Cc", "Cs"))
    if not text or len(text) > LONGEST_TEXT:
        raise Refused("message-text", longest=LONGEST_TEXT)
    return text
