"""How a server process looks for garbage: rarely, and not among what it was started with."""

from __future__ import annotations

import gc

# Requests leave next to no reference cycles; the default of 700 has the collector walk through all that waits, again and again.
_NEW_OBJECTS = 50_000


def settle_memory() -> None:
    """Set aside what is there now as lasting, and look for cycles rarely from here on. Called once, when a process has started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)
