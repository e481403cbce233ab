"""Destroying on screen: looked up without a trace, proposed by one, agreed by another, done a day later, stopped by anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from civium.formats import envelope, receipt
from civium.server.initiatives import proposals
from civium.server.initiatives.models import Initiative, JournalEntry, Proposal
from civium.server.jobs.acts import DESTROY_BY_IDENTIFIER
from civium.server.jobs.models import Job
from tests.server.console.conftest import BrowserOf, Installation
from tests.server.console.exports.living import go_live, premises_of, text_of
from tests.server.initiatives.place import NOW
from tests.server.jobs.working import do_next, receive

DEMONSTRATION = "/console/initiatives/night-trains/destroying/"
PAGE = "/console/initiatives/quiet-skies/destroying/"
UNKNOWN = "5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55"


def _live(installation: Installation, initiative: Initiative) -> list[str]:
    with premises_of(installation.config) as premises:
        code = go_live(initiative, premises)
        collection = initiative.live_collection()
        assert collection is not None
        raws = receive(premises, collection, code, 3)
    return [str(receipt.identifier(envelope.envelope_hash(raw))) for raw in raws]


@pytest.fixture
def identifiers(installation: Installation) -> list[str]:
    return _live(installation, installation.petition)


def _pasted(*lines: str) -> dict[str, str]:
    return {"identifiers": "\r\n".join(lines), "cause": "asked-by-signatory"}


def _there(installation: Installation, initiative: Initiative) -> int:
    collection = initiative.live_collection()
    assert collection is not None
    with premises_of(installation.config) as premises:
        return sum(head.received for head in premises.store.heads(collection.identifier))


def _proposed(browser: Any, *lines: str) -> Job:
    answer = browser.post(f"{PAGE}propose/", _pasted(*lines))
    assert answer.status_code == 303
    job = Job.objects.order_by("-pk").first()
    assert job is not None
    return job


def test_what_was_pasted_is_told_line_by_line_and_changes_nothing(
    installation: Installation, identifiers: list[str], browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", installation.petition)
    answer = browser.post(PAGE, _pasted(identifiers[0], UNKNOWN, "<b>Maria</b>", identifiers[0]))
    said = text_of(answer.content)
    assert f"{identifiers[0]} There" in said
    assert f"{UNKNOWN} Unknown here" in said
    assert "<b>Maria</b> No identifier" in said
    assert b"<b>Maria" not in answer.content
    assert f"{identifiers[0]} Named twice" in said
    assert "Propose to destroy this one" in said
    assert not Job.objects.exists()
    assert "None of them is a statement that is here" in text_of(browser.post(PAGE, _pasted(UNKNOWN)).content)
    assert browser.post(PAGE, _pasted("")).status_code == 422
    assert browser.get(PAGE).status_code == 200


def test_two_persons_and_a_day(installation: Installation, identifiers: list[str], browser_of: BrowserOf) -> None:
    petition = installation.petition
    browser = browser_of("representative", petition)
    job = _proposed(browser, *identifiers[:2])
    assert job.state == "held"
    page = text_of(browser.get(PAGE).content)
    assert "2 statements, asked for by their signatories" in page
    assert "Another person has to agree" in page
    proposal = Proposal.objects.get()
    assert not any(identifier in str(proposal.facts) for identifier in identifiers)
    assert "Destroy 2 statements for ever" in DESTROY_BY_IDENTIFIER.sentence(proposal.facts)
    with premises_of(installation.config) as premises:
        second = proposals.Person("another", "Tomaž Breznikar (substitute)")
        proposals.approve(proposal, DESTROY_BY_IDENTIFIER, premises, second, now=NOW)
    exports = text_of(browser.get("/console/initiatives/quiet-skies/exports/").content)
    assert "2 statements will be destroyed. It happens on 22 November 2026, 13:00" in exports
    assert do_next(installation.config, now=NOW + timedelta(hours=23)) is None
    assert _there(installation, petition) == 3
    do_next(installation.config, now=NOW + timedelta(hours=24))
    assert _there(installation, petition) == 1
    one = text_of(browser.get(f"{PAGE}{job.pk}/").content)
    assert "Destroyed: 2." in one
    assert "forgotten: it is over" in one
    assert identifiers[0] not in one
    assert "asked for by their signatories 2" in text_of(browser.get(PAGE).content)


def test_any_member_can_see_which_ones_and_stop_it(
    installation: Installation, identifiers: list[str], browser_of: BrowserOf
) -> None:
    job = _proposed(browser_of("representative", installation.petition), identifiers[0])
    member = browser_of("member", installation.petition)
    assert member.get(PAGE).status_code == 403, "to begin one is not theirs"
    assert identifiers[0] in text_of(member.get(f"{PAGE}{job.pk}/").content)
    answer = member.post(f"{PAGE}{job.pk}/stop/")
    assert (answer.status_code, answer["location"]) == (303, f"{PAGE}{job.pk}/")
    assert "Stopped by Ines Quintão (member of the group)" in text_of(member.get(f"{PAGE}{job.pk}/").content)
    assert identifiers[0] not in str(Job.objects.get().facts)
    assert member.post(f"{PAGE}{job.pk}/stop/").status_code == 422


def test_what_is_proposed_is_looked_up_again(installation: Installation, identifiers: list[str], browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.petition)
    refused = browser.post(f"{PAGE}propose/", _pasted(UNKNOWN))
    assert refused.status_code == 422
    without_cause = browser.post(f"{PAGE}propose/", {"identifiers": identifiers[0], "cause": ""})
    assert without_cause.status_code == 422
    assert not Job.objects.exists()


def test_the_second_factor_is_asked_for_again(
    installation: Installation, identifiers: list[str], browser_of: BrowserOf, clock: Any
) -> None:
    browser = browser_of("representative", installation.petition)
    for minutes in (10, 20):  # there all the time, but the factor was given at the beginning
        clock.now = NOW + timedelta(minutes=minutes)
        assert browser.get(PAGE).status_code == 200
    answer = browser.post(f"{PAGE}propose/", _pasted(identifiers[0]))
    assert answer.status_code == 303
    assert "confirm" in answer["location"]
    assert identifiers[0] not in answer["location"]
    assert not Job.objects.exists()


def test_in_a_demonstration_one_person_decides_and_it_happens_at_once(installation: Installation, browser_of: BrowserOf) -> None:
    identifiers = _live(installation, installation.demonstration)
    browser = browser_of("representative", installation.demonstration)
    assert "you decide alone, and it happens at once" in text_of(browser.post(DEMONSTRATION, _pasted(identifiers[0])).content)
    assert browser.post(f"{DEMONSTRATION}propose/", _pasted(identifiers[0])).status_code == 303
    do_next(installation.config, now=NOW)
    assert _there(installation, installation.demonstration) == 2
    assert JournalEntry.objects.filter(act="statement-destroyed").count() == 1


def test_another_initiatives_destruction_is_not_there(
    installation: Installation, identifiers: list[str], browser_of: BrowserOf
) -> None:
    job = _proposed(browser_of("representative", installation.petition), identifiers[0])
    stranger = browser_of("representative", installation.demonstration)
    assert stranger.get(f"{DEMONSTRATION}{job.pk}/").status_code == 404
    assert stranger.post(f"{DEMONSTRATION}{job.pk}/stop/").status_code == 404
    assert stranger.get(f"{PAGE}{job.pk}/").status_code == 404
    job.refresh_from_db()
    assert job.state == "held"


def test_before_it_is_live_the_page_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    assert "Nothing to destroy yet" in text_of(browser_of("substitute", installation.petition).get(PAGE).content)


def test_who_may_not_destroy_may_not_agree_to_it_either(
    installation: Installation, identifiers: list[str], browser_of: BrowserOf
) -> None:
    """A member approves acts, and destroys nothing: one who may and a member are not two who may."""
    job = _proposed(browser_of("representative", installation.petition), identifiers[0])
    page = f"/console/initiatives/quiet-skies/proposals/{Proposal.objects.get().pk}/"
    member = browser_of("member", installation.petition)
    assert member.post(f"{page}agree/").status_code == 403
    job.refresh_from_db()
    assert job.state == "held"
    assert browser_of("substitute", installation.petition).post(f"{page}agree/").status_code == 303
    job.refresh_from_db()
    assert (job.state, job.not_before) == ("waiting", NOW + timedelta(hours=24))
