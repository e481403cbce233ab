"""Acts that need two: one person proposes, another agrees, and only then it is done.

The rules are:
- the second person is another account than the first, whatever either is called;
- who agrees is shown in words what they agree to: the same facts are then given to the act, and nothing else;
- a proposal that nobody agreed to lapses after seven days;
- the act checks everything again when it is done: what has become impossible is refused, and the proposal stays open;
- agreed is noted first, done last: if a process is stopped between the two, the proposal is agreed to once more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives import journal, uploads
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.facts import PROCEDURE
from civium.server.initiatives.models import Initiative, Proposal
from civium.server.initiatives.persons import DEMONSTRATION, Persons, persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.standing import check_allowed

LAPSES_AFTER = timedelta(days=7)
LARGEST_FACTS = 4_000_000  # a register's texts in 24 languages, each letter beyond ASCII written as six signs
Facts = Mapping[str, Any]
Needs = Callable[[Initiative], bool]


@dataclass(frozen=True)
class Person:
    """Who proposes or agrees: the account by what never changes of it, and the name that the journal shows, "Name (role)"."""

    account: str
    name: str


def always(initiative: Initiative) -> bool:
    """Two decide, except in a demonstration."""
    return bool(initiative.deployment != DEMONSTRATION)


def once_live(initiative: Initiative) -> bool:
    """Two decide as soon as it is live, except in a demonstration."""
    return always(initiative) and initiative.live_collection() is not None


def never(initiative: Initiative) -> bool:
    """One may."""
    del initiative
    return False


@dataclass(frozen=True)
class Act:
    """Something that can be proposed: how it is said, how it is done, whether two must decide."""

    name: str
    sentence: Callable[[Facts], str]
    apply: Callable[[Initiative, Premises, Persons, Facts, datetime], object]
    needs_two: Needs = always
    # Of an act that has a row of its own name this is the row's title: one table of names.
    title: str = ""
    # Its row in the table of states and acts, where that has another name; an act without a row is possible in every state.
    row: str = ""

    def __post_init__(self) -> None:
        """Take the title from the table of acts where the act stands there."""
        assert bool(self.title) != (self.name in ROWS), "an act has one name: its row's, or its own where it has no row"
        if self.name in ROWS:
            object.__setattr__(self, "title", ROWS[self.name].title)


def in_words(act: Act, proposal: Proposal) -> str:
    """Say a proposal in the words of its initiative's procedure."""
    return act.sentence({**proposal.facts, PROCEDURE: proposal.initiative.procedure})


def propose(initiative: Initiative, act: Act, facts: Facts, by: Person, *, now: datetime) -> Proposal:
    """Keep a proposal until another person agrees. Raises Refused `proposal-open` where the same waits already, `proposal-too-large`,
    and what the state refuses."""
    plain = json.loads(json.dumps(dict(facts)))
    check_state(initiative, act, now=now)
    if len(json.dumps(plain)) > LARGEST_FACTS:
        raise Refused("proposal-too-large", largest=LARGEST_FACTS)
    persons(by.name)
    lapse(now=now)
    with transaction.atomic():
        journal.take_turn(initiative)
        if any(one.facts == plain for one in initiative.proposals.filter(act=act.name, state__in=_WAITING)):
            raise Refused("proposal-open")
        made = Proposal.objects.create(
            initiative=initiative,
            act=act.name,
            facts=plain,
            by_account=by.account,
            by_name=by.name,
            proposed_at=now,
            lapses_at=now + LAPSES_AFTER,
        )
        _record(made, "proposal-made", persons(by.name), now)
    return made


