"""A state has the name that the initiative's procedure gives it; every phase of the law's data is a state, and the other way round."""

from __future__ import annotations

import pytest

from civium.law.particulars import PHASES
from civium.law.procedure import load_procedure
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.state_names import meaning_of
from civium.server.initiatives.states import MEANINGS, State


@pytest.mark.parametrize("state", State)
def test_under_the_regulation_states_are_called_as_ever(state: State) -> None:
    assert meaning_of(Initiative(procedure="eci"), state) == MEANINGS[state]


def test_a_region_has_names_of_its_own() -> None:
    region = Initiative(procedure="region")
    assert meaning_of(region, State.LIVE).title == "Open for signatures"
    assert meaning_of(region, State.SUBMITTED).title == "Before the Parliament"
    assert meaning_of(region, State.LIVE).sentence == MEANINGS[State.LIVE].sentence
    assert meaning_of(region, State.WAITING, "gl").title == "Admitida a trámite"


def test_phases_and_states_are_the_same_things() -> None:
    assert {"collecting" if state is State.LIVE else state.value for state in State} == set(PHASES)
    assert [phase.phase for phase in load_procedure("eci").phases] == list(PHASES)
