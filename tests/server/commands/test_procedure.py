"""`civium procedure` and `civium duties`: faults are said line by line, a folder that is sound is added and then known, duties are listed."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from civium.command import main
from civium.law.shelf import documents_of
from tests.law.test_checking import write

CIVIUM = Path(sys.executable).parent / "civium"
REGION = str(files("civium.law").joinpath("region"))


def _named(name: str, folder: Path) -> Path:
    documents = copy.deepcopy(dict(documents_of("region")))
    documents["procedure"]["name"] = name
    return write(documents, folder)


def test_a_sound_folder_is_said_to_be_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "check", REGION]) == 0
    assert capsys.readouterr().out == "region: 6 jurisdictions, 2 languages, 4 letters; it can be used\n"


def test_every_fault_is_a_line_with_what_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = copy.deepcopy(dict(documents_of("region")))
    documents["procedure"]["goal"]["total"] = "many"
    documents["deadlines"][0]["extends"] = "no"
    assert main(["procedure", "check", str(write(documents, tmp_path))]) == 2
    heard = capsys.readouterr()
    assert heard.out.splitlines() == [
        'deadlines.json: [0].extends is "no": write true or false',
        'procedure.json: goal.total is "many": write a whole number, 1 or more',
    ]
    assert heard.err.startswith("civium: error: a procedure's folder has 2 faults\n")


def test_no_folder_is_a_mistake_of_the_one_who_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "check", str(tmp_path / "nowhere")]) == 2
    assert "there is no such folder" in capsys.readouterr().err


def test_a_procedure_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "show", "region"]) == 0
    shown = capsys.readouterr().out
    assert "goal: 1,000 in all, 3 of 6 places over their own number, 2 groups reached" in shown
    assert "group BRA-SERRA: 2 of BRA-MONTE, BRA-VAL; 150 in all" in shown
    assert "roles: representative (1 to 1), substitute (0 to 1), member (0 to 10)" in shown
    assert main(["procedure", "show", "plebiscite"]) == 1


def test_procedures_are_listed_with_where_they_come_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "list", "--data", str(tmp_path)]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "nationality" in rows["eci"]
    assert "this version" in rows["region"]


def test_the_packages_own_name_cannot_be_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "add", REGION, "--data", str(tmp_path)]) == 1
    assert "knows a procedure of that name already" in capsys.readouterr().err
    assert not (tmp_path / "procedures").exists()


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([CIVIUM, *words], capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_what_was_added_is_used_by_initiatives_and_its_duties_are_listed(tmp_path: Path) -> None:
    """In processes of their own: a procedure is made known as each begins."""
    at = ("--data", str(tmp_path / "kept"))
    assert _run("init", "--purpose", "procedure", *at).returncode == 0
    folder = _named("atol", tmp_path / "atol")
    (folder / "README.md").write_text("for people", encoding="utf-8")
    assert "it can be used" in _run("procedure", "add", str(folder), *at).stdout
    assert not (tmp_path / "kept" / "procedures" / "atol" / "README.md").exists()
    initiative = tmp_path / "slow-roads"
    initiative.mkdir()
    told = {
        "procedure": "atol",
        "deployment": "procedure",
        "registration_number": "BRA-IP-2026/07",
        "original_language": "gl",
        "registered_on": "2026-11-01",
        "collection_start_on": "2026-12-01",
        "collection_end_on": "2027-03-01",
        "contact_email": "a@estradas.example",
        "organisers": [{"role": "representative", "name": "Uxía Outeiro"}],
    }
    (initiative / "initiative.json").write_text(json.dumps(told), encoding="utf-8")
    (initiative / "gl.json").write_text(json.dumps({"title": "Estradas lentas", "objectives": "Pedimos."}), encoding="utf-8")
    added = _run("initiative", "add", str(initiative), "--by", "Anna", *at)
    assert added.returncode == 0, added.stderr
    duties = _run("duties", "list", "slow-roads", *at).stdout
    assert "2026-11-24  Tell the Electoral Office when collection begins" in duties
    # A folder that was spoilt afterwards stops what begins, and says which command tells more.
    (tmp_path / "kept" / "procedures" / "atol" / "sources.json").write_text("{}", encoding="utf-8")
    spoilt = _run("duties", "list", "slow-roads", *at)
    assert spoilt.returncode == 2
    assert "civium procedure check" in spoilt.stderr


def test_the_authoritys_tool_takes_in_a_procedure_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from civium.authority.command import main as authority

    _named("atoll-of-officers", tmp_path / "theirs" / "one")
    monkeypatch.setenv("CIVIUM_PROCEDURES", str(tmp_path / "theirs"))
    monkeypatch.setattr("getpass.getpass", lambda _prompt="": "five plain words make a sentence")
    made = ["keys", "make", "--jurisdiction", "BRA-VAL", "--procedure", "atoll-of-officers", "--to", str(tmp_path / "val")]
    password = tmp_path / "passphrase"
    password.write_text("five plain words make a sentence", encoding="utf-8")
    assert authority([*made, "--passphrase-file", str(password)]) == 0, capsys.readouterr().err
    assert (tmp_path / "val.civium-public-key").is_file()
    monkeypatch.delenv("CIVIUM_PROCEDURES")
    (tmp_path / "theirs" / "one" / "sources.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("CIVIUM_PROCEDURES", str(tmp_path / "theirs"))
    assert authority([*made, "--passphrase-file", str(password)]) == 2
    assert "faults" in capsys.readouterr().err
