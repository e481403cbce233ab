"""The authority's file is read into the form if it is about what that authority was given; the signed paper is kept beside the numbers."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from civium.server.initiatives import destroying_all, milestones, proof, scan_retention
from civium.server.initiatives.models import Certificate, CertificateScan, Initiative, JournalEntry, Proposal
from civium.server.initiatives.premises import open_premises
from civium.server.initiatives.retention_dates import retention_dates
from civium.server.site.languages import language
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.console.lifecycle.certified import AFTER, Certified, certify, collected, hand_over
from tests.server.initiatives import place

from .going import text_of

AT = "/console/initiatives/quiet-skies/lifecycle/"
READ, SCAN = f"{AT}certificates/read/", f"{AT}certificates/scan/"


@pytest.fixture
def petition(installation: Installation, clock: Clock) -> Initiative:
    initiative = collected(installation)
    clock.now = AFTER
    return initiative


@pytest.fixture
def certified(installation: Installation, petition: Initiative, tmp_path: Path) -> Certified:
    """One place has its package and certifies it; the other's package waits."""
    made = hand_over(installation, petition, "VAL-N")
    return certify(made["VAL-N"], "VAL-N", tmp_path / "office")


def _send(browser: Browser, path: str, content: bytes, name: str = "certificate.json", **more: Any) -> Any:
    sent = BytesIO(content)
    sent.name = name
    return browser.post(path, {"file": sent, **more})


