"""civium-authority report, show, write: numbers, the screen, files."""

from __future__ import annotations

import getpass
import sys

import pytest
from lxml import etree

from civium.authority.commands.results import visible
from civium.authority.commission_xml import schema
from civium.authority.table_xlsx import read_xlsx
from tests.authority.build import PASSPHRASE, Log, authority_key, dni, greek, read_json, spanish, statement, write_key
from tests.authority.commands.desk import Desk
from tests.authority.sampling.drawn import BY, drawn, fill, split


def _log(**settings: object) -> Log:
    log = Log(authority_key(), **settings)  # type: ignore[arg-type]
    log.add(statement(spanish("00000000A", "Ana"), confirmations=frozenset({("id_number", "number-checksum")})))
    log.add(statement(spanish(dni(1), "Berta")))
    log.add(statement(spanish(dni(2), "Carla"), declaration=False))
    log.add(statement(spanish(dni(3), "Falsa")))
    log.add(statement(spanish(dni(3), "Dora")))
    log.add_envelope(log.seal(b"\xff" * 2048))
    return log


def test_a_report_is_shown_and_written_once(desk: Desk) -> None:
    desk.open_and_verify(_log())
    assert "entries in the log" in desk.run("report", desk.export)
    told = desk.folder / "report.json"
    assert "section 4 EBIG" in desk.run("report", desk.export, "--list", "ebig", "--to", told)
    assert read_json(told)["for_decision"] == 4
    desk.run("report", desk.export, "--to", told, expected=1)
    assert "nothing was overwritten" in desk.err


def test_a_report_with_pictures_is_one_page_and_one_pdf(desk: Desk) -> None:
    desk.open_and_verify(_log())
    page, pdf, numbers = (desk.folder / f"report.{ending}" for ending in ("html", "pdf", "json"))
    desk.run("report", desk.export, "--html", page, "--pdf", pdf, "--to", numbers)
    assert "<svg " in page.read_text("utf-8")
    assert pdf.read_bytes().startswith(b"%PDF-")
    kept = [path.read_bytes() for path in (page, pdf)]
    for path in (page, pdf):
        assert path.stat().st_mode & 0o777 == 0o600
        path.unlink()
    desk.run("report", desk.export, "--html", page, "--pdf", pdf, "--to", numbers, expected=1)
    assert not page.exists(), "all of them or none"
    desk.run("report", desk.export, "--html", page, "--pdf", pdf)
    assert [path.read_bytes() for path in (page, pdf)] == kept


def test_a_report_tells_the_sample_as_far_as_it_has_come(desk: Desk) -> None:
    drawn(desk, "--confidence", "95", "--margin", "5", "--strata", "month", number=24)

    def told(name: str) -> str:
        desk.run("report", desk.export, "--html", desk.folder / f"{name}.html", "--pdf", desk.folder / f"{name}.pdf")
        return (desk.folder / f"{name}.html").read_text("utf-8")

    assert "No estimate yet." in told("drawn")
    for sheet in split(desk):
        fill(sheet)
    desk.run("sample", "merge", desk.export, *BY, *sorted((desk.folder / "sheets").iterdir()))
    desk.run("sample", "estimate", desk.export, *BY)
    page = told("estimated")
    for words in ("Exact bounds (Clopper-Pearson, 95.00 %)", "Wilson&#x27;s bounds", "2026-04", "Rate of valid statements"):
        assert words in page
    identifier = desk.run("show", desk.export, "--verdict", "accepted", "--most", "1").split()[0]
    desk.run("decide", desk.export, *BY, "--identifier", identifier, "--strike", "--reason", "no such person")
    assert "The estimate is of 24 accepted statements; now there are 23." in told("stale")


def test_a_report_to_be_passed_on_leaves_small_numbers_out(desk: Desk) -> None:
    drawn(desk, "--confidence", "95", "--margin", "5", number=24)
    for sheet in split(desk):
        fill(sheet)
    desk.run("sample", "merge", desk.export, *BY, *sorted((desk.folder / "sheets").iterdir()))
    desk.run("sample", "estimate", desk.export, *BY)
    for name, options in (("whole", ()), ("passed", ("--pass-on",))):
        desk.run("report", desk.export, "--html", desk.folder / f"{name}.html", *options)
    whole, passed = ((desk.folder / f"{name}.html").read_text("utf-8") for name in ("whole", "passed"))
    assert "under 5" in passed
    assert "under 5" not in whole
    assert "Exact bounds" in passed
    assert "By stratum" not in whole


def test_the_passphrase_is_asked_at_a_terminal_and_what_comes_next_asks_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open_and_verify(_log())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda *_, **__: PASSPHRASE)
    desk.run("report", desk.export, "--key", desk.key, has_key=False)
    assert desk.err == f"next: civium-authority show {desk.export} --key {desk.key}\n"


def test_what_comes_first_is_told(desk: Desk) -> None:
    desk.hand_over(_log())
    desk.run("verify", desk.export, expected=1)
    assert "civium-authority open EXPORT" in desk.err
    desk.run("report", desk.export, expected=1)
    assert "civium-authority verify EXPORT" in desk.err


