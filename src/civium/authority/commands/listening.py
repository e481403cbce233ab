"""Who hears what an act tells beside its results, and how far it has come: the terminal, unless somebody else listens (the window)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from civium.authority.progress import Bar


@dataclass(frozen=True)
class Listener:
    """Takes the lines of `tell` one by one, and gives the bar of a long act by its verb."""

    heard: Callable[[str], None]
    bar: Callable[[str], Bar]


_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


def listener() -> Listener | None:
    """Give who listens to the acts of this thread, None where it is the terminal."""
    return _LISTENER.get()


@contextmanager
def heard_by(one: Listener) -> Iterator[None]:
    """Let somebody listen to the acts that are done meanwhile, in this thread."""
    before = _LISTENER.set(one)
    try:
        yield
    finally:
        _LISTENER.reset(before)
