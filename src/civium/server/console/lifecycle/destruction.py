"""The screens of destruction: what would go and when, the order and its stop, holds, the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.lifecycle import shown
from civium.server.console.permissions import Permission
from civium.server.console.proposals.asking import answer, ask, here
from civium.server.initiatives import destroying_all, proof
from civium.server.initiatives.retention_dates import open_hold, retention_dates
from civium.server.typesetting import MEDIA_TYPE

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_PAGE = "console/lifecycle/destruction.html"


def destruction(request: ConsoleRequest) -> HttpResponse:
    """What would be destroyed, from when and by when, and what stops it."""
    return frame.page(request, _PAGE, _context(request))


def order(request: ConsoleRequest) -> HttpResponse:
    """Propose to destroy all statements; in a demonstration order it at once."""
    try:
        outcome = ask(request, "destroy-statements", {})
    except Refused as error:
        return frame.refused(request, error, _PAGE, _context(request))
    return answer(request, outcome, "destruction")


def stop(request: ConsoleRequest) -> HttpResponse:
    """Stop what was ordered and has not begun: one person is enough."""
    try:
        destroying_all.stop_order(here(request), frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _PAGE, _context(request))
    frame.say(request, frame.words_of(request)("Stopped. Nothing was destroyed."))
    return frame.back(request, "destruction")


def proof_text(request: ConsoleRequest, number: int) -> HttpResponse:
    """Give the proof of a destruction as a text to keep."""
    return _proof(request, proof.as_text(_proven(request, number)).encode(), "txt", "text/plain; charset=utf-8")


def proof_pdf(request: ConsoleRequest, number: int) -> HttpResponse:
    """Give the proof of a destruction as a PDF to keep."""
    return _proof(request, proof.as_pdf(_proven(request, number)), "pdf", MEDIA_TYPE)


def _proven(request: ConsoleRequest, number: int) -> proof.Proof:
    done = here(request).destructions.exclude(finished_at=None).filter(pk=number).first()
    if done is None:
        raise Http404
    return proof.proof_of(done)


def _proof(request: ConsoleRequest, content: bytes, ending: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    return saved_as(response, f"proof-of-destruction-{here(request).slug}.{ending}")


def _context(request: ConsoleRequest) -> dict[str, object]:
    initiative = here(request)
    ordered = destroying_all.open_order(initiative)
    plan = None
    if initiative.live_collection() is not None:
        with frame.premises(request) as premises:
            plan = destroying_all.plan(initiative, premises, settings.CONFIG.folder)
    done = list(initiative.destructions.exclude(finished_at=None))
    return {
        "plan": plan,
        "dates": retention_dates(initiative),
        "hold": open_hold(initiative),
        "ordered": ordered,
        "begins_at": destroying_all.begins_at(ordered) if ordered else None,
        "is_by_law": bool(ordered and ordered.ground == destroying_all.BY_DATE),
        "is_begun": bool(ordered and ordered.facts),
        "addresses_article": proof.article_of_addresses(initiative),
        "proofs": [(one, proof.proof_of(one)) for one in done],
        "stands_in_the_way": shown.refusal_of(
            initiative, "destroy-statements", frame.words_of(request), today=shown.today(request)
        ),
        "may_order": request.may(Permission.DESTROY_STATEMENTS),
        "may_stop": request.may(Permission.PAUSE),
        "may_hold": request.may(Permission.PROPOSE),
    }
