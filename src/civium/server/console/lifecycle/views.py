"""Where an initiative stands and what can be done: the steps, the acts possible now, those that are not and why; one act at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.lifecycle import shown
from civium.server.console.lifecycle.forms import FORMS, options, read
from civium.server.console.permissions import Permission
from civium.server.console.procedure_words import rule_of
from civium.server.console.proposals.acts import ACTS
from civium.server.console.proposals.asking import answer, ask, here
from civium.server.initiatives import proposals
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.acts_told import TOLD

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest

_ACT, CERTIFICATES = "console/lifecycle/act.html", "console/lifecycle/certificates.html"
# These have a screen of their own.
_ELSEWHERE = {"pause", "destroy-statements"}


def lifecycle(request: ConsoleRequest) -> HttpResponse:
    """Where we stand, and what can be done."""
    initiative = here(request)
    context = {
        "standing": shown.standing_of(initiative, today=shown.today(request), tongue=frame.words_of(request).code),
        "possible": shown.possible(request),
        "impossible": shown.impossible(request),
        "waiting": len(proposals.open_proposals(initiative, now=request.now)),
        "needs_two": proposals.always(initiative),
        "is_eci": initiative.procedure == "eci",
    }
    return frame.page(request, "console/lifecycle/lifecycle.html", context)


def pause(request: ConsoleRequest) -> HttpResponse:
    """Ask once whether to pause, and pause."""
    return _act(request, "pause")


def one_act(request: ConsoleRequest, act: str) -> HttpResponse:
    """The form of one act; sent, it is done or proposed."""
    if act not in FORMS or act in _ELSEWHERE:
        raise Http404
    return _act(request, act)


def certificates(request: ConsoleRequest) -> HttpResponse:
    """What each State has, confirmed and certified, and what it adds up to."""
    context = shown.certificates_of(here(request), frame.words_of(request), today=shown.today(request))
    return frame.page(request, CERTIFICATES, context | {"may_propose": request.may(Permission.PROPOSE)})


def _act(request: ConsoleRequest, name: str) -> HttpResponse:
    if not request.may(Permission(ROWS[name].permission)):
        return frame.not_allowed(request, Permission(ROWS[name].permission))
    form, _ = FORMS[name], frame.words_of(request)
    context = context_of(request, name)
    if request.method != "POST":
        return frame.page(request, _ACT, context)
    facts, errors = read(form, request.POST, _)
    if errors:
        return frame.mend(request, errors, _ACT, context)
    try:
        outcome = ask(request, name, facts)
    except Refused as error:
        here(request).refresh_from_db()
        return frame.refused(request, error, _ACT, context)
    return answer(request, outcome, "lifecycle", after=TOLD[name].after)


def context_of(request: ConsoleRequest, name: str) -> dict[str, Any]:
    """Give what the page of an act shows."""
    initiative, _, form = here(request), frame.words_of(request), FORMS[name]
    return {
        "about": TOLD[name],
        "rule": rule_of(initiative, name, ROWS[name].rule),
        "read": None,
        "row": ROWS[name],
        "form": form,
        "fields": [(field, options(field, initiative, _)) for field in form.fields],
        "stands_in_the_way": shown.refusal_of(initiative, name, _, today=shown.today(request)),
        "asks_two": ACTS[name].needs_two(initiative),
        "is_here": name,
        "readiness": shown.readiness(request) if name == "go-live" else None,
    }
