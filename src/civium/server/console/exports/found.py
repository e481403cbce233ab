"""Finding jobs of this initiative, and saying of one what a page shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404

from civium.errors import Refused
from civium.formats.export import PACKAGE
from civium.law.procedure import load_procedure
from civium.server.console.sentences import sentence
from civium.server.initiatives.models import Initiative
from civium.server.jobs import files, queue
from civium.server.jobs.exporting import Asked
from civium.server.jobs.kinds import EXPORT
from civium.server.jobs.models import Job
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.words import Words

_HISTORY = 50


@dataclass(frozen=True)
class Shown:
    """One job as a page shows it."""

    job: Job
    is_package: bool
    states: str
    entries: int
    took: timedelta | None
    left: timedelta | None
    failure: str
    files: list[dict[str, Any]]

    @property
    def percent(self) -> int:
        """How far it is, rounded down: what is done is done."""
        return 100 * self.job.done // self.job.total if self.job.total else 0

    @property
    def there(self) -> int:
        """How many of its files can be taken."""
        return sum(not file.get("gone") for file in self.files)


def job_of(request: ConsoleRequest, number: int, kind: str = EXPORT) -> Job:
    """Give a job of this initiative; another's is not there."""
    found = Job.objects.filter(pk=number, initiative=request.initiative, kind=kind).first()
    if found is None:
        raise Http404
    return found


def shown(job: Job, initiative: Initiative, _: Words, *, now: datetime) -> Shown:
    """Say of a job what a page shows."""
    asked = Asked.of(job.facts)
    made = files.listed(job)
    ended = job.ended_at
    return Shown(
        job=job,
        is_package=asked.kind == PACKAGE,
        states=names_of(initiative, tuple(_made_for(made)) if job.is_over and made else asked.jurisdictions, _),
        entries=sum(file.get("entries", 0) for file in made),
        took=ended - job.begun_at if ended and job.begun_at else None,
        left=queue.time_left(job, now=now),
        failure=failure_of(job, _),
        files=made,
    )


def _made_for(made: list[dict[str, Any]]) -> set[str]:
    """Name the States for which there was anything to make."""
    return {file["jurisdiction"] for file in made}


def failure_of(job: Job, _: Words) -> str:
    """Give the sentence of a job that failed."""
    if job.failure is None:
        return ""
    return sentence(Refused(job.failure["code"], **job.failure["facts"]), _)


def jobs(initiative: Initiative, _: Words, *, now: datetime) -> tuple[list[Shown], list[Shown]]:
    """Give those that wait or run, the oldest first, and those that are over, the newest first."""
    found = list(queue.jobs_of(initiative, EXPORT)[:_HISTORY])
    told = [shown(job, initiative, _, now=now) for job in found]
    return [one for one in reversed(told) if not one.job.is_over], [one for one in told if one.job.is_over]


def states(initiative: Initiative, codes: list[str], _: Words) -> list[tuple[str, str]]:
    """Give codes with their names, in the order in which one reads them."""
    procedure = load_procedure(initiative.procedure)
    named = [(code, state_name(language(_.code), procedure.jurisdictions[code])) for code in set(codes)]
    return sorted(named, key=lambda one: reading_order(_.code, one[1]))


def names_of(initiative: Initiative, codes: tuple[str, ...], _: Words) -> str:
    """Name the States of a job: two at most, or how many."""
    named = [name for _code, name in states(initiative, list(codes), _)]
    return (
        ", ".join(named) if len(named) <= 2 else _.ngettext("%(count)s State", "%(count)s States", len(named), count=len(named))
    )


def day_of(text: str) -> date | None:
    """Give a day that a form sent, None for none. Raises Refused `day-malformed`."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("day-malformed") from None
