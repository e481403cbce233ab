"""The desk on screen: entered, known at once by identifier, passed on as a file, extended, answered; never a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civium.formats import data_request, envelope, receipt
from civium.server.desk.models import DataRequest
from civium.server.initiatives.models import JournalEntry, Proposal
from civium.server.jobs.models import Job
from tests.server.console.conftest import BrowserOf, Clock, Installation
from tests.server.console.exports.living import go_live, premises_of, text_of
from tests.server.initiatives.place import NOW
from tests.server.jobs.working import receive

PAGE = "/console/initiatives/quiet-skies/desk/"
UNKNOWN = "5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55"


@pytest.fixture
def identifier(installation: Installation) -> str:
    with premises_of(installation.config) as premises:
        code = go_live(installation.petition, premises)
        collection = installation.petition.live_collection()
        assert collection is not None
        (raw,) = receive(premises, collection, code, 1)
    return str(receipt.identifier(envelope.envelope_hash(raw)))


def _told(**more: str) -> dict[str, str]:
    return {"kind": "erasure", "received_on": "2026-11-20", "identifier": "", "state": "", "reference": "", **more}


def test_a_request_is_entered_and_its_clock_runs(
    installation: Installation, identifier: str, browser_of: BrowserOf, clock: Clock
) -> None:
    browser = browser_of("member", installation.petition)
    assert "No request waits" in text_of(browser.get(PAGE).content)
    answer = browser.post(PAGE, _told(identifier=identifier, reference="2026/17-b"))
    assert (answer.status_code, answer["location"]) == (303, f"{PAGE}1/")
    one = text_of(browser.get(f"{PAGE}1/").content)
    assert "Answer by 20 December 2026" in one
    assert "A sealed statement of this identifier came in on 21 November 2026" in one
    assert "What is in it nobody here can read" in one
    for days, said in ((23, "Soon"), (30, "Late")):
        clock.now = NOW + timedelta(days=days)
        row = text_of(browser_of("member", installation.petition).get(PAGE).content)
        assert f"20 December 2026 {said}" in row
        assert "2026/17-B" in row


def test_what_the_register_has_no_room_for_is_refused(installation: Installation, identifier: str, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.petition)
    for told in (_told(reference="Maria Example"), _told(kind=""), _told(received_on="2026-12-24"), _told(identifier="Maria")):
        assert browser.post(PAGE, told).status_code == 422
    assert not DataRequest.objects.exists()


def test_a_destruction_is_proposed_from_the_desk_and_belongs_to_it(
    installation: Installation, identifier: str, browser_of: BrowserOf
) -> None:
    member, representative = (browser_of(role, installation.petition) for role in ("member", "representative"))
    member.post(PAGE, _told(identifier=identifier))
    assert "Propose to destroy it" not in text_of(member.get(f"{PAGE}1/").content)
    assert member.post(f"{PAGE}1/destroy/").status_code == 403
    assert representative.post(f"{PAGE}1/destroy/").status_code == 303
    job = Job.objects.get()
    assert (job.state, job.facts["cause"], job.facts["request"]) == ("held", "asked-by-signatory", 1)
    assert Proposal.objects.count() == 1
    assert "Its destruction was proposed" in text_of(representative.get(f"{PAGE}1/").content)


def test_without_an_identifier_the_holder_of_the_key_is_asked(
    installation: Installation, identifier: str, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", installation.petition)
    browser.post(PAGE, _told(kind="access"))
    page = text_of(browser.get(f"{PAGE}1/").content)
    assert "A sealed statement cannot be searched by name" in page
    assert browser.post(f"{PAGE}1/file/").status_code == 422
    assert browser.post(f"{PAGE}1/destroy/").status_code == 422
    collection = installation.petition.live_collection()
    assert collection is not None
    browser.post(PAGE, _told(kind="access", state=_first(installation)))
    answer = browser.post(f"{PAGE}2/file/")
    assert answer["content-disposition"] == f'attachment; filename="request-2-{_first(installation)}.civium-request"'
    asked, signed = data_request.parse(answer.content)
    data_request.check(asked, signed, bytes(collection.log_key))
    assert (asked.kind, asked.number, asked.identifier) == ("access", 2, None)
    assert "Request file made on 21 November 2026" in text_of(browser.get(f"{PAGE}2/").content)


def _first(installation: Installation) -> str:
    from civium.law.procedure import load_procedure

    return next(iter(load_procedure(installation.petition.procedure).jurisdictions))


def test_an_unknown_identifier_is_said_to_be_unknown(installation: Installation, identifier: str, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.petition)
    browser.post(PAGE, _told(identifier=UNKNOWN))
    assert "No statement of this initiative has this identifier" in text_of(browser.get(f"{PAGE}1/").content)
    assert browser.post(f"{PAGE}1/file/").status_code == 422


def test_it_is_extended_once_and_answered_once(installation: Installation, identifier: str, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.petition)
    browser.post(PAGE, _told(identifier=identifier))
    assert browser.post(f"{PAGE}1/extend/").status_code == 303
    assert "Answer by 20 February 2027" in text_of(browser.get(f"{PAGE}1/").content)
    assert browser.post(f"{PAGE}1/extend/").status_code == 422
    assert browser.post(f"{PAGE}1/", {"outcome": "forgotten"}).status_code == 422
    assert browser.post(f"{PAGE}1/", {"outcome": "told"}).status_code == 303
    assert "Told what the log shows of it" in text_of(browser.get(PAGE).content)
    assert browser.post(f"{PAGE}1/", {"outcome": "told"}).status_code == 422
    everything = str([entry.facts for entry in JournalEntry.objects.all()]) + str(DataRequest.objects.values())
    assert identifier not in everything


def test_another_initiatives_request_is_not_there(installation: Installation, identifier: str, browser_of: BrowserOf) -> None:
    browser_of("member", installation.petition).post(PAGE, _told(identifier=identifier))
    stranger = browser_of("representative", installation.demonstration)
    for path in (f"{PAGE}1/", "/console/initiatives/night-trains/desk/1/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"outcome": "told"}).status_code == 404
