"""The same input gives the same bytes in every result: on two runs, with one process and with two, and after everything was lost but the export."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from civium.authority.commands import opening as commands
from tests.authority.build import DAY, Log, authority_key, called, dni, spanish, statement
from tests.authority.commands.desk import Desk

pytestmark = pytest.mark.slow

BY = ("--by", "R. Ejemplo")
DICE = "531624416325116432561234566543211352466453122561433 531624416325116432561234566543211352466453122561433"


def _log() -> Log:
    """Give a log with repeats, a false first entry, near-repeats, wrong check digits, an implausible name, and what nobody can read."""
    log = Log(authority_key())
    for serial in range(24):
        log.add(statement(spanish(dni(serial), f"Ana {called(serial)}")))
    log.add(statement(spanish(dni(3), f"ana {called(3)}")))
    log.add(statement(spanish(dni(40), "Falsa", "Persona")))
    log.add(statement(spanish(dni(40), "Elba", "Dávila Rey")))
    log.add(
        statement(spanish("00000006A", "Fermín", "Escudero Sanz"), confirmations=frozenset({("id_number", "number-checksum")}))
    )
    log.add(statement(spanish(dni(51), "Asdfgh", "Xxxx")))
    log.add(statement(spanish(dni(60), "Hugo", "Galán Mota"), declaration=False))
    log.add_envelope(log.seal(b"\xff" * 2048))
    log.destroy(7, "erased-by-signatory", b"e" * 16)
    return log


def _all_results(desk: Desk, processes: int) -> dict[str, bytes]:
    """Go the whole way by the commands, and give every file that is not encrypted."""
    shared = ("--processes", str(processes))
    (desk.folder / "dice").write_text(DICE)
    desk.run("sample", "plan", desk.export, *BY, "--confidence", "95", "--margin", "5", "--dice", desk.folder / "dice")
    desk.run("open", desk.export, "--confirm-rules", *shared)
    desk.run("verify", desk.export, *shared)
    for ground in ("unreadable", "number-checksum"):
        desk.run("decide", desk.export, *BY, "--ground", ground, "--strike", "--reason", "not found")
    waiting = [line.split()[0] for line in desk.run("show", desk.export).splitlines() if not line.startswith(" ")]
    named = [word for identifier in waiting for word in ("--identifier", identifier)]
    desk.run("decide", desk.export, *BY, *named, "--accept", "--reason", "found in the register")
    desk.run("sample", "draw", desk.export, *BY)
    desk.run("sample", "split", desk.export, *BY, "--form", "csv", "--to", desk.folder / "sheets")
    desk.run("sample", "split", desk.export, *BY, "--form", "xlsx", "--to", desk.folder / "workbooks")
    for sheet in (desk.folder / "sheets").iterdir():
        sheet.write_text(sheet.read_text("utf-8-sig").replace(";;\n", ";valid;\n"), "utf-8", newline="\r\n")
    desk.run("sample", "merge", desk.export, *BY, *(desk.folder / "sheets").iterdir())
    desk.run("sample", "estimate", desk.export, *BY, "--to", desk.folder / "estimate")
    for form in ("csv", "xml", "xlsx"):
        desk.run("write", desk.export, "--form", form, "--to", desk.folder / f"all.{form}")
    desk.run("write", desk.export, "--form", "xml", "--split", "9", "--to", desk.folder / "split")
    desk.run("write", desk.export, "--form", "pdf", "--split", "9", "--to", desk.folder / "lists", *shared)
    reports = [word for ending in ("html", "pdf") for word in (f"--{ending}", desk.folder / f"report.{ending}")]
    desk.run("report", desk.export, *reports, "--to", desk.folder / "report.json")
    desk.run("certify", desk.export, "--to", desk.folder / "certificate", "--sample", "estimate")
    sealed = (".civium-opened", ".civium-verdicts", ".civium-sample")
    return {
        str(path.relative_to(desk.folder)): path.read_bytes()
        for path in sorted(desk.folder.rglob("*"))
        if path.is_file() and not path.name.endswith(sealed)
    }


def test_every_result_has_the_same_bytes_whoever_makes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civium.authority.opening.ROWS_A_CHUNK", 4)
    monkeypatch.setattr(commands, "FEW_ROWS", 0)
    export = _log().write(tmp_path / "handed-over")
    made = []
    for place, processes in (("one", 1), ("two", 2)):
        (tmp_path / place).mkdir()
        desk = Desk(tmp_path / place, capsys)
        shutil.copy(export, desk.export)
        made.append(_all_results(desk, processes))
    assert {"x.civium-decisions", "all.csv", "all.xml", "all.xlsx", "report.pdf", "certificate.json", "certificate.pdf"} <= made[
        0
    ].keys()
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []


def test_decisions_outlive_the_loss_of_what_was_opened(desk: Desk) -> None:
    """A damaged working file is moved away and made again: the officers' work of weeks is not lost with it."""
    log = Log(authority_key())
    log.add(statement(spanish("00000006A", "Fermín", "Escudero Sanz")), DAY)
    desk.open_and_verify(log)
    desk.run("decide", desk.export, *BY, "--ground", "number-checksum", "--accept", "--reason", "found in the register")
    for ending in ("opened", "verdicts"):
        (desk.folder / f"x.civium-{ending}").unlink()
    desk.open_and_verify(log)
    assert "for decision 0" in " ".join(desk.run("report", desk.export).split())
    desk.run("certify", desk.export, "--to", desk.folder / "certificate")
