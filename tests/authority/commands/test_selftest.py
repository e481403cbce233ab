"""civium-authority selftest: passes here, goes on after a step that fails, writes its report, leaves a sample; notices what is not what it was."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from civium.authority.commands import selftest, selftest_way
from civium.authority.commands.selftest import steps, take_steps
from civium.authority.commands.selftest_steps import Differs, Found, Place, Step, expect_refusal, kept
from civium.errors import Refused
from tests.authority.commands.desk import NOW, Desk
from tests.authority.make_sample import sample_log


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a copy of the sample that a test may spoil, and a folder to work in."""
    sample = tmp_path / "sample"
    shutil.copytree(str(files("civium.authority").joinpath("sample")), sample)
    (tmp_path / "work").mkdir()
    return Place(sample, tmp_path / "work", NOW)


def test_every_step_passes_here_and_the_report_says_so(desk: Desk) -> None:
    report = desk.folder / "report.txt"
    told = desk.run("selftest", "--report", report, has_key=False)
    assert told.endswith("selftest passed\n")
    lines = told.splitlines()[:-1]
    assert len(lines) == len(steps(None)) == 12
    assert not [line for line in lines if line.split()[1] not in ("ok", "note")]
    written = report.read_text("utf-8")
    assert "versions: civium 0.1.0, cryptography " in written
    assert written.endswith("\n".join([*lines, "", "selftest passed", ""]))
    assert desk.run("selftest", "--report", report, has_key=False, expected=1) == ""
    assert "nothing was overwritten" in desk.err


def test_the_sample_can_be_practised_on_and_is_not_overwritten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "steps", lambda _vectors: ())
    practice = desk.folder / "practice"
    desk.run("selftest", "--to", practice, has_key=False)
    told = ("--key", practice / "es.civium-private-key", "--passphrase-file", practice / "passphrase.txt")
    opened = desk.run("open", practice / "night-trains-ES-online.civium", "--confirm-rules", *told, has_key=False)
    assert opened.startswith("entries 17\n")
    desk.run("selftest", "--to", practice, has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err


def test_a_step_that_fails_stops_no_other_and_nothing_is_left_to_practise_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_place: Place) -> Found:
        raise Differs("other than it was")

    def notice(_place: Place) -> Found:
        return Found("half of it", is_notice=True)

    def refuse(_place: Place) -> Found:
        raise Refused("share-word", place=3)

    made = (Step("one", fail), Step("two", notice), Step("three", refuse))
    monkeypatch.setattr(selftest, "steps", lambda _vectors: made)
    told = desk.run("selftest", "--to", desk.folder / "practice", "--report", desk.folder / "r", has_key=False, expected=3)
    assert [line.split()[:3] for line in told.splitlines()] == [
        ["1", "FAILED", "one"],
        ["2", "note", "two"],
        ["3", "FAILED", "three"],
    ]
    assert "Differs: other than it was" in told
    assert "step 1 of the selftest" in desk.err
    assert (desk.folder / "r").read_text("utf-8").endswith("\nFAILED at step 1\n")
    assert not (desk.folder / "practice").exists()


@pytest.mark.parametrize("member", ["before_decisions", "accepted_when_all_that_waits_is_struck"])
def test_other_numbers_than_the_known_ones_fail(member: str, place: Place) -> None:
    known = json.loads((place.sample / "expected.json").read_text("utf-8"))
    known[member] = 0
    (place.sample / "expected.json").write_text(json.dumps(known), "utf-8")
    with pytest.raises(Differs, match="decisions"):
        selftest_way.verify_sample(place)


def test_a_file_that_does_not_fit_its_schema_fails(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    selftest_way.verify_sample(place)
    monkeypatch.setattr("civium.authority.commission_xml.ANNEX_REVISION", "none")
    with pytest.raises(Differs, match="schema"):
        selftest_way.write_and_read_back(place)


def test_a_sample_that_was_changed_fails_in_every_step_about_it(place: Place) -> None:
    path = place.sample / "night-trains-ES-online.civium"
    spoilt = bytearray(path.read_bytes())
    spoilt[-200] ^= 1
    path.write_bytes(bytes(spoilt))
    wanted = [step for step in steps(None) if step.name in ("sample", "files", "certificate")]
    lines, failed = take_steps(wanted, place)
    assert failed == 1
    assert all(" FAILED " in line for line in lines)


def test_a_repeat_that_is_not_found_fails(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest_way, "_INVENTED", selftest_way._INVENTED[:3])
    with pytest.raises(Differs, match="repeat"):
        selftest_way.go_the_whole_way(place)


def test_what_must_be_refused_and_is_not_differs() -> None:
    with pytest.raises(Differs, match="accepted"):
        expect_refusal(lambda: None, "malformed", "accepted")
    with pytest.raises(Differs, match="another"):
        expect_refusal(lambda: _refuse("other"), "malformed", "another")


def _refuse(code: str) -> None:
    raise Refused(code)


def test_what_is_kept_beside_the_program_is_found() -> None:
    vectors = kept("vectors")
    assert vectors is not None
    assert (vectors / "statement.json").is_file()
    assert kept("no such thing") is None


def test_the_frozen_sample_has_the_rows_its_maker_makes() -> None:
    """Formats are frozen: what was written once must stay readable; the maker only documents it."""
    assert len(sample_log().rows) == 17
    assert selftest.EXPORT.endswith(".civium")
