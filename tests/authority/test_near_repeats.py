"""Nearly another's statement: one slip in a number or a date, names turned or in another script; groups for a person, nobody struck."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from civium.authority import opening
from civium.authority.grounds import codes_of
from civium.authority.judging import ACCEPTED, FOR_DECISION
from civium.authority.near_repeats import (
    Groups,
    blocks_of,
    date_slip,
    encode_traces,
    find_near_repeats,
    no_traces,
    one_slip,
    traces_of,
)
from civium.authority.verification import VerdictRow, read_verdicts
from tests.authority.build import DAY, Log, authority_key, dni, greek, spanish, statement
from tests.authority.case import verified
from tests.authority.test_judging import rules

SECRET = b"s" * 32


def _rows(folder: Path, *fields: dict[str, str], jurisdiction: str = "ES") -> list[VerdictRow]:
    log = Log(authority_key(jurisdiction))
    for one in fields:
        log.add(statement(one))
    return list(read_verdicts(verified(log, folder).verdicts))


def _grounds(rows: list[VerdictRow]) -> list[list[str]]:
    return [list(codes_of(row.grounds)) for row in rows]


@pytest.mark.parametrize(
    ("wrong", "finds"),
    [
        ("12445670Y", True),  # one sign
        ("12345760Y", True),  # two neighbours, in the right half
        ("12354670Y", True),  # across the middle
        ("21345670Y", True),  # in the left half
        ("12345670Z", True),  # the letter
        ("12445671Y", False),  # two signs
        ("1234567Y", False),  # one missing
        ("32145670Y", False),  # no neighbours
    ],
)
def test_one_slip_in_the_number_of_one_name(wrong: str, finds: bool, tmp_path: Path) -> None:
    rows = _rows(tmp_path, spanish("12345670Y"), spanish(wrong), spanish("12345670Y", "Berta"))
    assert ["near-repeat-number" in codes for codes in _grounds(rows)] == [finds, finds, False]
    assert [row.near for row in rows] == [int(finds), int(finds), 0]


def test_a_slip_beside_a_leading_zero_is_a_slip(tmp_path: Path) -> None:
    rows = _rows(tmp_path, *(spanish(number) for number in ("01234567L", "00234567L", "10234567L")))
    assert [row.near for row in rows] == [1, 1, 1]


def test_names_are_one_whatever_their_order_script_and_signs(tmp_path: Path) -> None:
    others = [spanish("12345671Y", "ROBLEDO", "Vía Ana"), spanish("12345672Y", "Ana", "Robledo-Via")]
    rows = _rows(tmp_path, spanish("12345670Y"), *others)
    assert [row.near for row in rows] == [1, 1, 1]
    assert all("near-repeat-number" in codes for codes in _grounds(rows))


@pytest.mark.parametrize(
    "other",
    [
        greek("Αλωνάρακη", "Φωτεινή"),
        greek("Foteini", "Alonaraki"),
        greek("Φωτεινή Αλωνάρακη", "-"),
    ],
)
def test_same_date_of_birth_and_the_same_names_otherwise_written(other: dict[str, str], tmp_path: Path) -> None:
    rows = _rows(tmp_path, greek(), other, greek("Μαρία"), jurisdiction="EL")
    assert _grounds(rows)[:2] == [["near-repeat-spelling"]] * 2
    assert [row.near for row in rows] == [1, 1, 0]
    assert [row.verdict for row in rows] == [FOR_DECISION, FOR_DECISION, ACCEPTED]


@pytest.mark.parametrize(
    ("born", "finds"),
    [("1980-03-02", False), ("1980-02-28", True), ("1980-02-92", True), ("1970-02-29", True), ("1981-03-29", False)],
)
def test_one_slip_in_the_date_of_birth_at_one_address(born: str, finds: bool, tmp_path: Path) -> None:
    rows = _rows(tmp_path, greek(), greek(born=born), greek(born=born, residence_number="8", first="Μαρία"), jurisdiction="EL")
    assert ["near-repeat-birth-date" in codes for codes in _grounds(rows)] == [finds, finds, False]


def test_day_and_month_exchanged(tmp_path: Path) -> None:
    rows = _rows(tmp_path, greek(born="1980-02-11"), greek(born="1980-11-02"), jurisdiction="EL")
    assert _grounds(rows) == [["near-repeat-birth-date"]] * 2


def test_same_name_and_date_of_birth_with_another_address_is_one_group(tmp_path: Path) -> None:
    moved = greek(residence_postal_code="10431", residence_street="Οδός Νέα")
    rows = _rows(tmp_path, greek(), moved, jurisdiction="EL")
    assert _grounds(rows) == [["near-repeat"]] * 2
    assert [row.near for row in rows] == [1, 1]


def test_an_exact_repeat_and_a_namesake_are_no_near_repeats(tmp_path: Path) -> None:
    rows = _rows(tmp_path, spanish(dni(1)), spanish(dni(1)), spanish(dni(2)), spanish(dni(77)))
    assert not any(row.near for row in rows)


def test_a_hostile_first_entry_cannot_strike_the_true_statement(tmp_path: Path) -> None:
    """A victim's number with false names, with one sign changed, or the names turned, always first: the victim's waits, none is struck."""
    victim = spanish("12345670Y")
    for place, hostile in enumerate(
        (spanish("12345670Y", "Falsa", "Persona"), spanish("12345671Y"), spanish("12345670Y", "Robledo Vía", "Ana"))
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        log = Log(authority_key())
        for fields in (hostile, hostile, victim):
            log.add(statement(fields))
        done = verified(log, folder)
        rows = list(read_verdicts(done.verdicts))
        assert {row.verdict for row in rows} == {FOR_DECISION}, "the group waits whole"
        assert len({row.group if place != 1 else row.near for row in rows}) == 1
        decisions = {rows[0].identifier: "strike", rows[1].identifier: "strike", rows[2].identifier: "accept"}
        assert [settled.verdict for settled in done.settled(decisions)][2] == ACCEPTED


def test_the_same_in_part_a(tmp_path: Path) -> None:
    rows = _rows(
        tmp_path, greek("Foteini", "Alonaraki", residence_street="Psevdous"), greek(born="1980-02-28"), greek(), jurisdiction="EL"
    )
    assert {row.verdict for row in rows} == {FOR_DECISION}
    assert {row.near for row in rows} == {1}


@pytest.mark.parametrize("processes", [1, 2])
def test_one_process_or_two_give_the_same_groups(processes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "ROWS_A_CHUNK", 2)
    log = Log(authority_key())
    for first, number in (
        ("Dora", "87654321X"),
        ("Ana", "12345670Y"),
        ("Ana", "12345671Y"),
        ("Eva", "11223344B"),
        ("Dora", "87654312X"),
    ):
        log.add(statement(spanish(number, first)))
    rows = list(read_verdicts(verified(log, tmp_path, processes=processes).verdicts))
    assert [row.near for row in rows] == [1, 2, 2, 0, 1], "numbered by their first rows"


def test_groups_join_through_others_and_are_numbered_by_their_first_rows() -> None:
    groups = Groups()
    groups.join([9, 7])
    groups.join([3, 4])
    groups.join([4, 9])
    groups.join([1, 2])
    assert groups.numbered() == {1: 1, 2: 1, 3: 2, 4: 2, 7: 2, 9: 2}


def test_what_is_left_of_a_statement_is_keyed() -> None:
    form = rules().form(DAY)
    one, other = (dict(traces_of(form, spanish(), DAY, secret)) for secret in (SECRET, b"t" * 32))
    assert one.keys() == other.keys()
    assert all(one[kind][:8] != other[kind][:8] for kind in one)
    assert not any(b"ana" in trace.lower() for trace in one.values())


def test_a_number_too_short_or_too_long_leaves_nothing() -> None:
    form = rules().form(DAY)
    assert traces_of(form, spanish("1234"), DAY, SECRET) == []
    assert traces_of(form, spanish("1" * 17), DAY, SECRET) == []
    assert len(traces_of(form, spanish("12345"), DAY, SECRET)) == 3


def test_slips_are_found_and_nothing_else() -> None:
    def found(*rests: bytes) -> bool:
        return any(one_slip([(rest, row) for row, rest in enumerate(rests)]))

    assert found(b"1234", b"1834")
    assert found(b"1234", b"1324")
    assert not found(b"1234", b"1234")
    assert not found(b"1234", b"1423")
    assert not found(b"1234", b"5634")
    assert any(date_slip([(b"19800211", 0), (b"19801102", 1)]))


def test_a_crowd_of_one_name_takes_no_square_of_steps() -> None:
    """A hostile crowd with one name and one half of a number: the calls made grow with its size, not with its square."""
    form = rules().form(DAY)

    def calls(size: int) -> int:
        kinds, counted = no_traces(), 0
        for row in range(size):
            encode_traces(row, traces_of(form, spanish(f"999{row:05d}X"), DAY, SECRET), kinds)

        def count(_frame: FrameType | None, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event in ("call", "c_call")

        groups = Groups()
        sys.setprofile(count)
        try:
            find_near_repeats(kinds, groups, lambda _row, _ground: None)
        finally:
            sys.setprofile(None)
        assert set(groups.numbered().values()) == {1}
        return counted

    assert calls(8_000) < 6 * calls(2_000)


def test_blocks_are_of_what_is_shared_in_the_order_of_the_log() -> None:
    kinds = no_traces()
    for row, key in enumerate((b"b", b"a", b"b", b"c")):
        encode_traces(row, [(0, key * 8 + b"%d" % row * 8)], kinds)
    assert list(blocks_of(kinds[0])) == [[(b"0" * 8, 0), (b"2" * 8, 2)]]
    assert not kinds[0], "used up"
