"""Readers who agreed, a message to them, and a clock that goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from civium.server.initiatives.models import Initiative
from civium.server.supporters import messages
from civium.server.supporters.addresses import fold
from civium.server.supporters.models import ConsentText, Message, Subscription
from civium.server.supporters.tokens import stop_token, token_hash
from tests.server.initiatives.place import NOW, ONE, TODAY

from .asked import WORDS

SUBJECT, TEXT = "We were heard", "Dear all,\n\nthe hearing is on 3 May.\n.\nSee you there."


@dataclass
class Ticking:
    """Time that goes on by a second whenever somebody looks."""

    at: datetime = NOW
    step: timedelta = field(default_factory=lambda: timedelta(seconds=1))

    def __call__(self) -> datetime:
        """Give the time."""
        self.at += self.step
        return self.at


def subscribe(
    initiative: Initiative, address: str, language: str = "en", *, news: bool = True, other: bool = False
) -> Subscription:
    """Give somebody who agreed and confirmed."""
    text, _ = ConsentText.objects.get_or_create(
        sha256=sha256(WORDS.encode()).digest(), defaults={"language": "en", "text": WORDS}
    )
    return Subscription.objects.create(
        initiative=initiative,
        address=address,
        folded=fold(address),
        language=language,
        wants_news=news,
        wants_other_news=other,
        text=text,
        asked_on=TODAY,
        confirmed_on=TODAY,
        stop_hash=token_hash(stop_token(initiative.slug, fold(address))),
    )


def write(initiative: Initiative, texts: dict[str, tuple[str, str]] | None = None, *, a_minute: int = 600) -> Message:
    """Give a draft."""
    message = messages.new_message(initiative, "news", a_minute, now=NOW)
    for language, (subject, text) in (texts or {"en": (SUBJECT, TEXT)}).items():
        messages.change_text(message, language, subject, text)
    return message


def begin(message: Message) -> Message:
    """Let it leave: a demonstration's needs one person."""
    return messages.begin(message, messages.fingerprint(message), ONE, now=NOW)
