"""The table of states and acts (states.py): every act's row.

Articles without a name are those of Regulation (EU) 2019/788; LAW-n and T-n are this project's numbers for its rules
and for the clauses of Implementing Regulation (EU) 2019/1799.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from civium.server.initiatives.states import AFTER_SUBMISSION, AFTER_THE_END, ALL, OPEN, Row, State

_SET_UP = frozenset({State.SET_UP})
_VERIFYING = frozenset({State.HANDED_OVER, State.IN_VERIFICATION})
_OVER = frozenset({State.INSUFFICIENT, State.WITHDRAWN})
_BEFORE_SUBMISSION = _SET_UP | OPEN | AFTER_THE_END
_STATEMENTS_ARE_HERE = OPEN | AFTER_THE_END | AFTER_SUBMISSION | _OVER


def _in(states: frozenset[State], code: str) -> dict[State, str]:
    return dict.fromkeys(states, code)


_ROWS = (
    Row(
        "change-set-up",
        "Change texts, number, start and goal",
        "one",
        "change-set-up",
        "LAW-26, Art. 9(2); T-4",
        "What signatories see is what stands in the register. Before the first statement it can be put right; afterwards nobody may find "
        "that they supported something else.",
        _SET_UP,
        needs_collection=False,
        refusals=_in(ALL - _SET_UP, "live-unchangeable"),
    ),
    Row(
        "go-live",
        "Go live",
        "two",
        "propose",
        "LAW-39, LAW-46 to LAW-50, LAW-58, Art. 6(1), 8(1), 10(3), 11(7); T-8",
        "Nothing is collected before registration; collection begins at most six months after it, lasts at most twelve months, and the "
        "Commission is told ten working days before.",
        _SET_UP,
        refusals=_in(OPEN, "already-live"),
    ),
    Row(
        "pause",
        "Pause at once",
        "one",
        "pause",
        "Art. 8(1); T-28",
        "An emergency does not wait for a second person. The period runs on: a pause does not make it longer.",
        frozenset({State.WAITING, State.LIVE}),
        refusals={State.PAUSED: "already-paused"},
    ),
    Row(
        "resume",
        "Go on after a pause",
        "two",
        "propose",
        "Art. 8(1); T-8",
        "Two persons say that what led to the pause is over.",
        frozenset({State.PAUSED}),
        refusals=_in(frozenset({State.WAITING, State.LIVE}), "not-paused"),
    ),
    Row(
        "end-early",
        "Set an earlier last day",
        "two",
        "propose",
        "LAW-49, Art. 8(1)",
        "Organisers may end before the twelve months are over. The Commission is told at least ten working days before the new last day.",
        OPEN,
    ),
    Row(
        "end-now",
        "End at once",
        "two",
        "propose",
        "LAW-49, LAW-51, Art. 8(1), 8(3)",
        "A demonstration, or a procedure whose own law asks for no notice, can end today and for ever. An initiative under the Regulation "
        "sets an earlier last day instead.",
        OPEN,
    ),
    Row(
        "change-details",
        "Change organisers, contacts, legal entity, data protection officer or website",
        "two-once-live",
        "propose",
        "LAW-29, Art. 5(4), 5(7); T-8",
        "Changes of the group are shown, as in the register. Once live they are published as a new manifest; earlier names stay in the one before.",
        ALL - {State.DESTROYED},
        needs_collection=False,
    ),
    Row(
        "add-language",
        "Add a language",
        "two-once-live",
        "propose",
        "LAW-30, Art. 4(4); T-4, T-8",
        "The Commission's translation of title, objectives and annex is offered, and no other. Texts that were signed are not changed.",
        _SET_UP | OPEN,
        needs_collection=False,
    ),
    Row(
        "change-keys",
        "Add, prove or retire an authority's key",
        "two-once-live",
        "propose",
        "Art. 11(4); T-8, T-23, T-32",
        "Statements are sealed to a proven key alone. A change counts from the next manifest on.",
        _SET_UP | OPEN,
    ),
    Row(
        "change-certificate",
        "Show the certificate of conformity",
        "two-once-live",
        "propose",
        "LAW-56, Art. 11(3), 11(6)",
        "The certificate of Annex IV stands on the site for as long as collection lasts.",
        _BEFORE_SUBMISSION,
        needs_collection=False,
    ),
    Row(
        "correct-register",
        "Follow a correction in the register",
        "two-once-live",
        "propose",
        "LAW-26, LAW-28, Art. 6(5), 9(2); T-4, T-8",
        "Where the register was corrected, the pages follow: its address, a partial registration, funding. Title, objectives and number stay.",
        _BEFORE_SUBMISSION | AFTER_SUBMISSION,
        needs_collection=False,
    ),
    Row(
        "change-appearance",
        "Change how the pages look",
        "two-once-live",
        "propose",
        "T-6, T-8",
        "Colours and pictures may change; what the law wants on the page cannot be turned off.",
        ALL - {State.DESTROYED},
        needs_collection=False,
    ),
    Row(
        "renew-manifest",
        "Publish what changed as a new manifest",
        "two",
        "propose",
        "LAW-29, Art. 5(4); T-7, T-8",
        "Every statement names the manifest it was given under. What changed counts once it stands in a new one, signed and in the public log.",
        OPEN,
    ),
    Row(
        "set-work",
        "Ask for more or less proof of work",
        "one",
        "pause",
        "T-1",
        "Only natural persons can sign; a flood does not wait for a second person.",
        OPEN,
    ),
    Row(
        "make-working-copy",
        "Make a working copy",
        "one",
        "make-working-copy",
        "LAW-74, Art. 19(4)",
        "Sealed statements for a rehearsal with an authority; marked, and never certified.",
        _STATEMENTS_ARE_HERE,
    ),
    Row(
        "make-package",
        "Make a submission package",
        "one",
        "make-package",
        "LAW-65, LAW-83, Art. 12(2)",
        "After the end, and where a million and seven States were reached, each authority is given its State's statements whole; below, "
        "two persons say why.",
        AFTER_THE_END,
        in_demonstration=OPEN,
    ),
    Row(
        "destroy-statement",
        "Destroy one statement by its identifier",
        "two",
        "destroy-statements",
        "LAW-76, GDPR Art. 17",
        "Whoever asks has a right to it as long as the statement is here. Once it was handed over, the authority destroys its own copy.",
        _STATEMENTS_ARE_HERE,
    ),
    Row(
        "hand-over",
        "Record that an authority was given its statements",
        "two",
        "propose",
        "LAW-84, LAW-85, Art. 12(2)",
        "At most three months after the end each authority is given its statements once, paper and online apart, with the form of Annex V.",
        AFTER_THE_END,
        in_demonstration=OPEN,
        needs_collection=False,
    ),
    Row(
        "record-receipt",
        "Record an authority's confirmation of receipt",
        "one",
        "propose",
        "LAW-91, Art. 12(4)",
        "Its three months for verification begin when the last of paper and online has arrived.",
        _VERIFYING,
        needs_collection=False,
        refusals={State.ENDED: "nothing-handed-over", State.CERTIFIED: "all-certified"},
    ),
    Row(
        "record-certificate",
        "Type in an authority's certificate",
        "two",
        "propose",
        "LAW-90, Art. 12(5), Annex VI",
        "The authority certifies, free of charge, how many statements on paper and how many online are valid.",
        _VERIFYING | {State.CERTIFIED},
        needs_collection=False,
        refusals={State.ENDED: "nothing-handed-over"},
    ),
    Row(
        "submit",
        "Record the submission to the Commission",
        "two",
        "propose",
        "LAW-62 to LAW-64, LAW-92, Art. 3(1), 13, Annex VII",
        "Within three months of the last certificate, where the certificates add up to a million and seven States reached their number.",
        frozenset({State.IN_VERIFICATION, State.CERTIFIED}),
        needs_collection=False,
        refusals=_in(frozenset({State.ENDED, State.HANDED_OVER}), "not-certified"),
    ),
    Row(
        "record-publication",
        "Record that the Commission published the submission",
        "one",
        "propose",
        "Art. 14(1), 15(2)",
        "The Commission's six months for its answer begin on this day.",
        frozenset({State.SUBMITTED}),
        needs_collection=False,
        refusals=_in(AFTER_THE_END, "not-submitted") | {State.ANSWERED: "already-answered"},
    ),
    Row(
        "record-answer",
        "Record the Commission's answer",
        "two",
        "propose",
        "LAW-72, Art. 15(2), 15(3)",
        "The Commission says in a communication what it will do. Whoever left an address is told; addresses may be kept longer where action "
        "was announced.",
        frozenset({State.SUBMITTED}),
        needs_collection=False,
        refusals=_in(AFTER_THE_END, "not-submitted") | {State.ANSWERED: "already-answered"},
    ),
    Row(
        "record-insufficient",
        "Record that support is insufficient",
        "two",
        "propose",
        "LAW-65, LAW-67, Art. 3(1), 9(7), 12(2)",
        "Where the numbers are not reached, nothing is submitted to the Commission, and no purpose is left for which statements may be kept.",
        AFTER_THE_END,
        needs_collection=False,
    ),
    Row(
        "withdraw",
        "Withdraw the initiative",
        "two",
        "propose",
        "LAW-45, Art. 7",
        "At any time before submission to the Commission. What is being collected ends at once; statements are destroyed within one month.",
        _BEFORE_SUBMISSION,
        needs_collection=False,
    ),
    Row(
        "place-hold",
        "Place a legal hold",
        "two",
        "propose",
        "LAW-75, Art. 19(7)",
        "Data may be kept longer where legal or administrative proceedings relating to the initiative need them, and only then.",
        _STATEMENTS_ARE_HERE,
    ),
    Row(
        "lift-hold",
        "Lift a legal hold",
        "two",
        "propose",
        "LAW-75, Art. 19(7)",
        "At most one month after the final decision everything is destroyed that was kept for it.",
        _STATEMENTS_ARE_HERE,
    ),
    Row(
        "destroy-statements",
        "Destroy all statements",
        "two",
        "destroy-statements",
        "LAW-75, Art. 19(5), 19(7)",
        "At most one month after submission or withdrawal, and never later than 21 months after the start; by hand as soon as nothing needs "
        "them any more.",
        AFTER_SUBMISSION | _OVER,
        in_demonstration=OPEN | AFTER_THE_END,
        refusals=_in(OPEN | AFTER_THE_END, "destroy-too-early"),
    ),
)

ROWS: Final[Mapping[str, Row]] = MappingProxyType({row.act: row for row in _ROWS})
