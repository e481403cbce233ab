"""Doing jobs in tests: in this process at a chosen hour, or in the process in which a server has them done."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime

from civium.server.config import Config
from civium.server.initiatives.models import Collection
from civium.server.initiatives.premises import Premises
from civium.server.jobs import queue, work
from civium.server.jobs.models import Job
from tests.server.conftest import database_settings
from tests.server.initiatives import place

PATIENCE_SECONDS = 120.0


def do_next(config: Config, *, now: datetime) -> Job | None:
    """Take the job that is due and do it here."""
    job = queue.claim(now=now)
    if job is not None:
        assert work.do(config, job.pk, job.holder, clock=lambda: now) == 0
        job.refresh_from_db()
    return job


def settings_of(config: Config) -> dict[str, str]:
    """Give the settings by which another process finds this test's installation."""
    return {"CIVIUM_DATA": str(config.folder), "CIVIUM_URL": config.url} | database_settings(config.folder)


def in_a_process(config: Config, job: Job, **settings: str) -> subprocess.Popen[str]:
    """Do a claimed job as running.py has it done."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "COV_"))}
    environment = kept | settings_of(config) | settings
    process = subprocess.Popen(
        [sys.executable, "-m", "civium.server.jobs.work", str(job.pk)], stdin=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdin is not None
    process.stdin.write(f"{job.holder}\n")
    process.stdin.close()
    return process


def await_that(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail where it takes too long."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


def receive(premises: Premises, collection: Collection, jurisdiction: str, count: int, *, on: date = place.TODAY) -> list[bytes]:
    """Put envelopes into a log, and sign its head as the intake does: another process then finds that the store continues it."""
    raws = place.receive(premises, collection, jurisdiction, count, on=on)
    premises.signer.sign(premises.store.heads(collection.identifier))
    return raws
