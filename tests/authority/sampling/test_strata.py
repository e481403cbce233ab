"""A statement falls into one stratum, by its row alone; senseless cuts are refused."""

from __future__ import annotations

from datetime import date

import pytest

from civium.authority.judging import ACCEPTED
from civium.authority.sampling.strata import DAYS, DECISION, ENTRIES, INDICATIONS, KINDS, MONTH, NONE, Strata, strata_of
from civium.authority.settling import SettledRow
from civium.authority.verification import VerdictRow
from civium.errors import Refused
from civium.formats import leaf


def settled(day: date = date(2026, 5, 4), grounds: int = 0, is_decided: bool = False, verdict: int = ACCEPTED) -> SettledRow:
    """Give a row with its last word."""
    record = leaf.encode_parts(leaf.days_of(day), bytes(32), bytes(32))
    return SettledRow(VerdictRow(verdict, grounds, 0, 0, 0, record, ""), verdict, grounds, is_decided)


@pytest.mark.parametrize(
    ("strata", "index", "row", "name"),
    [
        (Strata(), 0, settled(), "all"),
        (Strata(MONTH), 0, settled(), "2026-05"),
        (Strata(DAYS, ("2026-05-04", "2026-06-01")), 0, settled(date(2026, 5, 3)), "1: before 2026-05-04"),
        (Strata(DAYS, ("2026-05-04", "2026-06-01")), 0, settled(), "2: from 2026-05-04"),
        (Strata(DAYS, ("2026-05-04", "2026-06-01")), 0, settled(date(2026, 6, 1)), "3: from 2026-06-01"),
        (Strata(ENTRIES, ("9", "1000")), 8, settled(), "1: before 9"),
        (Strata(ENTRIES, ("9", "1000")), 999, settled(), "2: from 9"),
        (Strata(ENTRIES, ("9", "1000")), 123_456, settled(), "3: from 1000"),
        (Strata(DECISION), 0, settled(is_decided=True), "accepted by a person"),
        (Strata(DECISION), 0, settled(), "accepted by machine"),
        (Strata(INDICATIONS), 0, settled(grounds=1 << 14), "with an indication"),
        (Strata(INDICATIONS), 0, settled(), "without indications"),
    ],
)
def test_a_statement_has_its_stratum(strata: Strata, index: int, row: SettledRow, name: str) -> None:
    assert strata.name_of(index, row) == name


def test_cuts_are_read_in_one_form() -> None:
    assert strata_of(DAYS, ["2026-05-04"]).cuts == ("2026-05-04",)
    assert strata_of(ENTRIES, ["0007", "10"]).cuts == ("7", "10")
    assert strata_of(NONE, []).table() == {"by": "none", "cuts": []}
    assert set(KINDS) == {NONE, MONTH, DAYS, ENTRIES, DECISION, INDICATIONS}


@pytest.mark.parametrize(
    ("by", "cuts"),
    [
        (NONE, ["5"]),
        (DAYS, []),
        (DAYS, ["4.5.2026"]),
        (DAYS, ["2026-06-01", "2026-05-01"]),
        (ENTRIES, ["five"]),
        (ENTRIES, ["0"]),
        (ENTRIES, ["7", "7"]),
        (ENTRIES, [str(number) for number in range(1, 30)]),
        (ENTRIES, [str(2**32)]),
    ],
)
def test_senseless_cuts_are_refused(by: str, cuts: list[str]) -> None:
    with pytest.raises(Refused, match="sample-cuts"):
        strata_of(by, cuts)
