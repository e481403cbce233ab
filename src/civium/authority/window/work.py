"""One long act in a thread of its own: how far it is, what it tells, that it can be stopped, how it ended."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from civium.authority.commands.listening import Listener, heard_by
from civium.authority.progress import Bar
from civium.authority.sentences import refusal_of
from civium.errors import CiviumError

RUNNING, DONE, STOPPED, FAILED = "running", "done", "stopped", "failed"


class StopAskedError(Exception):
    """The officer asked that the act stop; what is whole stays, and is taken up again."""


class Watch(Bar):
    """A bar that nobody sees: it keeps how far the act is, and ends it when that was asked."""

    def __init__(self, verb: str, *, clock: Callable[[], float], is_stop_asked: Callable[[], bool]) -> None:
        super().__init__(verb, stream=io.StringIO(), clock=clock)
        self.verb, self._now, self._is_stop_asked = verb, clock, is_stop_asked
        self.done, self.total, self.is_finished = 0, 0, False
        self._first, self._since = -1, 0.0

    def show(self, done: int, total: int) -> None:
        """Hear how far it is. Raises StopAskedError when that was asked."""
        if self._first < 0:
            self._first, self._since = done, self._now()
        self.done, self.total = done, total
        if self._is_stop_asked():
            raise StopAskedError

    def finish(self) -> None:
        """Note the end."""
        self.is_finished = True

    def stop(self) -> None:
        """Leave it where it stands."""

    @property
    def rate(self) -> float:
        """How many a second, since this act began or was taken up."""
        seconds = self._now() - self._since
        return (self.done - self._first) / seconds if self._first >= 0 and seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at this rate; None where there is no rate yet."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass
class Work:
    """An act that runs, and how it ended."""

    name: str
    act: Callable[[], Sequence[str]]
    clock: Callable[[], float]
    state: str = RUNNING
    watches: list[Watch] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    error: CiviumError | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start it."""
        self._thread = threading.Thread(target=self._run, name=self.name)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.state == RUNNING

    @property
    def is_stop_asked(self) -> bool:
        """Whether somebody asked that it stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask it to stop at the next place where nothing is lost."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it has ended."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with heard_by(Listener(self.told.append, self._watch)):
                self.act()
            self.state = DONE
        except StopAskedError:
            self.state = STOPPED
        except CiviumError as error:
            self.error, self.state = error, FAILED
        except OSError as trouble:
            self.error, self.state = refusal_of(trouble), FAILED
        finally:
            if self.state == RUNNING:  # a fault of ours: the thread says which on stderr, the page that it ended
                self.state = FAILED

    def _watch(self, verb: str) -> Watch:
        watch = Watch(verb, clock=self.clock, is_stop_asked=self._stop.is_set)
        self.watches.append(watch)
        return watch
