"""Where one arrives: one's own initiatives and nobody else's; for operators what the installation holds, without what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseBase

from civium.server.console import frame
from civium.server.console.accounts import membership, recovery
from civium.server.console.permissions import may
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.setup import installation as this_installation

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_ADDING = "new-initiative"
# The first of these that one may see is where an initiative opens.
_FIRST = ("dashboard", "paper", "partners", "people", "account")


def home(request: ConsoleRequest) -> HttpResponseBase:
    """List one's own initiatives."""
    held = request.account.memberships.filter(initiative__isnull=False).select_related("initiative").order_by("initiative__slug")
    mine = [(one.initiative, frame.title_of(one.initiative), one.role) for one in held]
    return frame.page(request, "console/home/home.html", {"mine": mine})


def initiative(request: ConsoleRequest) -> HttpResponseBase:
    """Lead to the screen that one's role works with."""
    from civium.server.console.urls import all_screens

    screens = {screen.name: screen for screen in all_screens()}
    for name in _FIRST:
        if name in screens and may(request.role, screens[name].permission):
            return frame.back(request, name)
    return frame.back(request, "home")


def installation(request: ConsoleRequest) -> HttpResponseBase:
    """Show the operator what the installation holds: initiatives and who manages them, ways back that need an operator."""
    from civium.server.console.urls import all_screens

    rows = [
        (one, frame.title_of(one), [held.account.name for held in membership.managers_of(one)])
        for one in Initiative.objects.all()
    ]
    is_there = any(screen.name == _ADDING for screen in all_screens())
    context = {
        "purpose": this_installation().purpose,
        "rows": rows,
        "begun": recovery.running(now=request.now),
        "adding": frame.path_of(request, _ADDING) if is_there else "",
    }
    return frame.page(request, "console/home/installation.html", context)
