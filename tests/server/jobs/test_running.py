"""The thread that has jobs done: real processes, two servers on one installation, a kill in the middle, a server that ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from civium.formats.export import WORKING_COPY
from civium.server.config import Config
from civium.server.initiatives.models import Collection, Export, Initiative
from civium.server.initiatives.premises import Premises
from civium.server.jobs import files
from civium.server.jobs.exporting import Asked, ask_export
from civium.server.jobs.models import Job
from civium.server.jobs.running import Runner
from civium.server.site import assets
from tests.cluster import descendants
from tests.server.initiatives.place import ONE

from .working import await_that, receive, settings_of

COPY = Asked(WORKING_COPY, ("ES",))


@pytest.fixture
def found(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes that are started here find this test's installation."""
    for name, value in settings_of(config).items():
        monkeypatch.setenv(name, value)


@contextmanager
def _serving(config: Config, count: int) -> Iterator[list[Runner]]:
    runners = [Runner(config) for _ in range(count)]
    for runner in runners:
        runner.start()
    try:
        yield runners
    finally:
        for runner in runners:
            runner.stop()


def _ask(initiative: Initiative, premises: Premises, count: int) -> list[Job]:
    return [ask_export(initiative, premises, COPY, ONE, now=datetime.now(UTC)) for _ in range(count)]


def _are(jobs: list[Job], state: str) -> bool:
    return Job.objects.filter(pk__in=[job.pk for job in jobs], state=state).count() == len(jobs)


@pytest.mark.slow
@pytest.mark.usefixtures("found")
def test_two_servers_do_each_job_once(live: Initiative, collection: Collection, premises: Premises, config: Config) -> None:
    receive(premises, collection, "ES", 50)
    jobs = _ask(live, premises, 3)
    with _serving(config, 2):
        await_that(lambda: _are(jobs, "done"))
    assert Export.objects.count() == 3
    assert set(Job.objects.values_list("begins", "deaths")) == {(1, 0)}


@pytest.mark.slow
@pytest.mark.usefixtures("found")
def test_a_job_whose_process_is_killed_is_done_all_the_same(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 6000)
    jobs = _ask(live, premises, 1)
    folder = config.folder / "exports" / str(jobs[0].pk)
    with _serving(config, 1) as (runner,):
        await_that(lambda: any(folder.glob(".*.partial")))
        assert runner._process is not None
        os.kill(runner._process.pid, signal.SIGKILL)
        await_that(lambda: _are(jobs, "done"))
    jobs[0].refresh_from_db()
    assert (jobs[0].begins, jobs[0].deaths) == (2, 1)
    assert [file["entries"] for file in files.listed(jobs[0])] == [6000]


@pytest.mark.slow
@pytest.mark.usefixtures("found")
def test_a_server_that_ends_leaves_no_process_and_the_next_one_goes_on(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 6000)
    jobs = _ask(live, premises, 1)
    folder = config.folder / "exports" / str(jobs[0].pk)
    with _serving(config, 1) as (runner,):
        await_that(lambda: any(folder.glob(".*.partial")))
    assert runner._process is not None
    assert runner._process.poll() is not None
    assert _are(jobs, "waiting")
    with _serving(config, 1):
        await_that(lambda: _are(jobs, "done"))
    jobs[0].refresh_from_db()
    assert (jobs[0].begins, jobs[0].deaths) == (2, 0)


@contextmanager
def _served(config: Config) -> Iterator[subprocess.Popen[bytes]]:
    """Serve as an operator does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    command = [sys.executable, "-m", "civium.command", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=kept | settings_of(config), stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(60)


@pytest.mark.slow
def test_a_machine_that_dies_in_the_middle_does_the_job_after_its_restart(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    """Everything is killed, the server and the job's process; the next server begins it again, and nobody asks twice."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")
    receive(premises, collection, "ES", 10_000)
    jobs = _ask(live, premises, 1)
    folder = config.folder / "exports" / str(jobs[0].pk)
    with _served(config) as server:
        await_that(lambda: any(folder.glob(".*.partial")))
        for process in [*descendants(server.pid), server.pid]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    assert _are(jobs, "running"), "it was done before the kill: the test tried nothing"
    assert any(folder.glob(".*.partial"))
    with _served(config):
        await_that(lambda: _are(jobs, "done"))
    jobs[0].refresh_from_db()
    assert (jobs[0].begins, jobs[0].deaths) == (2, 1)
    assert [path.name for path in folder.iterdir()] == ["DEMO-1-ES-online-working-copy.civium"]


@pytest.mark.usefixtures("found")
def test_a_machine_without_room_for_a_process_is_no_death_of_the_job(
    live: Initiative, collection: Collection, premises: Premises, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError("no process")

    receive(premises, collection, "ES", 1)
    (job,) = _ask(live, premises, 1)
    runner = Runner(config)
    monkeypatch.setattr(subprocess, "Popen", refused)
    for _ in range(4):
        with pytest.raises(BlockingIOError):
            runner.turn()
    job.refresh_from_db()
    assert (job.state, job.deaths) == ("waiting", 0)
