"""Where an initiative stands, and which acts are possible there: one table, read by acts, screens and docs/lifecycle.md.

The rules are:
- a state follows from records and dates (standing.py); nobody sets it;
- every act has a row in acts_table.py, and for every state either leave or a refusal with its rule and a way out;
- the table says what the state allows; whether persons, numbers and dates suffice is for the act itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

NumberOfPersons = Literal["one", "two", "two-once-live"]


class State(StrEnum):
    """Where an initiative stands, in the order in which it comes there."""

    SET_UP = "set-up"
    WAITING = "waiting"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    HANDED_OVER = "handed-over"
    IN_VERIFICATION = "in-verification"
    CERTIFIED = "certified"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    INSUFFICIENT = "insufficient"
    WITHDRAWN = "withdrawn"
    DESTROYED = "destroyed"


OPEN: Final = frozenset({State.WAITING, State.LIVE, State.PAUSED})
AFTER_THE_END: Final = frozenset({State.ENDED, State.HANDED_OVER, State.IN_VERIFICATION, State.CERTIFIED})
AFTER_SUBMISSION: Final = frozenset({State.SUBMITTED, State.ANSWERED})
ALL: Final = frozenset(State)


@dataclass(frozen=True)
class Meaning:
    """What a state is called, and what it means."""

    title: str
    sentence: str


@dataclass(frozen=True)
class Refusal:
    """Why an act is not possible here: its code, its rule, the sentence that names it, and the way out."""

    code: str
    sentence: str
    way_out: str
    command: str = ""


@dataclass(frozen=True)
class Row:
    """One act: what it is, who does it, what the law says, where it is possible and why not elsewhere."""

    act: str
    title: str
    persons: NumberOfPersons
    permission: str
    rule: str
    sentence: str
    states: frozenset[State]
    # Of a demonstration, which counts for nothing, more may be done earlier.
    in_demonstration: frozenset[State] = frozenset()
    # False: a campaign page beside the central system has this act, too.
    needs_collection: bool = True
    refusals: Mapping[State, str] = field(default_factory=dict)

    def code(self, state: State, *, is_demonstration: bool = False) -> str | None:
        """Give the code with which the act is refused in a state, None where it is possible."""
        if state in self.states or (is_demonstration and state in self.in_demonstration):
            return None
        return self.refusals.get(state) or USUAL_REFUSALS[state]


# Where a row says nothing else: what stands in the way in each state.
USUAL_REFUSALS: Final[Mapping[State, str]] = {
    State.SET_UP: "not-live",
    State.WAITING: "collection-not-ended",
    State.LIVE: "collection-not-ended",
    State.PAUSED: "collection-not-ended",
    State.ENDED: "collection-ended",
    State.HANDED_OVER: "collection-ended",
    State.IN_VERIFICATION: "collection-ended",
    State.CERTIFIED: "collection-ended",
    State.SUBMITTED: "already-submitted",
    State.ANSWERED: "already-submitted",
    State.INSUFFICIENT: "support-insufficient",
    State.WITHDRAWN: "initiative-withdrawn",
    State.DESTROYED: "statements-destroyed",
}

MEANINGS: Final[Mapping[State, Meaning]] = {
    State.SET_UP: Meaning("Set-up", "Described and not live: nothing is collected yet."),
    State.WAITING: Meaning("Waiting", "Live, and the first day of collection has not come yet."),
    State.LIVE: Meaning("Live", "Statements are received."),
    State.PAUSED: Meaning("Paused", "Live, and nothing is received until two persons go on. The period does not get longer."),
    State.ENDED: Meaning("Ended", "The last day is over; nothing was given to an authority yet."),
    State.HANDED_OVER: Meaning("Handed over", "One authority at least has its State's statements."),
    State.IN_VERIFICATION: Meaning(
        "In verification",
        "An authority confirmed what it received, or certified it; others that have theirs did not certify yet.",
    ),
    State.CERTIFIED: Meaning("Certified", "Every authority that was given statements has certified how many are valid."),
    State.SUBMITTED: Meaning("Submitted to the Commission", "The Commission has the certificates; it answers in public."),
    State.ANSWERED: Meaning("Answered", "The Commission said what it will do, and why."),
    State.INSUFFICIENT: Meaning(
        "Not enough support", "The numbers were not reached; nothing will be submitted to the Commission."
    ),
    State.WITHDRAWN: Meaning("Withdrawn", "The organisers withdrew the initiative; nothing of it is verified or submitted."),
    State.DESTROYED: Meaning("Destroyed", "No statement is left here; leaf records, counts and the journal stay."),
}
