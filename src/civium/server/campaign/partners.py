"""The acts on partners, and what may be shown of their figures.

The rules are:
- a code is public: it stands in links; it names an organisation or a place, never a person;
- a figure is shown when it is at least THRESHOLD and its day is over: a running figure could be watched beside the public total;
- days with fewer are shown together, rounded down to a multiple of THRESHOLD, so that no day follows from a difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.campaign.models import LONGEST_CODE, LONGEST_NAME, Partner
from civium.server.initiatives import journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons

THRESHOLD = 10
MOST_PARTNERS = 500  # of an initiative, retired ones too
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Figures:
    """What may be shown of one partner: days that reach the threshold, the other days together, and the sum of both."""

    code: str
    name: str
    is_retired: bool
    days: tuple[tuple[date, int], ...]
    other_days: int

    @property
    def total(self) -> int:
        return sum(count for _, count in self.days) + self.other_days


def add_partner(initiative: Initiative, code: str, name: str, persons: Persons, *, now: datetime) -> Partner:
    """Add a partner. Raises Refused `partner-code`, `partner-name`, `partner-known`, `partners-many`."""
    if len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        raise Refused("partner-code", longest=LONGEST_CODE)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("partner-name", longest=LONGEST_NAME)
    with transaction.atomic():
        if initiative.partners.filter(code=code).exists():
            raise Refused("partner-known")
        if initiative.partners.count() >= MOST_PARTNERS:
            raise Refused("partners-many", most=MOST_PARTNERS)
        partner = Partner.objects.create(initiative=initiative, code=code, name=name, added_on=brussels_date(now))
        journal.record("add-partner", initiative, persons, {"code": code}, now=now)
    return partner


def retire_partner(initiative: Initiative, code: str, persons: Persons, *, now: datetime) -> Partner:
    """Count no more for a partner; figures and code stay. Raises Refused `partner-unknown`."""
    with transaction.atomic():
        partner = initiative.partners.filter(code=code, retired_on=None).first()
        if partner is None:
            raise Refused("partner-unknown")
        partner.retired_on = brussels_date(now)
        partner.save(update_fields=["retired_on"])
        journal.record("retire-partner", initiative, persons, {"code": code}, now=now)
    return partner


def figures(initiative: Initiative, *, today: date) -> tuple[Figures, ...]:
    """Give what may be shown of every partner, by code."""
    found = initiative.partners.prefetch_related("days").order_by("code")
    return tuple(_figures(partner, _days_before(partner, today)) for partner in found)


def figures_of(initiative: Initiative, code: str, *, today: date) -> Figures | None:
    """Give what may be shown of one partner; None where there is none of this code."""
    partner = initiative.partners.prefetch_related("days").filter(code=code).first()
    return None if partner is None else _figures(partner, _days_before(partner, today))


def _days_before(partner: Partner, today: date) -> Iterable[tuple[date, int]]:
    return ((one.day, one.told) for one in partner.days.all() if one.day < today)


def _figures(partner: Partner, days: Iterable[tuple[date, int]]) -> Figures:
    shown: list[tuple[date, int]] = []
    hidden = 0
    for day, told in sorted(days):
        if told >= THRESHOLD:
            shown.append((day, told))
        else:
            hidden += told
    return Figures(partner.code, partner.name, partner.retired_on is not None, tuple(shown), hidden - hidden % THRESHOLD)
