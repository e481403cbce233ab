"""What is raised when an act cannot be done: whose fault it is, and what to do about it.

The rules are:
- `code` is stable and documented in docs/errors.md; people are shown a sentence in their language that belongs to it.
- `facts` are integers or members of a closed set (codes of States, names of fields). Never text from outside, never anything personal.
- A verdict on a statement is a value, never an exception.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FACT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:+-]{0,63}")


class CiviumError(Exception):
    """What the three kinds have in common: a stable code, facts from closed sets, an exit code."""

    exit_code = 1

    def __init__(self, code: str, **facts: int | str) -> None:
        assert _CODE.fullmatch(code), code
        for name, fact in facts.items():
            assert isinstance(fact, int) or _FACT.fullmatch(fact), f"fact {name} of {code} is not a member of a closed set"
        self.code = code
        self.facts = facts
        listed = ", ".join(f"{name}={fact}" for name, fact in facts.items())
        super().__init__(f"{code} ({listed})" if listed else code)


class Refused(CiviumError):
    """The sender is at fault; nothing changed. 4xx on the web, exit code 1."""


class Misconfigured(CiviumError):
    """The operator is at fault; raised at start-up only. Exit code 2."""

    exit_code = 2


class Untrusted(CiviumError):
    """Something we or our peers wrote does not match its hash, proof, tag or signature. Alarm; 5xx; exit code 3."""

    exit_code = 3
