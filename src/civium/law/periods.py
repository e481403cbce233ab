"""Days: the civil date in Brussels, the collection period and its phases, the duties with their dates.

The rules are:
- One calendar decides period, date of signing and age: Brussels (the act names no hour: a decision of this project, LAW-51).
- Summer time follows Directive 2000/84/EC and is computed here, so that an officer's machine needs no time zone tables.
- Periods of months end on the same date of the last month, or on its last day (Regulation 1182/71, Art. 3(2)(c)).
- Only a period that runs forward and whose row says so is extended to a working day (Art. 3(4)); never a date of destruction.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.law.rules import DeadlineRule, Deployment, Offset, Procedure

Phase = Literal["waiting", "collecting", "ended"]
EVENTS: Final = (
    "registered_on",
    "opens_on",
    "ends_early_on",
    "closes_on",
    "withdrawn_on",
    "received_by_authority_on",
    "certified_on",
    "last_certified_on",
    "submitted_on",
    "published_on",
    "action_announced_on",
    "proceedings_ended_on",
)
_SATURDAY: Final = 5
_NO_DAYS: Final[frozenset[date]] = frozenset()


@dataclass(frozen=True)
class Period:
    """A collection period: whole days in Brussels, the first and the last included."""

    opens_on: date
    closes_on: date

    def __post_init__(self) -> None:
        if self.closes_on < self.opens_on:
            raise Refused("period-ends-before-it-starts")

    def phase(self, today: date) -> Phase:
        """Say whether collection waits, runs or has ended on a Brussels day."""
        if today < self.opens_on:
            return "waiting"
        return "collecting" if today <= self.closes_on else "ended"

    def is_collecting(self, now: datetime) -> bool:
        """Say whether a statement that has arrived now is inside the period (Art. 8(3))."""
        return self.phase(brussels_date(now)) == "collecting"

    @property
    def starts_at(self) -> datetime:
        """Give the first instant of the period, in UTC."""
        return brussels_midnight(self.opens_on)

    @property
    def ends_at(self) -> datetime:
        """Give the first instant after the period, in UTC."""
        return brussels_midnight(self.closes_on + timedelta(days=1))

    def days_left(self, today: date) -> int:
        """Give the number of days on which one can still sign, today included; 0 after the end."""
        return max(0, (self.closes_on - max(today, self.opens_on)).days + 1)


@dataclass(frozen=True)
class Deadline:
    """One duty and its date; `on` is the calendar date, `latest_on` the date after Regulation 1182/71 where it extends."""

    id: str
    by: str
    article: str
    on: date
    latest_on: date
    is_earliest: bool


def brussels_date(now: datetime) -> date:
    """Give the civil date in Brussels at an instant; `now` must carry its time zone."""
    assert now.tzinfo is not None, "an instant without a time zone has no date"
    utc = now.astimezone(UTC)
    return (utc + timedelta(hours=2 if _summer_from(utc.year) <= utc < _winter_from(utc.year) else 1)).date()


def brussels_midnight(day: date) -> datetime:
    """Give the instant, in UTC, at which this day begins in Brussels."""
    winter_midnight = datetime.combine(day, time(), UTC) - timedelta(hours=1)
    is_summer = _summer_from(day.year) <= winter_midnight < _winter_from(day.year)
    return winter_midnight - timedelta(hours=1 if is_summer else 0)


def add_months(day: date, months: int) -> date:
    """Give the same date so many months later, or the last day of that month if it has no such date."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_working_day(day: date, holidays: Collection[date] = _NO_DAYS) -> bool:
    """Say whether a day is neither Saturday nor Sunday nor one of the Commission's holidays (Regulation 1182/71, Art. 2)."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_day_from(day: date, holidays: Collection[date] = _NO_DAYS) -> date:
    """Give the day itself if it is a working day, otherwise the next one (Regulation 1182/71, Art. 3(4))."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def working_days_before(day: date, count: int, holidays: Collection[date] = _NO_DAYS) -> date:
    """Give the last day that lies at least so many working days before another."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def latest_end(opens_on: date, *, months: int = 12) -> date:
    """Give the last possible day of collection (Art. 8(1): same date twelve months later, as in the register)."""
    return add_months(opens_on, months)


def latest_start(registered_on: date, *, months: int = 6) -> date:
    """Give the last day on which collection may begin (Art. 8(1): six months after registration)."""
    return add_months(registered_on, months)


def check_period(procedure: Procedure, registered_on: date, period: Period) -> None:
    """Raise Refused if collection would begin before registration, too late after it, or last too long (Art. 6(1), 8(1))."""
    if period.opens_on < registered_on:
        raise Refused("period-starts-before-registration")
    if period.opens_on > latest_start(registered_on, months=procedure.starts_within_months):
        raise Refused("period-starts-too-late", months=procedure.starts_within_months)
    if period.closes_on > latest_end(period.opens_on, months=procedure.longest_months):
        raise Refused("period-too-long", months=procedure.longest_months)


def check_individual_collection_is_lawful(registered_on: date, closes_on: date) -> None:
    """Raise Refused if the law no longer lets an own system collect for this initiative (Art. 11(7); LAW-56, LAW-58).

    Only initiatives registered from 1 January 2020 to 31 December 2022 could have one, and the last of their
    collection periods ended on 30 June 2024.
    """
    check_window(load_procedure("eci").deployments["individual"], registered_on, closes_on)


def check_window(allowed: Deployment, registered_on: date, closes_on: date) -> None:
    """Raise Refused if a kind of deployment is only for initiatives registered, or ended, on other days."""
    if allowed.registered_from is not None and registered_on < allowed.registered_from:
        raise Refused("individual-collection-registered-too-early", earliest=allowed.registered_from.isoformat())
    if allowed.registered_to is not None and registered_on > allowed.registered_to:
        raise Refused("individual-collection-registered-too-late", latest=allowed.registered_to.isoformat())
    if allowed.closes_by is not None and closes_on > allowed.closes_by:
        raise Refused("individual-collection-is-over", latest=allowed.closes_by.isoformat())


def deadlines(procedure: Procedure, events: Mapping[str, date], holidays: Collection[date] = _NO_DAYS) -> tuple[Deadline, ...]:
    """Give every duty whose date follows from the known events (names in EVENTS), in order of date.

    Repeated duties (reports, funding) stand once for each of their dates; what a withdrawal makes void (Art. 7) is left out.
    `holidays` are the Commission's public holidays.
    """
    assert events.keys() <= set(EVENTS), "an event that no rule knows"
    withdrawn_on = events.get("withdrawn_on", date.max)
    found = [
        deadline
        for rule in procedure.deadlines
        for deadline in _dated(rule, events, holidays)
        if deadline.on <= withdrawn_on or not rule.ends_with_withdrawal
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.on, deadline.id)))


def _dated(rule: DeadlineRule, events: Mapping[str, date], holidays: Collection[date]) -> Iterator[Deadline]:
    for group in rule.groups:
        days = [_offset_day(offset, events[offset.event], holidays) for offset in group if offset.event in events]
        # A group counts when its first event is known: the others only bound it.
        if group[0].event in events:
            for day in _repeated(rule, min(days), events):
                latest_on = working_day_from(day, holidays) if rule.extends else day
                yield Deadline(rule.id, rule.by, rule.article, day, latest_on, rule.is_earliest)
            return


def _repeated(rule: DeadlineRule, last: date, events: Mapping[str, date]) -> Iterator[date]:
    """Give the dates of a duty: one, or every so many months from its first event until the last day."""
    if rule.every_months is None or rule.counted_from is None:
        yield last
        return
    if rule.counted_from not in events:
        return
    count = 1
    while (day := add_months(events[rule.counted_from], count * rule.every_months)) <= last:
        yield day
        count += 1


def _offset_day(offset: Offset, event: date, holidays: Collection[date]) -> date:
    if offset.working_days_before is not None:
        return working_days_before(event, offset.working_days_before, holidays)
    assert offset.months is not None
    return add_months(event, offset.months)


def _summer_from(year: int) -> datetime:
    return _last_sunday(year, 3)


def _winter_from(year: int) -> datetime:
    return _last_sunday(year, 10)


def _last_sunday(year: int, month: int) -> datetime:
    """Give 01:00 UTC of the month's last Sunday: both months have 31 days (Directive 2000/84/EC, Arts. 2 and 3)."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
