"""The page of exports: what runs, a new one with its counts first, packages by State, what was made before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponseBase

from civium.errors import Refused
from civium.formats.export import PACKAGE, WORKING_COPY
from civium.law.periods import Deadline, brussels_date, deadlines
from civium.law.procedure import load_procedure
from civium.server.annex_v import letter
from civium.server.annex_v.models import Route
from civium.server.annex_v.routes import routes
from civium.server.console import frame
from civium.server.console.exports.found import day_of, job_of, jobs, names_of, shown, states
from civium.server.console.gate import check_permission
from civium.server.console.permissions import Permission
from civium.server.console.proposals import asking
from civium.server.initiatives import journal
from civium.server.initiatives.counts import counts
from civium.server.initiatives.lifecycle import phase_of
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.standing import law_events
from civium.server.jobs import exporting, files, queue
from civium.server.jobs.acts import PACKAGE_BELOW_THRESHOLD, facts_of_package
from civium.server.jobs.exporting import LETTER, Asked
from civium.server.jobs.kinds import EXPORT
from civium.server.jobs.models import Job
from civium.server.publishing.notices import handed_over

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.words import Words

PAGE, ONE, ANYWAY = (f"console/exports/{name}.html" for name in ("exports", "export", "anyway"))
# Without a reason, and with one but without a second person.
_ANYWAY_CODES = ("package-below-threshold", "second-person-missing")
WAYS = {
    Route.Way.SEALED: "Sealed file",
    Route.Way.XML_SERVICE: "XML, by the file exchange service",
    Route.Way.XML_MEDIUM: "XML, on an encrypted medium",
}


def exports(request: ConsoleRequest) -> HttpResponseBase:
    """Show the page; count what would be made (GET with a choice); start it (POST)."""
    initiative = _initiative(request)
    if initiative.live_collection() is None:
        return frame.page(request, PAGE, {"is_live": False})
    with frame.premises(request) as premises:
        values = request.POST if request.method == "POST" else request.GET
        try:
            asked = _asked(values, initiative, premises) if values.get("kind") else None
            if asked is not None and request.method == "POST":
                return _start(request, initiative, premises, asked)
            counted = _counted(request, initiative, premises, asked)
        except Refused as error:
            if error.code == "package-below-threshold":
                return frame.see(f"{frame.path_of(request, 'export-anyway')}?state={values.get('state', '')}")
            return frame.refused(request, error, PAGE, _context(request, initiative, premises, None))
        return frame.page(request, PAGE, _context(request, initiative, premises, asked) | {"counted": counted})


def _start(request: ConsoleRequest, initiative: Initiative, premises: Premises, asked: Asked) -> HttpResponseBase:
    if asked.kind == PACKAGE:
        check_permission(request, Permission.MAKE_PACKAGE)
    exporting.ask_export(initiative, premises, asked, frame.persons(request), now=request.now)
    frame.say(request, frame.words_of(request)("The export waits for its turn. You can close this page."))
    return frame.back(request, "exports")


def _counted(
    request: ConsoleRequest, initiative: Initiative, premises: Premises, asked: Asked | None
) -> exporting.Preview | None:
    """Say first whether it may be made, then what would be in it."""
    if asked is None:
        return None
    exporting.check(initiative, premises, asked, frame.persons(request), now=request.now)
    return exporting.preview(initiative, premises, asked)


def anyway(request: ConsoleRequest) -> HttpResponseBase:
    """Propose a package below the thresholds, with the reason that both persons answer for."""
    initiative = _initiative(request)
    if initiative.live_collection() is None:
        return frame.back(request, "exports")
    values = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {"state": values.get("state", "")}
    with frame.premises(request) as premises:
        asked = _asked({**values.dict(), "kind": PACKAGE, "from": "", "to": ""}, initiative, premises)
        context |= {
            "states": names_of(initiative, asked.jurisdictions, frame.words_of(request)),
            "reached": counts(initiative, premises).progress,
        }
        try:
            exporting.check(initiative, premises, asked, frame.persons(request), now=request.now)
        except Refused as error:
            if error.code not in _ANYWAY_CODES:
                return frame.refused(request, error, ANYWAY, context)
        else:
            return frame.back(request, "exports")
    if request.method != "POST":
        return frame.page(request, ANYWAY, context)
    if not asked.reason:
        said = frame.words_of(request)("Say why: the authority and the auditors read it.")
        return frame.mend(request, {"reason": said}, ANYWAY, context)
    check_permission(request, Permission.PROPOSE)
    try:
        outcome = asking.ask(request, PACKAGE_BELOW_THRESHOLD.name, facts_of_package(asked))
    except Refused as error:
        return frame.refused(request, error, ANYWAY, context)
    return asking.answer(request, outcome, "exports")


def export(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Show one export: how far it is, or what it made."""
    job = job_of(request, number)
    told = shown(job, _initiative(request), frame.words_of(request), now=request.now)
    letters = {(file["jurisdiction"], file["channel"]) for file in told.files if file["kind"] == LETTER}
    context = {"one": told, "letters": letters, "asked": Asked.of(job.facts), "kept_days": files.WORKING_COPY_KEPT.days}
    named = states(_initiative(request), list(_codes(told.files)), frame.words_of(request))
    return frame.page(request, ONE, context | {"states": dict(named)})


