"""Statements on paper, counted by hand: a number for each jurisdiction and week, corrected with a trail, added up for dashboard and reports.

The rules are:
- a tally is of one jurisdiction and one week of the collection period (its Monday); a second one for both is a correction;
- a correction names its reason and the version it was made from; what was there before stays readable;
- a week that has not begun is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.office.lines import checked_line
from civium.server.office.models import LONGEST_ADDRESS, LONGEST_NOTE, PaperPlace, PaperTally

# More than this for one place in one week is a slip of the hand: the largest campaigns had less in a year.
LARGEST_TALLY = 1_000_000
_LONGEST_CODE = 80


@dataclass(frozen=True)
class Tally:
    """What holds for one jurisdiction and week, and how often it was corrected."""

    jurisdiction: str
    week: date
    number: int
    version: int


def week_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def enter_tally(initiative: Initiative, jurisdiction: str, week: date, number: int, by: Persons, *, now: datetime) -> Tally:
    """Enter a tally for a jurisdiction and the week in which a day lies.

    Raises Refused `paper-not-possible`, `jurisdiction-unknown`, `paper-week-outside`, `paper-week-ahead`, `paper-number`, `paper-tally-exists`.
    """
    monday = _check(initiative, jurisdiction, week, number, brussels_date(now))
    return _keep(initiative, Tally(jurisdiction, monday, number, 1), "", by, now=now)


def correct_tally(initiative: Initiative, tally: Tally, reason: str, by: Persons, *, now: datetime) -> Tally:
    """Correct a tally: `tally` holds the new number and the version that was seen. Give it with its new version.

    Raises Refused what `enter_tally` raises, and `paper-tally-missing`, `paper-reason-missing`, `paper-tally-changed`.
    """
    monday = _check(initiative, tally.jurisdiction, tally.week, tally.number, brussels_date(now))
    found = {(kept.jurisdiction, kept.week): kept for kept in tallies(initiative)}.get((tally.jurisdiction, monday))
    if found is None:
        raise Refused("paper-tally-missing")
    if found.version != tally.version:
        raise Refused("paper-tally-changed")
    if not reason.strip():
        raise Refused("paper-reason-missing")
    corrected = Tally(tally.jurisdiction, monday, tally.number, found.version + 1)
    return _keep(initiative, corrected, checked_line(reason, LONGEST_NOTE), by, now=now)


def paper_totals(initiative: Initiative) -> dict[str, int]:
    """Give how many statements on paper were counted, by jurisdiction; those without a tally are left out."""
    totals: dict[str, int] = {}
    for tally in tallies(initiative):
        totals[tally.jurisdiction] = totals.get(tally.jurisdiction, 0) + tally.number
    return totals


def tallies(initiative: Initiative) -> tuple[Tally, ...]:
    """Give the tallies that hold, in order of week and jurisdiction."""
    rows = PaperTally.objects.filter(initiative=initiative).order_by("week", "jurisdiction", "version")
    found = {
        (week, jurisdiction): Tally(jurisdiction, week, number, version)
        for jurisdiction, week, number, version in rows.values_list("jurisdiction", "week", "number", "version")
    }
    return tuple(found.values())


def trail(initiative: Initiative) -> Iterator[PaperTally]:
    """Give every tally and every correction, the newest first."""
    yield from PaperTally.objects.filter(initiative=initiative).order_by("-pk")


def weeks(initiative: Initiative, *, today: date) -> tuple[date, ...]:
    """Give the Mondays of the weeks that can be counted: those of the collection period that have begun, the newest first."""
    monday, last = week_of(initiative.opens_on), week_of(min(initiative.closes_on, today))
    found = []
    while monday <= last:
        found.append(monday)
        monday += timedelta(days=7)
    return tuple(reversed(found))


def place_of(initiative: Initiative) -> PaperPlace:
    """Give where forms are sent and the code on them; an empty one where nothing was said yet."""
    return PaperPlace.objects.filter(initiative=initiative).first() or PaperPlace(initiative=initiative)


def set_place(initiative: Initiative, send_to: str, upload_code: str, by: Persons, *, now: datetime) -> PaperPlace:
    """Say where filled forms are sent, and which code of the Commission stands on them. Raises Refused `typed-unreadable`, `typed-too-long`."""
    place = place_of(initiative)
    place.send_to = "\n".join(checked_line(line, LONGEST_ADDRESS) for line in send_to.splitlines() if line.strip())
    place.upload_code = checked_line(upload_code, _LONGEST_CODE)
    if len(place.send_to) > LONGEST_ADDRESS:
        raise Refused("typed-too-long", longest=LONGEST_ADDRESS)
    with transaction.atomic():
        place.save()
        journal.record("paper-place-set", initiative, by, {}, now=now)
    return place


def check_paper(initiative: Initiative) -> None:
    """Raise Refused `paper-not-possible` where the initiative's procedure knows no paper."""
    if not load_procedure(initiative.procedure).switches.paper:
        raise Refused("paper-not-possible")


def _check(initiative: Initiative, jurisdiction: str, week: date, number: int, today: date) -> date:
    check_paper(initiative)
    jurisdiction_of(load_procedure(initiative.procedure), jurisdiction)
    monday = week_of(week)
    if not week_of(initiative.opens_on) <= monday <= week_of(initiative.closes_on):
        raise Refused("paper-week-outside")
    if monday > today:
        raise Refused("paper-week-ahead")
    if not 0 <= number <= LARGEST_TALLY:
        raise Refused("paper-number", largest=LARGEST_TALLY)
    return monday


def _keep(initiative: Initiative, tally: Tally, reason: str, by: Persons, *, now: datetime) -> Tally:
    facts: Mapping[str, str | int] = {
        "jurisdiction": tally.jurisdiction,
        "week": tally.week.isoformat(),
        "number": tally.number,
        "version": tally.version,
    }
    try:
        with transaction.atomic():
            PaperTally.objects.create(
                initiative=initiative,
                jurisdiction=tally.jurisdiction,
                week=tally.week,
                version=tally.version,
                number=tally.number,
                reason=reason,
                by=", ".join(by.names),
                entered_at=now,
            )
            act = "paper-counted" if tally.version == 1 else "paper-corrected"
            journal.record(act, initiative, by, dict(facts), now=now)
    except IntegrityError:
        # Somebody entered or corrected the same week at the same moment, or it was there before.
        raise Refused("paper-tally-exists" if tally.version == 1 else "paper-tally-changed") from None
    return tally