def test_package_tool_file_form_and_record(petition: Initiative, certified: Certified, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", petition)
    answer = _send(browser, READ, certified.bytes())
    assert answer.status_code == 200, text_of(answer.content)
    said = text_of(answer.content)
    assert "Read, and it fits." in said
    assert "3 entries, 3 of them valid online, 0 on paper; drafted by Oficina de Peticions" in said
    assert not Proposal.objects.exists(), "a file decides nothing"
    form = html.document_fromstring(answer.content.decode()).xpath("//form[contains(@action, 'record-certificate')]")[0]
    facts = dict(form.form_values())
    assert (facts["jurisdiction"], facts["online_valid"], facts["paper_valid"]) == ("VAL-N", "3", "0")
    assert facts["packages"] == certified.file["hashes"]["export"]
    facts["reference"] = "OP/2027/1"
    assert browser.post(form.get("action"), facts).status_code == 303
    proposed = Proposal.objects.get()
    second = browser_of("substitute", petition)
    shown = text_of(second.get(f"/console/initiatives/quiet-skies/proposals/{proposed.pk}/").content)
    assert "The numbers were read from the authority's file" in shown
    assert "Compare them with the signed paper before you agree." in shown
    assert second.post(f"/console/initiatives/quiet-skies/proposals/{proposed.pk}/agree/").status_code == 303
    kept = Certificate.objects.get()
    assert (kept.jurisdiction, kept.online_valid, kept.paper_valid, kept.reference) == ("VAL-N", 3, 0, "OP/2027/1")
    entry = JournalEntry.objects.get(act="certificate-recorded")
    assert entry.facts["packages"] == [certified.file["hashes"]["export"]]


def _changed(certified: Certified, part: str, **members: Any) -> bytes:
    return certified.bytes(**{part: {**certified.file[part], **members}})


def test_what_is_not_about_what_was_given_is_refused_with_a_plain_sentence(
    installation: Installation, petition: Initiative, certified: Certified, browser_of: BrowserOf, tmp_path: Path
) -> None:
    browser = browser_of("representative", petition)
    other = {"hashes": {**certified.file["hashes"], "export": "00" * 32}}
    shorter = {"online": {**certified.file["online"], "entries": 2}, "log": {**certified.file["log"], "size": 2}}
    more = {"valid": {"total": 4, "online": 4, "paper": 0}}
    for content, sentence in (
        (certified.bytes(registration="VAL-2026-008"), "This certificate is of another initiative"),
        (certified.bytes(demonstration=True), "This certificate is of another initiative"),
        (certified.bytes(jurisdiction="VAL-C"), "was given nothing yet"),
        (certified.bytes(**other), "This certificate was not made of a submission package of this initiative"),
        (_changed(certified, "hashes", log_root="00" * 32), "This certificate was not made of a submission package"),
        (certified.bytes(**shorter), "This certificate was not made of a submission package"),
        (_changed(certified, "log", origin="collect.example/another/VAL-N/online/1"), "This certificate was not made of a"),
        (certified.bytes(**more), "More is certified online than the package has entries: 3."),
        (b"%PDF-1.7", "This is not the file that civium-authority certify writes"),
    ):
        answer = _send(browser, READ, content)
        assert answer.status_code == 422, sentence
        assert sentence in text_of(answer.content)
    hand_over(installation, petition, "VAL-C")
    answer = _send(browser, READ, certified.bytes(jurisdiction="VAL-C"))
    assert "This certificate is another" in text_of(answer.content), "the package is VAL-N's"
    assert "Choose the file that the authority sent" in text_of(browser.post(READ, {}).content)
    assert not Certificate.objects.exists()
    assert not Proposal.objects.exists()


def test_a_package_that_is_named_beside_typed_numbers_is_one_that_was_made_here(
    petition: Initiative, certified: Certified, browser_of: BrowserOf
) -> None:
    facts = {"jurisdiction": "VAL-N", "online_valid": "3", "paper_valid": "0", "on": AFTER.date().isoformat(), "reference": "x"}
    browser = browser_of("representative", petition)
    assert browser.post(f"{AT}act/record-certificate/", {**facts, "packages": "nothing"}).status_code == 422
    assert browser.post(f"{AT}act/record-certificate/", {**facts, "packages": "11" * 32}).status_code == 303
    second = browser_of("substitute", petition)
    answer = second.post(f"/console/initiatives/quiet-skies/proposals/{Proposal.objects.get().pk}/agree/")
    assert answer.status_code == 422
    assert "This certificate was not made of a submission package" in text_of(answer.content)


def test_the_signed_paper_is_kept_as_it_came_and_given_back(
    installation: Installation, petition: Initiative, certified: Certified, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", petition)
    assert "VAL-N" not in text_of(browser.get(SCAN).content)
    for _ in range(2):
        answer = _send(browser, SCAN, certified.paper, "signed.pdf", jurisdiction="VAL-N")
        assert answer["Location"] == f"{AT}certificates/"
    kept = CertificateScan.objects.get()
    assert "scan of" in text_of(browser_of("auditor", petition).get(f"{AT}certificates/").content)
    given = browser_of("auditor", petition).get(f"{SCAN}{kept.pk}/scan.pdf")
    assert given.content == certified.paper
    assert re.fullmatch(r'attachment; filename="certificate-VAL-N-\d+\.pdf"', given["content-disposition"])
    facts = JournalEntry.objects.get(act="certificate-scan-kept").facts
    assert (facts["jurisdiction"], facts["pages"]) == ("VAL-N", kept.pages)
    demonstration = browser_of("representative", installation.demonstration)
    assert (
        demonstration.get(f"/console/initiatives/night-trains/lifecycle/certificates/scan/{kept.pk}/scan.pdf").status_code == 404
    )


def test_the_signed_paper_goes_with_the_statements_and_the_screens_say_when(
    installation: Installation, petition: Initiative, certified: Certified, browser_of: BrowserOf, clock: Clock
) -> None:
    """It shows an official's name and signature: kept as long as it is needed, and proven to be gone (GDPR, Art. 5(1)(e))."""
    browser = browser_of("representative", petition)
    _send(browser, SCAN, certified.paper, "signed.pdf", jurisdiction="VAL-N")
    (kept,) = CertificateScan.objects.all()
    digest = bytes(kept.sha256).hex()
    latest = retention_dates(petition).latest_on
    assert latest is not None
    day = language("en").date(latest)
    for page, said in (
        (SCAN, f"destroyed here with the statements: on {day} at the latest"),
        (f"{AT}certificates/", f"Scans of signed papers are destroyed here with the statements: on {day} at the latest."),
        (f"{AT}destruction/", "Scans of signed certificates 1"),
    ):
        assert said in text_of(browser.get(page).content), page
    assert scan_retention.destroy_scans_that_are_due(now=clock.now + timedelta(days=3650)) == 0, "not before the statements"
    with open_premises(installation.config, place.BUNDLE) as premises:
        milestones.withdraw(petition, premises, place.TWO, on=clock.now.date(), now=clock.now)
        ordered = destroying_all.order(petition, premises, place.TWO, now=clock.now)
        later = clock.now + timedelta(days=1, minutes=1)
        done = destroying_all.carry_out(ordered, premises, installation.folder, now=later, progress=lambda *_: None)
    assert not CertificateScan.objects.exists()
    assert done.facts["scans"] == [{"jurisdiction": "VAL-N", "sha256": digest}]
    assert "Scans of signed certificates: 1, destroyed" in proof.as_text(proof.proof_of(done))
    assert digest in json.dumps(JournalEntry.objects.get(act="certificate-scans-destroyed").facts)
    refused = _send(browser, SCAN, certified.paper, "signed.pdf", jurisdiction="VAL-N")
    assert refused.status_code == 422
    assert "that day has come" in text_of(refused.content)


def test_a_paper_that_acts_or_belongs_nowhere_is_not_kept(
    petition: Initiative, certified: Certified, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", petition)
    acting = certified.paper.replace(b"%%EOF", b"/JavaScript %%EOF")
    assert _send(browser, SCAN, acting, "signed.pdf", jurisdiction="VAL-N").status_code == 422
    assert _send(browser, SCAN, json.dumps({}).encode(), "signed.pdf", jurisdiction="VAL-N").status_code == 422
    refused = _send(browser, SCAN, certified.paper, "signed.pdf", jurisdiction="VAL-C")
    assert "was given nothing yet" in text_of(refused.content)
    empty = text_of(browser.post(SCAN, {}).content)
    assert "Choose whose certificate it is." in empty
    assert "Choose the PDF of the signed certificate." in empty
    assert not CertificateScan.objects.exists()
