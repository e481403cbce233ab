"""Sums by hour of a whole collection: pages shown, challenges given, statements received, refusals by code. Blocks; called from a thread.

The rules are:
- an hour is the finest there is, and it is of a whole collection: of a State nothing is kept by the hour;
- what was received is the difference of two totals, seen at two looks: the path of a statement does nothing for it;
- pages, challenges and refusals are counted in the intake's memory and come here every half minute (intake/tally.py): what a cache in front
  answered was not seen, and a crash loses half a minute;
- hours older than five weeks are destroyed.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F

from civium.errors import Refused
from civium.server.dashboard import days
from civium.server.dashboard.models import HourCount, LastTotal
from civium.server.initiatives.models import Collection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from civium.server.intake.tally import Told
    from civium.server.store.protocol import Head

KEPT = timedelta(days=35)
PAGE, CHALLENGE, RECEIVED, REFUSED = "page", "challenge", "received", "refused:"
HOUR = timedelta(hours=1)
# The page with the form, in whatever language; every other page is no step towards a statement.
_FORM_PAGE = re.compile(r"/[A-Za-z-]{2,16}/i/(?P<slug>[a-z0-9-]{1,64})")


def hour_of(now: datetime) -> datetime:
    """Give the beginning of the hour, in UTC."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def note_total(collection: Collection, entries: int, *, now: datetime) -> int:
    """Count what came since the last look for the hour of this one, and give how many. The first look counts nothing."""
    hour = hour_of(now)
    made = {"entries": entries, "hour": hour, "since": hour}
    last, is_first = LastTotal.objects.get_or_create(collection=collection, defaults=made)
    if is_first or entries < last.entries:
        return 0
    with transaction.atomic():
        # Of several processes that look, one finds the total it knew.
        if not LastTotal.objects.filter(pk=last.pk, entries=last.entries, hour=last.hour).update(entries=entries, hour=hour):
            return 0
        came = entries - last.entries
        if came:
            _add(collection.pk, hour, RECEIVED, came)
    return came


def forget_hours(*, now: datetime) -> None:
    """Destroy the hours whose time is over."""
    HourCount.objects.filter(hour__lt=hour_of(now) - KEPT).delete()


def hours(collection: Collection, *, since: datetime) -> dict[datetime, Counter[str]]:
    """Give the sums of each hour since then, by kind; an hour without any is not there."""
    found: dict[datetime, Counter[str]] = {}
    for hour, kind, count in HourCount.objects.filter(collection=collection, hour__gte=since).values_list(
        "hour", "kind", "count"
    ):
        found.setdefault(hour, Counter())[kind] += count
    return found


class HourBook:
    """Where the intake's tally is added up, and where it tells that the public log moved."""

    def moved(self, heads: Sequence[Head]) -> None:
        """Take over what the public log shows now. Raises Refused `store-unavailable`."""
        try:
            close_old_connections()
            days.note_public(heads)
        except DatabaseError:
            raise Refused("store-unavailable") from None

    def add(self, told: Told, hour: datetime) -> None:
        """Add what was told to the sums of an hour, all or nothing. Raises Refused `store-unavailable`."""
        try:
            close_old_connections()
            with transaction.atomic():
                for (collection, kind), count in sorted(_by_kind(told).items()):
                    _add(collection, hour_of(hour), kind, count)
        except DatabaseError:
            raise Refused("store-unavailable") from None


def _by_kind(told: Told) -> Counter[tuple[int, str]]:
    """Give the sums by collection and kind; what is of no collection here is left out."""
    live = Collection.objects.exclude(state=Collection.State.OPENING).order_by("pk")
    by_identifier: dict[bytes, int] = {}
    by_slug: dict[str, int] = {}
    for number, identifier, slug in live.values_list("pk", "collection_id", "initiative__slug"):
        by_identifier[bytes(identifier)] = number
        by_slug[slug] = number
    sums: Counter[tuple[int, str]] = Counter()
    for path, count in told.pages.items():
        page = _FORM_PAGE.fullmatch(path)
        if page and page["slug"] in by_slug:
            sums[by_slug[page["slug"]], PAGE] += count
    _sum(sums, told.challenges, by_identifier, CHALLENGE)
    for (identifier, code), count in told.refusals.items():
        _sum(sums, {identifier: count}, by_identifier, REFUSED + code)
    return sums


def _sum(sums: Counter[tuple[int, str]], counted: Mapping[bytes, int], numbers: Mapping[bytes, int], kind: str) -> None:
    for identifier, count in counted.items():
        if identifier in numbers:
            sums[numbers[identifier], kind] += count


def _add(collection: int, hour: datetime, kind: str, count: int) -> None:
    HourCount.objects.get_or_create(collection_id=collection, hour=hour, kind=kind)
    # The database adds: several processes count for the same hour.
    HourCount.objects.filter(collection_id=collection, hour=hour, kind=kind).update(count=F("count") + count)