def stop(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Stop an export; the part written is removed."""
    job = job_of(request, number)
    with transaction.atomic():
        queue.stop(job, frame.person(request), now=request.now)
        journal.record("export-stopped", _initiative(request), frame.persons(request), {"job": job.pk}, now=request.now)
    frame.say(request, frame.words_of(request)("Stopped. The part that was being written is removed within seconds."))
    return frame.back(request, "exports")


def _asked(values: Any, initiative: Initiative, premises: Premises) -> Asked:
    """Read a form. Raises Refused `unknown-jurisdiction`, `day-malformed`."""
    kind = PACKAGE if values.get("kind") == PACKAGE else WORKING_COPY
    state = values.get("state", "")
    if state and state not in load_procedure(initiative.procedure).jurisdictions:
        raise Refused("unknown-jurisdiction")
    chosen = (state,) if state else tuple(_with_logs(initiative, premises))
    days = (None, None) if kind == PACKAGE else (day_of(values.get("from", "")), day_of(values.get("to", "")))
    return Asked(kind, chosen, *days, reason=values.get("reason", "").strip()[:500])


def _with_logs(initiative: Initiative, premises: Premises) -> list[str]:
    collection = initiative.live_collection()
    assert collection is not None
    return sorted({log.jurisdiction for log in premises.store.collection(collection.identifier).logs})


def _context(request: ConsoleRequest, initiative: Initiative, premises: Premises, asked: Asked | None) -> dict[str, Any]:
    _ = frame.words_of(request)
    waiting, over = jobs(initiative, _, now=request.now)
    codes = _with_logs(initiative, premises)
    is_over = phase_of(initiative, today=brussels_date(request.now)) == "ended"
    may_package = is_over or initiative.deployment == DEMONSTRATION
    return {
        "is_live": True,
        "waiting": waiting,
        "over": over,
        "states": states(initiative, codes, _),
        "asked": asked,
        "counted": None,
        "chosen": (asked.jurisdictions[0] if asked and len(asked.jurisdictions) == 1 else ""),
        "is_over": is_over,
        "may_package": may_package,
        "can_package": request.may(Permission.MAKE_PACKAGE),
        "packages": _packages(initiative, premises, _) if may_package else [],
        "due": _due(initiative) if is_over else None,
        "has_letters": bool(letter.languages_of_form(initiative.procedure)),
        "today": brussels_date(request.now),
    }


def _packages(initiative: Initiative, premises: Premises, _: Words) -> list[dict[str, Any]]:
    """Give a row for each log that holds anything: its newest package, its letters, the way to its authority."""
    collection = initiative.live_collection()
    assert collection is not None
    newest = _newest(initiative)
    told, ways = handed_over(premises.store), routes(initiative)
    names = dict(states(initiative, _with_logs(initiative, premises), _))
    rows = []
    for head in sorted(premises.store.heads(collection.identifier), key=lambda head: names[head.log.jurisdiction]):
        log = head.log
        if not head.size:
            continue
        rows.append(
            {
                "code": log.jurisdiction,
                "name": names[log.jurisdiction],
                "channel": log.channel,
                "entries": head.size,
                "file": newest.get(log.origin),
                "letters": newest.get(f"{log.jurisdiction}/{log.channel}", []),
                "way": _(WAYS[Route.Way(ways[log.jurisdiction].way)]) if log.jurisdiction in ways else "",
                "is_handed_over": (collection.identifier, log.jurisdiction, log.channel) in told,
            }
        )
    return rows


def _newest(initiative: Initiative) -> dict[str, Any]:
    """Give the newest package of each log that is still there, by origin, and the letters beside it, by State and channel."""
    found: dict[str, Any] = {}
    for job in Job.objects.filter(initiative=initiative, kind=EXPORT).order_by("pk"):
        letters: dict[str, list[Any]] = {}
        for place, file in enumerate(files.listed(job)):
            if file.get("gone"):
                continue
            if file["kind"] == PACKAGE:
                found[file["origin"]] = {**file, "job": job.pk, "place": place}
            elif file["kind"] == LETTER:
                beside = letters.setdefault(f"{file['jurisdiction']}/{file['channel']}", [])
                beside.append({**file, "job": job.pk, "place": place})
        found |= letters
    return found


def _due(initiative: Initiative) -> Deadline | None:
    """Give the last day on which the authorities are given their packages, and its article; none where no law sets one."""
    duties = deadlines(load_procedure(initiative.procedure), law_events(initiative))
    return next((duty for duty in duties if duty.id == "submit-to-authorities"), None)


def _codes(made: list[dict[str, Any]]) -> set[str]:
    return {file["jurisdiction"] for file in made}


def _initiative(request: ConsoleRequest) -> Initiative:
    assert request.initiative is not None
    return request.initiative
