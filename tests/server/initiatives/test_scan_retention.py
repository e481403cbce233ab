"""Scans of certificates where no statement is here: they go on the statements' day, a hold keeps them, a date typed wrong waits a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.initiatives import scan_retention
from civium.server.initiatives.models import CertificateScan, Event, Initiative, JournalEntry, LegalHold
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.retention_dates import retention_dates

from . import place
from .place import TODAY

pytestmark = pytest.mark.usefixtures("civium_db")
DAY = timedelta(days=1)


@pytest.fixture
def campaign(tmp_path: Path, premises: Premises) -> Initiative:
    """An initiative of which nothing is collected here, with a scan."""
    del premises
    place.make_installation("central")
    made = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    CertificateScan.objects.create(
        initiative=made,
        jurisdiction="ES",
        sha256=sha256(b"paper").digest(),
        content=b"paper",
        pages=1,
        kept_on=TODAY,
        kept_by="Anna",
    )
    return made


def _go(day: date) -> int:
    return scan_retention.destroy_scans_that_are_due(now=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def test_they_go_on_the_laws_last_day_and_the_journal_names_them(campaign: Initiative) -> None:
    latest = retention_dates(campaign).latest_on
    assert latest == scan_retention.scans_due_on(campaign)
    assert latest is not None
    assert _go(latest - DAY) == 0
    scan_retention.check_scans_are_kept(campaign, today=latest - DAY)
    with pytest.raises(Refused, match="certificate-scan-over"):
        scan_retention.check_scans_are_kept(campaign, today=latest)
    assert (_go(latest), _go(latest)) == (1, 0)
    assert not CertificateScan.objects.exists()
    entry = JournalEntry.objects.get(act="certificate-scans-destroyed")
    assert entry.persons == ["civium", "Art. 19(5)"]
    assert entry.facts == {"number": 1, "scans": [{"jurisdiction": "ES", "sha256": sha256(b"paper").hexdigest()}]}


def test_a_hold_keeps_them(campaign: Initiative) -> None:
    latest = retention_dates(campaign).latest_on
    assert latest is not None
    LegalHold.objects.create(initiative=campaign, proceedings="Case T-1/27", reason="x", ends_by="the Court", placed_on=TODAY)
    assert scan_retention.scans_due_on(campaign) is None
    assert _go(latest + 100 * DAY) == 0
    LegalHold.objects.update(lifted_on=latest, proceedings_ended_on=latest)
    assert _go(latest + DAY) == 0, "a month after the proceedings (Art. 19(7))"
    assert _go(latest + 31 * DAY) == 1


def test_a_date_that_was_typed_wrong_leaves_a_day(campaign: Initiative) -> None:
    Event.objects.create(
        initiative=campaign, kind=Event.Kind.WITHDRAWN, happened_on=TODAY - 40 * DAY, recorded_on=TODAY, reference=""
    )
    assert [_go(TODAY + days * DAY) for days in (0, 1, 2)] == [0, 0, 1]


def test_what_stayed_when_the_statements_went_goes_at_once(campaign: Initiative, premises: Premises) -> None:
    """An installation that was brought up to date after it had destroyed the statements."""
    collection = place.go_live(campaign, premises)
    assert _go(TODAY + 3650 * DAY) == 0, "with the statements, by their job"
    collection.destroyed_on = TODAY
    collection.save()
    assert _go(TODAY) == 1
