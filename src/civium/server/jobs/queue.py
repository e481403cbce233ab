"""Asking for jobs, taking them, and telling what became of them: each act one update that only its holder can make.

The rules are:
- one job at a time runs in an installation, the oldest first; whoever runs it says so every second, and loses it after twenty of silence;
- a job that died is begun again and goes on from what it kept; after the third death without a reason it has failed;
- to stop a job is to ask its holder, who removes the part written; one that never began is stopped at once;
- a job that is over never changes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from civium.errors import CiviumError, Refused
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.jobs.models import Job

LEASE = timedelta(seconds=20)
_MOST_DEATHS = 3
_TURN = 0x4349564B  # "CIVK"
_DIED = {"code": "job-died", "facts": {"deaths": _MOST_DEATHS}}


def ask(
    kind: str,
    initiative: Initiative | None,
    facts: dict[str, Any],
    by: Persons,
    *,
    now: datetime,
    not_before: datetime | None = None,
    state: Job.State = Job.State.WAITING,
) -> Job:
    """Ask for a job; with `Job.State.HELD` it waits until `let_begin`."""
    return Job.objects.create(
        kind=kind, initiative=initiative, facts=facts, asked_by=list(by.names), asked_at=now, not_before=not_before, state=state
    )


def let_begin(job: Job, by: Persons, *, not_before: datetime | None) -> None:
    """Let a held job wait for its turn, from an hour on, in the name of those who agreed. Raises Refused `job-over`."""
    changed = Job.objects.filter(pk=job.pk, state=Job.State.HELD).update(
        state=Job.State.WAITING, not_before=not_before, asked_by=list(by.names)
    )
    if not changed:
        raise Refused("job-over")
    job.refresh_from_db()


def stop(job: Job, name: str, *, now: datetime) -> None:
    """Stop a job: at once if it never began, otherwise as soon as its holder hears of it. Raises Refused `job-over`."""
    never_began = Q(state__in=(Job.State.HELD, Job.State.WAITING), begins=0)
    if Job.objects.filter(never_began, pk=job.pk).update(state=Job.State.STOPPED, stopped_by=name, ended_at=now):
        return
    begun = Q(state__in=(Job.State.WAITING, Job.State.RUNNING))
    if not Job.objects.filter(begun, pk=job.pk).update(stopped_by=name, not_before=None):
        raise Refused("job-over")


def claim(*, now: datetime) -> Job | None:
    """Take the oldest job that is due, if none runs; the one that died before others."""
    # Asked every second, nearly always of an empty queue: nobody's turn to write is taken for that.
    if not Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).exists():
        return None
    with transaction.atomic():
        _take_turn()
        running = Job.objects.filter(state=Job.State.RUNNING)
        if running.filter(heard_at__gt=now - LEASE).exists():
            return None
        for dead in running:
            bury(dead.pk, dead.holder, now=now)
        due = _due(now).first()
        if due is None:
            return None
        holder = secrets.token_hex(16)
        Job.objects.filter(pk=due.pk).update(
            state=Job.State.RUNNING, holder=holder, heard_at=now, begun_at=now, begins=F("begins") + 1
        )
    return Job.objects.select_related("initiative").get(pk=due.pk)


def _due(now: datetime) -> QuerySet[Job]:
    waiting = Job.objects.filter(state=Job.State.WAITING)
    # What was begun is finished first.
    return waiting.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).order_by("-begins", "pk")


def _take_turn() -> None:
    """Wait until no other process takes a job. On SQLite every transaction that writes is alone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_TURN])


@dataclass(frozen=True)
class Progress:
    """How far a job is; `begun_from` is how far it was when this process took it."""

    done: int = 0
    total: int = 0
    begun_from: int = 0


def beat(key: int, holder: str, progress: Progress, *, now: datetime) -> bool | None:
    """Say that a job is alive and how far it is. Gives whether to go on: False if somebody stops it, None if another process took it."""
    mine = Job.objects.filter(pk=key, holder=holder, state=Job.State.RUNNING)
    told = {"heard_at": now, "done": progress.done, "total": progress.total, "done_before": progress.begun_from}
    if not mine.update(**told):
        return None
    return not mine.exclude(stopped_by="").exists()


def keep(key: int, holder: str, result: dict[str, Any]) -> bool:
    """Keep what was made so far; False if the job is another's."""
    return bool(Job.objects.filter(pk=key, holder=holder, state=Job.State.RUNNING).update(result=result))


def finish(key: int, holder: str, *, now: datetime) -> None:
    """Say that all of it is done."""
    _end(key, holder, state=Job.State.DONE, done=F("total"), ended_at=now)


def end_stopped(key: int, holder: str, *, now: datetime) -> None:
    """Say that it was stopped and that the part written is gone."""
    _end(key, holder, state=Job.State.STOPPED, ended_at=now)


def fail(key: int, holder: str, error: CiviumError, *, now: datetime) -> None:
    """Say that it cannot be done, and why: the code and its facts."""
    _end(key, holder, state=Job.State.FAILED, failure={"code": error.code, "facts": dict(error.facts)}, ended_at=now)


def let_go(key: int, holder: str, *, not_before: datetime | None = None) -> None:
    """Give a job back: the process ends, or the database did not answer; it will be begun again."""
    _end(key, holder, state=Job.State.WAITING, not_before=not_before)


def bury(key: int, holder: str, *, now: datetime) -> None:
    """Give back a job whose process died without a word; fail it after the third time. Nothing happens if it is another's by now."""
    mine = Job.objects.filter(pk=key, holder=holder, state=Job.State.RUNNING)
    if mine.filter(deaths__gte=_MOST_DEATHS - 1).update(
        state=Job.State.FAILED, holder="", deaths=F("deaths") + 1, failure=_DIED, ended_at=now
    ):
        return
    mine.update(state=Job.State.WAITING, holder="", deaths=F("deaths") + 1)


def _end(key: int, holder: str, **told: Any) -> None:
    Job.objects.filter(pk=key, holder=holder, state=Job.State.RUNNING).update(holder="", **told)


def jobs_of(initiative: Initiative, *kinds: str) -> QuerySet[Job]:
    """Give an initiative's jobs of these kinds, the newest first."""
    return Job.objects.filter(initiative=initiative, kind__in=kinds).order_by("-pk")


def time_left(job: Job, *, now: datetime) -> timedelta | None:
    """Estimate how long a running job still takes, from its own pace; None before there is one."""
    if job.state != Job.State.RUNNING or job.begun_at is None or job.done <= job.done_before or not job.total:
        return None
    passed = max(now - job.begun_at, timedelta(seconds=1))
    return passed * (job.total - job.done) / (job.done - job.done_before)
