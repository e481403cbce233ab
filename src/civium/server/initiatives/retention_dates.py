"""From when statements may be destroyed, and by when they must be (Art. 19(5) to 19(7)).

The rules are:
- one month after submission or withdrawal, and never later than 21 months after the start: the earliest of them, from the procedure's data;
- a date of destruction is never extended to a working day (Regulation 1182/71 lengthens what may be done, not what must not be kept);
- proceedings lengthen it to one month after their final decision, and a hold stops it as long as it is in force;
- what names the day by which they must be gone asks here (`destruction_due_on`), and nowhere else;
- earlier than that they may go once nothing needs them: from submission, withdrawal or insufficient support on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from civium.law.periods import add_months, deadlines
from civium.law.procedure import load_procedure
from civium.server.initiatives.models import Initiative, LegalHold
from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.initiatives.retention import due_on
from civium.server.initiatives.standing import Kind, event_on, law_events

DUTY, _AFTER_PROCEEDINGS = "destroy-statements", "destroy-after-proceedings"
_OTHERWISE = "Art. 19(7)"


@dataclass(frozen=True)
class RetentionDates:
    """When statements may and must be destroyed. `latest_on` is None where no law sets a day; `article` says which rule set it."""

    earliest_on: date | None
    latest_on: date | None
    article: str
    is_held: bool

    @property
    def due_on(self) -> date | None:
        """Give the day by which statements must be gone; None while a hold is in force, or where no law sets a day."""
        return None if self.is_held else self.latest_on

    def must_be_destroyed(self, today: date) -> bool:
        """Say whether statements must go on a day, whoever wants it."""
        return not self.is_held and self.latest_on is not None and today >= self.latest_on


def retention_dates(initiative: Initiative) -> RetentionDates:
    """Give the dates as they follow from what was recorded until now."""
    held = open_hold(initiative) is not None
    if initiative.deployment == DEMONSTRATION:
        collection = initiative.live_collection()
        return RetentionDates(collection.opened_on if collection else None, due_on(initiative), "", held)
    known = [event_on(initiative, kind) for kind in (Kind.WITHDRAWN, Kind.SUBMITTED, Kind.INSUFFICIENT)]
    latest_on, article = _latest(initiative)
    earliest_on = min((day for day in known if day is not None), default=None)
    if earliest_on is None and latest_on is not None and initiative.live_collection() is not None:
        # Nothing was recorded: what must go on a day may go on it.
        earliest_on = latest_on
    return RetentionDates(earliest_on, latest_on, article, held)


def destruction_due_on(initiative: Initiative) -> date | None:
    """Give the one day that alerts, duties, calendar and console name: as `due_on`, and None once everything is destroyed."""
    collection = initiative.live_collection()
    if collection is not None and collection.destroyed_on is not None:
        return None
    return retention_dates(initiative).due_on


def open_hold(initiative: Initiative) -> LegalHold | None:
    """Give the legal hold in force, None if there is none."""
    return initiative.holds.filter(lifted_on=None).first()


def _latest(initiative: Initiative) -> tuple[date | None, str]:
    procedure = load_procedure(initiative.procedure)
    found = next((duty for duty in deadlines(procedure, law_events(initiative)) if duty.id == DUTY), None)
    latest, article = (found.on, found.article) if found is not None else (None, "")
    for ended_on in initiative.holds.exclude(lifted_on=None).values_list("proceedings_ended_on", flat=True):
        if ended_on is None:
            continue
        after = next(
            (duty for duty in deadlines(procedure, {"proceedings_ended_on": ended_on}) if duty.id == _AFTER_PROCEEDINGS), None
        )
        day = after.on if after is not None else add_months(ended_on, 1)
        if latest is None or day > latest:
            latest, article = day, after.article if after is not None else _OTHERWISE
    return latest, article
