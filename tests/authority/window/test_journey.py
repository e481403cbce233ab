"""The officer's way through the window, page by page, and what the commands would have written is what is written."""

from __future__ import annotations

import html
import json
import re
import threading
from pathlib import Path

from civium.authority.command import main
from tests.authority.build import PASSPHRASE
from tests.authority.window.visitor import Window

RIGHT = {"key": "es.civium-private-key", "passphrase": PASSPHRASE, "by": "R. Ejemplo"}


def words(page: str) -> str:
    """Give what a page says."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    window = Window(tmp_path)
    try:
        window.comes_in()
        assert "There is no export in this folder" in window.page()
        assert "Not a place in the folder" not in window.page("verdicts")
        assert "First choose the file" in window.page("verdicts")
        assert "This is not a place in the folder" in window.does("choose", typed="../x.civium")
    finally:
        window.close()


def test_a_file_that_is_no_export_is_told(window: Window, office: Path) -> None:
    (office / "y.civium").write_bytes(b"no export")
    assert "This is not an export of Civium" in window.page()
    assert "This is not an export of Civium" in window.does("choose", name="y.civium")
    assert window.desk.file is None
    assert "There is no such file" in window.does("choose", typed="nothing.civium")


def test_a_wrong_passphrase_and_a_wrong_key_open_nothing(window: Window) -> None:
    window.does("choose", name="x.civium")
    page = window.does("unlock", **{**RIGHT, "passphrase": "wrong horse"})
    assert "The passphrase does not open this key." in page
    assert "wrong horse" not in page
    assert "This key is not the one" in window.does("unlock", **{**RIGHT, "key": "lu.civium-private-key"})
    assert "It is not known who is at work here" in window.does("unlock", **{**RIGHT, "by": " "})
    assert window.desk.keys == []
    assert "The key is unlocked" in window.does("unlock", **RIGHT)


def test_opening_is_watched_stopped_and_gone_on_with(unlocked: Window, office: Path) -> None:
    told = json.loads(unlocked.ask("GET", f"{unlocked.gate.root}progress").text)
    assert told == {"state": ""}
    unlocked.does("open")
    done = unlocked.works()
    assert "Everything is opened and checked" in done
    assert "The file is complete: 17 entries" in words(done)
    assert json.loads(unlocked.ask("GET", f"{unlocked.gate.root}progress").text)["state"] == "done"
    (office / "x.civium-verdicts").unlink()
    assert "Check the statements" in unlocked.page()
    unlocked.does("open")
    assert "Everything is opened and checked" in unlocked.works()


def test_stopped_in_the_middle_it_goes_on_from_there(unlocked: Window, office: Path) -> None:
    def stop_while_opening() -> None:
        work = unlocked.desk.work
        if work is not None and [watch.verb for watch in work.watches] == ["checked", "opened"]:
            work.stop()

    unlocked.clock.looked = stop_while_opening
    unlocked.does("open")
    stopped = words(unlocked.works())
    assert "It was stopped. What was done is kept, encrypted." in stopped
    assert "Go on opening" in stopped
    assert (office / "x.civium-opened.part").exists()
    unlocked.clock.looked = lambda: None
    unlocked.does("open")
    assert "Everything is opened and checked" in unlocked.works()
    assert "For decision 6" in words(unlocked.page("verdicts"))


def test_while_something_runs_nothing_else_is_done(unlocked: Window) -> None:
    may_go = threading.Event()
    unlocked.clock.looked = lambda: may_go.wait(10)
    unlocked.does("open")
    page = words(unlocked.page("work?again"))
    assert "Stop and go on later" in page
    assert "Something is running" in unlocked.does("choose", name="x.civium")
    unlocked.does("stop")
    may_go.set()
    assert "Stop and go on later" not in unlocked.works()


def test_a_tampered_file_is_one_sentence(unlocked: Window, office: Path) -> None:
    raw = bytearray((office / "x.civium").read_bytes())
    raw[-2000] ^= 1
    (office / "x.civium").write_bytes(raw)
    unlocked.does("open")
    assert "ask the organisers for the file again" in words(unlocked.works()).lower()
    assert not (office / "x.civium-opened").exists()


def test_the_whole_way_ends_as_the_commands_would(verified: Window, office: Path) -> None:
    assert "For decision 6" in words(verified.page("verdicts"))
    assert "6 statements still wait" in words(verified.page("certificate"))
    group = verified.page("group?name=group-2")
    first, second = re.findall(r'name="d(\d+)" value="accept"', group)
    after = verified.does(
        "decide-rows",
        back="group?name=group-2",
        kind="group",
        reason="not the name of that number",
        **{f"d{first}": "strike", f"d{second}": "accept"},
    )
    assert "2 decided, written into the journal. 4 still wait." in after
    ask = verified.does("decide-ground", ground="number-checksum", decision="accept", reason="found in the register")
    assert "Are you sure?" in ask
    assert "found in the register" in ask
    assert "6" not in (office / "x.civium-decisions").read_text()[:0]
    verified.does("decide-ground", ground="number-checksum", decision="accept", reason="found in the register", confirmed="yes")
    for ground in ("unopenable", "unreadable", "number-format"):
        verified.does("decide-ground", ground=ground, decision="strike", reason="cannot be read", confirmed="yes")
    assert "Nothing waits for a decision" in verified.page("decide")
    journal = words(verified.page("journal"))
    assert journal.count("cannot be read") == 3
    ask = verified.does("certify", name="certificate", received="40", valid="31", authority="Oficina del Censo")
    assert "Are you sure?" in ask
    assert not (office / "certificate.pdf").exists()
    done = verified.does("certify", name="certificate", received="40", valid="31", authority="Oficina del Censo", confirmed="yes")
    assert "valid in all" in done
    assert verified.ask("GET", f"{verified.gate.root}certificate.pdf").raw == (office / "certificate.pdf").read_bytes()
    key = ["--key", str(office / "es.civium-private-key"), "--passphrase-file", str(office / "passphrase")]
    (office / "passphrase").write_text(PASSPHRASE)
    again = [
        "certify",
        str(office / "x.civium"),
        *key,
        "--to",
        str(office / "again"),
        "--paper-received",
        "40",
        "--paper-valid",
        "31",
    ]
    assert main([*again, "--authority", "Oficina del Censo"], now=verified.desk.now()) == 0
    assert (office / "again.json").read_bytes() == (office / "certificate.json").read_bytes()
    assert (office / "again.pdf").read_bytes() == (office / "certificate.pdf").read_bytes()


def test_a_decision_is_undone_by_a_further_one(verified: Window) -> None:
    page = verified.page("one?ground=number-checksum")
    (index,) = re.findall(r'name="d(\d+)" value="accept"', page)
    verified.does("decide-rows", back="one?ground=number-checksum", reason="found", **{f"d{index}": "accept"})
    assert f'href="one?at={index}"' in verified.page("journal")
    after = words(
        verified.does("decide-rows", back=f"one?at={index}", reason="looked again: not found", **{f"d{index}": "strike"})
    )
    assert "1 decided" in after
    one = words(verified.page(f"one?at={index}"))
    assert "struck looked again: not found" in one
    assert "counts found" in one


def test_what_is_no_decision_is_refused(verified: Window) -> None:
    assert "No undecided statement would be settled by this" in verified.does(
        "decide-rows", back="group?name=group-2", reason="x", d5="leave"
    )
    assert "This is not a list of decisions" in verified.does("decide-rows", back="one?at=7", reason="", d7="accept")
    assert "What nobody can read cannot be accepted" in verified.does("decide-rows", back="one?at=14", reason="x", d14="accept")
    assert "may be one person" in verified.does("decide-group", name="group-2", decision="strike", reason="x", confirmed="yes")
    assert "This is not a list of decisions" in verified.does(
        "decide-group", name="group-2", decision="guess", reason="x", confirmed="yes"
    )
    assert "There is no such group" in verified.page("group?name=group-99")
    assert "Nothing of this kind waits" in verified.page("one?at=9999")
    assert "Here will stand every decision" in verified.page("journal")


def test_a_sample_is_planned_drawn_typed_in_and_estimated(unlocked: Window, office: Path) -> None:
    assert "Nobody has seen a statement yet" in unlocked.page("sample")
    assert "Are you sure?" in unlocked.does("plan", preset="95")
    assert "The plan is fixed" in unlocked.does("plan", preset="95", confirmed="yes")
    assert (office / "x.civium-sample").exists()
    assert "when the file is opened and checked" in unlocked.page("sample")
    unlocked.does("open")
    unlocked.works()
    assert "statements still wait for a decision" in unlocked.page("sample")
    rest = re.findall(r'href="one\?at=(\d+)"', unlocked.page("list?verdict=for-decision"))
    unlocked.does("decide-rows", back="journal", reason="not found", **{f"d{index}": "strike" for index in rest})
    assert "Nothing is drawn yet" in unlocked.page("results")
    assert "The sample is drawn" in unlocked.does("draw", confirmed="yes")
    rows = re.findall(r'name="r(\d+)" value="valid"', unlocked.page("results"))
    assert len(rows) == 5
    kept = unlocked.does("results", page="1", **dict.fromkeys((f"r{row}" for row in rows), "valid"))
    assert "5 new results" in kept
    assert "0 new results" in unlocked.does("results", page="1", **dict.fromkeys((f"r{row}" for row in rows), "valid"))
    told = words(unlocked.does("estimate"))
    assert "The estimate stands in the journal" in told
    assert "valid by the sample 5 100.00 %" in told
    asks = unlocked.page("certificate")
    assert 'name="sample"' in asks
    assert "A sample was drawn: say what counts" in unlocked.does("certify", name="c", confirmed="yes", authority="x")


def test_sheets_go_out_and_come_back(unlocked: Window, office: Path) -> None:
    unlocked.does("plan", preset="own", confidence="90", margin="20", confirmed="yes")
    unlocked.does("open")
    unlocked.works()
    rest = re.findall(r'href="one\?at=(\d+)"', unlocked.page("list?verdict=for-decision"))
    unlocked.does("decide-rows", back="journal", reason="not found", **{f"d{index}": "strike" for index in rest})
    unlocked.does("draw", confirmed="yes")
    assert "Written sheets" in words(unlocked.does("split", sheets="1", second="0", form="csv", to="sheets", confirmed="yes"))
    (sheet,) = (office / "sheets").iterdir()
    text = sheet.read_bytes().decode("utf-8-sig")
    head, *lines = text.splitlines()
    at = head.split(";").index("result")
    filled = [";".join([*cells[:at], "nonsense", *cells[at + 1 :]]) for cells in (line.split(";") for line in lines)]
    sheet.write_bytes("\r\n".join([head, *filled, ""]).encode())
    conflict = words(unlocked.does("merge", sheets="sheets"))
    assert "Row 1 (sheet 1): the result is none of valid, invalid, unclear" in conflict
    sheet.write_bytes("\r\n".join([head, *filled, ""]).replace("nonsense", "valid").encode())
    assert "Rows with a result" in unlocked.does("merge", sheets="sheets")
    assert "is there already" in unlocked.does("split", sheets="1", second="0", form="csv", to="sheets", confirmed="yes")


def test_report_and_lists_are_written_only_when_asked(verified: Window, office: Path) -> None:
    before = set(office.iterdir())
    verified.page("files")
    report = verified.ask("GET", f"{verified.gate.root}report")
    assert report.status == 200
    assert "sandbox" in report.headers["Content-Security-Policy"]
    assert "<script" not in report.text
    assert "Are you sure?" in verified.does("write-list", form="csv", which="accepted", name="statements")
    assert set(office.iterdir()) == before
    assert "Written: report.html." in verified.does("write-report", form="html", list="neutral", name="report")
    assert (office / "report.html").read_text("utf-8") == report.text
    verified.does("write-list", form="csv", which="accepted", name="statements", confirmed="yes")
    assert len((office / "statements.csv").read_bytes().splitlines()) == 6
    assert "The file lists holds personal data in clear" in verified.does(
        "write-list", form="pdf", which="accepted", name="lists", confirmed="yes"
    )
    assert ".pdf" in {path.suffix for path in (office / "lists").iterdir()}
    assert "is there already" in verified.does("write-report", form="html", list="neutral", name="report")
    assert "This is not a place in the folder" in verified.does("write-report", form="pdf", list="ebig", name="../report")


def test_a_file_without_its_export_is_taken_up(verified: Window, office: Path) -> None:
    (office / "x.civium").unlink()
    verified.does("choose", name="/none")
    page = verified.does("choose", name="x.civium-opened")
    assert "17 statements" in page
    verified.page("verdicts")


def test_other_rules_are_shown_before_they_hold(unlocked: Window, office: Path) -> None:
    told = {"civium": "verification policy v1", "jurisdiction": "ES", "actions": {"number-format": "strike"}, "source": "BOE"}
    (office / "policy.json").write_text(json.dumps(told))
    (office / "other.json").write_text(json.dumps({**told, "jurisdiction": "LU"}))
    assert "the number does not have the usual form strikes" in words(unlocked.does("rules", name="policy.json"))
    assert "another State" in unlocked.does("rules", name="other.json")
    unlocked.does("open")
    unlocked.works()
    assert "For decision 5" in words(unlocked.page("verdicts"))


def test_what_was_read_from_another_system_is_the_senders_word_on_every_page(verified: Window, office: Path) -> None:
    verified.does("write-list", form="xml", which="all", name="commission", confirmed="yes")
    (office / "passphrase").write_text(PASSPHRASE)
    key = ["--key", str(office / "es.civium-private-key"), "--passphrase-file", str(office / "passphrase")]
    assert main(["read", str(office / "commission.xml"), *key, "--confirm-rules"], now=verified.desk.now()) == 0
    assert "commission.xml.civium-opened" in verified.does("choose", name="/none")
    verified.does("choose", name="commission.xml.civium-opened")
    assert "is the sender's word" in words(verified.page())
    verified.does("open")
    assert "Everything is opened and checked" in verified.works()
    for name in ("", "verdicts", "certificate", "report"):
        assert "is the sender's word" in words(verified.page(name)), name
