"""The journal's lines are read back into the sample; later findings end an estimate."""

from __future__ import annotations

from civium.authority.decisions import Entry
from civium.authority.sampling.record import (
    DRAW,
    ESTIMATE,
    MATCH,
    PLAN,
    RESULT,
    SPLIT,
    Draw,
    Record,
    Split,
    draw_entry,
    read_record,
)
from tests.authority.sampling.test_plan import PLAN as WRITTEN

TAKEN = Draw(1, "5" * 64, "e" * 64, "d" * 64, ("a", "b"), (100, 200), (10, 20))
FOUND = Entry(RESULT, {"row": 1, "identifier": "x", "result": "valid", "from": "sheet-1"})
TOLD = Entry(ESTIMATE, {"digest": "d" * 64})


def test_an_empty_journal_says_nothing_of_a_sample() -> None:
    assert read_record([]) == Record()
    assert read_record([Entry("something-later", {})]) == Record()


def test_every_line_is_read_back() -> None:
    split = Entry(SPLIT, {"phase": 1, "sheets": 3, "second_permille": 100})
    match = Entry(MATCH, {"rule": "number"})
    record = read_record([Entry(PLAN, WRITTEN.table()), draw_entry(TAKEN, WRITTEN.commitment), split, match, FOUND, TOLD])
    assert record.plan == WRITTEN
    assert record.draws == (TAKEN,)
    assert record.phases == [(10, 20)]
    assert record.splits == {1: Split(3, 100)}
    assert record.matches == ({"rule": "number"},)
    assert record.results == {1: "valid"}
    assert record.estimate == TOLD.told


def test_a_later_result_replaces_the_earlier_and_ends_the_estimate() -> None:
    later = Entry(RESULT, {**FOUND.told, "result": "invalid"})
    record = read_record([draw_entry(TAKEN, ""), FOUND, TOLD, later])
    assert record.results == {1: "invalid"}
    assert record.estimate is None
    assert read_record([draw_entry(TAKEN, ""), TOLD, Entry(DRAW, draw_entry(TAKEN, "").told)]).estimate is None
