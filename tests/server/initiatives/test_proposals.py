"""Two persons: one proposes, another agrees, never the same account; what nobody agrees to lapses; an interrupted act is agreed to again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.commands.sentences import SENTENCES
from civium.server.initiatives import journal, lifecycle, proposals, standing
from civium.server.initiatives.acts import ACTS
from civium.server.initiatives.models import Initiative, JournalEntry, Proposal
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.proposals import LAPSES_AFTER, Person, approve, open_proposals, propose, withdraw
from civium.server.initiatives.states import State

from . import life, place
from .life import Place, facts_for

pytestmark = pytest.mark.usefixtures("civium_db")
ANNA = Person("1", "Anna (representative)")
BO = Person("2", "Bo (substitute)")
CLOSES, SOONER = date(2027, 4, 13), date(2026, 12, 21)


@pytest.fixture
def here(tmp_path: Path, premises: Premises) -> Place:
    return life.build(State.LIVE, tmp_path, premises)


def _propose(here: Place, act: str = "end-early") -> Proposal:
    return propose(here.initiative, ACTS[act], facts_for(act, here), ANNA, now=here.now)


def _approve(proposal: Proposal, here: Place, by: Person = BO, *, later: timedelta = timedelta()) -> None:
    approve(proposal, ACTS[proposal.act], here.premises, by, now=here.now + later)


def test_nothing_is_done_until_a_second_person_agrees(here: Place) -> None:
    proposal = _propose(here)
    assert open_proposals(here.initiative, now=here.now) == [proposal]
    assert Initiative.objects.get().closes_on == CLOSES
    _approve(proposal, here)
    assert Initiative.objects.get().closes_on == SOONER
    assert here.initiative.live_collection().current_manifest().sequence == 2  # type: ignore[union-attr]
    assert open_proposals(here.initiative, now=here.now) == []
    entry = JournalEntry.objects.get(act="end-set")
    assert entry.persons == ["Anna (representative)", "Bo (substitute)"]
    assert [one.act for one in JournalEntry.objects.filter(act__startswith="proposal-")] == ["proposal-made", "proposal-approved"]
    journal.check_journal()


def test_nobody_agrees_to_their_own_proposal_under_whatever_name(here: Place) -> None:
    proposal = _propose(here)
    for name in ("Anna (representative)", "Bo (substitute)"):
        with pytest.raises(Refused, match="own-proposal"):
            _approve(proposal, here, Person("1", name))
    with pytest.raises(Refused, match="person-twice"):
        _approve(proposal, here, Person("3", "anna (representative)"))
    assert Initiative.objects.get().closes_on == CLOSES


def test_it_lapses_after_seven_days(here: Place) -> None:
    proposal = _propose(here)
    just_before = LAPSES_AFTER - timedelta(seconds=1)
    assert open_proposals(here.initiative, now=here.now + just_before) == [proposal]
    with pytest.raises(Refused, match="proposal-lapsed"):
        _approve(proposal, here, later=LAPSES_AFTER)
    assert open_proposals(here.initiative, now=here.now + LAPSES_AFTER) == []
    with pytest.raises(Refused, match="proposal-lapsed"):
        _approve(proposal, here)
    assert JournalEntry.objects.filter(act="proposal-lapsed").count() == 1
    assert Initiative.objects.get().closes_on == CLOSES


def test_it_is_withdrawn_or_turned_down_once(here: Place) -> None:
    proposal = _propose(here)
    withdraw(proposal, BO, now=here.now)
    for act in (lambda: _approve(proposal, here), lambda: withdraw(proposal, ANNA, now=here.now)):
        with pytest.raises(Refused, match="proposal-over"):
            act()
    assert proposals.ended_proposals(here.initiative) == [proposal]


def test_what_was_agreed_to_is_what_was_shown(here: Place) -> None:
    facts = facts_for("end-early", here)
    proposal = propose(here.initiative, ACTS["end-early"], facts, ANNA, now=here.now)
    facts["last_day"] = "2027-01-31"
    assert ACTS["end-early"].sentence(proposal.facts).startswith("Set 21 December 2026 as the last day")
    _approve(proposal, here)
    assert Initiative.objects.get().closes_on == SOONER


def test_the_same_waits_once(here: Place) -> None:
    _propose(here)
    with pytest.raises(Refused, match="proposal-open"):
        _propose(here)
    _propose(here, "renew-manifest")
    with pytest.raises(Refused, match="proposal-too-large"):
        propose(here.initiative, ACTS["place-hold"], {"reason": "x" * (proposals.LARGEST_FACTS + 1)}, ANNA, now=here.now)
    # Pictures and papers are named by their hash, whatever their size: what helps is said of what is left.
    assert "propose it in parts" in SENTENCES["proposal-too-large"][1]


def test_what_the_state_refuses_cannot_be_proposed(here: Place) -> None:
    with pytest.raises(Refused, match="not-paused"):
        _propose(here, "resume")
    assert not Proposal.objects.exists()


def test_what_has_become_impossible_is_refused_and_stays_open(here: Place) -> None:
    life.pause(here)
    proposal = _propose(here, "resume")
    lifecycle.resume(here.initiative, here.premises, place.TWO, now=here.now)
    with pytest.raises(Refused, match="not-paused"):
        _approve(proposal, here)
    assert open_proposals(here.initiative, now=here.now) == [proposal]
    too_late = propose(
        here.initiative, ACTS["end-early"], {"last_day": "2027-04-13", "told_on": "2026-11-21"}, ANNA, now=here.now
    )
    with pytest.raises(Refused, match="end-not-earlier"):
        _approve(too_late, here)
    assert open_proposals(here.initiative, now=here.now) == [proposal, too_late]
    life.pause(here)
    _approve(proposal, here)
    with pytest.raises(Refused, match="proposal-over"):
        _approve(proposal, here)
    assert standing.state_of(Initiative.objects.get(), today=here.today) is State.LIVE


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_interrupted_act_is_agreed_to_once_more(here: Place, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool) -> None:
    class Stopped(Exception):
        pass

    really = here.premises.store.change_collection

    def stopped(*arguments: object, **named: object) -> None:
        if is_kept:
            really(*arguments, **named)  # type: ignore[arg-type]
        raise Stopped

    proposal = _propose(here)
    with monkeypatch.context() as patch:
        patch.setattr(here.premises.store, "change_collection", stopped)
        with pytest.raises(Stopped):
            _approve(proposal, here)
    assert [one.state for one in open_proposals(here.initiative, now=here.now)] == ["begun"]
    _approve(proposal, here)
    assert Initiative.objects.get().closes_on == SOONER
    assert here.initiative.live_collection().current_manifest().sequence == 2  # type: ignore[union-attr]


def test_one_alone_does_at_once_what_one_may(here: Place, tmp_path: Path) -> None:
    proposals.do_alone(here.initiative, ACTS["pause"], here.premises, {}, ANNA, now=here.now)
    with pytest.raises(Refused, match="second-person-missing"):
        proposals.do_alone(here.initiative, ACTS["resume"], here.premises, {}, ANNA, now=here.now)
    other = place.add_initiative(tmp_path / "other", slug="other")
    assert not proposals.always(other), "a demonstration needs one"
    assert proposals.once_live(here.initiative)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_act_is_said_in_words(name: str, here: Place) -> None:
    said = ACTS[name].sentence(facts_for(name, here))
    assert said.endswith(".")
    assert "{" not in said
    assert ACTS[name].title


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        ("withdraw", {"on": "31.1.2027"}),
        ("withdraw", {}),
        (
            "record-certificate",
            {"jurisdiction": "ES", "online_valid": "2", "paper_valid": 0, "on": "2027-04-20", "reference": "x"},
        ),
        (
            "record-certificate",
            {"jurisdiction": "ES", "online_valid": True, "paper_valid": 0, "on": "2027-04-20", "reference": "x"},
        ),
        ("go-live", {"closed_online": "yes"}),
    ],
)
def test_facts_of_another_form_are_refused(act: str, facts: dict[str, object], tmp_path: Path, premises: Premises) -> None:
    state = State.SET_UP if act == "go-live" else State.HANDED_OVER if act == "record-certificate" else State.LIVE
    here = life.build(state, tmp_path, premises)
    with pytest.raises(Refused, match="facts-malformed"):
        ACTS[act].apply(here.initiative, premises, here.by, facts, here.now)
