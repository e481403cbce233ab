"""A thread beside a serving process that does one thing again and again: mail, jobs, the dashboard's sums.

The rules are:
- it stops between two turns, and whoever stops it waits for the turn that is being taken;
- what fails is said in the log once, by its code, for as long as it lasts, and tried again after longer and longer pauses.
"""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, close_old_connections, connections

from civium.errors import CiviumError

_logger = logging.getLogger(__name__)


class Repeated:
    """The thread `civium-<name>`. A subclass says what a turn is, and what it lets go of at the end.

    `seconds` lie between two turns; after a turn that failed twice as many as before it, up to `longest`.
    """

    _ends_within = 30.0

    def __init__(self, name: str, *, seconds: float, longest: float, first: float | None = None) -> None:
        self._name = name
        self._seconds = seconds
        self._first = seconds if first is None else first
        self._longest = longest
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"civium-{name}", daemon=True)

    def start(self) -> None:
        """Begin; the first turn comes after `first` seconds."""
        self._thread.start()

    def stop(self) -> None:
        """End after the turn that is being taken."""
        self._ends.set()
        self._thread.join(timeout=self._ends_within)

    def turn(self) -> None:
        """Do it once. Raises CiviumError, DatabaseError or OSError for what may succeed the next time."""
        raise NotImplementedError

    def let_go(self) -> None:
        """Let go of what is held, after the last turn."""

    def _run(self) -> None:
        pause, told = self._first, ""
        while not self._ends.wait(pause):
            code = self._refusal_of_a_turn()
            if code and code != told:
                _logger.error("%s: waits: %s", self._name, code)
            told = code
            pause = min(max(pause, self._seconds) * 2, self._longest) if code else self._seconds
        self.let_go()
        connections.close_all()

    def _refusal_of_a_turn(self) -> str:
        try:
            close_old_connections()
            self.turn()
        except CiviumError as error:
            return str(error)
        except DatabaseError:
            return "store-unavailable"
        except OSError:  # no room, no process, a file that is not ours: its words name paths of this machine
            return "disk-failed"
        return ""
