"""The calendar is one that other programmes read: lines of at most 75 octets, characters whole, values as they were, nothing personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from civium.server.office import calendar
from civium.server.office.duties import duties_of, mark_done
from tests.server.initiatives.place import NOW, ONE, TODAY

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative


def _unfolded(raw: bytes) -> list[str]:
    """Read a file as RFC 5545 says, 3.1: a line break before a space is none."""
    assert raw.endswith(b"\r\n")
    return raw.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def _value(text: str) -> str:
    """Read a value back: 3.3.11."""
    found, waits = "", False
    for sign in text:
        if waits:
            found, waits = found + {"n": "\n", "N": "\n"}.get(sign, sign), False
        elif sign == "\\":
            waits = True
        else:
            found += sign
    return found


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=400))
def test_a_folded_line_is_the_same_line(line: str) -> None:
    raw = calendar.folded(line)
    assert all(len(part) <= calendar.LARGEST_LINE_OCTETS for part in raw[:-2].split(b"\r\n"))
    for part in raw[:-2].split(b"\r\n"):
        part.decode("utf-8")
    assert _unfolded(raw) == [line]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
def test_a_value_is_read_back_as_it_was(text: str) -> None:
    written = calendar.escaped(text)
    assert "\n" not in written
    assert _value(written) == text


def _events(raw: bytes) -> list[dict[str, str]]:
    events: list[dict[str, str]] = []
    depth = 0
    for line in _unfolded(raw):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            depth += 1
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            depth -= 1
        elif depth == 2:
            events[-1][name] = _value(value)
    assert depth == 0
    return events


def _made(initiative: Initiative) -> bytes:
    duties = duties_of(initiative, today=TODAY)
    return calendar.as_calendar(duties, slug="night-trains", number="ECI(2026)000007", host="collect.example:8000", now=NOW)


def test_every_duty_is_an_event_on_its_last_day(initiative: Initiative) -> None:
    events = _events(_made(initiative))
    duties = duties_of(initiative, today=TODAY)
    assert len(events) == len(duties)
    assert len({event["UID"] for event in events}) == len(events)
    first = next(event for event in events if event["SUMMARY"].startswith("Report the final numbers"))
    assert first["DTSTART;VALUE=DATE"] == "20270713"
    assert first["DTEND;VALUE=DATE"] == "20270714"
    assert first["DTSTAMP"] == "20261121T120000Z"
    assert "Art. 9(7)" in first["DESCRIPTION"]
    assert all(event["UID"].endswith("@collect.example") for event in events)


def test_a_newer_file_has_the_same_names_and_says_what_was_done(initiative: Initiative) -> None:
    before = _events(_made(initiative))
    report = next(duty for duty in duties_of(initiative, today=TODAY) if duty.id == "report-numbers")
    mark_done(initiative, report.id, report.counted_on, TODAY, "", ONE, now=NOW)
    after = _events(_made(initiative))
    assert [event["UID"] for event in before] == [event["UID"] for event in after]
    assert [event["X-CIVIUM-DONE"] for event in after if "X-CIVIUM-DONE" in event] == ["20261121", "20260414"]


def test_nobody_is_named_in_it(initiative: Initiative) -> None:
    said = _made(initiative).decode("utf-8")
    for person in initiative.organisers:
        assert person["name"] not in said
    assert initiative.contact_email not in said
    assert "BEGIN:VALARM" in said
