"""Destroying by identifier: paste, see what each is, propose; what waits can be stopped by anybody who may agree.

The rules are:
- identifiers travel in the bodies of forms alone: never in an address, where logs and histories keep them;
- what is proposed is looked up again: the form is not believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.exports.found import failure_of, job_of, states
from civium.server.console.proposals import asking
from civium.server.initiatives.models import Initiative, Proposal
from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.initiatives.premises import Premises
from civium.server.jobs import destroying as acts
from civium.server.jobs import queue
from civium.server.jobs.acts import CAUSES_IN_WORDS, DESTROY_BY_IDENTIFIER, facts_of_destruction
from civium.server.jobs.kinds import DESTROY
from civium.server.jobs.models import Job

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.words import Words

PAGE, ONE = "console/destroying/destroying.html", "console/destroying/one.html"
CAUSES = [
    ("asked-by-signatory", "Their signatories asked for it", "GDPR, Art. 17. You have made sure that it is them."),
    ("ordered-by-authority", "An authority or a court ordered it", ""),
    ("made-for-a-test", "They were made for a test", "By you, before or while people signed."),
]
TAKEN_BACK = "taken back by their signatories, or by law"
_HISTORY = 30


def destroying(request: ConsoleRequest) -> HttpResponseBase:
    """Show what waits and what was done; look identifiers up (POST)."""
    initiative = _initiative(request)
    if initiative.live_collection() is None:
        return frame.page(request, PAGE, {"is_live": False})
    with frame.premises(request) as premises:
        context = _context(initiative, premises, frame.words_of(request))
        if request.method != "POST":
            return frame.page(request, PAGE, context)
        try:
            found = acts.look_up(initiative, premises, request.POST.get("identifiers", "").splitlines())
        except Refused as error:
            return frame.refused(request, error, PAGE, context)
        there = [one for one in found if one.state in ("there", "handed-over")]
        lines = "\n".join(one.text for one in there)
        names = dict(states(initiative, [one.jurisdiction for one in found if one.jurisdiction], frame.words_of(request)))
        return frame.page(request, PAGE, context | {"found": found, "there": there, "lines": lines, "names": names})


def propose(request: ConsoleRequest) -> HttpResponseBase:
    """Prepare the destruction of what is there, and propose it to a second person."""
    initiative = _initiative(request)
    if initiative.live_collection() is None:
        return frame.back(request, "destroying")
    with frame.premises(request) as premises:
        context = _context(initiative, premises, frame.words_of(request))
        try:
            found = acts.look_up(initiative, premises, request.POST.get("identifiers", "").splitlines())
        except Refused as error:
            return frame.refused(request, error, PAGE, context)
    try:
        _, outcome = prepare_and_ask(request, found, request.POST.get("cause", ""))
    except Refused as error:
        return frame.refused(request, error, PAGE, context)
    return asking.answer(request, outcome, "destroying")


def prepare_and_ask(
    request: ConsoleRequest, found: list[acts.Looked], cause: str, asked: int | None = None
) -> tuple[Job, Proposal | None]:
    """Prepare what was looked up, and ask for it; what could not be proposed is not kept either."""
    initiative, by = _initiative(request), frame.persons(request)
    job = acts.prepare(initiative, found, cause, by, now=request.now, request=asked)
    try:
        outcome = asking.ask(request, DESTROY_BY_IDENTIFIER.name, facts_of_destruction(job))
    except Refused:
        acts.stop(initiative, job, by, now=request.now)
        raise
    return job, outcome


def one(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Show one destruction: which entries, why, when; so that a second person knows what they agree to."""
    job = job_of(request, number, DESTROY)
    return frame.page(request, ONE, {"one": _shown(job, _initiative(request), frame.words_of(request))})


def stop(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Stop a destruction that is coming."""
    job = job_of(request, number, DESTROY)
    acts.stop(_initiative(request), job, frame.persons(request), now=request.now)
    frame.say(request, frame.words_of(request)("Stopped. Nothing more is destroyed by it."))
    return frame.back(request, "destroying-one", number=job.pk)


def _context(initiative: Initiative, premises: Premises, _: Words) -> dict[str, Any]:
    jobs = [_shown(job, initiative, _) for job in queue.jobs_of(initiative, DESTROY)[:_HISTORY]]
    return {
        "is_live": True,
        "found": None,
        "there": [],
        "lines": "",
        "causes": [(name, _(label), _(hint) if hint else "") for name, label, hint in CAUSES],
        "coming": [one for one in jobs if not one["job"].is_over],
        "over": [one for one in jobs if one["job"].is_over],
        "by_cause": [(_(cause), number) for cause, number in _by_cause(initiative, premises)],
        "at_once": initiative.deployment == DEMONSTRATION,
        "most": acts.MOST_AT_ONCE,
    }


def _shown(job: Job, initiative: Initiative, _: Words) -> dict[str, Any]:
    entries = job.facts["entries"]
    names = dict(states(initiative, [entry["jurisdiction"] for entry in entries], _))
    result = job.result
    return {
        "job": job,
        "count": len(entries),
        "entries": [{**entry, "name": names[entry["jurisdiction"]]} for entry in entries],
        "cause": _(CAUSES_IN_WORDS[job.facts["cause"]]),
        "destroyed": len(result.get("destroyed", [])),
        "gone_before": len(result.get("gone_before", [])),
        "files": result.get("files_destroyed", 0),
        "failure": failure_of(job, _),
    }


def _by_cause(initiative: Initiative, premises: Premises) -> list[tuple[str, int]]:
    """Give how many were destroyed and why, as the public log counts them: what the journal tells of, and the rest by their signatories."""
    collection = initiative.live_collection()
    assert collection is not None
    destroyed = sum(head.destroyed for head in premises.store.heads(collection.identifier))
    told = initiative.journal.filter(act="statement-destroyed").values_list("facts", flat=True)
    counts = dict.fromkeys(CAUSES_IN_WORDS, 0)
    for facts in told:
        if facts.get("cause") in counts:
            counts[facts["cause"]] += 1
    rest = max(0, destroyed - sum(counts.values()))
    return [
        *((CAUSES_IN_WORDS[cause], number) for cause, number in counts.items()),
        (TAKEN_BACK, rest),
    ]


def _initiative(request: ConsoleRequest) -> Initiative:
    assert request.initiative is not None
    return request.initiative
