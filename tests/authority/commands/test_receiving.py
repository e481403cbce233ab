"""civium-authority acknowledge, dates: no key, nothing opened; what is not whole is not acknowledged."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.formats.export import WORKING_COPY
from civium.law.procedure import load_procedure
from tests.authority.build import Log, authority_key, dni, read_json, spanish, statement
from tests.authority.commands.desk import Desk

BY = ("--by", "R. Ejemplo")


def _log(**settings: object) -> Log:
    log = Log(authority_key(), **settings)  # type: ignore[arg-type]
    log.add(statement(spanish()))
    log.add(statement(spanish(dni(2), "Berta")))
    log.destroy(1, "destroyed-by-organisers")
    return log


def test_an_export_is_acknowledged_with_its_hash_and_the_last_day(desk: Desk) -> None:
    desk.hand_over(_log())
    told = desk.run(
        "acknowledge", desk.export, *BY, "--to", desk.folder / "receipt", "--received-on", "2026-09-12", has_key=False
    )
    assert "authority-verifies 2026-12-14 (2026-12-12 is no working day)" in told
    numbers = read_json(desk.folder / "receipt.json")
    (file,) = numbers["files"]
    raw = desk.export.read_bytes()
    assert (file["sha256"], file["size"]) == (sha256(raw).hexdigest(), len(raw))
    assert file["export"]["entries"] == 2
    assert file["export"]["not_in_the_file"] == {"destroyed-by-organisers": 1}
    assert numbers["duties"] == [
        {"id": "authority-verifies", "article": "Art. 12(4)", "on": "2026-12-12", "latest_on": "2026-12-14"}
    ]
    text = (desk.folder / "receipt.txt").read_text("utf-8")
    page = "".join(page.extract_text() for page in PdfReader(desk.folder / "receipt.pdf").pages)
    for words in ("Oficina del Censo Electoral", "R. Ejemplo", "2026-12-14", "Nothing has been opened", "submission package"):
        assert words in text
        assert words in page
    for secret in ("Robledo", dni(0)):
        assert secret not in text
    desk.run("acknowledge", desk.export, *BY, "--to", desk.folder / "receipt", has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err


def test_while_more_is_to_come_no_period_is_told(desk: Desk) -> None:
    desk.hand_over(_log())
    told = desk.run("acknowledge", desk.export, *BY, "--to", desk.folder / "r", "--more-to-come", has_key=False)
    assert "authority-verifies" not in told
    assert read_json(desk.folder / "r.json")["duties"] == []
    assert "it has not begun" in (desk.folder / "r.txt").read_text("utf-8")


def test_a_damaged_export_is_not_acknowledged_and_a_working_copy_is_called_one(desk: Desk) -> None:
    desk.hand_over(_log(kind=WORKING_COPY))
    desk.run("acknowledge", desk.export, *BY, "--to", desk.folder / "r", has_key=False)
    assert "It is no submission" in (desk.folder / "r.txt").read_text("utf-8")
    raw = bytearray(desk.export.read_bytes())
    raw[-1000] ^= 1
    desk.export.write_bytes(raw)
    desk.run("acknowledge", desk.export, *BY, "--to", desk.folder / "bad", has_key=False, expected=3)
    assert not list(desk.folder.glob("bad*"))


def test_files_of_another_system_are_the_senders_word(desk: Desk) -> None:
    folder = desk.folder / "stick"
    (folder / "es").mkdir(parents=True)
    (folder / "es" / "a\u202eb.xml").write_text("<x/>", "utf-8")
    (folder / "link.xml").symlink_to(folder / "es" / "a\u202eb.xml")
    about = ("--jurisdiction", "ES", "--registration", "ECI(2026)000004")
    desk.run("acknowledge", folder, *BY, "--to", desk.folder / "r", *about, has_key=False)
    text = (desk.folder / "r.txt").read_text("utf-8")
    assert "is the sender's word" in text
    assert "stick/es/a<U+202E>b.xml, 4 bytes" in text
    assert "DEMONSTRATION" not in text
    assert len(read_json(desk.folder / "r.json")["files"]) == 1
    desk.run("acknowledge", folder, *BY, "--to", desk.folder / "s", has_key=False, expected=1)
    assert "give --jurisdiction" in desk.err


@pytest.mark.parametrize("day", ["2026-11-22", "yesterday"])
def test_a_day_must_be_one_that_has_come(desk: Desk, day: str) -> None:
    desk.hand_over(_log())
    arguments = ("acknowledge", desk.export, *BY, "--to", desk.folder / "r", "--received-on", day)
    if day == "yesterday":
        with pytest.raises(SystemExit):
            desk.run(*arguments, has_key=False)
        assert "a day is written 2026-03-02" in desk.capture.readouterr().err
    else:
        desk.run(*arguments, has_key=False, expected=1)
        assert "lies in the future" in desk.err


def test_exports_of_two_states_and_an_empty_folder_are_refused(desk: Desk) -> None:
    desk.hand_over(_log())
    other = Log(authority_key("PT"))
    other.write(desk.folder / "pt.civium")
    desk.run("acknowledge", desk.export, desk.folder / "pt.civium", *BY, "--to", desk.folder / "r", has_key=False, expected=1)
    assert "several initiatives or States" in desk.err
    (desk.folder / "empty").mkdir()
    desk.run("acknowledge", desk.folder / "empty", *BY, "--to", desk.folder / "r", has_key=False, expected=1)
    assert "no file" in desk.err


def test_an_authority_that_nobody_knows_must_be_named(desk: Desk) -> None:
    about = ("--jurisdiction", "ES", "--registration", "R", "--authority", "Oficina de Ejemplo 中")
    (desk.folder / "x.xml").write_text("<x/>", "utf-8")
    desk.run("acknowledge", desk.folder / "x.xml", *BY, "--to", desk.folder / "r", *about, has_key=False)
    assert "Oficina de Ejemplo 中" in (desk.folder / "r.txt").read_text("utf-8")
    assert "<U+4E2D>" in PdfReader(desk.folder / "r.pdf").pages[0].extract_text()


def test_dates_come_from_the_export_from_what_was_opened_or_from_what_is_said(desk: Desk) -> None:
    desk.hand_over(_log())
    days = ("--received-on", "2026-09-14", "--certified-on", "2026-11-20")
    from_export = desk.run("dates", desk.export, *days, has_key=False)
    assert from_export.splitlines()[1:] == [
        "2026-12-14  The authority verifies the statements (Art. 12(4)), in 23 days",
        "2027-02-20  The authority destroys its statements (Art. 19(6)), in 91 days",
    ]
    desk.run("open", desk.export, "--confirm-rules")
    assert desk.run("dates", desk.export, *days, has_key=False) == from_export
    said = desk.run("dates", "--jurisdiction", "ES", "--registration", "DEMO-NIGHT-TRAINS", *days, has_key=False)
    assert said == from_export
    assert "nothing yet" in desk.run("dates", desk.export, has_key=False)
    desk.run("dates", has_key=False, expected=1)
    assert "give --jurisdiction" in desk.err


def test_a_calendar_file_is_written_once_and_days_are_in_order(desk: Desk) -> None:
    desk.hand_over(_log())
    target = desk.folder / "dates.ics"
    assert "written dates.ics" in desk.run("dates", desk.export, "--received-on", "2026-09-14", "--to", target, has_key=False)
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    desk.run("dates", desk.export, "--to", target, has_key=False, expected=1)
    desk.run("dates", desk.export, "--received-on", "2026-09-14", "--certified-on", "2026-09-13", has_key=False, expected=1)
    assert "older than the receipt" in desk.err


def test_an_authority_that_no_source_names_and_a_state_that_is_none(desk: Desk) -> None:
    (desk.folder / "x.xml").write_text("<x/>", "utf-8")
    arguments: tuple[str | Path, ...] = (
        "acknowledge",
        desk.folder / "x.xml",
        *BY,
        "--to",
        desk.folder / "r",
        "--registration",
        "R",
    )
    desk.run(*arguments, "--jurisdiction", "PT", has_key=False, expected=1)
    assert "authority" in desk.err
    desk.run(*arguments, "--jurisdiction", "XX", has_key=False, expected=1)
    assert "no such jurisdiction" in desk.err


def test_a_procedure_that_sets_the_authority_no_day_has_none_told(desk: Desk) -> None:
    place = next(iter(load_procedure("petition").jurisdictions))
    (desk.folder / "x.xml").write_text("<x/>", "utf-8")
    arguments: tuple[str | Path, ...] = (
        "acknowledge",
        desk.folder / "x.xml",
        *BY,
        "--to",
        desk.folder / "r",
        "--registration",
        "R",
    )
    desk.run(*arguments, "--jurisdiction", place, "--procedure", "petition", has_key=False)
    assert (desk.folder / "r.txt").read_text("utf-8").count("Everything has arrived, on paper and online.\n") == 1
