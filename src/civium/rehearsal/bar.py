"""A progress bar with rate and time left on stderr; plain lines, one in ten per cent, where stderr is no terminal."""

from __future__ import annotations

import sys
import time

_WIDTH = 28
_EVERY_SECONDS = 0.1
_BEFORE_A_RATE_SECONDS = 1.0


class Bar:
    """Shows how far a piece of work with a known end has come."""

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        self._total = max(total, 1)
        self._started = time.monotonic()
        self._shown_at = 0.0
        self._shown_tenth = -1
        self._is_terminal = sys.stderr.isatty()

    def show(self, done: int) -> None:
        """Show the state, not more often than eyes can follow."""
        now = time.monotonic()
        if self._is_terminal:
            if now - self._shown_at >= _EVERY_SECONDS or done >= self._total:
                self._shown_at = now
                sys.stderr.write("\r\x1b[K" + self._line(done, now))
                sys.stderr.flush()
        elif done * 10 // self._total > self._shown_tenth:
            self._shown_tenth = done * 10 // self._total
            sys.stderr.write(self._line(done, now) + "\n")

    def end(self) -> None:
        """Leave the last state standing."""
        if self._is_terminal:
            sys.stderr.write("\n")

    def _line(self, done: int, now: float) -> str:
        elapsed = max(now - self._started, 1e-6)
        rate = done / elapsed
        left = (self._total - done) / rate if rate else 0
        full = _WIDTH * done // self._total
        bar = "█" * full + "░" * (_WIDTH - full)
        # In the first seconds a rate says nothing about the rest.
        told = f"  {rate:,.0f}/s  {left:.0f} s left" if elapsed >= _BEFORE_A_RATE_SECONDS else ""
        return f"     {self._name:<10}{bar} {done:>7,} of {self._total:,}{told}"
