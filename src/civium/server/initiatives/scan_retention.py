"""Scans of signed certificates: until when they are kept, and how they go, named by their hashes.

The rules are:
- no rule sets a day for them, as Art. 19(5) speaks of statements; but they show an official's name and signature, and are kept no longer
  than they are needed (GDPR, Art. 5(1)(e)): as long as statements are;
- so their day is that of the statements (retention_dates.py), they go with them, and a legal hold keeps both;
- where no statement is here they go by themselves: on a campaign page on that day, and at once where statements went before them;
- the journal names what went by its SHA-256; the numbers that were certified stay.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.models import CertificateScan, Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.retention_dates import RetentionDates, retention_dates

_WARNING = timedelta(days=1)


def scans_due_on(initiative: Initiative) -> date | None:
    """Give the last day on which scans may be kept; None while a hold keeps them, or where no law sets a day."""
    return retention_dates(initiative).due_on


def check_scans_are_kept(initiative: Initiative, *, today: date) -> None:
    """Raise Refused `certificate-scan-over` once scans are not kept any more."""
    due_on = scans_due_on(initiative)
    if _is_destroyed(initiative) or (due_on is not None and due_on <= today):
        raise Refused("certificate-scan-over")


def destroy_scans(initiative: Initiative, by: Persons, *, now: datetime) -> list[dict[str, Any]]:
    """Destroy all scans of an initiative, inside the transaction of what destroys the rest, and give what they were."""
    journal.take_turn(initiative)
    kept = CertificateScan.objects.filter(initiative=initiative)
    gone = [
        {"jurisdiction": jurisdiction, "sha256": bytes(digest).hex()}
        for jurisdiction, digest in kept.values_list("jurisdiction", "sha256")
    ]
    if gone:
        kept.delete()
        journal.record("certificate-scans-destroyed", initiative, by, {"number": len(gone), "scans": gone}, now=now)
    return gone


def destroy_scans_that_are_due(*, now: datetime) -> int:
    """Destroy the scans of initiatives that have no statements here, when it is time, and give their number. Safe at any time."""
    count = 0
    for initiative in Initiative.objects.filter(certificate_scans__isnull=False).distinct():
        dates = retention_dates(initiative)
        if not dates.is_held and _are_due_alone(initiative, dates, brussels_date(now)):
            with transaction.atomic():
                count += len(destroy_scans(initiative, Persons(("civium", dates.article)), now=now))
    return count


def _are_due_alone(initiative: Initiative, dates: RetentionDates, today: date) -> bool:
    """What the day follows from was recorded a day before: whoever mistypes a date is not left without evidence within the hour."""
    if initiative.live_collection() is not None:
        return _is_destroyed(initiative)
    recorded_on = max(initiative.events.values_list("recorded_on", flat=True), default=None)
    return dates.must_be_destroyed(today) and (recorded_on is None or today > recorded_on + _WARNING)


def _is_destroyed(initiative: Initiative) -> bool:
    collection = initiative.live_collection()
    return collection is not None and collection.destroyed_on is not None
