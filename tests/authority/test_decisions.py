"""The decision journal only grows; a changed, cut or foreign one is noticed; what cannot be decided is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest

from civium.authority import decisions
from civium.authority.decisions import (
    Decision,
    Entry,
    append_decisions,
    append_entries,
    check_decisions,
    parse_list,
    read_journal,
    waiting_for,
)
from civium.authority.grounds import BITS
from civium.authority.policy import Policy, judge_of
from civium.authority.verification import VerdictRow, read_verdicts
from civium.errors import Refused, Untrusted
from tests.authority.build import Log, authority_key, dni, spanish, statement
from tests.authority.case import verified

ON = date(2026, 11, 21)
KEY = b"k" * 32
ONE, TWO = "01234567-89ab-8def-8123-456789abcdef", "11234567-89ab-8def-8123-456789abcdef"
DECIDES = judge_of(Policy("ES")).decides


def _append(path: Path, *decisions: Decision, verdicts: str = "v") -> None:
    append_decisions(path, verdicts, decisions, key=KEY, by="R. Ejemplo", on=ON)


def test_a_journal_grows_and_the_latest_decision_holds(tmp_path: Path) -> None:
    path = tmp_path / "j"
    assert read_journal(path, "v", KEY).decisions == {}
    _append(path, Decision(ONE, "accept", "found in the register"), Decision(TWO, "strike", "not found"))
    first = read_journal(path, "v", KEY)
    _append(path, Decision(ONE, "strike", "found dead"))
    journal = read_journal(path, "v", KEY)
    assert journal.decisions == {ONE: "strike", TWO: "strike"}
    assert (first.lines, journal.lines) == (3, 4)
    assert first.last_hash != journal.last_hash
    assert path.stat().st_mode & 0o777 == 0o600
    assert "found in the register" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace("2026", "2027"), *lines[1:]],
        lambda lines: [lines[0], lines[1].replace('"accept"', '"strike"'), lines[2]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines[:2], lines[2].rstrip("\n")],
        lambda lines: [*lines[:2], lines[2].replace('"strike"', '"burn"')],
        lambda lines: [*lines, "hello\n"],
        lambda lines: [*lines, "[]\n"],
        lambda lines: [lines[0].replace("decision journal v1", "decision journal v2")],
        lambda lines: [*lines[:2], lines[2].replace('"seal":"', '"seal":"00')],
        lambda lines: [*lines[:2], lines[2].replace('"seal"', '"zeal"')],
    ],
)
def test_a_changed_journal_is_untrusted(change: Any, tmp_path: Path) -> None:
    path = tmp_path / "j"
    _append(path, Decision(ONE, "accept", "a"), Decision(TWO, "strike", "b"))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(change(lines)), "utf-8")
    with pytest.raises(Untrusted, match="journal-altered"):
        read_journal(path, "v", KEY)


def test_a_journal_of_another_verification_is_refused(tmp_path: Path) -> None:
    _append(tmp_path / "j", Decision(ONE, "accept", "a"))
    with pytest.raises(Refused, match="journal-foreign"):
        read_journal(tmp_path / "j", "w", KEY)


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    path = tmp_path / "j"
    _append(path, Decision(ONE, "accept", "a"))
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        _append(path, Decision(TWO, "accept", "a"))
    assert path.read_bytes() == before


@pytest.mark.parametrize("by", ["", "  ", "a\nb", "a\udc80", "x" * 201])
def test_a_name_that_is_none_is_refused(by: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="decisions-malformed"):
        append_decisions(tmp_path / "j", "v", [Decision(ONE, "accept", "a")], key=KEY, by=by, on=ON)


def test_a_list_of_decisions_is_read_strictly() -> None:
    told = [{"identifier": ONE, "decision": "accept", "reason": "found"}]
    assert parse_list(told) == [Decision(ONE, "accept", "found")]
    entry = told[0]
    for wrong in (
        3,
        {"identifier": ONE},
        [3],
        [{}],
        [{**entry, "identifier": "1"}],
        [{**entry, "identifier": 1}],
        [{**entry, "decision": "burn"}],
        [{**entry, "decision": None}],
        [{**entry, "reason": ""}],
        [{**entry, "reason": " "}],
        [{**entry, "reason": None}],
        [{**entry, "reason": "two\nlines"}],
        [{**entry, "reason": "x" * 501}],
    ):
        with pytest.raises(Refused, match="decisions-malformed"):
            parse_list(json.loads(json.dumps(wrong)))


def _rows(tmp_path: Path) -> list[VerdictRow]:
    log = Log(authority_key())
    log.add(statement(spanish("00000000A")))
    log.add(statement(spanish(dni(2), "Berta")))
    log.add_envelope(log.seal(b"\xff" * 2048))
    log.add(statement(spanish("00000003X", "Carla")))
    log.add(statement(spanish("00000003X", "Dora")))
    log.add(statement(spanish(dni(6), "Elsa"), declaration=False))
    return list(read_verdicts(verified(log, tmp_path).verdicts))


def test_what_is_struck_by_a_certain_ground_cannot_be_decided(tmp_path: Path) -> None:
    rows = _rows(tmp_path)
    wrong, plain, unreadable, *_ = (row.identifier for row in rows)
    check_decisions(rows, [Decision(wrong, "accept", "a"), Decision(unreadable, "strike", "a")])
    check_decisions(rows, [Decision(plain, "strike", "a")])
    check_decisions(rows, [Decision(plain, "accept", "a")])
    for decision in ("accept", "strike"):
        with pytest.raises(Refused, match="decision-not-open"):
            check_decisions(rows, [Decision(rows[5].identifier, decision, "a")])
    with pytest.raises(Refused, match="decision-impossible"):
        check_decisions(rows, [Decision(unreadable, "accept", "a")])
    with pytest.raises(Refused, match=r"decision-unknown \(unknown=1\)"):
        check_decisions(rows, [Decision(ONE, "accept", "a")])


def test_a_decision_about_a_ground_accepts_only_what_that_ground_alone_holds_up(tmp_path: Path) -> None:
    rows = _rows(tmp_path)
    bit = BITS["number-checksum"]
    assert waiting_for(rows, bit, DECIDES, "accept", {}) == [rows[0].identifier]
    assert waiting_for(rows, bit, DECIDES, "strike", {}) == [rows[place].identifier for place in (0, 3, 4)]
    assert waiting_for(rows, bit, DECIDES, "strike", {rows[0].identifier: "accept"}) == [rows[3].identifier, rows[4].identifier]
    assert waiting_for(rows, BITS["near-repeat"], DECIDES, "strike", {}) == []


def test_nobody_without_the_authoritys_key_can_write_a_line(tmp_path: Path) -> None:
    path = tmp_path / "j"
    append_decisions(path, "v", [Decision(ONE, "accept", "a")], key=b"x" * 32, by="a stranger", on=ON)
    with pytest.raises(Untrusted, match="journal-altered"):
        read_journal(path, "v", KEY)


def test_other_acts_stand_among_the_decisions_and_are_bound_like_them(tmp_path: Path) -> None:
    path = tmp_path / "j"
    acts = (Entry("sample-draw", {"phase": 1, "drawn": [5, 6]}), Entry("sample-estimate", {"lower": 7}))
    append_entries(path, "v", acts[:1], key=KEY, by="R. Ejemplo", on=ON)
    _append(path, Decision(ONE, "accept", "found in the register"))
    journal = append_entries(path, "v", acts[1:], key=KEY, by="R. Ejemplo", on=ON)
    assert journal.entries == acts
    assert journal.decisions == {ONE: "accept"}
    assert journal.lines == 4
    with pytest.raises(Refused, match="decisions-malformed"):
        append_entries(path, "v", acts, key=KEY, by="", on=ON)
    raw = path.read_text("utf-8")
    for old, new in (('"lower":7', '"lower":8'), ('"act":', '"axt":')):
        path.write_text(raw.replace(old, new), "utf-8")
        with pytest.raises(Untrusted, match="journal-altered"):
            read_journal(path, "v", KEY)


def test_two_who_decide_at_once_write_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines after one line would make the journal look altered for ever."""
    path, met, read = tmp_path / "j", Barrier(2), decisions.read_journal

    def slowly(*told: Any) -> Any:
        journal = read(*told)
        with suppress(BrokenBarrierError):
            met.wait(0.3)
        return journal

    monkeypatch.setattr(decisions, "read_journal", slowly)
    both = [Thread(target=_append, args=(path, Decision(one, "strike", "not found"))) for one in (ONE, TWO)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert read(path, "v", KEY).decisions == {ONE: "strike", TWO: "strike"}
