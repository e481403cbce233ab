"""What may be passed on: no small number in a breakdown, none that can be reckoned out of a sum."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from civium.authority.decisions import Journal
from civium.authority.documents.as_html import document_html
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.as_text import document_text
from civium.authority.documents.document import Paragraph, Section, Table
from civium.authority.documents.findings import Findings, GroupCount, findings_of
from civium.authority.documents.passing_on import document_to_pass_on, in_a_sum, without_small_strata
from civium.authority.settling import Tally
from tests.authority.build import Log, authority_key, dni, spanish, statement
from tests.authority.case import verified


def _tally() -> Tally:
    tally = Tally(entries=1003)
    tally.gone.update({"erased-by-signatory": 3})
    tally.verdicts.update({"accepted": 960, "struck": 33, "for-decision": 7})
    tally.repeats = 20
    tally.struck_grounds.update({"under-age": 3, "missing-field": 10})
    tally.grounds.update({"under-age": 3, "missing-field": 11, "repeat": 20, "near-repeat": 7})
    tally.undecided_grounds.update({"near-repeat": 7})
    tally.days = {
        date(2026, 4, 1): Counter(accepted=900),
        date(2026, 4, 2): Counter(struck=3, accepted=57),
        date(2026, 5, 2): Counter(struck=2),
        date(2026, 6, 2): Counter(struck=28, accepted=3, undecided=5),
        date(2026, 12, 24): Counter(struck=2),
    }
    return tally


def _findings(tmp_path: Path) -> Findings:
    log = Log(authority_key())
    log.add(statement(spanish(dni(1))))
    findings = findings_of(verified(log, tmp_path).verdicts, Journal({}, 0, ""), made_on=date(2026, 11, 21))
    groups = {"group": GroupCount(9, 20, 3, 1), "near": GroupCount(2, 7, 2, 2), "place": GroupCount()}
    return replace(findings, tally=_tally(), groups=groups)


def _rows(findings: Findings, title: str) -> dict[str, str]:
    (section,) = (section for section in document_to_pass_on(findings).sections if section.title == title)
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    return {row[0]: row[1] for row in table.rows}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([100, 7, 9], ["100", "7", "9"]),
        ([100, 3, 9], ["100", "under 5", "left out"]),
        ([100, 3, 1, 9], ["100", "under 5", "under 5", "9"]),
        ([0, 4], ["0", "under 5"]),
        ([], []),
    ],
)
def test_a_single_small_number_takes_another_with_it(counts: list[int], told: list[str]) -> None:
    assert in_a_sum(counts) == told


def test_small_numbers_are_nowhere(tmp_path: Path) -> None:
    findings = _findings(tmp_path)
    rows = _rows(findings, "Verdicts")
    assert rows["Entries in the log"] == "1,003"
    assert rows["Accepted"] == "960"
    assert rows["less: struck: too young on the day of signing, by the date of birth given"] == "under 5"
    assert rows["less: waiting for a person"] == "left out"
    assert list(rows.values()).count("left out") == 1
    assert rows["less: destroyed by the signatory with the erasure code"] == "3", "the public log tells it"
    grounds = _rows(findings, "Grounds")
    assert grounds["under-age: too young on the day of signing, by the date of birth given"] == "under 5"
    assert _rows(findings, "Months") == {
        "2026-04": "960",
        "2026-05": "under 5",
        "2026-06": "36",
        "outside the collection period": "under 5",
    }
    assert (
        _rows(findings, "Repeats and groups")["Near-repeats: a slip in a number or a date, another spelling or order of names"]
        == "under 5"
    )
    document = document_to_pass_on(findings, has_german_list=True)
    assert "Numbers from 1 to 4 are told as under 5." in document.foot
    assert "NOT FINISHED. Statements wait for a person." in document.stamps
    assert "under the minimum age" in document_text(document)
    page = document_html(document)
    for small in ("2026-05-02", "2026-12-24", "under-age</text>"):
        assert small not in page
    assert document_pdf(document).startswith(b"%PDF")


def test_nothing_at_all_can_be_passed_on_too(tmp_path: Path) -> None:
    findings = _findings(tmp_path)
    told = document_text(document_to_pass_on(replace(findings, tally=Tally())))
    assert "No statement has a ground." in told
    few = Tally(entries=3)
    few.verdicts.update({"struck": 3})
    few.struck_grounds.update({"under-age": 3})
    few.grounds.update({"under-age": 3})
    few.days = {date(2026, 4, 1): Counter(struck=3)}
    told = document_text(document_to_pass_on(replace(findings, tally=few)))
    assert "2026-04  " in told
    assert "Statements by month" not in told


def test_strata_are_left_out_where_one_would_tell_a_small_number() -> None:
    def section(*row: str) -> Section:
        table = Table("By stratum", ("Stratum", "Accepted", "Drawn", "Valid", "By the sample", "Exact bounds"), (row,))
        return Section("Random sample", (Paragraph("x"), table))

    kept = section("2026-04", "1,000", "100", "90", "900", "820 to 950")
    assert without_small_strata(kept) == kept
    for row in (("2026-04", "1,000", "100", "98", "x", "y"), ("2026-04", "3", "3", "3", "x", "y")):
        blocks = without_small_strata(section(*row)).blocks
        assert blocks[1] == Paragraph("The table by stratum is left out: some of its numbers are small.")
