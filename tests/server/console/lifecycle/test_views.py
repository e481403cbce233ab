"""Where we stand: what is possible with its rule, what is not with its reason; pausing at once; acts from form to record; destruction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from civium.server.console.lifecycle.forms import FORMS, read
from civium.server.console.words import words
from civium.server.initiatives import destroying_all, destroying_job, milestones, standing
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.models import Initiative, JournalEntry, Proposal
from civium.server.initiatives.premises import open_premises
from civium.server.initiatives.states import State
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.initiatives import place

from .going import go_live, text_of

AT = "/console/initiatives/quiet-skies/lifecycle/"
DEMONSTRATION = "/console/initiatives/night-trains/lifecycle/"


@pytest.fixture
def live(installation: Installation) -> Initiative:
    return go_live(installation, installation.petition)


def _state(initiative: Initiative, clock: Clock) -> State:
    return standing.state_of(Initiative.objects.get(pk=initiative.pk), today=clock.now.date())


def _decide(live: Initiative, browser_of: BrowserOf, act: str, facts: dict[str, Any]) -> None:
    answer = browser_of("representative", live).post(f"{AT}act/{act}/", facts)
    assert answer.status_code == 303, text_of(answer.content)
    number = Proposal.objects.latest("pk").pk
    agreed = browser_of("substitute", live).post(f"/console/initiatives/quiet-skies/proposals/{number}/agree/")
    assert agreed.status_code == 303, text_of(agreed.content)


def test_the_page_says_where_we_stand_what_is_possible_and_why_the_rest_is_not(live: Initiative, browser_of: BrowserOf) -> None:
    said = text_of(browser_of("representative", live).get(AT).content)
    for words_of_page in (
        "Open for signatures",  # as the petition's own data calls it
        "Statements are received.",
        "We are here",
        "Pause at once",
        "two persons",
        "Statute of petitions",  # the article of its own duties, where the citizens' initiative has LAW-45, Art. 7
        "Collection is not paused.",
        "Statements are kept until they were submitted, or nothing needs them any more.",
        "Destroy all statements by",
    ):
        assert words_of_page in said, words_of_page


def test_whoever_may_not_reads_who_may(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("auditor", live)
    page = browser.get(AT)
    assert f'href="{AT}act/withdraw/"' not in page.content.decode()
    assert "This may be done by: representative, substitute, " in text_of(page.content)
    assert browser.get(f"{AT}act/withdraw/").status_code == 403


def test_one_person_pauses_at_once_after_one_question(live: Initiative, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("security-officer", live)
    assert "Nothing is received until two persons go on." in text_of(browser.get(f"{AT}pause/").content)
    assert _state(live, clock) is State.LIVE
    assert browser.post(f"{AT}pause/")["Location"] == AT
    assert _state(live, clock) is State.PAUSED
    entry = JournalEntry.objects.get(act="collection-paused")
    assert entry.persons == ["Per Hallqvist (security-officer)"]
    again = browser.post(f"{AT}pause/")
    assert again.status_code == 422
    assert "Collection is paused already" in text_of(again.content)
    _decide(live, browser_of, "resume", {})
    assert _state(live, clock) is State.LIVE


def test_a_page_says_at_once_what_stands_in_the_way(live: Initiative, browser_of: BrowserOf) -> None:
    page = browser_of("representative", live).get(f"{AT}act/record-certificate/")
    assert page.status_code == 200
    assert "Collection has not ended yet. Wait for the last day" in text_of(page.content)
    assert b"<form class" not in page.content


def test_what_was_typed_is_kept_and_said_beside_its_field(live: Initiative, browser_of: BrowserOf) -> None:
    answer = browser_of("representative", live).post(f"{AT}act/end-early/", {"last_day": "31.12.2026", "told_on": ""})
    assert answer.status_code == 422
    assert "New last day: write it as 2027-01-31" in text_of(answer.content)
    assert 'value="31.12.2026"' in answer.content.decode()
    assert not Proposal.objects.exists()


def test_nothing_but_the_forms_fields_reaches_an_act(live: Initiative, browser_of: BrowserOf) -> None:
    sent = {"on": "2026-11-21", "initiative": "night-trains", "state": "destroyed", "by": "somebody", "reference": "x"}
    browser_of("representative", live).post(f"{AT}act/withdraw/", sent)
    assert Proposal.objects.get().facts == {"on": "2026-11-21"}


def test_an_act_that_there_is_not_is_not_found(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", live)
    for name in ("change-set-up", "nothing", "destroy-statements"):
        assert browser.get(f"{AT}act/{name}/").status_code == 404


def test_every_form_belongs_to_an_act_and_asks_what_it_needs() -> None:
    assert set(FORMS) <= set(ROWS)
    said = words("en")
    for name, form in FORMS.items():
        facts, errors = read(form, _Nothing(), said)  # type: ignore[arg-type]
        assert set(errors) == {
            field.name for field in form.fields if field.is_required and field.kind not in ("tick", "languages")
        }, name
        assert all(value in (False, []) for value in facts.values())


class _Nothing(dict[str, str]):
    """A form that was sent empty."""


def test_a_demonstration_goes_the_way_alone(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    initiative = go_live(installation, installation.demonstration)
    browser = browser_of("representative", initiative)
    answer = browser.post(f"{DEMONSTRATION}act/end-now/")
    assert answer["Location"] == DEMONSTRATION
    assert _state(initiative, clock) is State.ENDED
    sheets = {"jurisdiction": "DE", "channel": "sheets", "statements": "50", "on": "2026-11-21", "way": "carrier"}
    assert browser.post(f"{DEMONSTRATION}act/hand-over/", sheets).status_code == 303
    certificate = {"jurisdiction": "DE", "online_valid": "0", "paper_valid": "51", "on": "2026-11-21", "reference": "BVA 1"}
    refused = browser.post(f"{DEMONSTRATION}act/record-certificate/", certificate)
    assert refused.status_code == 422
    assert "More is certified paper than was handed over: 50" in text_of(refused.content)
    assert browser.post(f"{DEMONSTRATION}act/record-certificate/", {**certificate, "paper_valid": "49"}).status_code == 303
    said = text_of(browser.get(f"{DEMONSTRATION}certificates/").content)
    assert "Germany 0 50 21 November 2026 – 0 49 21 November 2026 BVA 1" in said
    assert browser.post(f"{DEMONSTRATION}act/submit/", {"on": "2026-11-21", "reference": ""}).status_code == 303
    assert _state(initiative, clock) is State.SUBMITTED
    assert "Submitted to the Commission" in text_of(browser.get(DEMONSTRATION).content)


def test_going_live_says_what_is_missing_first(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.petition)
    said = text_of(browser.get(f"{AT}act/go-live/").content)
    assert "Not ready yet." in said
    assert "no proven key" in said


def _withdrawn(installation: Installation, live: Initiative) -> None:
    with open_premises(installation.config, place.BUNDLE) as premises:
        milestones.withdraw(live, premises, place.TWO, on=place.TODAY, now=place.NOW)


def test_destruction_is_shown_ordered_by_two_and_stopped_by_one(
    installation: Installation, live: Initiative, browser_of: BrowserOf, clock: Clock
) -> None:
    browser: Browser = browser_of("representative", live)
    said = text_of(browser.get(f"{AT}destruction/").content)
    assert "Sealed statements 3" in said
    assert "Statements are kept until they were submitted" in said
    refused = browser.post(f"{AT}destruction/order/")
    assert refused.status_code == 422
    _withdrawn(installation, live)
    assert browser.post(f"{AT}destruction/order/").status_code == 303
    number = Proposal.objects.get().pk
    assert browser_of("substitute", live).post(f"/console/initiatives/quiet-skies/proposals/{number}/agree/").status_code == 303
    said = text_of(browser.get(f"{AT}destruction/").content)
    assert "All statements will be destroyed" in said
    assert "Until then anybody may stop it." in said
    elsewhere = text_of(browser_of("member", live).get("/console/initiatives/quiet-skies/proposals/").content)
    assert "All statements will be destroyed. It happens on 22 November 2026, 13:00" in elsewhere, "every screen says so"
    assert browser_of("security-officer", live).post(f"{AT}destruction/stop/").status_code == 303
    assert not live.destructions.exists()
    assert "will be destroyed" not in text_of(browser.get("/console/initiatives/quiet-skies/proposals/").content)


def test_what_the_law_destroys_is_announced_as_what_nobody_stops(
    installation: Installation, live: Initiative, browser_of: BrowserOf, clock: Clock
) -> None:
    with open_premises(installation.config, place.BUNDLE) as premises:
        long_ago = max(live.registered_on, place.TODAY - timedelta(days=90))
        milestones.withdraw(live, premises, place.TWO, on=long_ago, now=place.NOW)
    assert len(destroying_job.ask_what_is_due(now=place.NOW)) == 1
    said = text_of(browser_of("member", live).get("/console/initiatives/quiet-skies/proposals/").content)
    assert "All statements will be destroyed. Happens on 22 November 2026, 13:00, Brussels time." in said
    assert "anybody here may stop it" not in said
    page = browser_of("representative", live).get(f"{AT}destruction/")
    said = text_of(page.content)
    assert "Nobody ordered it: the last day on which the law lets statements be kept has come" in said
    assert "It begins 22 November 2026, 13:00, Brussels time. Until then two of you can place a legal hold" in said
    assert "civium" not in said.partition("Nobody ordered it")[2].partition("Destroyed at the latest")[0].lower()
    assert "destruction/stop/" not in page.content.decode()
    ordered = live.destructions.get()
    live.destructions.update(facts={"begun_on": "2026-11-22"})
    assert "It has begun, and cannot be stopped any more but by a legal hold." in text_of(
        browser_of("auditor", live).get(f"{AT}destruction/").content
    )
    live.destructions.update(facts={})
    clock.now += timedelta(days=1, minutes=1)
    with open_premises(installation.config, place.BUNDLE) as premises:
        destroying_all.carry_out(ordered, premises, installation.folder, now=clock.now, progress=lambda *_: None)
    assert "Decided by no person: the last day had come" in text_of(browser_of("auditor", live).get(f"{AT}destruction/").content)


def test_the_proof_is_kept_as_a_text(installation: Installation, live: Initiative, browser_of: BrowserOf, clock: Clock) -> None:
    _withdrawn(installation, live)
    clock.now += timedelta(days=1, minutes=1)
    with open_premises(installation.config, place.BUNDLE) as premises:
        ordered = destroying_all.order(live, premises, place.TWO, now=place.NOW)
        destroying_all.carry_out(ordered, premises, installation.folder, now=clock.now, progress=lambda *_: None)
    browser = browser_of("auditor", live)
    said = text_of(browser.get(f"{AT}destruction/").content)
    assert "Proof of destruction" in said
    answer = browser.get(f"{AT}destruction/{ordered.pk}/proof.txt")
    assert answer["content-disposition"] == 'attachment; filename="proof-of-destruction-quiet-skies.txt"'
    assert answer.content.startswith(b"PROOF OF DESTRUCTION\n")
    paper = browser.get(f"{AT}destruction/{ordered.pk}/proof.pdf")
    assert paper["content-disposition"] == 'attachment; filename="proof-of-destruction-quiet-skies.pdf"'
    assert paper.content.startswith(b"%PDF-")
    assert "Data destroyed" in text_of(browser.get(AT).content)
    other = browser_of("representative", installation.demonstration)
    for ending in ("txt", "pdf"):
        assert other.get(f"{DEMONSTRATION}destruction/{ordered.pk}/proof.{ending}").status_code == 404


def test_a_hold_is_shown_with_what_it_is_for(live: Initiative, browser_of: BrowserOf, clock: Clock) -> None:
    told = {"proceedings": "Case <b>T-1/27</b>", "reason": "it is contested", "ends_by": "the General Court"}
    _decide(live, browser_of, "place-hold", told)
    page = browser_of("auditor", live).get(f"{AT}destruction/")
    assert "Case <b>T-1/27</b>" in text_of(page.content)
    assert b"<b>T-1" not in page.content
    assert "A legal hold is in force" in text_of(browser_of("auditor", live).get(AT).content)
    clock.now = datetime(2028, 6, 1, 12, tzinfo=UTC)
    assert destroying_all.order_what_is_due(now=clock.now) == []
