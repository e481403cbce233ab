"""Where an initiative stands: its state, from records and dates, and what that state allows (states.py, acts_table.py).

The rules are:
- nobody sets a state; it follows from what was recorded and from the day in Brussels;
- a later fact outweighs an earlier one: destroyed, withdrawn, insufficient, answered, submitted, verification, the period.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from django.db import connection

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.periods import Period, brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.models import Collection, Event, Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons
from civium.server.initiatives.states import Row, State

Phase = Literal["set-up", "waiting", "collecting", "paused", "ended"]
Kind = Event.Kind
_OF_PHASE: Mapping[Phase, State] = {
    "set-up": State.SET_UP,
    "waiting": State.WAITING,
    "collecting": State.LIVE,
    "paused": State.PAUSED,
    "ended": State.ENDED,
}
# The later one is named first.
_OF_EVENT = (
    (Kind.WITHDRAWN, State.WITHDRAWN),
    (Kind.INSUFFICIENT, State.INSUFFICIENT),
    (Kind.ANSWERED, State.ANSWERED),
    (Kind.SUBMITTED, State.SUBMITTED),
)


def phase_of(initiative: Initiative, *, today: date) -> Phase:
    """Say where an initiative's collection stands on a Brussels day."""
    collection = initiative.live_collection()
    if collection is None:
        return "set-up"
    by_date = Period(initiative.opens_on, initiative.closes_on).phase(today)
    if by_date == "ended" or collection.state == Collection.State.ENDED:
        return "ended"
    return "paused" if collection.state == Collection.State.PAUSED else by_date


def collects(initiative: Initiative) -> bool:
    """Say whether statements are collected here; beside the Commission's central system they are not."""
    return deployment(load_procedure(initiative.procedure), initiative.deployment).collects


def state_of(initiative: Initiative, *, today: date) -> State:
    """Say where an initiative stands on a Brussels day."""
    collection = initiative.live_collection()
    if collection is not None and collection.destroyed_on is not None:
        return State.DESTROYED
    happened = set(initiative.events.values_list("kind", flat=True))
    for kind, state in _OF_EVENT:
        if kind in happened:
            return state
    phase: Phase = (
        phase_of(initiative, today=today)
        if collects(initiative)
        else Period(initiative.opens_on, initiative.closes_on).phase(today)
    )
    return _verification_state(initiative, phase) or _OF_PHASE[phase]


def events(initiative: Initiative) -> dict[str, date]:
    """Give the days of what happened, under the names that the law's deadlines know (`submitted_on`, `withdrawn_on` ...)."""
    found = {
        f"{kind.replace('-', '_')}_on": day
        for kind, day in initiative.events.exclude(kind=Kind.INSUFFICIENT).values_list("kind", "happened_on")
    }
    found.pop("answered_on", None)
    certified = initiative.certificates.order_by("-certified_on").values_list("certified_on", flat=True).first()
    return found | ({"last_certified_on": certified} if certified else {})


def last_day(initiative: Initiative) -> date:
    """Give the last day of collection: the planned one, or that on which it was ended at once."""
    return last_day_of(initiative, initiative.live_collection())


def last_day_of(initiative: Initiative, collection: Collection | None) -> date:
    """As `last_day`, for whoever has read the collection already."""
    closes_on: date = initiative.closes_on
    ended_on: date | None = collection.ended_on if collection is not None else None
    return min(ended_on, closes_on) if ended_on else closes_on


def law_events(initiative: Initiative) -> dict[str, date]:
    """Give all days from which the law counts: registration, first and last day, and what happened since."""
    return {
        "registered_on": initiative.registered_on,
        "opens_on": initiative.opens_on,
        "closes_on": last_day(initiative),
        **events(initiative),
    }


def event_on(initiative: Initiative, kind: Event.Kind) -> date | None:
    """Give the day on which something happened, None if it did not."""
    found: date | None = initiative.events.filter(kind=kind).values_list("happened_on", flat=True).first()
    return found


def refusal_code(initiative: Initiative, row: Row, state: State) -> str | None:
    """Give the code with which an act is refused in a state, None where the state allows it."""
    is_demonstration = initiative.deployment == DEMONSTRATION
    if row.needs_collection and not collects(initiative) and state is not State.DESTROYED:
        return "nothing-is-collected"
    return row.code(state, is_demonstration=is_demonstration)


def check_allowed(initiative: Initiative, act: str, *, today: date) -> State:
    """Raise Refused with the rule that stands in the way unless the state allows an act; give the state."""
    state = state_of(initiative, today=today)
    code = refusal_code(initiative, ROWS[act], state)
    if code == "live-unchangeable":
        raise Refused("live-unchangeable", what="title")
    if code is not None:
        raise Refused(code)
    return state


def check_number_of_persons(initiative: Initiative, act: str, by: Persons) -> None:
    """Raise Refused `second-person-missing` where the act's row asks for two and one came; a demonstration needs one."""
    if needs_two(initiative, act):
        check_two_persons(initiative.deployment, by)


def needs_two(initiative: Initiative, act: str) -> bool:
    """Say whether an act needs two persons now."""
    persons = ROWS[act].persons
    is_live = initiative.live_collection() is not None
    return initiative.deployment != DEMONSTRATION and (persons == "two" or (persons == "two-once-live" and is_live))


def keep_event(initiative: Initiative, kind: Event.Kind, on: date, *, now: datetime, reference: str = "") -> None:
    """Keep what happened, inside the transaction of its act."""
    assert connection.in_atomic_block, "an event belongs to the transaction of its act"
    Event.objects.create(initiative=initiative, kind=kind, happened_on=on, reference=reference, recorded_on=brussels_date(now))


def check_day(on: date, *, today: date, not_before: date, what: str) -> None:
    """Check a day somebody typed. Raises Refused `day-in-the-future`, `day-too-early` with the first that is possible."""
    if on > today:
        raise Refused("day-in-the-future", what=what)
    if on < not_before:
        raise Refused("day-too-early", what=what, earliest=not_before.isoformat())


def check_line(text: str, longest: int, what: str) -> str:
    """Give a line somebody typed. Raises Refused `line-malformed` where it is empty, unreadable or too long."""
    line = " ".join(text.split())
    if not line or len(line) > longest or not line.isprintable():
        raise Refused("line-malformed", what=what, longest=longest)
    return line


def _verification_state(initiative: Initiative, phase: Phase) -> State | None:
    """Where authorities are involved: the state that follows from what they have, confirmed and certified."""
    if phase != "ended":
        return None
    given = set(initiative.hand_overs.values_list("jurisdiction", flat=True))
    if not given:
        return None
    certified = set(initiative.certificates.values_list("jurisdiction", flat=True))
    if given <= certified:
        return State.CERTIFIED
    is_confirmed = initiative.hand_overs.filter(received_on__isnull=False).exists()
    return State.IN_VERIFICATION if certified or is_confirmed else State.HANDED_OVER
