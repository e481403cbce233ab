"""Who does an act for the organisers: one person, or two where one alone must not decide.

The rules are:
- what is live is changed by two persons (the Commission's specifications, T-8); a pause may be made by one, in an emergency;
- a demonstration counts for nothing and may be changed by one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from civium.errors import Refused

_LONGEST = 80
DEMONSTRATION = "demonstration"


@dataclass(frozen=True)
class Persons:
    """The names, or roles, of those who do an act; the journal keeps them."""

    names: tuple[str, ...]


def persons(*names: str | None) -> Persons:
    """Give the persons named. Raises Refused `person-malformed` for an empty or unreadable name, `person-twice` for the same twice."""
    cleaned = tuple(unicodedata.normalize("NFC", name).strip() for name in names if name is not None)
    if not cleaned or any(not name or len(name) > _LONGEST or not name.isprintable() for name in cleaned):
        raise Refused("person-malformed")
    if len({name.casefold() for name in cleaned}) < len(cleaned):
        raise Refused("person-twice")
    return Persons(cleaned)


def check_two_persons(deployment: str, by: Persons) -> None:
    """Raise Refused `second-person-missing` where two must decide and one did; a demonstration needs one only."""
    if deployment != DEMONSTRATION and len(by.names) < 2:
        raise Refused("second-person-missing")
