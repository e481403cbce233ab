"""The ledger of funding: entries, sums by sponsor, striking what was wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponseBase

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.duties.views import day_of, initiative_of
from civium.server.initiatives.models import Initiative
from civium.server.office import funding as office
from civium.server.office.funding import Given
from civium.server.office.models import Support

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

LEDGER, STRIKE = "console/duties/funding.html", "console/duties/strike.html"
_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{2}))?")


def ledger(request: ConsoleRequest) -> HttpResponseBase:
    """Show the ledger; enter what was given (POST)."""
    initiative = initiative_of(request)
    context = _context(request, initiative)
    if request.method != "POST":
        return frame.page(request, LEDGER, context)
    given_on, kind = day_of(request.POST.get("given_on", "")), request.POST.get("kind", "")
    cents = cents_of(request.POST.get("amount", "")) if kind == Support.Kind.MONEY else 0
    _ = frame.words_of(request)
    errors = {}
    if given_on is None:
        errors["given_on"] = _("Type the day on which it was received.")
    if cents is None:
        errors["amount"] = _("Type the amount, such as 1250 or 1250.00.")
    if errors or given_on is None or cents is None:
        return frame.mend(request, errors, LEDGER, context)
    given = Given(request.POST.get("sponsor", ""), kind, cents, given_on, request.POST.get("note", ""))
    try:
        office.enter_support(initiative, given, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, LEDGER, context)
    frame.say(request, _("Entered."))
    return frame.back(request, "funding")


def strike(request: ConsoleRequest, entry: int) -> HttpResponseBase:
    """Strike an entry that was wrong, with the reason."""
    initiative = initiative_of(request)
    found = Support.objects.filter(initiative=initiative, pk=entry, struck_at=None).first()
    if found is None:
        raise Http404
    context = {"entry": found, "currency": _currency(initiative)}
    if request.method != "POST":
        return frame.page(request, STRIKE, context)
    try:
        office.strike_support(initiative, entry, request.POST.get("reason", ""), frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, STRIKE, context)
    frame.say(request, frame.words_of(request)("Struck. It stays readable in the ledger."))
    return frame.back(request, "funding")


def cents_of(typed: str) -> int | None:
    """Give an amount as people type it, in hundredths; None where it is none."""
    plain = typed.strip().replace(" ", "").replace("\u00a0", "").replace("€", "")
    plain = re.sub(r"(?<=\d)[.,](?=\d{3}(\D|$))", "", plain)
    found = _AMOUNT.fullmatch(plain)
    return int(found[1]) * 100 + int(found[2] or 0) if found else None


def _currency(initiative: Initiative) -> str:
    rule = load_procedure(initiative.procedure).funding
    return rule.currency if rule else "EUR"


def _context(request: ConsoleRequest, initiative: Initiative) -> dict[str, Any]:
    _, rule = frame.words_of(request), load_procedure(initiative.procedure).funding
    return {
        "entries": office.ledger(initiative),
        "sponsors": office.sponsors(initiative),
        "currency": _currency(initiative),
        "above": rule.above if rule else None,
        "kinds": [("money", _("Money")), ("help", _("Help that is not money"))],
        "today": brussels_date(request.now),
    }
