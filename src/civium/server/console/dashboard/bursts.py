"""A burst: what is known of it, and what organisers say it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.dashboard.burst_words import reasons
from civium.server.dashboard import burst_ranges
from civium.server.site.languages import language, state_name

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_PAGE = "console/dashboard/burst.html"


def one(request: ConsoleRequest, number: int) -> HttpResponse:
    """Show a range; say what it was (POST), which makes it public."""
    initiative = request.initiative
    assert initiative is not None, "a screen of an initiative"
    try:
        found = burst_ranges.find_range(initiative, number)
    except Refused:
        raise Http404 from None
    _ = frame.words_of(request)
    place = load_procedure(initiative.procedure).jurisdictions[found.jurisdiction]
    possible = reasons(_)
    context = {
        "one": found,
        "state": state_name(language(_.code), place),
        "reasons": list(possible.items()),
        "said": possible.get(found.reason, ""),
    }
    if request.method != "POST":
        return frame.page(request, _PAGE, context)
    try:
        burst_ranges.decide(initiative, number, request.POST.get("reason", ""), frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _PAGE, context)
    frame.say(request, _("Kept. The range is public now, with what you said."))
    return frame.back(request, "dashboard")
