"""The numbers, for a person and for a program; nothing of a signatory is in them."""

from __future__ import annotations

import json
from pathlib import Path

from civium.authority.judging import FOR_DECISION
from civium.authority.report import german_lines, numbers_of, report_lines, report_of
from civium.authority.settling import Tally
from tests.authority.build import Log, authority_key, dni, spanish, statement
from tests.authority.case import Verified, verified


def _done(folder: Path, deployment: str = "demonstration") -> Verified:
    log = Log(authority_key(), deployment=deployment)
    log.add(statement(spanish("00000000A"), confirmations=frozenset({("id_number", "number-checksum")})))
    for _ in range(2):
        log.add(statement(spanish(dni(7), "Carla")))
    log.add(statement(spanish(dni(8), "Dora"), declaration=False))
    log.add(statement(spanish(dni(9), "Elsa")))
    log.destroy(4, "destroyed-by-organisers")
    return verified(log, folder)


def test_the_lines_can_be_read_aloud(tmp_path: Path) -> None:
    done = _done(tmp_path)
    lines = report_lines(done.verdicts.facts, done.tally())
    assert lines[:2] == ["DEMO-NIGHT-TRAINS, ES, online", "demonstration: nothing counts"]
    numbers = {line[:42].strip(): int(line[42:52].replace(",", "")) for line in lines[3:] if line[42:52].strip()[:1].isdigit()}
    assert numbers["entries in the log"] == 5
    assert numbers["not in the file: destroyed-by-organisers"] == 1
    assert (numbers["opened"], numbers["accepted"], numbers["struck"], numbers["repeats"], numbers["for decision"]) == (
        4,
        1,
        2,
        1,
        1,
    )
    assert any(line.startswith("  number-checksum") and "(1)" in line for line in lines)


def test_a_real_collection_is_not_called_a_demonstration(tmp_path: Path) -> None:
    done = _done(tmp_path, "procedure")
    assert "demonstration: nothing counts" not in report_lines(done.verdicts.facts, done.tally())


def test_an_empty_log_has_a_report() -> None:
    facts = {"registration": "X", "jurisdiction": "ES", "channel": "online", "deployment": "procedure"}
    lines = report_lines(facts, Tally())
    assert not any("ground" in line or "repeats" in line for line in lines)


def test_the_value_holds_days_and_no_person(tmp_path: Path) -> None:
    done = _done(tmp_path)
    told = report_of(done.verdicts.facts, done.tally(), "hash")
    assert told["days"] == {"2026-05-04": {"accepted": 1, "for-decision": 1, "struck": 2}}
    assert told["grounds_confirmed_by_signatories"] == {"number-checksum": 1}
    text = json.dumps(told, ensure_ascii=False)
    assert "Carla" not in text
    assert "Robledo" not in text


def test_the_german_list_is_told_when_asked_for(tmp_path: Path) -> None:
    done = _done(tmp_path)
    decided = done.tally({row.row.identifier: "strike" for row in done.settled() if row.verdict == FOR_DECISION})
    lines = german_lines(decided)
    assert lines[1] == "struck, by section 4 EBIG"
    assert {line.strip() for line in lines[2:]} == {
        "1  by a person's decision",
        "1  given more than once",
        "1  not on the proper form",
    }


def test_numbers_leave_out_what_did_not_happen() -> None:
    assert numbers_of(Tally())["not_in_the_file"] == {}
