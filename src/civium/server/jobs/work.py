"""The process in which one job is done: `python -m civium.server.jobs.work KEY`, started by running.py, the holder's name on its standard input.

The rules are:
- it is another process, and gives way to the one that receives: an export of a million must not make an envelope wait;
- every second it says that it is alive and hears whether it shall stop; SIGTERM ends it anywhere, and the job waits for its next process;
- what is left of a part is removed when it ends, and again when it begins: a killed process removes nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from civium.errors import CiviumError
from civium.server.config import Config

if TYPE_CHECKING:
    from civium.server.initiatives.premises import Premises
    from civium.server.jobs.models import Job

_BEAT_SECONDS = 1.0
_NICENESS = 10
_AGAIN_AFTER = timedelta(minutes=1)
Clock = Callable[[], datetime]


class Ended(BaseException):
    """This process is to end: it was told to, or the job is another's. Not an error, and nobody on the way may take it for one."""


@dataclass
class Here:
    """What a job's function works with."""

    premises: Premises
    folder: Path
    now: Clock
    _keep: Callable[[dict[str, Any]], bool]
    _progress: dict[str, int] = field(default_factory=dict)

    def progress(self, done: int, total: int) -> None:
        """Say how far it is; somebody is told within a second."""
        self._progress.setdefault("begun_from", done)
        self._progress |= {"done": done, "total": total}

    def keep(self, result: dict[str, Any]) -> None:
        """Keep what was made so far: it outlives this process."""
        if not self._keep(result):
            raise Ended


def main(key: int, holder: str) -> int:
    """Do one job and give an exit code: 0 where it was ended in good order, whatever came of it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civium.server.settings")
    django.setup()
    os.nice(_NICENESS)
    return do(Config.from_environment(os.environ), key, holder, clock=lambda: datetime.now(UTC))


def do(config: Config, key: int, holder: str, *, clock: Clock) -> int:
    """Do a job that `queue.claim` gave to this holder, and say what came of it."""
    from django.db import DatabaseError

    from civium.server.jobs import files, queue
    from civium.server.jobs.models import Job

    job = Job.objects.select_related("initiative").filter(pk=key, holder=holder).first()
    if job is None:
        return 0
    if job.stopped_by:  # while it waited to be begun again
        files.sweep(config.folder, job)
        queue.end_stopped(key, holder, now=clock())
        return 0
    beating = _Beating(key, holder, clock)
    failed: CiviumError | None = None
    again: timedelta | None = None
    try:
        beating.start()
        _do(config, job, holder, beating, clock)
    except Ended:
        pass
    except CiviumError as error:
        failed = error
    except DatabaseError:
        again = _AGAIN_AFTER
    finally:
        beating.stop()
    job.refresh_from_db()
    files.sweep(config.folder, job)
    if beating.is_lost:
        return 0
    if failed is not None:
        queue.fail(key, holder, failed, now=clock())
    elif again is not None:
        queue.let_go(key, holder, not_before=clock() + again)
    elif beating.is_stopped:
        queue.end_stopped(key, holder, now=clock())
    elif beating.is_ended:
        queue.let_go(key, holder)
    else:
        queue.finish(key, holder, now=clock())
    return 0


def _do(config: Config, job: Job, holder: str, beating: _Beating, clock: Clock) -> None:
    from civium.server.initiatives.premises import open_premises
    from civium.server.jobs import files, queue
    from civium.server.jobs.kinds import work_of

    files.sweep(config.folder, job)
    folder = files.make_folder(config.folder, job)
    with open_premises(config, {}) as premises:
        here = Here(premises, folder, clock, lambda result: queue.keep(job.pk, holder, result), beating.progress)
        work_of(job.kind)(job, here)


class _Beating:
    """The thread that says every second that the job is alive; and the signal that ends it."""

    def __init__(self, key: int, holder: str, clock: Clock) -> None:
        self.progress: dict[str, int] = {}
        self.is_stopped = False  # somebody asked for it
        self.is_ended = False  # the process shall end
        self.is_lost = False  # the job is another's
        self._key, self._holder, self._clock = key, holder, clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="civium-job", daemon=True)
        self._before: Any = None

    def start(self) -> None:
        self._before = signal.signal(signal.SIGTERM, self._end)
        self._thread.start()

    def stop(self) -> None:
        """Say a last time how far it came; from here on nothing ends this process half-way."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._over.set()
        self._thread.join()
        if not self.is_lost:
            self._beat()
        signal.signal(signal.SIGTERM, self._before)

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.is_ended = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Ended

    def _run(self) -> None:
        from django.db import connections

        while not self._over.wait(_BEAT_SECONDS):
            self._beat()
            if self.is_stopped or self.is_lost:
                os.kill(os.getpid(), signal.SIGTERM)
                break
        connections.close_all()

    def _beat(self) -> None:
        from django.db import DatabaseError

        from civium.server.jobs import queue

        try:
            goes_on = queue.beat(self._key, self._holder, queue.Progress(**self.progress), now=self._clock())
        except DatabaseError:
            return  # the next second is another try; after twenty the job is another's
        self.is_lost = goes_on is None
        self.is_stopped = goes_on is False


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.stdin.readline().strip()))
