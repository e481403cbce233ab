"""Jobs in the queue: taken once, begun again after a death, stopped, given back; and what remains when they are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civium.errors import Refused
from civium.server.jobs import queue
from civium.server.jobs.models import Job
from tests.server.initiatives.place import NOW, ONE, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
SECOND = timedelta(seconds=1)
_DEAD = queue.LEASE + SECOND


def _asked(**more: object) -> Job:
    return queue.ask("export", None, {"some": "thing"}, ONE, now=NOW, **more)  # type: ignore[arg-type]


def _state(job: Job) -> str:
    job.refresh_from_db()
    return str(job.state)


def test_the_oldest_is_taken_first_and_one_at_a_time() -> None:
    first, second = _asked(), _asked()
    taken = queue.claim(now=NOW)
    assert taken == first
    assert queue.claim(now=NOW + SECOND) is None, "one runs"
    queue.finish(first.pk, taken.holder, now=NOW)
    assert queue.claim(now=NOW + SECOND) == second
    assert _state(first) == "done"


def test_what_waits_for_its_hour_or_a_person_is_not_taken() -> None:
    later = _asked(not_before=NOW + timedelta(hours=24))
    held = _asked(state=Job.State.HELD)
    assert queue.claim(now=NOW + timedelta(hours=23, minutes=59)) is None
    queue.let_begin(held, TWO, not_before=None)
    assert held.asked_by == ["Anna", "Bo"]
    with pytest.raises(Refused, match="job-over"):
        queue.let_begin(held, TWO, not_before=None)
    taken = queue.claim(now=NOW)
    assert taken == held
    queue.finish(held.pk, taken.holder, now=NOW)
    assert queue.claim(now=NOW + timedelta(hours=24)) == later


def test_a_job_whose_process_fell_silent_is_begun_again_by_another() -> None:
    job = _asked()
    first = queue.claim(now=NOW)
    assert first is not None
    assert queue.beat(job.pk, first.holder, queue.Progress(5, 10), now=NOW + SECOND) is True
    assert queue.claim(now=NOW + queue.LEASE) is None, "it was heard a moment ago"
    second = queue.claim(now=NOW + SECOND + _DEAD)
    assert second == job
    assert (second.begins, second.deaths, second.done) == (2, 1, 5)
    assert second.holder != first.holder
    # The first wakes up: it is nobody any more.
    assert queue.beat(job.pk, first.holder, queue.Progress(6, 10), now=NOW + 2 * _DEAD) is None
    assert not queue.keep(job.pk, first.holder, {"files": ["mine"]})
    queue.finish(job.pk, first.holder, now=NOW)
    assert _state(job) == "running"


def test_the_third_death_without_a_reason_is_a_failure() -> None:
    job, now = _asked(), NOW
    for deaths in (1, 2):
        assert queue.claim(now=now) == job
        job.refresh_from_db()
        assert job.deaths == deaths - 1
        now += _DEAD
    assert queue.claim(now=now) == job
    assert queue.claim(now=now + _DEAD) is None
    assert _state(job) == "failed"
    assert job.failure == {"code": "job-died", "facts": {"deaths": 3}}


def test_a_process_that_ends_in_good_order_is_no_death() -> None:
    job = _asked()
    for _ in range(5):
        taken = queue.claim(now=NOW)
        assert taken is not None
        queue.let_go(job.pk, taken.holder)
    assert (_state(job), job.deaths, job.begins) == ("waiting", 0, 5)


def test_what_never_began_stops_at_once_and_what_runs_is_asked_to() -> None:
    waiting, held = _asked(), _asked(state=Job.State.HELD)
    for job in (waiting, held):
        queue.stop(job, "Anna (representative)", now=NOW)
        assert (_state(job), job.stopped_by, job.ended_at) == ("stopped", "Anna (representative)", NOW)
        with pytest.raises(Refused, match="job-over"):
            queue.stop(job, "Bo", now=NOW)
    running = _asked()
    taken = queue.claim(now=NOW)
    assert taken is not None
    queue.stop(running, "Anna", now=NOW)
    assert _state(running) == "running"
    assert queue.beat(running.pk, taken.holder, queue.Progress(), now=NOW) is False
    queue.end_stopped(running.pk, taken.holder, now=NOW)
    assert _state(running) == "stopped"


def test_what_was_begun_goes_on_before_what_was_not() -> None:
    first = _asked()
    taken = queue.claim(now=NOW)
    assert taken is not None
    queue.let_go(first.pk, taken.holder, not_before=NOW + timedelta(minutes=1))
    second = _asked()
    other = queue.claim(now=NOW)
    assert other == second
    queue.finish(second.pk, other.holder, now=NOW)
    third = _asked()
    assert queue.claim(now=NOW + timedelta(minutes=1)) == first
    assert _state(third) == "waiting"


def test_time_left_comes_from_the_pace_of_this_beginning() -> None:
    job = _asked()
    taken = queue.claim(now=NOW)
    assert taken is not None
    assert queue.time_left(taken, now=NOW) is None
    # A hundred were done before a restart: they say nothing about how fast this process is.
    queue.beat(job.pk, taken.holder, queue.Progress(done=150, total=200, begun_from=100), now=NOW)
    job.refresh_from_db()
    assert queue.time_left(job, now=NOW + timedelta(seconds=10)) == timedelta(seconds=10)
    queue.finish(job.pk, taken.holder, now=NOW)
    job.refresh_from_db()
    assert (job.done, queue.time_left(job, now=NOW + timedelta(seconds=10))) == (200, None)
