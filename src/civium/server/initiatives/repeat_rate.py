"""How many statements repeat others: while collection runs one rate for a whole initiative, exact numbers after the end (tokens.py).

The rules are:
- whole per cent, of at least 1,000 statements: among so many, what one person adds is lost in the rounding and in a week's others;
- it is kept when it was made, and made anew a week later at the earliest, whoever asks how often and whatever is started again;
- no other number, page, reply or log line depends on repeats before the end.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from civium.errors import Misconfigured
from civium.law.periods import brussels_date
from civium.server.initiatives.lifecycle import phase_of
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Collection, Initiative, RepeatRate
from civium.server.initiatives.premises import Premises

LEAST_RECEIVED = 1_000
RENEWED_AFTER = timedelta(days=7)


def weekly_rate(initiative: Initiative, premises: Premises, *, now: datetime) -> RepeatRate | None:
    """Give the rate of this week, or None: before 1,000 statements, after the end, or where no tokens are asked for. Raises Refused `not-live`."""
    collection = live_collection(initiative)
    if phase_of(initiative, today=brussels_date(now)) == "ended":
        return None
    latest = _latest(collection)
    # A clock that was put back renews nothing, either.
    if latest is not None and now < latest.made_at + RENEWED_AFTER:
        return latest
    try:
        percent = _percent(collection, premises)
    except Misconfigured as error:
        if error.code != "database-role-missing":
            raise
        # This process may not read marks; another one renews.
        return latest
    return None if percent is None else _kept(collection, latest, percent, now)


def _latest(collection: Collection) -> RepeatRate | None:
    return collection.repeat_rates.order_by("-number").first()


def _percent(collection: Collection, premises: Premises) -> int | None:
    heads = premises.store.heads(collection.identifier)
    received = sum(head.received for head in heads)
    if received < LEAST_RECEIVED or not premises.store.collection(collection.identifier).token_key:
        return None
    repeats = premises.store.repeats(*(head.log for head in heads))
    return (200 * repeats + received) // (2 * received)


def _kept(collection: Collection, latest: RepeatRate | None, percent: int, now: datetime) -> RepeatRate | None:
    number = latest.number + 1 if latest else 1
    try:
        with transaction.atomic():
            return RepeatRate.objects.create(collection=collection, number=number, percent=percent, made_at=now)
    except IntegrityError:
        # Of two that ask at once the first one's stays.
        return _latest(collection)
