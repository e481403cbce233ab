"""The ledger of support and funding (Art. 17): what was given, by whom, when; and which sponsors must be named.

The rules are:
- an entry is never changed: one that was wrong is struck, with who did it and why, and entered anew;
- a sponsor's money is added up over all its entries; the procedure's data says above which sum a sponsor is named;
- help that cannot be counted in money (Art. 17(1)) is named whatever it is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.office.lines import checked_line
from civium.server.office.models import LONGEST_LINE, LONGEST_NOTE, Support

LARGEST_CENTS = 100_000_000_00


@dataclass(frozen=True)
class Given:
    """What somebody enters into the ledger."""

    sponsor: str
    kind: str
    cents: int
    given_on: date
    note: str = ""


@dataclass(frozen=True)
class Sponsor:
    """What one sponsor gave in all, and whether it must be named."""

    name: str
    cents: int
    helped: tuple[str, ...]
    is_named: bool


def enter_support(initiative: Initiative, given: Given, by: Persons, *, now: datetime) -> Support:
    """Enter what was given.

    Raises Refused `sponsor-missing`, `support-kind`, `support-amount`, `support-day-ahead`, `typed-unreadable`, `typed-too-long`.
    """
    sponsor = checked_line(given.sponsor, LONGEST_LINE)
    if not sponsor:
        raise Refused("sponsor-missing")
    if given.kind not in Support.Kind.values:
        raise Refused("support-kind")
    is_money = given.kind == Support.Kind.MONEY
    if not (0 < given.cents <= LARGEST_CENTS if is_money else given.cents == 0):
        raise Refused("support-amount")
    if given.given_on > brussels_date(now):
        raise Refused("support-day-ahead")
    with transaction.atomic():
        entry = Support.objects.create(
            initiative=initiative,
            sponsor=sponsor,
            kind=given.kind,
            cents=given.cents,
            given_on=given.given_on,
            note=checked_line(given.note, LONGEST_NOTE),
            by=", ".join(by.names),
            entered_at=now,
        )
        journal.record("support-entered", initiative, by, {"entry": entry.pk, "kind": given.kind, "cents": given.cents}, now=now)
    return entry


def strike_support(initiative: Initiative, entry: int, reason: str, by: Persons, *, now: datetime) -> None:
    """Strike an entry. Raises Refused `support-unknown`, `support-reason-missing`, `typed-unreadable`, `typed-too-long`."""
    found = Support.objects.filter(initiative=initiative, pk=entry, struck_at=None).first()
    if found is None:
        raise Refused("support-unknown")
    if not reason.strip():
        raise Refused("support-reason-missing")
    found.struck_at, found.struck_by, found.struck_reason = now, ", ".join(by.names), checked_line(reason, LONGEST_NOTE)
    with transaction.atomic():
        found.save(update_fields=["struck_at", "struck_by", "struck_reason"])
        journal.record("support-struck", initiative, by, {"entry": found.pk}, now=now)


def ledger(initiative: Initiative) -> tuple[Support, ...]:
    """Give every entry, struck ones too, by day."""
    return tuple(Support.objects.filter(initiative=initiative))


def sponsors(initiative: Initiative) -> tuple[Sponsor, ...]:
    """Give all sponsors with their sums, the largest first; names that differ in capitals alone are one."""
    rule = load_procedure(initiative.procedure).funding
    names: dict[str, str] = {}
    cents: dict[str, int] = {}
    helped: dict[str, list[str]] = {}
    for entry in ledger(initiative):
        if entry.struck_at is not None:
            continue
        key = " ".join(entry.sponsor.casefold().split())
        names.setdefault(key, entry.sponsor)
        cents[key] = cents.get(key, 0) + entry.cents
        if entry.kind == Support.Kind.HELP:
            helped.setdefault(key, []).append(entry.note)
    found = [
        Sponsor(
            name,
            cents[key],
            tuple(helped.get(key, ())),
            is_named=key in helped or (rule is not None and cents[key] > rule.above * 100),
        )
        for key, name in names.items()
    ]
    return tuple(sorted(found, key=lambda sponsor: (-sponsor.cents, sponsor.name)))
