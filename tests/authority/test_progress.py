"""A bar in a terminal, plain lines elsewhere: what is done, how fast, how long yet."""

from __future__ import annotations

import io

from civium.authority.progress import Bar, duration


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_a_bar_with_rate_and_time_left() -> None:
    stream, clock = _Terminal(), _Clock()
    bar = Bar("opened", stream=stream, clock=clock)
    bar.show(0, 1000)
    clock.now = 0.1
    bar.show(50, 1000)
    assert stream.getvalue() == ""
    clock.now = 2.0
    bar.show(500, 1000)
    assert stream.getvalue() == f"\ropened [{'#' * 12}{'.' * 12}] 500 of 1,000 (50%), 250 a second, about 2 s left\x1b[K"
    clock.now = 4.0
    bar.show(1000, 1000)
    bar.finish()
    assert stream.getvalue().endswith("\ropened 1,000 of 1,000 in 4 s, 250 a second\x1b[K\n")
    bar.stop()
    assert stream.getvalue().endswith("\n\n")


def test_a_file_gets_a_line_every_ten_seconds_and_the_rate_counts_from_where_work_went_on() -> None:
    stream, clock = io.StringIO(), _Clock()
    bar = Bar("opened", stream=stream, clock=clock)
    bar.show(100, 1000)
    clock.now = 9.0
    bar.show(200, 1000)
    clock.now = 10.0
    bar.show(100, 1000)
    clock.now = 20.0
    bar.show(300, 1000)
    bar.stop()
    assert stream.getvalue() == (
        "opened 100 of 1,000 (10%), 0 a second, no rate yet\nopened 300 of 1,000 (30%), 10 a second, about 1 min 10 s left\n"
    )


def test_nothing_to_do_takes_no_time() -> None:
    stream, clock = io.StringIO(), _Clock()
    bar = Bar("opened", stream=stream, clock=clock)
    bar.show(0, 0)
    clock.now = 10.0
    bar.show(0, 0)
    clock.now = 0.0
    bar.finish()
    assert stream.getvalue() == "opened 0 of 0 (100%), 0 a second, no rate yet\nopened 0 of 0 in 0 s\n"


def test_a_duration_is_said_as_a_person_says_it() -> None:
    assert [duration(seconds) for seconds in (0.4, 59.4, 60, 3599, 3600, 7290)] == [
        "0 s",
        "59 s",
        "1 min 0 s",
        "59 min 59 s",
        "1 h 0 min",
        "2 h 1 min",
    ]