def test_what_waits_is_shown_with_what_was_confirmed_and_its_group(desk: Desk) -> None:
    desk.open_and_verify(_log())
    shown = desk.run("show", desk.export)
    assert "id_number: 00000000A  (confirmed when warned)" in shown
    assert shown.count("group-1") == 2
    assert "(cannot be read)" in shown
    assert "Berta" not in shown
    assert "Berta" in desk.run("show", desk.export, "--verdict", "accepted")
    assert "no ground" in desk.out
    assert desk.run("show", desk.export, "--ground", "repeat-names-differ", "--most", "1").count("group-1") == 1
    assert desk.run("show", desk.export, "--ground", "near-repeat") == "none\n"
    desk.run("show", desk.export, "--ground", "hello", expected=1)
    assert "no such ground" in desk.err


def test_signs_that_nobody_sees_are_spelled_out_on_the_screen() -> None:
    assert visible("Ana\u202e\u200b Robledo Vía 王") == "Ana<U+202E><U+200B> Robledo Vía 王"


def test_the_commissions_xml_is_written(desk: Desk) -> None:
    desk.open_and_verify(_log())
    told = (
        "--register-address",
        "https://register.example/1",
        "--contact-persons",
        "A. Beispiel",
        "--website",
        "https://x.example",
    )
    assert (
        desk.run("write", desk.export, "--form", "xml", "--to", desk.folder / "x.xml", *told) == "statements 5\nwritten x.xml\n"
    )
    root = etree.parse(desk.folder / "x.xml").getroot()
    schema().assertValid(root)
    assert root.findtext("initiativeData/urlOnCommissionRegister") == "https://register.example/1"
    assert root.findtext("initiativeData/title") == "Night trains for every capital"
    desk.run("write", desk.export, "--form", "xml", "--to", desk.folder / "x.xml", expected=1)
    assert desk.run("write", desk.export, "--form", "xml", "--to", desk.folder / "a.xml", "--which", "accepted").startswith(
        "statements 1"
    )


@pytest.mark.parametrize("texts", [{}, {"el": {"title": "Τίτλος"}}])
def test_a_language_that_is_missing_gives_another_or_nothing(desk: Desk, texts: dict[str, dict[str, str]]) -> None:
    desk.open_and_verify(_log(texts=texts))
    desk.run("write", desk.export, "--form", "xml", "--to", desk.folder / "x.xml")
    title = etree.parse(desk.folder / "x.xml").getroot().findtext("initiativeData/title")
    assert title == ("Τίτλος" if texts else "")


def test_contact_persons_stand_as_the_commission_writes_them(desk: Desk) -> None:
    organisers = [
        {"role": "representative", "name": "Anna Invented", "email": "anna@example.org"},
        {"role": "substitute", "name": "Bo Invented"},
        {"role": "member", "name": "Cy Invented", "email": "cy@example.org"},
        "nobody",
    ]
    desk.open_and_verify(_log(texts={"en": {"title": "T", "organisers": organisers, "website": "https://x.example"}}))
    desk.run("write", desk.export, "--form", "xml", "--to", desk.folder / "x.xml")
    about = etree.parse(desk.folder / "x.xml").getroot().find("initiativeData")
    assert about is not None
    assert about.findtext("registeredContactPersons") == "Anna Invented anna@example.org, Bo Invented"
    assert about.findtext("url") == "https://x.example"


def test_a_table_is_written_for_both_parts(desk: Desk) -> None:
    log = Log(authority_key("EL"))
    log.add(statement(greek()))
    desk.key.unlink()
    write_key(desk.key, log.key)
    desk.open_and_verify(log)
    desk.run("write", desk.export, "--form", "csv", "--separator", ";", "--excel", "--to", desk.folder / "x.csv")
    lines = (desk.folder / "x.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].endswith("residence_country;date_of_birth")
    assert lines[1].endswith("GR;1980-02-29")
    assert (desk.folder / "x.csv").stat().st_mode & 0o777 == 0o600


def test_a_workbook_holds_the_table(desk: Desk) -> None:
    desk.open_and_verify(_log())
    target = desk.folder / "x.xlsx"
    assert "statements 6" in desk.run("write", desk.export, "--form", "xlsx", "--to", target)
    lines = read_xlsx(target.read_bytes(), largest=1 << 20)
    assert lines[0] == ["identifier", "received_on", "verdict", "grounds", "confirmed_by_signatory", *spanish()]
    assert [line[5] for line in lines[1:]] == ["Ana", "Berta", "Carla", "Falsa", "Dora", ""]
    assert target.stat().st_mode & 0o777 == 0o600


def test_lists_on_paper_come_in_volumes(desk: Desk) -> None:
    desk.open_and_verify(_log())
    target = desk.folder / "lists"
    assert (
        desk.run("write", desk.export, "--form", "pdf", "--split", "4", "--to", target)
        == "statements 6\nvolumes 2\nwritten lists\n"
    )
    assert "on paper 6 of 6" in desk.err
    assert (target / "0002.pdf").read_bytes().startswith(b"%PDF")
    desk.run("write", desk.export, "--form", "pdf", "--to", target, expected=1)
    assert "nothing was overwritten" in desk.err
    assert "volumes 1" in desk.run("write", desk.export, "--form", "pdf", "--which", "accepted", "--to", desk.folder / "one")
    desk.run("write", desk.export, "--form", "pdf", "--split", "9000", "--to", desk.folder / "big", expected=1)
    assert "5,000 statements at most" in desk.err


def test_the_commissions_xml_is_written_in_parts(desk: Desk) -> None:
    desk.open_and_verify(_log())
    target = desk.folder / "parts"
    told = desk.run("write", desk.export, "--form", "xml", "--split", "2", "--to", target)
    assert told == "statements 5\nfiles 3\nwritten parts\n"
    for path in target.glob("*.xml"):
        schema().assertValid(etree.parse(path))
