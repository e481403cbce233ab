"""What proves that whoever is written to agreed: how many agreed to which words, and the list of it (GDPR, Art. 7(1)).

The rules are:
- counts name words by the hash that was kept with each consent; the words themselves are shown once;
- the list of addresses is given out by an act that stands in the journal with numbers, never with an address.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q

from civium.errors import Refused
from civium.server.initiatives import journal
from civium.server.site import languages
from civium.server.supporters.messages import agreed_to
from civium.server.supporters.models import ConsentText, Message, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons

HEADS = ("address", "language", "agreed_on", "confirmed_on", "words_sha256", "words_language")
WORDS_HEADS = ("words_sha256", "language", "words")


@dataclass(frozen=True)
class Agreed:
    """How many agreed to the same words, in one language, and to what."""

    version: str
    language: str
    words: str
    number: int
    news: int
    other_news: int


@dataclass(frozen=True)
class Agreements:
    """All consents of an initiative, by the words agreed to."""

    by_words: tuple[Agreed, ...]

    @property
    def number(self) -> int:
        """How many addresses."""
        return sum(one.number for one in self.by_words)

    @property
    def news(self) -> int:
        """How many for news of the initiative."""
        return sum(one.news for one in self.by_words)

    @property
    def other_news(self) -> int:
        """How many for other news of the organisers."""
        return sum(one.other_news for one in self.by_words)

    @property
    def languages(self) -> tuple[tuple[str, int], ...]:
        """How many in each language, most first."""
        counted: Counter[str] = Counter()
        for one in self.by_words:
            counted[one.language] += one.number
        return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def agreements(initiative: Initiative) -> Agreements:
    """Count the consents of an initiative, most first."""
    counted = (
        Subscription.objects.filter(initiative=initiative)
        .order_by()
        .values_list("text", "language")
        .annotate(
            number=Count("pk"),
            news=Count("pk", filter=Q(wants_news=True)),
            other=Count("pk", filter=Q(wants_other_news=True)),
        )
    )
    rows = list(counted)
    texts = {text.pk: text for text in ConsentText.objects.filter(pk__in={row[0] for row in rows})}
    found = [
        Agreed(bytes(texts[key].sha256).hex(), language, texts[key].text, number, news, other)
        for key, language, number, news, other in rows
        if key in texts
    ]
    return Agreements(tuple(sorted(found, key=lambda one: (-one.number, one.language, one.version))))


def export_consents(
    initiative: Initiative, purpose: str, language: str, by: Persons, *, now: datetime
) -> Iterator[tuple[str, ...]]:
    """Note in the journal that the list is given out, then give it: address, language, days, and which words were agreed to.

    Raises Refused `message-purpose`, `message-language`.
    """
    if purpose not in Message.Purpose.values:
        raise Refused("message-purpose")
    if language and language not in languages.CODES:
        raise Refused("message-language")
    found = Subscription.objects.filter(initiative=initiative, **agreed_to(purpose))
    if language:
        found = found.filter(language=language)
    with transaction.atomic():
        facts = {"purpose": purpose, "addresses": found.count()} | ({"language": language} if language else {})
        journal.record("supporters-exported", initiative, by, facts, now=now)
    return _rows(initiative, purpose, language)


def consent_words(initiative: Initiative) -> Iterator[tuple[str, ...]]:
    """Give the words that consents refer to, once each."""
    used = Subscription.objects.filter(initiative=initiative).order_by().values("text").distinct()
    for text in ConsentText.objects.filter(pk__in=used).order_by("language", "pk"):
        yield bytes(text.sha256).hex(), text.language, text.text


def _rows(initiative: Initiative, purpose: str, language: str) -> Iterator[tuple[str, ...]]:
    found = Subscription.objects.filter(initiative=initiative, **agreed_to(purpose))
    if language:
        found = found.filter(language=language)
    for one in found.select_related("text").order_by("pk").iterator(chunk_size=500):
        yield (
            one.address,
            one.language,
            str(one.asked_on),
            str(one.confirmed_on),
            bytes(one.text.sha256).hex(),
            one.text.language,
        )
