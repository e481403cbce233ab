"""What authorities certified (Annex VI), typed in, and what it adds up to against the thresholds.

The rules are:
- an authority certifies what it was given: never more than that, never before it was;
- a certificate may be corrected until submission; the journal keeps what stood there before;
- valid is the authority's word: what is received here counts in no tally.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from civium.errors import Refused
from civium.formats.export import PACKAGE
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.law.progress import Progress, progress
from civium.server.initiatives import journal
from civium.server.initiatives.handing_over import PAPER_CHANNELS
from civium.server.initiatives.models import Certificate, Export, HandOver, Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.setup import pages_changed
from civium.server.initiatives.standing import check_allowed, check_day, check_line, check_number_of_persons

_LONGEST_REFERENCE = 200


@dataclass(frozen=True)
class Certified:
    """What one certificate says (Annex VI)."""

    jurisdiction: str
    online_valid: int
    paper_valid: int
    on: date
    reference: str
    # Hashes of the packages it is about, with a space between two, where its numbers were read from the authority's file.
    packages: str = ""


@dataclass(frozen=True)
class Tally:
    """Certified statements of all jurisdictions against the thresholds, and the jurisdictions from which a certificate is still to come."""

    progress: Progress
    awaited: tuple[str, ...]
    last_certified_on: date | None

    @property
    def is_enough(self) -> bool:
        """Whether a million, and seven States, are certified (Art. 3(1))."""
        return self.progress.is_goal_reached


def record_certificate(initiative: Initiative, told: Certified, by: Persons, *, now: datetime) -> Certificate:
    """Keep a certificate, or its correction. Raises Refused what the state refuses, `second-person-missing`, `jurisdiction-unknown`,
    `not-handed-over`, `number-out-of-bounds`, `certified-more-than-handed-over`, `certificate-other-package`, `day-in-the-future`,
    `day-too-early`, `line-malformed`.
    """
    today = brussels_date(now)
    check_allowed(initiative, "record-certificate", today=today)
    check_number_of_persons(initiative, "record-certificate", by)
    jurisdiction_of(load_procedure(initiative.procedure), told.jurisdiction)
    _check_numbers(initiative, told, today)
    _check_packages(initiative, told)
    reference = check_line(told.reference, _LONGEST_REFERENCE, "reference")
    numbers = {"online_valid": told.online_valid, "paper_valid": told.paper_valid, "certified_on": told.on}
    with transaction.atomic():
        before = initiative.certificates.filter(jurisdiction=told.jurisdiction).first()
        kept, _ = Certificate.objects.update_or_create(
            initiative=initiative,
            jurisdiction=told.jurisdiction,
            defaults={**numbers, "reference": reference, "recorded_on": today},
        )
        act = "certificate-corrected" if before else "certificate-recorded"
        journal.record(act, initiative, by, _facts(told, before), now=now)
        pages_changed(initiative)
    return kept


def tally(initiative: Initiative) -> Tally:
    """Add up what was certified until now."""
    certificates = list(initiative.certificates.all())
    given = set(initiative.hand_overs.values_list("jurisdiction", flat=True))
    counted = progress(
        load_procedure(initiative.procedure), initiative.registered_on, {one.jurisdiction: one.valid for one in certificates}
    )
    awaited = given - {one.jurisdiction for one in certificates}
    return Tally(
        counted,
        tuple(place.code for place in counted.jurisdictions if place.code in awaited),
        max((one.certified_on for one in certificates), default=None),
    )


def _check_numbers(initiative: Initiative, told: Certified, today: date) -> None:
    given = list(initiative.hand_overs.filter(jurisdiction=told.jurisdiction))
    if not given:
        raise Refused("not-handed-over")
    check_day(told.on, today=today, not_before=max(one.handed_over_on for one in given), what="certified_on")
    check_not_more(given, told.online_valid, told.paper_valid)


def check_not_more(given: Sequence[HandOver], online_valid: int, paper_valid: int) -> None:
    """Check numbers against what an authority was given. Raises Refused `number-out-of-bounds`, `certified-more-than-handed-over`."""
    for part, valid in (("online", online_valid), ("paper", paper_valid)):
        most = sum(one.statements for one in given if (one.channel in PAPER_CHANNELS) == (part == "paper"))
        if valid < 0:
            raise Refused("number-out-of-bounds", what=part, most=most)
        if valid > most:
            raise Refused("certified-more-than-handed-over", part=part, most=most)


def _check_packages(initiative: Initiative, told: Certified) -> None:
    """A certificate that names packages names such as were made here for its jurisdiction."""
    made = Export.objects.filter(collection__initiative=initiative, kind=PACKAGE, jurisdiction=told.jurisdiction)
    known = {bytes(digest).hex() for digest in made.values_list("sha256", flat=True)}
    if not set(told.packages.split()) <= known:
        raise Refused("certificate-other-package")


def _facts(told: Certified, before: Certificate | None) -> dict[str, object]:
    facts: dict[str, object] = {
        "jurisdiction": told.jurisdiction,
        "online": told.online_valid,
        "paper": told.paper_valid,
        "on": told.on.isoformat(),
        **({"packages": told.packages.split()} if told.packages else {}),
    }
    if before is not None:
        facts["before"] = {"online": before.online_valid, "paper": before.paper_valid, "on": before.certified_on.isoformat()}
    return facts
