"""The screen on which organisers note how each authority takes statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseBase

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.annex_v.models import Route
from civium.server.annex_v.routes import note_route, routes
from civium.server.console import frame
from civium.server.console.exports.found import states
from civium.server.console.exports.views import WAYS

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

PAGE = "console/exports/ways.html"


def ways(request: ConsoleRequest) -> HttpResponseBase:
    """Show what was noted; note another."""
    initiative = request.initiative
    assert initiative is not None
    _ = frame.words_of(request)
    named = states(initiative, list(load_procedure(initiative.procedure).jurisdictions), _)
    noted = routes(initiative)
    context = {
        "states": named,
        "ways": [(way.value, _(words)) for way, words in WAYS.items()],
        "noted": [(name, _(WAYS[Route.Way(noted[code].way)]), noted[code].noted_on) for code, name in named if code in noted],
    }
    if request.method != "POST":
        return frame.page(request, PAGE, context)
    try:
        note_route(
            initiative, request.POST.get("state", ""), request.POST.get("way", ""), frame.persons(request), now=request.now
        )
    except Refused as error:
        return frame.refused(request, error, PAGE, context)
    frame.say(request, _("Noted."))
    return frame.back(request, "export-ways")
