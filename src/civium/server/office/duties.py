"""What the law asks and by when: every duty with its date, computed from the procedure's deadlines and the initiative's own days, and what was done.

The rules are:
- dates follow from the law's data and from what happened; nobody types a due date;
- the day on which statements must be gone is that of retention_dates.py, with proceedings; while a hold is in force there is none;
- what the system itself knows (the Commission was told, the initiative was submitted, statements were destroyed) counts as done, with its day;
- what it cannot know, somebody marks as done, with the day; a mark that was a mistake is taken back by another mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction

from civium.errors import Refused
from civium.law.letters import letters
from civium.law.periods import Deadline, brussels_date, deadlines
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.retention_dates import DUTY, retention_dates
from civium.server.initiatives.standing import collects, law_events
from civium.server.office.lines import checked_line
from civium.server.office.models import LONGEST_NOTE, DutyMark

Standing = Literal["done", "overdue", "soon", "later"]
OURS = "organisers"
# So long before its last day a duty begins to press: a letter needs a signature, and a signature a meeting.
SOON_DAYS = 21
Key = tuple[str, date]


@dataclass(frozen=True)
class Duty:
    """One duty with its last day, who has it, and whether it was done."""

    id: str
    title: str
    by: str
    article: str
    due_on: date
    counted_on: date
    is_earliest: bool
    done_on: date | None
    is_known: bool  # done as the system itself knows, not as somebody marked
    note: str
    letters: tuple[str, ...]
    standing: Standing

    @property
    def is_ours(self) -> bool:
        """Say whether the organisers have it."""
        return self.by == OURS


def duties_of(initiative: Initiative, *, today: date) -> tuple[Duty, ...]:
    """Give every duty whose date follows from what is known, in order of date."""
    titles = {rule.id: rule.titles.get("en", rule.id) for rule in load_procedure(initiative.procedure).deadlines}
    writes: dict[str, list[str]] = {}
    for letter in letters(initiative.procedure):
        writes.setdefault(letter.duty or "", []).append(letter.id)
    marks, known = _marks(initiative), _known(initiative, today=today)
    found = []
    for deadline in _deadlines(initiative):
        mark = marks.get((deadline.id, deadline.on))
        is_known = deadline.id in known
        done_on = known.get(deadline.id) or (mark.done_on if mark else None)
        found.append(
            Duty(
                id=deadline.id,
                title=titles[deadline.id],
                by=deadline.by,
                article=deadline.article,
                due_on=deadline.latest_on,
                counted_on=deadline.on,
                is_earliest=deadline.is_earliest,
                done_on=done_on,
                is_known=is_known,
                note=mark.note if mark and done_on else "",
                letters=tuple(writes.get(deadline.id, ())),
                standing=_standing(deadline, done_on, today),
            )
        )
    return tuple(found)


def _deadlines(initiative: Initiative) -> list[Deadline]:
    """Give the law's dates, with that of destruction as it holds for this initiative now."""
    found = []
    for deadline in deadlines(load_procedure(initiative.procedure), law_events(initiative)):
        if deadline.id != DUTY or _is_destroyed(initiative):
            found.append(deadline)
            continue
        dates = retention_dates(initiative)
        if dates.due_on is not None:
            found.append(replace(deadline, on=dates.due_on, latest_on=dates.due_on, article=dates.article or deadline.article))
    return sorted(found, key=lambda one: (one.on, one.id))


def _is_destroyed(initiative: Initiative) -> bool:
    collection = initiative.live_collection()
    return collection is not None and collection.destroyed_on is not None


def mark_done(initiative: Initiative, duty: str, due_on: date, done_on: date, note: str, by: Persons, *, now: datetime) -> None:
    """Note that a duty was done on a day. Raises Refused `duty-unknown`, `duty-known`, `duty-day-ahead`, `typed-unreadable`, `typed-too-long`."""
    _find(initiative, duty, due_on, now)
    if done_on > brussels_date(now):
        raise Refused("duty-day-ahead")
    _mark(initiative, duty, due_on, done_on, checked_line(note, LONGEST_NOTE), by, now)


def mark_not_done(initiative: Initiative, duty: str, due_on: date, by: Persons, *, now: datetime) -> None:
    """Take back that a duty was done. Raises Refused `duty-unknown`, `duty-known`."""
    if _find(initiative, duty, due_on, now).done_on is not None:
        _mark(initiative, duty, due_on, None, "", by, now)


def _find(initiative: Initiative, duty: str, due_on: date, now: datetime) -> Duty:
    """Give a duty by its name and calendar date. Raises Refused `duty-unknown`; `duty-known` where the system itself knows."""
    for found in duties_of(initiative, today=brussels_date(now)):
        if (found.id, found.counted_on) == (duty, due_on):
            if found.is_known:
                raise Refused("duty-known")
            return found
    raise Refused("duty-unknown")


def _mark(initiative: Initiative, duty: str, due_on: date, done_on: date | None, note: str, by: Persons, now: datetime) -> None:
    with transaction.atomic():
        DutyMark.objects.create(
            initiative=initiative, duty=duty, due_on=due_on, done_on=done_on, note=note, by=", ".join(by.names), marked_at=now
        )
        facts = {"duty": duty, "due_on": due_on.isoformat(), "done_on": done_on.isoformat() if done_on else ""}
        journal.record("duty-marked", initiative, by, facts, now=now)


def _marks(initiative: Initiative) -> Mapping[Key, DutyMark]:
    """Give the newest mark of each duty and date."""
    return {(mark.duty, mark.due_on): mark for mark in DutyMark.objects.filter(initiative=initiative).order_by("pk")}


def _known(initiative: Initiative, *, today: date) -> dict[str, date]:
    """Give what the system itself knows to be done."""
    happened = law_events(initiative)
    collection = initiative.live_collection()
    # Where the Commission's central system collects, nothing opens or closes here: the dates alone say it.
    is_collected = collection is not None or not collects(initiative)
    begun = initiative.opens_on if is_collected and initiative.opens_on <= today else None
    ended = happened["closes_on"] if is_collected and happened["closes_on"] < today else None
    days = {
        "start": begun,
        "end": ended,
        "notice-of-start": initiative.start_told_on,
        "notice-of-channels": initiative.channels_told_on,
        "submit-to-commission": happened.get("submitted_on"),
        "submit-to-parliament": happened.get("submitted_on"),
        "destroy-statements": collection.destroyed_on if collection is not None else None,
    }
    return {name: day for name, day in days.items() if day is not None}


def _standing(deadline: Deadline, done_on: date | None, today: date) -> Standing:
    if done_on is not None:
        return "done"
    if deadline.is_earliest:
        return "later"
    if deadline.latest_on < today:
        return "overdue"
    return "soon" if deadline.latest_on - today <= timedelta(days=SOON_DAYS) else "later"
