"""What runs beside a serving process ends with it, tries again what failed, and says so once."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from civium.errors import Refused
from civium.server.background import Repeated


class _Story(Repeated):
    """Fails as told, then does what it is for."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__("story", seconds=0.001, longest=0.002)
        self._failures = list(failures)
        self.turns = 0
        self.is_done = threading.Event()
        self.has_let_go = False

    def turn(self) -> None:
        self.turns += 1
        if self._failures:
            raise self._failures.pop(0)
        self.is_done.set()

    def let_go(self) -> None:
        self.has_let_go = True


def test_what_failed_is_tried_again_and_said_once_for_as_long_as_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    refused = [
        Refused("queue-full"),
        Refused("queue-full"),
        OperationalError("of the table person"),
        OperationalError("again"),
        OSError("/of/this/machine"),
    ]
    story = _Story(*refused)
    story.start()
    assert story.is_done.wait(10)
    story.stop()
    assert not story._thread.is_alive()
    assert story.turns >= 6
    assert story.has_let_go
    assert [record.getMessage() for record in caplog.records] == [
        "story: waits: queue-full",
        "story: waits: store-unavailable",
        "story: waits: disk-failed",
    ]


def test_whoever_stops_it_before_its_first_turn_waits_for_nothing() -> None:
    story = _Story()
    story._first = 60.0
    story.start()
    story.stop()
    assert (story.turns, story.has_let_go, story._thread.is_alive()) == (0, True, False)
