"""civium-authority destroy: listed, typed, destroyed, proven; the journal knows the proof."""

from __future__ import annotations

import json
import sys
from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.authority.commands import destroying
from tests.authority.build import Log, authority_key, dni, read_json, spanish, statement
from tests.authority.commands.desk import Desk

BY = ("--by", "R. Ejemplo")


def _log() -> Log:
    log = Log(authority_key())
    log.add(statement(spanish("00000000A", "Ana")))
    log.add(statement(spanish(dni(2), "Berta")))
    return log


def _verified(desk: Desk) -> None:
    desk.open_and_verify(_log())
    desk.run("decide", desk.export, *BY, "--ground", "number-checksum", "--accept", "--reason", "found")
    desk.run("write", desk.export, "--form", "xml", "--split", "1", "--to", desk.folder / "xml")


def _destroy(desk: Desk, *more: str | Path, expected: int = 0) -> str:
    return desk.run("destroy", desk.export, *BY, "--to", desk.folder / "proof", *more, expected=expected)


def _acts(desk: Desk) -> list[dict[str, object]]:
    lines = (desk.folder / "x.civium-decisions").read_text("utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line.get("act")]


def test_what_was_typed_is_destroyed_and_proven(desk: Desk) -> None:
    _verified(desk)
    last = sha256((desk.folder / "x.civium-decisions").read_bytes().splitlines(keepends=True)[-1]).hexdigest()
    before = {path.name: sha256(path.read_bytes()).hexdigest() for path in desk.folder.glob("x.civium*")}
    told = _destroy(desk, "--also", desk.folder / "xml", "--certified-on", "2026-11-20", "--confirm", "destroy 6 files")
    assert told.startswith("files 6\n")
    assert "left: passphrase" in desk.err
    names = {path.name for path in desk.folder.iterdir()}
    assert names == {"es.civium-private-key", "passphrase", "x.civium-decisions", "proof.json", "proof.pdf", "proof.txt"}
    proof = read_json(desk.folder / "proof.json")
    assert {one["path"]: one["sha256"] for one in proof["files"]}["x.civium"] == before["x.civium"]
    assert proof["journal"] == last
    (line,) = _acts(desk)
    assert line["act"] == "destroyed"
    assert line["told"] == {"files": 6, "proof": sha256((desk.folder / "proof.json").read_bytes()).hexdigest()}
    text = (desk.folder / "proof.txt").read_text("utf-8")
    page = "".join(page.extract_text() for page in PdfReader(desk.folder / "proof.pdf").pages)
    for words in ("2027-02-20 (Art. 19(6))", "solid-state disk", "R. Ejemplo", "DEMONSTRATION"):
        assert words in text
        assert words in page
    assert "Berta" not in text


def test_without_the_words_nothing_happens(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _verified(desk)
    _destroy(desk, expected=1)
    assert "the words are: destroy 3 files" in desk.err
    _destroy(desk, "--confirm", "yes", expected=1)
    monkeypatch.setattr(sys, "stdin", _Terminal("no\n"))
    _destroy(desk, expected=1)
    assert desk.export.exists()
    assert not list(desk.folder.glob("proof*"))
    monkeypatch.setattr(sys, "stdin", _Terminal("Destroy 3 files\n"))
    assert "files 3" in _destroy(desk)


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_interrupted_at_any_file_it_goes_on_and_the_proof_names_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _verified(desk)
    real = Path.unlink

    def stop(path: Path, missing_ok: bool = False) -> None:
        if path.name == "x.civium-verdicts":
            raise KeyboardInterrupt
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stop)
    _destroy(desk, "--confirm", "destroy 3 files", expected=130)
    monkeypatch.undo()
    assert not desk.export.exists()
    assert (desk.folder / "x.civium-verdicts").read_bytes() == b""
    assert "files 3" in _destroy(desk)
    assert "goes on" in desk.err
    assert len(read_json(desk.folder / "proof.json")["files"]) == 3
    assert len(_acts(desk)) == 1
    assert not list(desk.folder.glob("*.civium-destruction"))


def test_interrupted_between_journal_and_proof_nothing_is_written_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _verified(desk)
    real = destroying.write_bytes

    def stop(path: Path, raw: bytes) -> None:
        if path.suffix == ".pdf":
            raise OSError(28, "full")
        real(path, raw)

    monkeypatch.setattr(destroying, "write_bytes", stop)
    _destroy(desk, "--confirm", "destroy 3 files", expected=1)
    monkeypatch.undo()
    assert "files 3" in _destroy(desk)
    assert len(_acts(desk)) == 1
    _destroy(desk, expected=1)
    assert "nothing was overwritten" in desk.err


def test_what_was_never_verified_is_destroyed_without_a_journal(desk: Desk) -> None:
    desk.hand_over(_log())
    assert "files 1" in _destroy(desk, "--confirm", "destroy 1 files")
    assert not (desk.folder / "x.civium-decisions").exists()
    assert "none: nothing was verified" in (desk.folder / "proof.txt").read_text("utf-8")
    desk.run("destroy", desk.export, *BY, "--to", desk.folder / "again", expected=1)
    assert "nothing of that name" in desk.err


def test_an_opened_file_alone_says_what_it_is_about_and_the_key_is_left(desk: Desk) -> None:
    desk.hand_over(_log())
    desk.run("open", desk.export, "--confirm-rules")
    desk.export.unlink()
    _destroy(desk, "--also", desk.key, "--confirm", "destroy 2 files", expected=1)
    assert "a private key is among them" in desk.err
    assert "files 1" in _destroy(desk, "--confirm", "destroy 1 files")


def test_a_procedure_without_such_a_duty_has_no_last_day() -> None:
    assert destroying._last_day("region", date(2026, 11, 20)) == {}


def test_when_only_unfinished_files_are_left_there_is_nothing_to_tell_of(desk: Desk) -> None:
    (desk.folder / "x.civium-opened.part").write_bytes(b"x")
    _destroy(desk, expected=1)
    assert "nothing of that name" in desk.err
