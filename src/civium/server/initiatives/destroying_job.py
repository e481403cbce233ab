"""Has ordered destructions done by a job (server/jobs): a serving process asks once an hour, and whoever orders asks at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from civium.server.initiatives.destroying_all import carry_out, order_what_is_due
from civium.server.initiatives.models import Destruction
from civium.server.initiatives.persons import Persons
from civium.server.jobs import queue
from civium.server.jobs.kinds import DESTROY_ALL
from civium.server.jobs.models import Job

if TYPE_CHECKING:
    from civium.server.jobs.work import Here

_GOING_ON = (Job.State.HELD, Job.State.WAITING, Job.State.RUNNING)


def ask_what_is_due(*, now: datetime) -> list[Job]:
    """Ask for a job for each destruction that may begin now and has none, and give these jobs. Safe at any time."""
    asked = []
    for ordered in order_what_is_due(now=now):
        going_on = Job.objects.filter(kind=DESTROY_ALL, initiative=ordered.initiative, state__in=_GOING_ON)
        if not going_on.exists():
            facts = {"destruction": ordered.pk}
            asked.append(queue.ask(DESTROY_ALL, ordered.initiative, facts, Persons(tuple(ordered.persons)), now=now))
    return asked


def work(job: Job, here: Here) -> None:
    """Carry one order out; begun again it goes on where it stopped. What was stopped in the meantime is not done."""
    ordered = Destruction.objects.select_related("initiative").filter(pk=job.facts["destruction"], finished_at=None).first()
    if ordered is not None:
        carry_out(ordered, here.premises, settings.CONFIG.folder, now=here.now(), progress=here.progress)
