"""The desk: enter a request, see at once what is known by its identifier, pass it on to the holder of the key, answer it.

The rules are:
- no field of this desk has room for a name: the letter stays with the organisers, under their own reference;
- identifiers travel in the bodies of forms alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseBase

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.destroying.views import prepare_and_ask
from civium.server.console.downloads import saved_as
from civium.server.console.exports.found import day_of, states
from civium.server.console.permissions import Permission
from civium.server.console.proposals import asking
from civium.server.desk import register
from civium.server.desk.models import LONGEST_REFERENCE, DataRequest
from civium.server.desk.register import Received
from civium.server.initiatives.models import Initiative
from civium.server.jobs import destroying
from civium.server.jobs.models import Job
from civium.server.site import data_subjects_page, languages
from civium.server.site.frame import initiative_path

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

PAGE, ONE = "console/desk/desk.html", "console/desk/one.html"
KINDS = {
    "access": "What is there of me? (GDPR, Art. 15)",
    "rectification": "Something in it is wrong (GDPR, Art. 16)",
    "erasure": "Destroy it (GDPR, Art. 17)",
    "restriction": "Do not use it for now (GDPR, Art. 18)",
    "objection": "I object to its use (GDPR, Art. 21)",
    "other": "Something else",
}
OUTCOMES = {
    "told": "Told what the log shows of it",
    "destroyed": "Destroyed",
    "passed-on": "Passed on to the holder of the key",
    "taken-back": "Taken back by the signatory, with the erasure code",
    "not-found": "Nothing was found",
    "not-shown-who": "The person did not show who they are (GDPR, Art. 12(6))",
    "unfounded": "Refused as unfounded or excessive (GDPR, Art. 12(5))",
    "not-ours": "It does not concern this initiative",
}
_ANSWERED = 50


def desk(request: ConsoleRequest) -> HttpResponseBase:
    """Show the register; enter a request (POST)."""
    initiative = _initiative(request)
    context = _context(request, initiative)
    if request.method != "POST":
        return frame.page(request, PAGE, context)
    try:
        told = request.POST
        received_on = day_of(told.get("received_on", "")) or brussels_date(request.now)
        received = Received(
            kind=told.get("kind", ""),
            received_on=received_on,
            reference=told.get("reference", "").strip().upper(),
            jurisdiction=told.get("state", ""),
            identifier=told.get("identifier", ""),
        )
        made = register.receive(initiative, received, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, PAGE, context)
    return frame.back(request, "desk-request", number=made.number)


def one(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Show one request with what is known of its statement; answer it (POST)."""
    found = _request_of(request, number)
    if request.method == "POST":
        try:
            register.answer(found, request.POST.get("outcome", ""), frame.persons(request), now=request.now)
        except Refused as error:
            return frame.refused(request, error, ONE, _one(request, found))
        frame.say(request, frame.words_of(request)("Answered, and kept in the register."))
        return frame.back(request, "desk")
    return frame.page(request, ONE, _one(request, found))


def extend(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Take two further months."""
    found = _request_of(request, number)
    try:
        register.extend(found, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, ONE, _one(request, found))
    frame.say(request, frame.words_of(request)("Two further months. Tell the person so, and why, within the first month."))
    return frame.back(request, "desk-request", number=number)


def request_file(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Give the file that asks the holder of the key."""
    found = _request_of(request, number)
    try:
        with frame.premises(request) as premises:
            raw = register.request_file(found, premises, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, ONE, _one(request, found))
    answer = HttpResponse(raw, content_type="application/json")
    return saved_as(answer, f"request-{found.number}-{found.jurisdiction}.civium-request")


def destroy(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Propose to destroy the statement that a request is about."""
    found = _request_of(request, number)
    try:
        with frame.premises(request) as premises:
            # Without an identifier nothing is looked up, and that is refused.
            looked = destroying.look_up(_initiative(request), premises, [str(found.identifier or "")])
        job, outcome = prepare_and_ask(request, looked, "asked-by-signatory", found.number)
    except Refused as error:
        return frame.refused(request, error, ONE, _one(request, found))
    DataRequest.objects.filter(pk=found.pk).update(destruction=job.pk)
    return asking.answer(request, outcome, "desk-request", number=number)


def _context(request: ConsoleRequest, initiative: Initiative) -> dict[str, Any]:
    _, today = frame.words_of(request), brussels_date(request.now)
    answered = DataRequest.objects.filter(initiative=initiative).exclude(answered_on=None).order_by("-number")[:_ANSWERED]
    return {
        "waiting": [(one, _(KINDS[one.kind]), register.urgency(one, today=today)) for one in register.open_requests(initiative)],
        "answered": [(one, _(KINDS[one.kind]), _(OUTCOMES[one.outcome])) for one in answered],
        "kinds": [(kind, _(words)) for kind, words in KINDS.items()],
        "states": states(initiative, list(load_procedure(initiative.procedure).jurisdictions), _),
        "longest": LONGEST_REFERENCE,
        "rights_page": _rights_page(initiative),
        "today": today,
    }


def _rights_page(initiative: Initiative) -> str:
    """Give the address of the page for data subjects; nothing while there is none."""
    if initiative.live_collection() is None:
        return ""
    code = initiative.original_language if initiative.original_language in languages.CODES else languages.SOURCE
    return initiative_path(code, initiative.slug, data_subjects_page.PAGE)


def _one(request: ConsoleRequest, found: DataRequest) -> dict[str, Any]:
    _, initiative = frame.words_of(request), _initiative(request)
    found.refresh_from_db()
    known, lost = None, ""
    if found.identifier is not None and initiative.live_collection() is not None:
        try:
            with frame.premises(request) as premises:
                known = register.look_up(initiative, premises, found.identifier)
        except Refused as error:
            lost = error.code
    names = dict(states(initiative, list(load_procedure(initiative.procedure).jurisdictions), _))
    code = known.jurisdiction if known else found.jurisdiction
    return {
        "one": found,
        "kind": _(KINDS[found.kind]),
        "outcome": _(OUTCOMES[found.outcome]) if found.outcome else "",
        "outcomes": [(outcome, _(words)) for outcome, words in OUTCOMES.items()],
        "urgency": register.urgency(found, today=brussels_date(request.now)),
        "known": known,
        "lost": lost,
        "state": names.get(code, ""),
        "can_destroy": request.may(Permission.DESTROY_STATEMENTS),
        "destruction": Job.objects.filter(pk=found.destruction, initiative=initiative).first() if found.destruction else None,
    }


def _request_of(request: ConsoleRequest, number: int) -> DataRequest:
    found = DataRequest.objects.select_related("initiative").filter(initiative=request.initiative, number=number).first()
    if found is None:
        raise Http404
    return found


def _initiative(request: ConsoleRequest) -> Initiative:
    assert request.initiative is not None
    return request.initiative
