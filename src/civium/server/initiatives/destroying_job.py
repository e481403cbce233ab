"""Has ordered destructions done by a job (server/jobs): whoever orders asks at once, for its hour; a serving process looks once an hour.

The job that waits is the alarm of every screen, and of an e-mail to whoever can stop it (jobs/alarm.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from civium.server.initiatives.destroying_all import begins_at, carry_out, order_what_is_due
from civium.server.initiatives.models import Destruction, Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.retention_dates import open_hold
from civium.server.jobs import queue
from civium.server.jobs.kinds import DESTROY_ALL
from civium.server.jobs.models import Job

if TYPE_CHECKING:
    from civium.server.jobs.work import Here

_GOING_ON = (Job.State.HELD, Job.State.WAITING, Job.State.RUNNING)


def ask_what_is_due(*, now: datetime) -> list[Job]:
    """Order what the law wants destroyed today, ask for a job for each order that has none, and give these jobs. Safe at any time."""
    order_what_is_due(now=now)
    asked = []
    for ordered in Destruction.objects.select_related("initiative").filter(finished_at=None):
        going_on = Job.objects.filter(kind=DESTROY_ALL, initiative=ordered.initiative, state__in=_GOING_ON)
        if open_hold(ordered.initiative) is None and not going_on.exists():
            asked.append(ask_for(ordered, now=now))
    return asked


def ask_for(ordered: Destruction, *, now: datetime) -> Job:
    """Ask for the job of an order, for the hour at which it may begin."""
    begins = begins_at(ordered)
    facts, by = {"destruction": ordered.pk, "ground": ordered.ground}, Persons(tuple(ordered.persons))
    return queue.ask(DESTROY_ALL, ordered.initiative, facts, by, now=now, not_before=begins if begins > now else None)


def stop_waiting(initiative: Initiative, name: str, *, now: datetime) -> None:
    """Stop the jobs of an order that is no more."""
    for job in queue.jobs_of(initiative, DESTROY_ALL).filter(state=Job.State.WAITING):
        queue.stop(job, name, now=now)


def work(job: Job, here: Here) -> None:
    """Carry one order out; begun again it goes on where it stopped. What was stopped in the meantime is not done."""
    ordered = Destruction.objects.select_related("initiative").filter(pk=job.facts["destruction"], finished_at=None).first()
    if ordered is not None:
        carry_out(ordered, here.premises, settings.CONFIG.folder, now=here.now(), progress=here.progress)
