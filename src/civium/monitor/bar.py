"""How far a round has come, for the person who waits: a bar with rate and time left in a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

_WIDTH = 24
_EVERY_SECONDS = 0.2
_BEFORE_A_RATE_SECONDS = 1.0
_NAME = 28


class Bar:
    """Shows the reading of one log after another. `clock` gives seconds that only grow."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream, self._clock = stream, clock
        self._is_shown = stream.isatty()
        self._name, self._began_at, self._began_with = "", 0.0, 0
        self._shown_at = -_EVERY_SECONDS
        self._is_dirty = False

    def show(self, name: str, done: int, total: int) -> None:
        """Hear how far it is; shown unless that was done a moment ago."""
        now = self._clock()
        if name != self._name:
            self._name, self._began_at, self._began_with = name, now, done
        if self._is_shown and now - self._shown_at >= _EVERY_SECONDS:
            self._shown_at, self._is_dirty = now, True
            # "\x1b[K" removes what a longer line left behind.
            self._stream.write(f"\r{self.line(done, total, now)}\x1b[K")
            self._stream.flush()

    def line(self, done: int, total: int, now: float) -> str:
        """Give the line for a state."""
        elapsed = now - self._began_at
        filled = _WIDTH * done // max(total, 1)
        rate = (done - self._began_with) / elapsed if elapsed > _BEFORE_A_RATE_SECONDS else 0.0
        left = f", {rate:,.0f} a second, about {(total - done) / rate:,.0f} s left" if rate else ""
        return f"{self._name[-_NAME:]:<{_NAME}} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done:,} of {total:,}{left}"

    def clear(self) -> None:
        """Take the bar away, so that what is written next begins on an empty line."""
        if self._is_dirty:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_dirty = False
