"""Noting the way to each authority, and telling which is in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.annex_v.models import Route
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons


def note_route(initiative: Initiative, jurisdiction: str, way: str, by: Persons, *, now: datetime) -> Route:
    """Note how an authority takes statements. Raises Refused `jurisdiction-unknown`, `route-unknown`."""
    jurisdiction_of(load_procedure(initiative.procedure), jurisdiction)
    if way not in Route.Way.values:
        raise Refused("route-unknown")
    with transaction.atomic():
        journal.record("route-noted", initiative, by, {"jurisdiction": jurisdiction, "way": way}, now=now)
        return Route.objects.create(initiative=initiative, jurisdiction=jurisdiction, way=way, noted_on=brussels_date(now))


def routes(initiative: Initiative) -> Mapping[str, Route]:
    """Give the way in force of each jurisdiction for which one was noted."""
    return {route.jurisdiction: route for route in Route.objects.filter(initiative=initiative).order_by("pk")}
