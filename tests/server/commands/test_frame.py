"""Progress of a long act: silent for what is quick, one line for what is not."""

from __future__ import annotations

import io

import pytest

from civium.server.commands import frame


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    made = _Clock()
    monkeypatch.setattr(frame, "time", made)
    return made


def test_what_takes_no_time_is_not_told(clock: _Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress = frame.Progress()
    progress.show(0, 10)
    progress.show(10, 10)
    assert capsys.readouterr().err == ""


def test_where_nobody_watches_a_line_comes_every_ten_seconds(clock: _Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress = frame.Progress()
    for second in range(1, 21):
        clock.now = float(second)
        progress.show(second * 1000, 100_000)
    assert capsys.readouterr().err.splitlines() == [
        "10,000 of 100,000 entries, about 90 s left",
        "20,000 of 100,000 entries, about 80 s left",
    ]


def test_on_a_terminal_one_line_is_written_over(clock: _Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(frame.sys, "stderr", terminal)
    progress = frame.Progress()
    clock.now = 1.0
    progress.show(0, 100)
    clock.now = 2.0
    progress.show(50, 100)
    clock.now = 3.0
    progress.show(100, 100)
    assert terminal.getvalue().count("\r") == 3
    assert terminal.getvalue().endswith("\n")


def test_numbers_stand_to_the_right_and_a_key_of_digits_to_the_left(capsys: pytest.CaptureFixture[str]) -> None:
    frame.table([("State", "key", "entries"), ("LU", "01785828", "1,204"), ("MT", "92310077", "7")])
    assert capsys.readouterr().out.splitlines() == [
        "State  key       entries",
        "LU     01785828    1,204",
        "MT     92310077        7",
    ]
