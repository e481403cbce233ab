"""Asking for an act from a screen: done at once where one person may, otherwise proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.proposals.acts import ACTS
from civium.server.initiatives import proposals
from civium.server.initiatives.proposals import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative, Proposal


def here(request: ConsoleRequest) -> Initiative:
    """Give the initiative whose screen this is."""
    assert request.initiative is not None, "the gate lets nobody pass without one"
    return request.initiative


def person_of(request: ConsoleRequest) -> Person:
    """Give whoever asks, as proposals know people."""
    return Person(str(request.account.pk), frame.person(request))


def ask(request: ConsoleRequest, name: str, facts: Mapping[str, Any]) -> Proposal | None:
    """Do an act now if one person may, and give None; otherwise give the proposal that waits for another person.

    Raises Refused `act-unknown`, what the state refuses, `proposal-open`, and whatever the act refuses when it is done now.
    """
    act = ACTS.get(name)
    if act is None:
        raise Refused("act-unknown")
    initiative = here(request)
    if act.needs_two(initiative):
        return proposals.propose(initiative, act, facts, person_of(request), now=request.now)
    with frame.premises(request) as premises:
        proposals.do_alone(initiative, act, premises, facts, person_of(request), now=request.now)
    return None


def answer(
    request: ConsoleRequest, outcome: Proposal | None, screen_name: str, *, after: str = "", **captures: Any
) -> HttpResponse:
    """Lead to the proposal that was made, or back to a screen, and say there what happened; and, where it is known, what comes after it."""
    _ = frame.words_of(request)
    if outcome is None:
        frame.say(request, f"{_('Done.')} {_(after)}" if after else _("Done."))
        return frame.back(request, screen_name, **captures)
    frame.say(request, _("Proposed. It is done as soon as another person of your initiative agrees, within seven days."))
    return frame.back(request, "proposal", number=outcome.pk)
