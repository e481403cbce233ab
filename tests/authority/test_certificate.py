"""The certificate is a draft with the official words, numbers that add up, and a way to check it again."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.authority.certificate import Draft, Paper, certificate_of, certificate_pdf
from civium.errors import Refused
from civium.formats.export import WORKING_COPY
from civium.law.procedure import load_procedure
from civium.law.wording import wording
from tests.authority.build import Log, authority_key, dni, greek, spanish, statement
from tests.authority.case import verified

PLACES = load_procedure().jurisdictions


def _draft(log: Log, folder: Path, **changes: object) -> Draft:
    done = verified(log, folder)
    draft = Draft(
        facts=done.verdicts.facts,
        tally=done.tally(),
        journal_hash="",
        verdicts_hash="e" * 64,
        jurisdiction=PLACES[log.key.public.jurisdiction],
        authority="Oficina #inventada [de] *pruebas* $x$",
        paper=Paper(30, 20),
        made_on=date(2026, 11, 21),
    )
    return replace(draft, **changes)  # type: ignore[arg-type]


def _log(**settings: object) -> Log:
    log = Log(authority_key(), **settings)  # type: ignore[arg-type]
    for first in ("Ana", "Berta", "Carla"):
        log.add(statement(spanish(dni(len(log.rows)), first)))
    log.add(statement(spanish(dni(0))))
    log.add(statement(spanish(dni(8), "Dora"), declaration=False))
    log.add(statement(spanish(dni(9), "Elsa")))
    log.destroy(5, "erased-by-signatory", b"e" * 16)
    return log


def _text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_page_says_what_annex_vi_says_with_the_blanks_filled(tmp_path: Path) -> None:
    draft = _draft(_log(), tmp_path)
    text = _text(certificate_pdf(draft))
    official = wording("en", "annex_vi.text").text
    for piece in (piece.strip(" ,") for piece in re.split(r"… \([^)]*\)", official)):
        assert piece in text
    assert "hereby certifies that 23 statements of support" in text
    assert "COLLECTED FOR SPAIN" in text
    assert "Oficina #inventada [de] *pruebas* $x$ of Spain" in text
    assert wording("en", "annex_vi.closing").text in text
    assert "OJ L 130, 17.5.2019" in text


def test_a_draft_says_that_it_is_one_and_a_demonstration_too(tmp_path: Path) -> None:
    text = _text(certificate_pdf(_draft(_log(), tmp_path)))
    assert "DRAFT until dated, signed and stamped by the competent authority." in text
    assert "DEMONSTRATION" in text
    (tmp_path / "real").mkdir()
    assert "DEMONSTRATION" not in _text(certificate_pdf(_draft(_log(deployment="procedure"), tmp_path / "real")))


def test_paper_and_online_stand_apart_and_the_rows_add_up(tmp_path: Path) -> None:
    told = certificate_of(_draft(_log(), tmp_path))
    assert told["valid"] == {"total": 23, "online": 3, "paper": 20}
    online = told["online"]
    assert online["entries"] == 6 == online["accepted"] + online["struck"] + sum(online["not_in_the_file"].values())
    assert online["repeats"] == 1
    assert len(told["hashes"]["export"]) == len(told["hashes"]["log_root"]) == 64
    text = _text(certificate_pdf(_draft(_log(), _folder(tmp_path))))
    assert "Entries in the log 6 less: destroyed by the signatory with the erasure code −1" in text


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "again"
    folder.mkdir()
    return folder


def test_the_pdf_is_tagged_for_readers_who_do_not_see(tmp_path: Path) -> None:
    reader = PdfReader(io.BytesIO(certificate_pdf(_draft(_log(), tmp_path))))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "CERTIFICATE CONFIRMING THE NUMBER OF VALID STATEMENTS OF SUPPORT COLLECTED FOR SPAIN"


def test_greek_letters_are_on_the_page(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    log.add(statement(greek()))
    name = PLACES["EL"].authority.name_native
    assert name
    assert name in _text(certificate_pdf(_draft(log, tmp_path, authority=name)))


def test_a_working_copy_a_selection_and_paper_are_never_certified(tmp_path: Path) -> None:
    for name, log, code in (
        ("a", _log(kind=WORKING_COPY), "certificate-working-copy"),
        ("b", _log(), "certificate-working-copy"),
        ("c", _log(channel="paper"), "certificate-channel"),
    ):
        if name == "b":
            log.destroy(0, "outside-selection")
        (tmp_path / name).mkdir()
        with pytest.raises(Refused, match=code):
            certificate_of(_draft(log, tmp_path / name))


def test_nothing_is_certified_while_a_statement_waits(tmp_path: Path) -> None:
    log = _log()
    log.add(statement(spanish("00000000A", "Flora")))
    with pytest.raises(Refused, match=r"certificate-undecided \(undecided=1\)"):
        certificate_of(_draft(log, tmp_path))


def test_numbers_for_paper_must_fit(tmp_path: Path) -> None:
    draft = _draft(_log(), tmp_path)
    for paper in (Paper(1, 2), Paper(1, -1)):
        with pytest.raises(Refused, match="certificate-paper"):
            certificate_of(replace(draft, paper=paper))


def test_decisions_stand_in_their_own_row(tmp_path: Path) -> None:
    log = _log()
    wrong = log.add(statement(spanish("00000000A", "Flora")))
    done = verified(log, tmp_path)
    draft = Draft(
        done.verdicts.facts, done.tally({wrong: "strike"}), "d" * 64, "e" * 64, PLACES["ES"], "X", Paper(), date(2026, 11, 21)
    )
    text = _text(certificate_pdf(draft))
    assert "less: struck by a person's decision −1" in text
    assert "dddddddddddddddd" in text
