"""The authority's last days come from the law's data; the calendar file is one that programmes read."""

from __future__ import annotations

from datetime import UTC, date, datetime

from civium.authority.documents.dates import CERTIFIED, RECEIVED, Duty, calendar_of, duties_of, duty_rows, told_day
from civium.law.periods import add_months
from civium.law.procedure import load_procedure

PROCEDURE = load_procedure()
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_three_months_from_receipt_and_from_the_certificate() -> None:
    received, certified = date(2026, 9, 14), date(2026, 11, 30)
    first, second = duties_of(PROCEDURE, {RECEIVED: received, CERTIFIED: certified})
    assert (first.id, first.article, first.on) == ("authority-verifies", "Art. 12(4)", add_months(received, 3))
    assert (second.id, second.article, second.on) == ("destroy-statements-authority", "Art. 19(6)", date(2027, 2, 28))
    assert duties_of(PROCEDURE, {}) == ()


def test_a_period_ends_on_a_working_day_a_destruction_never_waits_for_one() -> None:
    (verifies,) = duties_of(PROCEDURE, {RECEIVED: date(2026, 9, 12)})
    assert told_day(verifies) == "2026-12-14 (2026-12-12 is no working day)"
    (destroys,) = duties_of(PROCEDURE, {CERTIFIED: date(2026, 9, 12)})
    assert told_day(destroys) == "2026-12-12"
    assert duty_rows([destroys]) == (("The authority destroys its statements (Art. 19(6))", "2026-12-12"),)


def test_a_line_counts_the_days() -> None:
    duty = Duty("x", "Title", "Art. 1", date(2026, 12, 1), date(2026, 12, 1))
    lines = [duty.line(date(2026, day[0], day[1])) for day in ((11, 30), (12, 1), (12, 3))]
    assert [line.rpartition(", ")[2] for line in lines] == ["in 1 days", "today", "2 days ago"]


def test_a_calendar_file_has_whole_days_reminders_and_short_lines() -> None:
    duties = duties_of(PROCEDURE, {RECEIVED: date(2026, 9, 12), CERTIFIED: date(2026, 11, 30)})
    raw = calendar_of(duties, registration="ECI(2026)000004", jurisdiction="ES", now=NOW)
    lines = raw.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20261214" in lines
    assert "DTEND;VALUE=DATE:20261215" in lines
    assert "TRIGGER:-P28D" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    again = calendar_of(duties, registration="ECI(2026)000004", jurisdiction="ES", now=NOW)
    other = calendar_of(duties, registration="ECI(2026)000004", jurisdiction="PT", now=NOW)
    assert again == raw
    assert not {line for line in lines if line.startswith("UID")} & set(other.decode().split("\r\n"))


def test_text_is_escaped_and_folded_between_signs() -> None:
    duty = Duty("x", "Prüfung; alles, und\n\\ " + "ü" * 80, "Art. 1", date(2026, 12, 1), date(2026, 12, 1))
    raw = calendar_of([duty], registration="R", jurisdiction="DE", now=NOW)
    whole = raw.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Prüfung\\; alles\\, und\\n\\\\ " + "ü" * 80 + " (R\\, DE)\r\n" in whole
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
