"""The table of states and acts: every refusal has its words, the page is the table, and the acts do what the table says in every state."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.initiatives import standing
from civium.server.initiatives.acts import ACTS
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.refusals import REFUSALS
from civium.server.initiatives.states import MEANINGS, State
from civium.server.initiatives.states_document import document

from . import life, place
from .life import Place, facts_for

ROOT = Path(__file__).parents[3]
# These leave an initiative in its state, so that one after the other can be done in it.
STAYING = ("renew-manifest", "set-work", "record-publication", "place-hold", "lift-hold")
# What leads where, from each state that allows it.
LEADING = (
    (State.SET_UP, "go-live", State.LIVE),
    (State.LIVE, "pause", State.PAUSED),
    (State.PAUSED, "resume", State.LIVE),
    (State.PAUSED, "end-early", State.PAUSED),
    (State.ENDED, "hand-over", State.HANDED_OVER),
    (State.HANDED_OVER, "record-receipt", State.IN_VERIFICATION),
    (State.HANDED_OVER, "record-certificate", State.IN_VERIFICATION),
    (State.CERTIFIED, "record-certificate", State.CERTIFIED),
    (State.CERTIFIED, "hand-over", State.IN_VERIFICATION),
    (State.CERTIFIED, "submit", State.SUBMITTED),
    (State.SUBMITTED, "record-answer", State.ANSWERED),
    (State.IN_VERIFICATION, "record-insufficient", State.INSUFFICIENT),
    (State.SET_UP, "withdraw", State.WITHDRAWN),
    (State.WAITING, "withdraw", State.WITHDRAWN),
    (State.PAUSED, "withdraw", State.WITHDRAWN),
    (State.IN_VERIFICATION, "withdraw", State.WITHDRAWN),
)


def _do(here: Place, act: str) -> None:
    facts = facts_for(act, here)
    if act == "hand-over":
        life.package(here, "MT")
    ACTS[act].apply(here.initiative, here.premises, here.by, facts, here.now)
    here.initiative = Initiative.objects.get(pk=here.initiative.pk)


def _state(here: Place) -> State:
    return standing.state_of(here.initiative, today=here.today)


def test_every_state_is_explained_and_every_refusal_has_words() -> None:
    assert set(MEANINGS) == set(State)
    codes = {row.code(state) for row in ROWS.values() for state in State} - {None}
    assert codes | {"nothing-is-collected"} == set(REFUSALS)
    assert all("Art. " in refusal.sentence and refusal.way_out for refusal in REFUSALS.values())


def test_every_act_is_possible_somewhere_and_after_destruction_none() -> None:
    assert all(row.states for row in ROWS.values())
    assert not [row.act for row in ROWS.values() if State.DESTROYED in row.states]
    assert set(ACTS) <= set(ROWS)


def test_the_page_is_the_table() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text("utf-8") == document(), (
        "python -m civium.server.initiatives.states_document"
    )


@pytest.mark.usefixtures("civium_db")
@pytest.mark.parametrize("state", State)
def test_what_the_table_refuses_is_refused_with_its_code_and_changes_nothing(
    state: State, tmp_path: Path, premises: Premises
) -> None:
    here = life.build(state, tmp_path, premises)
    assert _state(here) is state
    entries, version = JournalEntry.objects.count(), here.initiative.version
    for name, row in ROWS.items():
        code = row.code(state)
        if code is None:
            assert standing.check_allowed(here.initiative, name, today=here.today) is state
            continue
        with pytest.raises(Refused) as refused:
            standing.check_allowed(here.initiative, name, today=here.today)
        assert refused.value.code == code, name
        if name in ACTS:
            with pytest.raises(Refused) as refused:
                ACTS[name].apply(here.initiative, premises, here.by, facts_for(name, here), here.now)
            assert refused.value.code == code, name
    again = Initiative.objects.get(pk=here.initiative.pk)
    assert (JournalEntry.objects.count(), again.version, _state(here)) == (entries, version, state)


@pytest.mark.usefixtures("civium_db")
@pytest.mark.parametrize("state", [state for state in State if state is not State.DESTROYED])
def test_what_the_table_allows_and_leaves_the_state_is_done(state: State, tmp_path: Path, premises: Premises) -> None:
    here = life.build(state, tmp_path, premises)
    for name in STAYING:
        if ROWS[name].code(state) is None:
            _do(here, name)
            assert _state(here) is state, name


@pytest.mark.usefixtures("civium_db")
@pytest.mark.parametrize(("state", "act", "then"), LEADING, ids=lambda value: str(value))
def test_acts_lead_from_state_to_state(state: State, act: str, then: State, tmp_path: Path, premises: Premises) -> None:
    here = life.build(state, tmp_path, premises)
    _do(here, act)
    assert _state(here) is then


@pytest.mark.usefixtures("civium_db")
def test_one_alone_may_do_what_the_table_says_and_nothing_else(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.IN_VERIFICATION, tmp_path, premises)
    here.by = place.ONE
    for name in ("record-certificate", "record-insufficient", "withdraw", "place-hold", "hand-over", "submit"):
        with pytest.raises(Refused, match="second-person-missing"):
            _do(here, name)
    _do(here, "record-receipt")


@pytest.mark.usefixtures("civium_db")
def test_beside_the_central_system_what_needs_a_collection_is_refused_and_what_follows_is_recorded(
    tmp_path: Path, premises: Premises
) -> None:
    place.make_installation("companion")
    initiative = place.add_initiative(tmp_path / "folder", **{**place.CENTRAL, "deployment": "companion"})
    here = Place(initiative, premises, tmp_path, life.DURING)
    assert _state(here) is State.LIVE
    with pytest.raises(Refused, match="nothing-is-collected"):
        _do(here, "pause")
    here.now = life.AFTER
    assert _state(here) is State.ENDED
    facts = {"jurisdiction": "MT", "channel": "central", "statements": 9000, "on": "2027-04-20", "way": "file-exchange-service"}
    ACTS["hand-over"].apply(initiative, premises, here.by, facts, here.now)
    assert _state(here) is State.HANDED_OVER
    _do(here, "withdraw")
    assert _state(here) is State.WITHDRAWN
