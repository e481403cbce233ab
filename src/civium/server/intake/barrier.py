"""A second barrier before proof of work, for a flood that work and limits do not hold back. Off: there is none unless the operator names one.

The rules are:
- it stands before challenges: whoever passed it gets one, and all the rest stays as it is, envelopes, postings and receipts included;
  a collection that asks for no work (0) has no challenges, and so no barrier;
- it must be usable by everybody (WCAG 2.2 AA), come from this installation and no other place, and know nothing of who asks;
- it keeps nothing: what it needs to know of a question comes back with the answer, signed by itself;
- its page parts are its own care: without them nobody can answer, and nobody can sign.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Protocol

from civium.errors import Misconfigured

HEADER = b"civium-barrier"
LONGEST_ANSWER = 1024
_NAME = re.compile(r"[a-z_][a-z0-9_.]{0,99}:[A-Za-z_][A-Za-z0-9_]{0,99}")


class Barrier(Protocol):
    """What stands between a page and a challenge. Methods are quick and block nobody; `now` is seconds since 1970-01-01."""

    def ask(self, collection: bytes, now: int) -> bytes:
        """Give the question as JSON, made anew each time it is asked for."""
        ...

    def check(self, collection: bytes, answer: bytes, now: int) -> None:
        """Let an answer pass, empty if none was sent. Raises Refused `barrier-closed`."""
        ...


def barrier_named(name: str) -> Barrier | None:
    """Make the barrier that a setting names, `module:maker`; None for an empty name. Raises Misconfigured `barrier-missing`."""
    if not name:
        return None
    if not _NAME.fullmatch(name):
        raise Misconfigured("barrier-missing")
    module, _, maker = name.partition(":")
    try:
        made: Barrier = getattr(import_module(module), maker)()
    except (ImportError, AttributeError, TypeError):
        raise Misconfigured("barrier-missing") from None
    return made
