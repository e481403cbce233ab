"""Fills a demonstration with tallies of paper of earlier weeks, through the same act as those that organisers enter."""

from __future__ import annotations

from datetime import date, datetime

from civium.errors import Refused
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.office.paper import enter_tally


def load_tallies(initiative: Initiative, raw: bytes, by: Persons, *, now: datetime) -> int:
    """Enter lines of `State,Monday,number` and give how many statements on paper that were.

    Raises Refused `rehearsal-needs-demonstration`, `rehearsal-malformed`, and what `enter_tally` raises.
    """
    if initiative.deployment != DEMONSTRATION:
        raise Refused("rehearsal-needs-demonstration")
    total = 0
    for line in raw.splitlines():
        try:
            code, monday, number = line.decode("ascii").split(",")
            tally = code, date.fromisoformat(monday), int(number)
        except ValueError:
            raise Refused("rehearsal-malformed") from None
        total += enter_tally(initiative, *tally, by, now=now).number
    return total
