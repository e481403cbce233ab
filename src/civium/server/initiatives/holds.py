"""Legal holds: proceedings that relate to the initiative keep its statements beyond the usual dates (Art. 19(7)).

The rules are:
- two persons place a hold and say which proceedings need it, why, and who decides when they are over;
- two persons lift it, with the day of the final decision: one month later at the latest everything is destroyed;
- a hold stops destruction of the whole, and of what was "made for a test"; one statement is still destroyed for its signatory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative, LegalHold
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.retention_dates import open_hold
from civium.server.initiatives.standing import check_allowed, check_day, check_line, check_number_of_persons

LONGEST_PROCEEDINGS = LONGEST_DECIDER = 200
LONGEST_REASON = 500


@dataclass(frozen=True)
class Proceedings:
    """What a hold is for: the proceedings, why statements are needed in them, and who decides that they are over."""

    name: str
    reason: str
    ends_by: str


def place_hold(initiative: Initiative, proceedings: Proceedings, by: Persons, *, now: datetime) -> LegalHold:
    """Keep everything until the hold is lifted. Raises Refused what the state refuses, `second-person-missing`, `hold-in-force`, `line-malformed`."""
    today = brussels_date(now)
    check_allowed(initiative, "place-hold", today=today)
    check_number_of_persons(initiative, "place-hold", by)
    check_not_held(initiative)
    lines = {
        "proceedings": check_line(proceedings.name, LONGEST_PROCEEDINGS, "proceedings"),
        "reason": check_line(proceedings.reason, LONGEST_REASON, "reason"),
        "ends_by": check_line(proceedings.ends_by, LONGEST_DECIDER, "ends_by"),
    }
    with transaction.atomic():
        hold = LegalHold.objects.create(initiative=initiative, placed_on=today, **lines)
        # What was typed may name persons: the journal says only which hold it was.
        journal.record("hold-placed", initiative, by, {"hold": hold.pk}, now=now)
    return hold


def lift_hold(initiative: Initiative, by: Persons, *, ended_on: date, now: datetime) -> LegalHold:
    """Lift the hold, with the day on which the proceedings ended by a final decision.

    Raises Refused what the state refuses, `second-person-missing`, `no-hold`, `day-in-the-future`, `day-too-early`.
    """
    today = brussels_date(now)
    check_allowed(initiative, "lift-hold", today=today)
    check_number_of_persons(initiative, "lift-hold", by)
    hold = open_hold(initiative)
    if hold is None:
        raise Refused("no-hold")
    check_day(ended_on, today=today, not_before=min(initiative.registered_on, hold.placed_on), what="proceedings_ended_on")
    with transaction.atomic():
        hold.lifted_on, hold.proceedings_ended_on = today, ended_on
        hold.save(update_fields=["lifted_on", "proceedings_ended_on"])
        facts = {"hold": hold.pk, "proceedings_ended_on": ended_on.isoformat()}
        journal.record("hold-lifted", initiative, by, facts, now=now)
    return hold


def check_not_held(initiative: Initiative) -> None:
    """Raise Refused `hold-in-force` while a hold keeps everything."""
    if open_hold(initiative) is not None:
        raise Refused("hold-in-force")
