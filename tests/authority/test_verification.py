"""Every row gets one verdict, by the rules confirmed before the opening, in one process or in several."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from civium.authority import opening
from civium.authority.judging import ACCEPTED, FOR_DECISION, GONE, STRUCK
from civium.authority.policy import Policy
from civium.authority.verification import read_verdicts, rules_of, verify
from civium.errors import Refused
from tests.authority.build import Log, authority_key, dni, greek, spanish, statement
from tests.authority.case import verified


def _log() -> Log:
    log = Log(authority_key())
    log.add(statement(spanish(dni(1), "Falsa")))
    log.add(statement(spanish(dni(1))))
    log.add(statement(spanish(dni(2), "Berta")))
    log.add(statement(spanish(dni(3), "Carla"), declaration=False))
    log.add(statement(spanish(dni(4), "Dora")))
    log.add_envelope(log.seal(b"\xff" * 2048))
    log.destroy(4, "destroyed-by-organisers")
    return log


@pytest.mark.parametrize("processes", [1, 2])
def test_rows_have_verdict_grounds_group_and_leaf(processes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "ROWS_A_CHUNK", 2)
    log = _log()
    done = verified(log, tmp_path, processes=processes)
    rows = list(read_verdicts(done.verdicts))
    assert [row.verdict for row in rows] == [FOR_DECISION, FOR_DECISION, ACCEPTED, STRUCK, GONE, FOR_DECISION]
    assert [row.group for row in rows] == [1, 1, 0, 0, 0, 0]
    assert rows[0].person != rows[1].person
    assert rows[4].reason == "destroyed-by-organisers"
    assert [row.leaf for row in rows] == log.leaves()
    assert rows[0].received_on == date(2026, 5, 4)
    assert done.verdicts.summary() == {"rows": 6}


def test_part_a_is_judged_by_its_own_form(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    log.add(statement(greek()))
    log.add(statement(greek(residence_postal_code="10431")))
    assert [row.verdict for row in read_verdicts(verified(log, tmp_path).verdicts)] == [FOR_DECISION, FOR_DECISION]


def test_the_policy_confirmed_before_opening_is_the_one_that_judges(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish("00000000A")))
    done = verified(log, tmp_path, policy=Policy("ES", {"number-checksum": "strike"}))
    assert [row.verdict for row in read_verdicts(done.verdicts)] == [STRUCK]
    assert rules_of(done.verdicts.facts).closes_on == date(2026, 9, 1)


def test_verdicts_are_never_overwritten_and_an_unfinished_file_is_made_anew(tmp_path: Path) -> None:
    done = verified(_log(), tmp_path)
    with pytest.raises(Refused, match="file-exists"):
        verify(done.opened, tmp_path / "x.civium-verdicts", processes=1, told=lambda _done, _total: None)
    (tmp_path / "again.part").write_bytes(b"what was left of an interrupted run")
    heard: list[tuple[int, int]] = []
    verify(done.opened, tmp_path / "again", processes=1, told=lambda *told: heard.append(told))
    assert heard == [(0, 6), (6, 6)]
