"""The screens on which two decide: what waits, in words; another agrees, never the same; withdrawn, lapsed, another initiative's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civium.server.console.models import Membership
from civium.server.console.proposals.acts import ACTS
from civium.server.initiatives import standing
from civium.server.initiatives.models import Initiative, JournalEntry, Proposal
from civium.server.initiatives.states import State
from tests.server.console.conftest import BrowserOf, Clock, Installation
from tests.server.console.lifecycle.going import go_live, text_of
from tests.server.initiatives import place

AT = "/console/initiatives/quiet-skies/proposals/"
ACT = "/console/initiatives/quiet-skies/lifecycle/act/"


@pytest.fixture
def live(installation: Installation) -> Initiative:
    return go_live(installation, installation.petition)


@pytest.fixture
def proposal(live: Initiative, browser_of: BrowserOf) -> Proposal:
    answer = browser_of("representative", live).post(f"{ACT}withdraw/", {"on": "2026-11-21"})
    made = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{AT}{made.pk}/")
    return made


def _state(initiative: Initiative) -> State:
    return standing.state_of(Initiative.objects.get(pk=initiative.pk), today=place.TODAY)


def test_what_waits_is_said_in_words_and_nothing_is_done(proposal: Proposal, live: Initiative, browser_of: BrowserOf) -> None:
    said = text_of(browser_of("substitute", live).get(AT).content)
    assert "Withdraw the initiative, as of 21 November 2026. This cannot be taken back." in said
    assert "Annelore Vantieghem (representative)" in said
    assert _state(live) is State.LIVE


def test_another_person_agrees_and_it_is_done(proposal: Proposal, live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("substitute", live)
    assert "Agree: do it now" in browser.get(f"{AT}{proposal.pk}/").content.decode()
    answer = browser.post(f"{AT}{proposal.pk}/agree/")
    assert (answer.status_code, answer["Location"]) == (303, AT)
    assert _state(live) is State.WITHDRAWN
    told = JournalEntry.objects.get(act="initiative-withdrawn")
    assert told.persons == ["Annelore Vantieghem (representative)", "Tomaž Breznikar (substitute)"]
    assert "Done: Withdraw the initiative." in text_of(browser.get(AT).content)


def test_nobody_agrees_to_their_own(proposal: Proposal, live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", live)
    page = browser.get(f"{AT}{proposal.pk}/").content.decode()
    assert "Agree: do it now" not in page
    answer = browser.post(f"{AT}{proposal.pk}/agree/")
    assert answer.status_code == 422
    assert "Whoever proposes cannot agree as the second person." in text_of(answer.content)
    assert _state(live) is State.LIVE


def test_whoever_may_not_agree_does_not(proposal: Proposal, live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("auditor", live)
    assert "Your role does not allow you to agree." in text_of(browser.get(f"{AT}{proposal.pk}/").content)
    assert browser.post(f"{AT}{proposal.pk}/agree/").status_code == 403
    assert browser.post(f"{AT}{proposal.pk}/withdraw/").status_code == 403
    assert _state(live) is State.LIVE


def test_what_a_role_may_not_do_it_may_not_agree_to(live: Initiative, browser_of: BrowserOf) -> None:
    """A member agrees to much, not to the destruction of all statements."""
    with_date = {"on": "2026-11-21"}
    browser_of("representative", live).post(f"{ACT}withdraw/", with_date)
    browser_of("substitute", live).post(f"{AT}{Proposal.objects.get().pk}/agree/")
    ordered = browser_of("representative", live).post("/console/initiatives/quiet-skies/lifecycle/destruction/order/")
    assert ordered.status_code == 303
    number = Proposal.objects.get(act="destroy-statements").pk
    assert browser_of("member", live).post(f"{AT}{number}/agree/").status_code == 403
    assert browser_of("substitute", live).post(f"{AT}{number}/agree/").status_code == 303
    assert live.destructions.get().ground == "by-hand"


def test_it_is_withdrawn_by_one_or_turned_down_by_another(proposal: Proposal, live: Initiative, browser_of: BrowserOf) -> None:
    assert browser_of("substitute", live).post(f"{AT}{proposal.pk}/withdraw/").status_code == 303
    answer = browser_of("substitute", live).post(f"{AT}{proposal.pk}/agree/")
    assert answer.status_code == 422
    assert "This proposal is over" in text_of(answer.content)
    assert _state(live) is State.LIVE


def test_what_somebody_proposed_who_was_removed_is_not_done(proposal: Proposal, live: Initiative, browser_of: BrowserOf) -> None:
    Membership.objects.filter(account=browser_of("representative", live).account).delete()
    answer = browser_of("substitute", live).post(f"{AT}{proposal.pk}/agree/")
    assert answer.status_code == 422
    assert "Whoever proposed this may propose nothing any more" in text_of(answer.content)
    assert _state(live) is State.LIVE


def test_it_lapses(proposal: Proposal, live: Initiative, browser_of: BrowserOf, clock: Clock) -> None:
    clock.now += timedelta(days=7)
    browser = browser_of("substitute", live)
    said = text_of(browser.get(f"{AT}{proposal.pk}/").content)
    assert "lapsed" in said
    assert browser.post(f"{AT}{proposal.pk}/agree/").status_code == 422
    assert _state(live) is State.LIVE


def test_agreeing_asks_for_the_second_factor_again(
    proposal: Proposal, live: Initiative, browser_of: BrowserOf, clock: Clock
) -> None:
    browser = browser_of("substitute", live)
    for _ in range(2):
        clock.now += timedelta(minutes=10)
        browser.get(AT)
    answer = browser.post(f"{AT}{proposal.pk}/agree/")
    assert answer.status_code == 303
    assert "/confirm/" in answer["Location"]
    assert _state(live) is State.LIVE


def test_another_initiatives_proposal_is_not_there(proposal: Proposal, installation: Installation, browser_of: BrowserOf) -> None:
    elsewhere = "/console/initiatives/night-trains/proposals/"
    browser = browser_of("representative", installation.demonstration)
    assert browser.get(f"{elsewhere}{proposal.pk}/").status_code == 404
    assert browser.post(f"{elsewhere}{proposal.pk}/agree/").status_code == 404
    assert browser.post(f"{elsewhere}{proposal.pk}/withdraw/").status_code == 404


def test_acts_of_all_parts_have_names_of_their_own_and_words() -> None:
    assert {"go-live", "withdraw", "change-details", "message-sent", "make-package-below-threshold"} <= set(ACTS)
    assert all(act.title for act in ACTS.values())


def test_an_empty_page_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    said = text_of(browser_of("auditor", installation.petition).get(AT).content)
    assert "Nothing waits" in said
