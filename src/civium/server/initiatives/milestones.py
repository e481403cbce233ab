"""What happens after certification, or instead of it: submission, its publication, the answer; insufficient support; withdrawal.

The rules are:
- what happened is recorded with its day and a reference, once; the day decides when statements and addresses are destroyed;
- two persons record what sets a date of destruction;
- a withdrawal ends what is still being collected, at once: if a process is stopped in between, the same act is run again.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from civium.errors import Refused
from civium.law.periods import Deadline, brussels_date, deadlines
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.certifying import tally
from civium.server.initiatives.lifecycle import end_for_ever
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.initiatives.standing import (
    Kind,
    check_allowed,
    check_day,
    check_line,
    check_number_of_persons,
    collects,
    event_on,
    keep_event,
    last_day,
    law_events,
    phase_of,
)

_LONGEST_REFERENCE = 200
# The duty under which a procedure sets the last day of submission.
SUBMISSION = ("submit-to-commission", "submit-to-parliament")


def submit(initiative: Initiative, by: Persons, *, on: date, reference: str, now: datetime) -> None:
    """Record the submission to the Commission (Art. 13, Annex VII).

    Raises Refused what the state refuses, `second-person-missing`, `too-few-certified`, `day-in-the-future`, `day-too-early`,
    `submitted-too-late`, `line-malformed`.
    """
    today = _begin(initiative, "submit", by, now)
    certified = tally(initiative)
    if certified.last_certified_on is None:
        raise Refused("not-certified")
    if not certified.is_enough and initiative.deployment != DEMONSTRATION:
        told = certified.progress
        raise Refused("too-few-certified", valid=told.total, goal=told.goal, over=len(told.over), needed=told.needed)
    check_day(on, today=today, not_before=certified.last_certified_on, what="submitted_on")
    duty = submission_deadline(initiative)
    if duty is not None and on > duty.latest_on:
        raise Refused("submitted-too-late", latest=duty.latest_on.isoformat())
    _record(initiative, "initiative-submitted", Kind.SUBMITTED, by, on=on, reference=reference, now=now)


def submission_deadline(initiative: Initiative) -> Deadline | None:
    """Give the last day of submission to whoever decides on it, None before the first certificate or where no law sets one."""
    found = deadlines(load_procedure(initiative.procedure), law_events(initiative))
    return next((duty for duty in found if duty.id in SUBMISSION), None)


def record_publication(initiative: Initiative, by: Persons, *, on: date, now: datetime) -> None:
    """Record that the Commission published the submission in the register (Art. 14(1)).

    Raises Refused what the state refuses, `already-published`, `day-in-the-future`, `day-too-early`.
    """
    today = _begin(initiative, "record-publication", by, now)
    if event_on(initiative, Kind.PUBLISHED) is not None:
        raise Refused("already-published")
    check_day(on, today=today, not_before=_day(initiative, Kind.SUBMITTED), what="published_on")
    _record(initiative, "submission-published", Kind.PUBLISHED, by, on=on, reference="", now=now)


def record_answer(
    initiative: Initiative, by: Persons, *, on: date, reference: str, action_announced: bool, now: datetime
) -> None:
    """Record the Commission's communication (Art. 15(2)), and whether it announces action: then addresses may be kept longer (Art. 19(8)).

    Raises Refused what the state refuses, `second-person-missing`, `day-in-the-future`, `day-too-early`, `line-malformed`.
    """
    today = _begin(initiative, "record-answer", by, now)
    earliest = event_on(initiative, Kind.PUBLISHED) or _day(initiative, Kind.SUBMITTED)
    check_day(on, today=today, not_before=earliest, what="answered_on")
    with transaction.atomic():
        if action_announced:
            keep_event(initiative, Kind.ACTION_ANNOUNCED, on, now=now)
        _record(initiative, "initiative-answered", Kind.ANSWERED, by, on=on, reference=reference, now=now)


def record_insufficient(initiative: Initiative, by: Persons, *, on: date, now: datetime) -> None:
    """Record that the numbers were not reached: nothing is submitted to the Commission (Art. 3(1), 12(2)).

    Raises Refused what the state refuses, `second-person-missing`, `enough-certified`, `day-in-the-future`, `day-too-early`.
    """
    today = _begin(initiative, "record-insufficient", by, now)
    if tally(initiative).is_enough:
        raise Refused("enough-certified")
    check_day(on, today=today, not_before=last_day(initiative), what="insufficient_on")
    _record(initiative, "support-insufficient", Kind.INSUFFICIENT, by, on=on, reference="", now=now)


def withdraw(initiative: Initiative, premises: Premises, by: Persons, *, on: date, now: datetime) -> None:
    """Withdraw the initiative (Art. 7); what is being collected ends at once and for ever.

    Raises Refused what the state refuses, `second-person-missing`, `day-in-the-future`, `day-too-early`.
    """
    today = _begin(initiative, "withdraw", by, now)
    check_day(on, today=today, not_before=initiative.registered_on, what="withdrawn_on")
    is_begun = collects(initiative) and initiative.live_collection() is not None
    if is_begun and phase_of(initiative, today=today) != "ended":
        end_for_ever(initiative, premises, by, now=now)
    _record(initiative, "initiative-withdrawn", Kind.WITHDRAWN, by, on=on, reference="", now=now)


def _begin(initiative: Initiative, act: str, by: Persons, now: datetime) -> date:
    today = brussels_date(now)
    check_allowed(initiative, act, today=today)
    check_number_of_persons(initiative, act, by)
    return today


def _record(initiative: Initiative, act: str, kind: Kind, by: Persons, *, on: date, reference: str, now: datetime) -> None:
    line = check_line(reference, _LONGEST_REFERENCE, "reference") if reference else ""
    with transaction.atomic():
        keep_event(initiative, kind, on, now=now, reference=line)
        journal.record(act, initiative, by, {"on": on.isoformat()}, now=now)
        pages_changed(initiative)


def _day(initiative: Initiative, kind: Kind) -> date:
    found = event_on(initiative, kind)
    assert found is not None, "the state says that it happened"
    return found
