"""The duties as a calendar that any programme reads (iCalendar, RFC 5545): whole days, folded lines, nothing personal.

The rules are:
- lines end with CRLF and have at most 75 octets, broken between characters and continued after one space (section 3.1);
- what an event is called by never changes (UID: from initiative, duty and date), so that a newer file replaces an older one;
- an event names the duty, its article and the initiative's number: no person, no address, no count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from civium.server.office.duties import Duty

MEDIA_TYPE = "text/calendar; charset=utf-8"
LARGEST_LINE_OCTETS = 75
# A week before, and a day before: time to write, and time to send.
_ALARMS = ("-P7D", "-P1D")


def as_calendar(duties: Iterable[Duty], *, slug: str, number: str, host: str, now: datetime) -> bytes:
    """Give the calendar file of an initiative's duties."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Civium//Duties//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(f'Duties {number}')}",
    ]
    for duty in duties:
        lines += _event(duty, slug=slug, number=number, host=host, now=now)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """Give text as a value: backslash, semicolon, comma and line breaks written as section 3.3.11 asks."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> bytes:
    """Give a line of content folded: no part is longer than 75 octets, and no character is broken."""
    parts: list[bytes] = []
    current = b""
    for character in line:
        octets = character.encode("utf-8")
        # A continued line begins with a space, which counts.
        if len(current) + len(octets) > LARGEST_LINE_OCTETS:
            parts.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*parts, current]) + b"\r\n"


def _event(duty: Duty, *, slug: str, number: str, host: str, now: datetime) -> Iterator[str]:
    name = sha256(f"{slug}\n{duty.id}\n{duty.counted_on.isoformat()}".encode()).hexdigest()[:32]
    when = "earliest" if duty.is_earliest else "latest"
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@{host.partition(':')[0]}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{_day(duty.due_on)}"
    yield f"DTEND;VALUE=DATE:{_day(duty.due_on + timedelta(days=1))}"
    yield f"SUMMARY:{escaped(f'{duty.title} ({number})')}"
    yield f"DESCRIPTION:{escaped(f'{duty.article}. By: {duty.by}. This is the {when} day.')}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:CONFIDENTIAL"
    if duty.done_on is not None:
        yield f"X-CIVIUM-DONE:{_day(duty.done_on)}"
    elif duty.is_ours and not duty.is_earliest:
        for before in _ALARMS:
            yield "BEGIN:VALARM"
            yield "ACTION:DISPLAY"
            yield f"DESCRIPTION:{escaped(duty.title)}"
            yield f"TRIGGER:{before}"
            yield "END:VALARM"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
