"""The report as a document, and its three ways of being set."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from lxml import html
from pypdf import PdfReader

from civium.authority.decisions import Decision, Journal, append_decisions
from civium.authority.documents.as_html import STYLE, STYLE_SOURCE, document_html
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.as_text import document_text
from civium.authority.documents.document import Document, Table
from civium.authority.documents.findings import Findings, GroupCount, findings_of
from civium.authority.documents.report import report_document
from civium.authority.keys import journal_key
from civium.authority.reading.origin import SENDERS_WORD
from tests.authority.build import Log, authority_key, dni, spanish, statement
from tests.authority.case import Verified, verified

ON = date(2026, 11, 21)


def _log() -> Log:
    log = Log(authority_key())
    log.add(statement(spanish("00000000A", "Ana", "Wunderlich")))
    log.add(statement(spanish(dni(1), "Berta")))
    log.add(statement(spanish(dni(1), "Berta")), date(2026, 8, 30))
    log.add(statement(spanish(dni(2), "Carla"), declaration=False))
    log.add(statement(spanish(dni(3), "Falsa")), date(2026, 9, 20))
    log.add(statement(spanish(dni(3), "Dora")))
    log.add(statement(spanish(dni(3), "Esmeralda")))
    log.add(statement(spanish(dni(9), "Gone")))
    log.destroy(7, "destroyed-by-organisers")
    return log


def _findings(done: Verified, journal: Journal | None = None) -> Findings:
    return findings_of(done.verdicts, journal or Journal({}, 0, ""), made_on=ON)


def _tables(document: Document, title: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    (section,) = (section for section in document.sections if section.title == title)
    return {block.caption: block.rows for block in section.blocks if isinstance(block, Table)}


def test_numbers_add_up_and_groups_are_counted(tmp_path: Path) -> None:
    document = report_document(_findings(verified(_log(), tmp_path)))
    rows = dict(_tables(document, "Verdicts")["How the number was found"])
    assert rows["Entries in the log"] == "8"
    assert rows["less: destroyed by the organisers"] == "−1"
    assert rows["less: waiting for a person"] == "−3"
    assert rows["Accepted"] == "1"
    numbers = [int(number.replace("−", "-")) for number in rows.values()]
    assert sum(numbers[:-1]) == numbers[-1]
    grounds = {
        row[0].partition(":")[0]: row[1:] for row in _tables(document, "Grounds")["Every ground; a statement can have several"]
    }
    assert grounds["repeat"] == ("1", "1", "0", "0")
    assert grounds["declaration-missing"] == ("1", "1", "0", "0")
    groups = _tables(document, "Repeats and groups")["Groups"]
    assert groups[0][1:] == ("2", "4", "1", "0", "1")
    assert document.stamps == (
        "DEMONSTRATION. Invented statements; nothing here counts.",
        "NOT FINISHED. 3 statements wait for a person.",
    )


def test_a_decided_group_no_longer_waits(tmp_path: Path) -> None:
    done = verified(_log(), tmp_path)
    waiting = [row.row.identifier for row in done.settled() if row.row.grounds and row.verdict == 3]
    assert waiting, "something waits"
    key = journal_key(done.verdicts.key, done.verdicts.head_hash())
    decisions = [Decision(identifier, "strike", "not found") for identifier in waiting]
    path = tmp_path / "journal"
    journal = append_decisions(path, done.verdicts.head_hash(), decisions, key=key, by="R. Ejemplo", on=ON)
    findings = _findings(done, journal)
    assert findings.groups["group"] == GroupCount(2, 4, 1, 0)
    told = document_text(report_document(findings))
    assert journal.last_hash in told
    assert "NOT FINISHED" not in told
    assert "Ejemplo" not in told, "who decided stands in the journal, not in what is passed on"


def test_nothing_of_a_signatory_is_in_any_setting(tmp_path: Path) -> None:
    done = verified(_log(), tmp_path)
    document = report_document(_findings(done), has_german_list=True)
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(document_pdf(document))).pages)
    for told in (document_text(document), document_html(document), pdf):
        for secret in ("Wunderlich", "Berta", "Esmeralda", "00000000A", dni(1), *(row.row.identifier for row in done.settled())):
            assert secret not in told


def test_days_stand_by_week_without_verdicts_and_outside_days_are_counted(tmp_path: Path) -> None:
    document = report_document(_findings(verified(_log(), tmp_path)))
    (weeks,) = _tables(document, "Days").values()
    assert weeks == (
        ("2026-05-04", "5", "·", "·", "·", "·", "·", "·", "5"),
        ("2026-08-24", "·", "·", "·", "·", "·", "·", "1", "1"),
    )
    assert "Days outside the collection period: 1 statements." in document_text(document)


def test_a_page_asks_nobody_for_anything_and_runs_nothing(tmp_path: Path) -> None:
    page = document_html(report_document(_findings(verified(_log(), tmp_path))))
    root = html.document_fromstring(page)
    assert root.get("lang") == "en"
    assert not root.xpath("//script | //link | //img | //iframe | //a | //form | //@style | //@onclick")
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|url\(|@import", page)
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == f"default-src 'none'; style-src {STYLE_SOURCE}"
    assert root.xpath("//style")[0].text == STYLE
    assert all(root.xpath("//svg/@aria-label"))
    assert len(root.xpath("//h1")) == 1


def test_a_pdf_is_tagged_named_and_in_its_language(tmp_path: Path) -> None:
    document = report_document(_findings(verified(_log(), tmp_path)))
    reader = PdfReader(io.BytesIO(document_pdf(document)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Report of a verification, DEMO-NIGHT-TRAINS, Spain, online, as of 2026-11-21"
    text = "".join(page.extract_text() for page in reader.pages)
    assert "less: destroyed by the organisers −1" in text


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    log = _log()
    log.write(tmp_path / "kept.civium")
    made = []
    for name, processes in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        findings = _findings(verified(log, tmp_path / name, processes=processes))
        # A verdicts file bears a salt of its own; the same verification is what stays.
        document = report_document(replace(findings, verdicts_hash="d" * 64))
        made.append((document_html(document), document_pdf(document), document_text(document)))
    assert made[0] == made[1]


def test_statements_of_another_system_are_the_senders_word(tmp_path: Path) -> None:
    done = verified(_log(), tmp_path)
    read = {
        "layout": "table",
        "files": 2,
        "announced": 9,
        "copies": 0,
        "gaps": 1,
        "undated": 0,
        "named_by_place": 0,
        "unknown": 0,
    }
    facts = {**done.verdicts.facts, "read": read, "channel": "online"}
    told = document_text(report_document(replace(_findings(done), facts=facts)))
    assert SENDERS_WORD in told
    assert "Statements in the files" in told
    assert "a table (CSV)" in told
    assert "checkpoint" not in told


def test_joined_logs_stand_one_by_one(tmp_path: Path) -> None:
    done = verified(_log(), tmp_path)
    export = {
        **done.verdicts.facts["export"],
        "origin": "log/1 log/2",
        "sha256": f"{'a' * 64} {'b' * 64}",
        "root": f"{'c' * 64} {'d' * 64}",
    }
    document = report_document(replace(_findings(done), facts={**done.verdicts.facts, "export": export}))
    rows = _tables(document, "Completeness")["What can be checked again"]
    assert ("Log", "log/2") in rows
    assert ("Merkle root at the checkpoint", "d" * 64) in rows


def test_without_grounds_and_without_anything_a_report_is_made(tmp_path: Path) -> None:
    log = Log(authority_key())
    assert "No statement has a ground." in document_text(report_document(_findings(verified(log, tmp_path))))
    assert document_pdf(report_document(_findings(_again(log, tmp_path / "again")))).startswith(b"%PDF")


def _again(log: Log, folder: Path) -> Verified:
    folder.mkdir()
    return verified(log, folder)
