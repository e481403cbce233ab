"""What a state is called in an initiative's procedure: the data's own name of the phase, or else what it is called under the Regulation."""

from __future__ import annotations

from dataclasses import replace

from civium.law.procedure import load_procedure
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.states import MEANINGS, Meaning, State

# The law's data names phases by what happens; these differ from the state's own name.
_PHASES = {State.LIVE: "collecting"}


def meaning_of(initiative: Initiative, state: State, language: str = "en") -> Meaning:
    """Give a state's name and meaning; the name is the procedure's own where its data has one in the language."""
    named = load_procedure(initiative.procedure).phase_name(_PHASES.get(state, state.value), language)
    return replace(MEANINGS[state], title=named) if named else MEANINGS[state]
