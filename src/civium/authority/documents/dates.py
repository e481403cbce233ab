"""The authority's duties with their last days, as the law's data give them: lines, and a calendar file with reminders.

The rules are:
- no date and no period is written here: `civium.law.periods.deadlines` gives them from the procedure's data;
- the calendar file (iCalendar, RFC 5545) names the initiative's number, the duty and its article; no person, no count;
- an event is called the same in every file made of the same duty, so that a newer file replaces an older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from civium.law.periods import deadlines
from civium.law.rules import Procedure

_AUTHORITY = "authority"
RECEIVED, CERTIFIED = "received_by_authority_on", "certified_on"
LARGEST_LINE_OCTETS = 75
# A month is time to work, a week time to write, a day time to send.
_ALARMS = ("-P28D", "-P7D", "-P1D")


@dataclass(frozen=True)
class Duty:
    """One duty of the authority: its last day, and the working day after it where the law lets the period go on until then."""

    id: str
    title: str
    article: str
    on: date
    latest_on: date

    def line(self, today: date) -> str:
        """Give the duty as a line."""
        left = (self.latest_on - today).days
        when = "today" if not left else f"in {left:,} days" if left > 0 else f"{-left:,} days ago"
        return f"{told_day(self)}  {self.title} ({self.article}), {when}"


def told_day(duty: Duty) -> str:
    """Give a duty's last day; where it falls on no working day, until when the period runs (Regulation 1182/71, Art. 3(4))."""
    if duty.latest_on == duty.on:
        return duty.on.isoformat()
    return f"{duty.latest_on.isoformat()} ({duty.on.isoformat()} is no working day)"


def duties_of(procedure: Procedure, events: Mapping[str, date]) -> tuple[Duty, ...]:
    """Give the authority's duties that follow from what has happened, in order of date. `events`: names as in `law.periods.EVENTS`."""
    titles = {rule.id: rule.titles for rule in procedure.deadlines}
    return tuple(
        Duty(found.id, titles[found.id].get(procedure.reference_language, found.id), found.article, found.on, found.latest_on)
        for found in deadlines(procedure, events)
        if found.by == _AUTHORITY
    )


def calendar_of(duties: Iterable[Duty], *, registration: str, jurisdiction: str, now: datetime) -> bytes:
    """Give the calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Civium//Authority//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for duty in duties:
        lines += _event(duty, registration, jurisdiction, now)
    return b"".join(map(_folded, [*lines, "END:VCALENDAR"]))


def _event(duty: Duty, registration: str, jurisdiction: str, now: datetime) -> Iterator[str]:
    name = sha256(f"{registration}\n{jurisdiction}\n{duty.id}".encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@civium-authority"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{duty.latest_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{duty.latest_on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(f'{duty.title} ({registration}, {jurisdiction})')}"
    yield f"DESCRIPTION:{_escaped(f'{duty.article}. Last day: {told_day(duty)}.')}"
    yield "TRANSP:TRANSPARENT"
    for before in _ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(duty.title)}", f"TRIGGER:{before}", "END:VALARM")
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """Give text as a value (section 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Give a line of content in parts of at most 75 octets, no character broken (section 3.1)."""
    parts: list[bytes] = []
    current = b""
    for sign in line:
        octets = sign.encode()
        if len(current) + len(octets) > LARGEST_LINE_OCTETS:
            parts.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*parts, current]) + b"\r\n"


def duty_rows(duties: Sequence[Duty]) -> tuple[tuple[str, str], ...]:
    """Give the duties as rows of a table."""
    return tuple((f"{duty.title} ({duty.article})", told_day(duty)) for duty in duties)
