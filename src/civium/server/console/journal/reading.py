"""Pages of the journal, newest entries first, whatever its size.

The rules are:
- nothing is counted: a page reads at most SCANNED entries, from where the last one stopped, and says where to go on;
- a month is found by halving, as entries stand in the order of time;
- a person is chosen by a mark of the name, so that no name stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.crypto import salted_hmac

from civium.server.initiatives.models import JournalEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from civium.server.initiatives.models import Initiative

SHOWN = 50
SCANNED = 5_000
_BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True)
class Filters:
    """What is looked for; empty: everything. `month` is YYYY-MM, `person` a mark, `act` the act's name."""

    act: str = ""
    month: str = ""
    person: str = ""


@dataclass(frozen=True)
class Found:
    """One page: its entries, and the place of the next one (None: this was the last)."""

    entries: tuple[JournalEntry, ...]
    older: int | None


def look(initiative: Initiative | None, filters: Filters, before: int | None) -> Found:
    """Give the entries before a place that pass the filters; of one initiative, or of the whole installation."""
    entries = _entries(initiative).order_by("-pk")
    bounds = _bounds_of(filters.month)
    if bounds is not None:
        entries = entries.filter(pk__gte=bounds[0], pk__lt=bounds[1])
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found: list[JournalEntry] = []
    last, scanned = 0, 0
    for entry in entries[:SCANNED].iterator(chunk_size=500):
        last, scanned = entry.pk, scanned + 1
        if _passes(entry, filters):
            found.append(entry)
            if len(found) == SHOWN:
                break
    is_more = (scanned == SCANNED or len(found) == SHOWN) and entries.filter(pk__lt=last).exists()
    return Found(tuple(found), last if is_more else None)


def months(initiative: Initiative | None, *, now: datetime) -> tuple[str, ...]:
    """Give the months from the first entry to now, newest first, as YYYY-MM."""
    first = _entries(initiative).order_by("pk").values_list("at", flat=True).first()
    if first is None:
        return ()
    month, found = _first_of(now), []
    while month >= _first_of(first):
        found.append(f"{month:%Y-%m}")
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return tuple(found)


def persons(initiative: Initiative | None) -> tuple[tuple[str, str], ...]:
    """Give the mark and the name of everybody in the newest entries, by name."""
    newest = _entries(initiative).order_by("-pk").values_list("persons", flat=True)[:SCANNED]
    names = {name for listed in newest.iterator(chunk_size=500) for name in listed}
    return tuple((mark_of(name), name) for name in sorted(names, key=str.casefold))


def mark_of(name: str) -> str:
    """Give what stands for a name in an address: only this installation can make it."""
    return salted_hmac("civium.journal.person", name, algorithm="sha256").hexdigest()[:20]


def _entries(initiative: Initiative | None) -> QuerySet[JournalEntry]:
    entries = JournalEntry.objects.select_related("initiative")
    return entries if initiative is None else entries.filter(initiative=initiative)


def _passes(entry: JournalEntry, filters: Filters) -> bool:
    if filters.act and entry.act != filters.act:
        return False
    return not filters.person or any(mark_of(name) == filters.person for name in entry.persons)


def _bounds_of(month: str) -> tuple[int, int] | None:
    """Give the keys between which a month's entries lie; None where no month is asked for."""
    try:
        start = datetime.strptime(month, "%Y-%m").replace(tzinfo=_BRUSSELS)
        end = start.replace(year=start.year + (start.month == 12), month=start.month % 12 + 1)
        return _first_key(start.astimezone(UTC)), _first_key(end.astimezone(UTC))
    except (ValueError, OverflowError):  # the calendar ends before the month does
        return None


def _first_key(moment: datetime) -> int:
    """Give the key of the first entry that is not before a moment, by halving; one past the last where there is none."""
    last = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        entry = JournalEntry.objects.filter(pk__gte=middle).order_by("pk").values_list("at", flat=True).first()
        if entry is not None and entry.astimezone(UTC) < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _first_of(moment: datetime) -> date:
    return moment.astimezone(_BRUSSELS).date().replace(day=1)
