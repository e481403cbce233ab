"""The thread that has jobs done while a process serves: takes one when it is due, starts its process, and looks after what died.

The rules are:
- of several serving processes any may take a job, and one at a time is done (queue.claim);
- a server that ends in good order ends its job's process, too; the job goes on with the next server, and says that it was begun again;
- once an hour it destroys files, and drops previews, whose time is over.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from civium.server.background import Repeated
from civium.server.config import Config
from civium.server.initiatives import destroying_job, scan_retention, uploads
from civium.server.initiatives.premises import open_premises
from civium.server.jobs import alarm, destroying, files, queue
from civium.server.jobs.models import Job
from civium.server.preview.acts import drop_what_is_over

_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 30.0  # after a database that did not answer
_END_SECONDS = 15.0
_TIDIED_EVERY = timedelta(hours=1)
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Runner(Repeated):
    """The thread of one serving process."""

    _ends_within = _END_SECONDS * 2

    def __init__(self, config: Config, *, clock: Clock = _now) -> None:
        super().__init__("jobs", seconds=_LOOK_SECONDS, longest=_PAUSE_SECONDS)
        self._config = config
        self._clock = clock
        self._job: Job | None = None
        self._process: subprocess.Popen[str] | None = None
        self._tidied_at: datetime | None = None

    def let_go(self) -> None:
        """End the job's process; the job waits for the next server."""
        self._end_process()

    def turn(self) -> None:
        """Look once: tell of what is coming, bury what died, take what is due, tidy when an hour has passed."""
        alarm.tell_of_what_is_coming(self._config, now=self._clock())
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._after()
        if self._tidied_at is None or self._clock() >= self._tidied_at + _TIDIED_EVERY:
            self.tidy()
        job = queue.claim(now=self._clock())
        if job is not None:
            self._begin(job)

    def tidy(self) -> None:
        """Destroy files whose time is over, forget identifiers of what is done, and ask for what the law wants destroyed today."""
        if any(files.all_folders(self._config.folder)):
            with open_premises(self._config, {}) as premises:
                files.destroy_outdated(self._config.folder, premises, now=self._clock())
        destroying.forget_what_is_over(now=self._clock())
        destroying_job.ask_what_is_due(now=self._clock())
        scan_retention.destroy_scans_that_are_due(now=self._clock())
        drop_what_is_over(self._config.folder, now=self._clock())
        uploads.remove_all_unnamed()
        self._tidied_at = self._clock()

    def _begin(self, job: Job) -> None:
        command = [sys.executable, "-m", "civium.server.jobs.work", str(job.pk)]
        try:
            # A session of its own: what a terminal sends to the server is for the server to pass on.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
            )
        except OSError:
            # The machine had no room for one more process: that is no death of the job.
            queue.let_go(job.pk, job.holder)
            raise
        self._job = job
        assert self._process.stdin is not None
        # One that died before it could read is buried by the next turn.
        with suppress(BrokenPipeError), self._process.stdin as told:
            # Not among the arguments: whoever lists processes could act as the holder.
            told.write(f"{job.holder}\n")

    def _after(self) -> None:
        """The process ended: if it did not say what came of the job, it died."""
        assert self._job is not None
        queue.bury(self._job.pk, self._job.holder, now=self._clock())
        self._process = self._job = None

    def _end_process(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