def approve(proposal: Proposal, act: Act, premises: Premises, by: Person, *, now: datetime) -> None:
    """Agree to a proposal: it is done now, by both.

    Raises Refused `proposal-over`, `proposal-lapsed`, `own-proposal`, `person-twice`, `done-meanwhile`, and whatever the act refuses:
    then it stays open.
    """
    assert act.name == proposal.act, "a proposal is agreed to as what it is"
    both = persons(proposal.by_name, by.name) if by.account != proposal.by_account else None
    _check_open(proposal, now)
    if both is None:
        raise Refused("own-proposal")
    check_state(proposal.initiative, act, now=now)
    with transaction.atomic():
        taken = Proposal.objects.filter(pk=proposal.pk, state__in=_WAITING).update(
            state=Proposal.State.BEGUN, second_account=by.account, second_name=by.name
        )
        if not taken:
            raise Refused("proposal-over")
    try:
        _apply(act, proposal.initiative, premises, both, proposal.facts, now)
    except Refused:
        # Of two who agree at the same moment the second is refused what the first has done: done it stays.
        mine = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.BEGUN, second_account=by.account)
        mine.update(state=Proposal.State.OPEN, second_account="", second_name="")
        raise
    with transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=Proposal.State.DONE, second_account=by.account, second_name=by.name, ended_at=now
        )
        _record(proposal, "proposal-approved", both, now)
        uploads.remove_unnamed(proposal.initiative)
    proposal.refresh_from_db()


def do_alone(initiative: Initiative, act: Act, premises: Premises, facts: Facts, by: Person, *, now: datetime) -> None:
    """Do at once what one person may do. Raises Refused `second-person-missing` where two must decide, and whatever the act refuses.

    Where somebody else did the same at this moment: `done-meanwhile`.
    """
    if act.needs_two(initiative):
        raise Refused("second-person-missing")
    check_state(initiative, act, now=now)
    _apply(act, initiative, premises, persons(by.name), json.loads(json.dumps(dict(facts))), now)


def _apply(act: Act, initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    try:
        act.apply(initiative, premises, by, facts, now)
    except IntegrityError:
        # What happens once was done twice at the same moment: the database kept the first.
        raise Refused("done-meanwhile") from None


def withdraw(proposal: Proposal, by: Person, *, now: datetime) -> None:
    """Take a proposal back, or turn it down: any person who may propose. Raises Refused `proposal-over`, `proposal-lapsed`."""
    _check_open(proposal, now)
    with transaction.atomic():
        ended = Proposal.objects.filter(pk=proposal.pk, state__in=_WAITING).update(
            state=Proposal.State.WITHDRAWN, ended_at=now, second_account=by.account, second_name=by.name
        )
        if not ended:
            raise Refused("proposal-over")
        _record(proposal, "proposal-withdrawn", persons(by.name), now)
        uploads.remove_unnamed(proposal.initiative)
    proposal.refresh_from_db()


def open_proposals(initiative: Initiative, *, now: datetime) -> list[Proposal]:
    """Give the proposals that wait for a second person, oldest first."""
    lapse(now=now)
    return list(initiative.proposals.filter(state__in=_WAITING))


def ended_proposals(initiative: Initiative, most: int = 50) -> list[Proposal]:
    """Give the latest proposals that are over, newest first."""
    return list(initiative.proposals.exclude(state__in=_WAITING).order_by("-ended_at", "-pk")[:most])


def lapse(*, now: datetime) -> int:
    """End what nobody agreed to in time, and give its number. Safe at any time."""
    count = 0
    for proposal in Proposal.objects.filter(state=Proposal.State.OPEN, lapses_at__lte=now).select_related("initiative"):
        with transaction.atomic():
            open_ones = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN)
            if open_ones.update(state=Proposal.State.LAPSED, ended_at=proposal.lapses_at):
                _record(proposal, "proposal-lapsed", persons("civium"), now)
                uploads.remove_unnamed(proposal.initiative)
                count += 1
    return count


def check_state(initiative: Initiative, act: Act, *, now: datetime) -> None:
    """Raise Refused with the rule that stands in the way unless the initiative's state allows the act."""
    row = act.row or act.name
    if row in ROWS:
        check_allowed(initiative, row, today=brussels_date(now))


_WAITING = (Proposal.State.OPEN, Proposal.State.BEGUN)


def _check_open(proposal: Proposal, now: datetime) -> None:
    proposal.refresh_from_db()
    if proposal.state not in _WAITING:
        raise Refused("proposal-lapsed" if proposal.state == Proposal.State.LAPSED else "proposal-over")
    if proposal.state == Proposal.State.OPEN and proposal.lapses_at <= now:
        lapse(now=now)
        raise Refused("proposal-lapsed")


def _record(proposal: Proposal, act: str, by: Persons, now: datetime) -> None:
    """Facts may name organisers' addresses: the journal says which proposal it was, and the act itself tells the rest."""
    journal.record(act, proposal.initiative, by, {"proposal": proposal.pk, "act": proposal.act}, now=now)
