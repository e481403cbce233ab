"""A long act tells how far it is, can be stopped where nothing is lost, and says how it ended."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable

import pytest

from civium.authority.commands.asking import tell
from civium.authority.commands.opening import bar
from civium.authority.window.work import DONE, FAILED, STOPPED, Watch, Work
from civium.errors import Refused


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def done(act: Callable[[], list[str]], clock: Clock | None = None) -> Work:
    """Give an act that has ended."""
    work = Work("open", act, clock or Clock())
    work.begin()
    work.wait(10)
    return work


def test_what_is_told_is_heard_and_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    def act() -> list[str]:
        tell("one", "two")
        with bar("opened") as shown:
            shown.show(3, 10)
        return []

    work = done(act)
    assert (work.state, work.told) == (DONE, ["one", "two"])
    (watch,) = work.watches
    assert (watch.verb, watch.done, watch.total, watch.is_finished) == ("opened", 3, 10, True)
    tell("three")
    assert capsys.readouterr().err == "three\n"


def test_rate_and_time_left_count_from_where_it_was_taken_up() -> None:
    clock = Clock()
    watch = Watch("opened", clock=clock, is_stop_asked=lambda: False)
    assert (watch.rate, watch.seconds_left) == (0.0, None)
    watch.show(100, 1100)
    clock.now = 2.0
    watch.show(300, 1100)
    assert (watch.rate, watch.seconds_left) == (100.0, 8.0)


def test_it_stops_at_its_next_report() -> None:
    reached, may_go = threading.Event(), threading.Event()
    seen: list[int] = []

    def act() -> list[str]:
        with bar("opened") as shown:
            for number in range(3):
                seen.append(number)
                reached.set()
                assert may_go.wait(10)
                shown.show(number, 3)
        return []

    work = Work("open", act, Clock())
    work.begin()
    assert reached.wait(10)
    assert work.is_running
    work.stop()
    may_go.set()
    work.wait(10)
    assert (work.state, seen, work.is_running) == (STOPPED, [0], False)


def test_why_it_failed_is_kept() -> None:
    def refused() -> list[str]:
        raise Refused("key-foreign")

    def full() -> list[str]:
        raise OSError(errno.ENOSPC, "full")

    for act, code in ((refused, "key-foreign"), (full, "disk-full")):
        work = done(act)
        assert work.state == FAILED
        assert work.error is not None
        assert work.error.code == code


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_ends_it_too() -> None:
    work = done(lambda: [str(1 // 0)])
    assert (work.state, work.error) == (FAILED, None)
