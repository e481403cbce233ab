"""Destruction of statements by identifier, as a job: prepared by one, agreed by two, done a day later, stopped by anybody until then.

The rules are:
- every identifier is looked up before anybody decides: unknown and destroyed ones are told at once, not after the day;
- a day passes between the second person's word and the act, and every screen says so (a demonstration counts for nothing: at once);
- identifiers stand in the job and nowhere else: not in the journal, a log, an address or an error; they go when the job is over;
- files made before that hold a destroyed statement go with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.destruction import check_cause, destroy_statement, find_entry, parse_identifier
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative, Proposal
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.standing import check_allowed
from civium.server.jobs import files, queue
from civium.server.jobs.kinds import DESTROY, DESTROY_ALL
from civium.server.jobs.models import Job
from civium.server.publishing.notices import handed_over

if TYPE_CHECKING:
    from civium.server.jobs.work import Here

DELAY = timedelta(hours=24)
MOST_AT_ONCE = 200
_SETTLING = timedelta(minutes=5)  # between preparing and proposing lies a moment
_ACT = "destroy-by-identifier"
_BY = "civium serve"
_WAITING = (Proposal.State.OPEN, Proposal.State.BEGUN)
State = Literal["there", "destroyed", "handed-over", "unknown", "malformed", "twice"]


@dataclass(frozen=True)
class Looked:
    """One pasted line: what it was, and what is known of it. `place` names log and index where there is one."""

    text: str
    state: State
    jurisdiction: str = ""
    channel: str = ""
    index: int | None = None
    reason: str = ""


def look_up(initiative: Initiative, premises: Premises, lines: Iterable[str]) -> list[Looked]:
    """Say of each line whether it is an entry that can be destroyed. Raises Refused `not-live`, `identifiers-missing`, `too-many-identifiers`."""
    wanted = [line.strip() for line in lines if line.strip()]
    if not wanted:
        raise Refused("identifiers-missing")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused("too-many-identifiers", most=MOST_AT_ONCE)
    collection = live_collection(initiative).identifier
    told = handed_over(premises.store)
    found: list[Looked] = []
    seen: set[str] = set()
    for text in wanted:
        looked = _look_up(premises, collection, text, told)
        if looked.text in seen:
            looked = Looked(looked.text, "twice")
        seen.add(looked.text)
        found.append(looked)
    return found


def _look_up(premises: Premises, collection: bytes, text: str, told: Any) -> Looked:
    try:
        identifier = parse_identifier(text)
    except Refused:
        # What somebody typed by mistake may be anything: it is shown to them, and never kept.
        return Looked(text[:60], "malformed")
    try:
        log, index = find_entry(premises.store, collection, identifier)
    except Refused:
        return Looked(str(identifier), "unknown")
    reason = premises.store.reason(log, index) or ""
    state: State = "destroyed" if reason else "there"
    if not reason and (collection, log.jurisdiction, log.channel) in told:
        state = "handed-over"
    return Looked(str(identifier), state, log.jurisdiction, log.channel, index, reason)


def prepare(
    initiative: Initiative, found: Iterable[Looked], cause: str, by: Persons, *, now: datetime, request: int | None = None
) -> Job:
    """Keep what is to be destroyed until a second person agrees.

    Raises Refused `cause-unknown`, `hold-in-force`, `nothing-to-destroy`, and what the state refuses.
    """
    check_allowed(initiative, "destroy-statement", today=brussels_date(now))
    check_cause(initiative, cause)
    entries = [
        {"identifier": one.text, "jurisdiction": one.jurisdiction, "channel": one.channel, "index": one.index}
        for one in found
        if one.state in ("there", "handed-over")
    ]
    if not entries:
        raise Refused("nothing-to-destroy")
    facts = {"cause": cause, "entries": entries, **({"request": request} if request else {})}
    return queue.ask(DESTROY, initiative, facts, by, now=now, state=Job.State.HELD)


def agree(initiative: Initiative, job: Job, by: Persons, *, now: datetime) -> Job:
    """Let the destruction happen a day from now; in a demonstration at once. Raises Refused `second-person-missing`, `job-over`."""
    check_two_persons(initiative.deployment, by)
    due = None if initiative.deployment == DEMONSTRATION else now + DELAY
    with transaction.atomic():
        queue.let_begin(job, by, not_before=due)
        facts = {"job": job.pk, "statements": len(job.facts["entries"]), "cause": job.facts["cause"]}
        journal.record("destruction-agreed", initiative, by, facts, now=now)
    return job


def stop(initiative: Initiative, job: Job, by: Persons, *, now: datetime) -> None:
    """Stop a destruction: one person is enough. Raises Refused `job-over`."""
    with transaction.atomic():
        queue.stop(job, by.names[0], now=now)
        journal.record("destruction-stopped", initiative, by, {"job": job.pk}, now=now)
    job.refresh_from_db()
    if job.is_over:
        _forget(job)


def forget_what_is_over(*, now: datetime) -> None:
    """Forget the identifiers of destructions that are over, and of those to which nobody can agree any more: where the entries lay stays."""
    for held in Job.objects.filter(kind=DESTROY, state=Job.State.HELD, asked_at__lt=now - _SETTLING):
        waiting = Proposal.objects.filter(initiative=held.initiative_id, state__in=_WAITING)
        # Looked at one by one: they are few, and not every database finds a number in JSON alike.
        if not any(one.facts.get("job") == held.pk for one in waiting.filter(act=_ACT)):
            queue.stop(held, _BY, now=now)
    for job in Job.objects.filter(kind=DESTROY, state__in=(Job.State.DONE, Job.State.STOPPED, Job.State.FAILED)):
        _forget(job)


def _forget(job: Job) -> None:
    if any("identifier" in entry for entry in job.facts["entries"]):
        for entry in job.facts["entries"]:
            entry.pop("identifier", None)
        Job.objects.filter(pk=job.pk).update(facts=job.facts)


def coming(initiative: Initiative) -> list[Job]:
    """Give the destructions that are agreed and not done, of some statements or of all: the alarm of every screen."""
    return list(queue.jobs_of(initiative, DESTROY, DESTROY_ALL).filter(state__in=(Job.State.WAITING, Job.State.RUNNING)))


def work(job: Job, here: Here) -> None:
    """Destroy what was agreed, entry by entry; begun again it goes on where it stopped."""
    assert job.initiative is not None
    initiative, by = job.initiative, Persons(tuple(job.asked_by))
    result: dict[str, Any] = {"destroyed": [], "gone_before": [], **job.result}
    entries = job.facts["entries"]
    for place, entry in enumerate(entries):
        here.progress(place, len(entries))
        if place in result["destroyed"] or place in result["gone_before"]:
            continue
        try:
            destroy_statement(initiative, here.premises, entry["identifier"], job.facts["cause"], by, now=here.now())
            result["destroyed"].append(place)
        except Refused as error:
            if error.code != "already-destroyed":
                raise
            # By its signatory in the meantime; or by this job, killed before it could say so.
            result["gone_before"].append(place)
        here.keep(result)
    here.progress(len(entries), len(entries))
    result["files_destroyed"] = files.destroy_outdated(settings.CONFIG.folder, here.premises, now=here.now())
    here.keep(result)
    _forget(job)
