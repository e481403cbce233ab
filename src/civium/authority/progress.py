"""How far a long act has come, for the person who waits: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

BAR_WIDTH = 24
BAR_EVERY_SECONDS = 0.2
LINE_EVERY_SECONDS = 10.0


class Bar:
    """Shows rows done, rate and time left on a stream. `clock` gives seconds that only grow; counting begins with the first report."""

    def __init__(self, verb: str, *, stream: TextIO, clock: Callable[[], float]) -> None:
        self._verb, self._stream, self._clock = verb, stream, clock
        self._is_terminal = stream.isatty()
        self._total, self._done = 0, 0
        self._began_with, self._began_at, self._shown_at = -1, 0.0, 0.0

    def show(self, done: int, total: int) -> None:
        """Hear how far it is, and show it unless that was done a moment ago."""
        now = self._clock()
        if self._began_with < 0:
            self._began_with, self._began_at, self._shown_at = done, now, now
        self._done, self._total = done, total
        if now - self._shown_at >= (BAR_EVERY_SECONDS if self._is_terminal else LINE_EVERY_SECONDS):
            self._shown_at = now
            self._write(self._line(now - self._began_at), ends=False)

    def finish(self) -> None:
        """Show the end and how long it took."""
        seconds = self._clock() - self._began_at
        rate = f", {(self._done - self._began_with) / seconds:,.0f} a second" if seconds else ""
        self._write(f"{self._verb} {self._done:,} of {self._total:,} in {duration(seconds)}{rate}", ends=True)

    def stop(self) -> None:
        """Leave the bar where it stands, so that what is written next begins on a line of its own."""
        if self._is_terminal:
            self._stream.write("\n")

    def _line(self, seconds: float) -> str:
        rate = (self._done - self._began_with) / seconds
        left = f"about {duration((self._total - self._done) / rate)} left" if rate else "no rate yet"
        share = self._done / self._total if self._total else 1.0
        filled = int(share * BAR_WIDTH)
        bar = f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] " if self._is_terminal else ""
        return f"{self._verb} {bar}{self._done:,} of {self._total:,} ({share:.0%}), {rate:,.0f} a second, {left}"

    def _write(self, line: str, *, ends: bool) -> None:
        if self._is_terminal:
            # "\x1b[K" removes what a longer line left behind.
            self._stream.write(f"\r{line}\x1b[K" + ("\n" if ends else ""))
        else:
            self._stream.write(line + "\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """Give a duration as a person says it: `45 s`, `3 min 20 s`, `1 h 5 min`."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
