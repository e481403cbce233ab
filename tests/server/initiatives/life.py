"""An initiative in every state of its life, brought there by the acts themselves, and facts with which every act can be asked for there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from civium.formats.export import PACKAGE
from civium.server.initiatives import certifying, destroying_all, exports, handing_over, lifecycle, live, milestones
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.states import State

from . import place
from .place import TWO

BEFORE = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
DURING = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AFTER = datetime(2027, 4, 20, 12, 0, tzinfo=UTC)
REASON = "the State asked for them all the same"
# 150,000 on paper from each: a million and more than seven States.
ON_PAPER = ("DE", "ES", "FR", "IT", "PL", "NL", "BE", "RO")


@dataclass
class Place:
    """An initiative, where it is kept, and the time."""

    initiative: Initiative
    premises: Premises
    root: Path
    now: datetime
    by: Persons = TWO

    @property
    def today(self) -> date:
        """The day."""
        return self.now.date()


def build(state: State, root: Path, premises: Premises) -> Place:
    """Bring an initiative of a `central` installation into a state."""
    place.make_installation("central")
    initiative = place.add_initiative(root / "folder", **place.CENTRAL)
    for code in ("ES", "MT"):
        place.add_proven_key(initiative, code)
    here = Place(initiative, premises, root, DURING)
    if state is State.SET_UP:
        return here
    if state is State.WAITING:
        here.now = BEFORE
    live.open_collection(initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=here.now)
    for step in _STEPS.get(state, ()):
        step(here)
    here.initiative = Initiative.objects.get(pk=initiative.pk)
    return here


def collect(here: Place) -> None:
    """Receive a few."""
    collection = here.initiative.live_collection()
    assert collection is not None
    for code, count in (("ES", 3), ("MT", 2)):
        place.receive(here.premises, collection, code, count)


def end(here: Place) -> None:
    """Let the period pass."""
    here.now = AFTER


def package(here: Place, *jurisdictions: str) -> None:
    """Make submission packages."""
    for code in jurisdictions:
        wanted = exports.Wanted(code, "online", PACKAGE, override_reason=REASON)
        exports.make_export(here.initiative, here.premises, wanted, here.root, TWO, now=here.now, progress=lambda *_: None)


def hand_over(here: Place) -> None:
    """Give Spain its log, and eight States their paper."""
    package(here, "ES", "MT")
    handing_over.hand_over(here.initiative, here.premises, "ES", "online", TWO, now=here.now)
    for code in ON_PAPER:
        delivery = handing_over.Delivery(here.today, "registered-post")
        handing_over.hand_over_elsewhere(here.initiative, code, "sheets", 150_000, TWO, now=here.now, delivery=delivery)


def confirm(here: Place) -> None:
    """Spain confirms."""
    handing_over.record_receipt(here.initiative, "ES", here.today, TWO, now=here.now)


def certify(here: Place) -> None:
    """All that were given something certify all of it, two months later."""
    here.now += timedelta(days=60)
    for code in ON_PAPER:
        told = certifying.Certified(code, 3 if code == "ES" else 0, 150_000, here.today, f"{code}-2027-1")
        certifying.record_certificate(here.initiative, told, TWO, now=here.now)


def submit(here: Place) -> None:
    """Submit to the Commission."""
    milestones.submit(here.initiative, TWO, on=here.today, reference="ECI-2027-7", now=here.now)


def answer(here: Place) -> None:
    """The Commission answers four months later; statements would be gone by then, but nobody looked."""
    milestones.record_answer(here.initiative, TWO, on=here.today, reference="COM(2027) 7", action_announced=True, now=here.now)


def give_up(here: Place) -> None:
    """Support is insufficient."""
    milestones.record_insufficient(here.initiative, TWO, on=here.today, now=here.now)


def withdraw(here: Place) -> None:
    """Withdraw."""
    milestones.withdraw(here.initiative, here.premises, TWO, on=here.today, now=here.now)


def pause(here: Place) -> None:
    """Pause."""
    lifecycle.pause(here.initiative, here.premises, TWO, now=here.now)


def destroy(here: Place) -> None:
    """Order, wait a day, destroy."""
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += timedelta(days=1)
    destroying_all.carry_out(ordered, here.premises, here.root, now=here.now, progress=lambda *_: None)


_TO_CERTIFIED = (collect, end, hand_over, confirm, certify)
_STEPS: Mapping[State, tuple[Callable[[Place], None], ...]] = {
    State.LIVE: (collect,),
    State.PAUSED: (collect, pause),
    State.ENDED: (collect, end),
    State.HANDED_OVER: (collect, end, hand_over),
    State.IN_VERIFICATION: (collect, end, hand_over, confirm),
    State.CERTIFIED: _TO_CERTIFIED,
    State.SUBMITTED: (*_TO_CERTIFIED, submit),
    State.ANSWERED: (*_TO_CERTIFIED, submit, answer),
    State.INSUFFICIENT: (collect, end, give_up),
    State.WITHDRAWN: (collect, withdraw),
    State.DESTROYED: (collect, withdraw, destroy),
}


def facts_for(act: str, here: Place) -> dict[str, Any]:
    """Give facts with which an act may be asked for on this day."""
    today = here.today.isoformat()
    table: dict[str, dict[str, Any]] = {
        "go-live": {"closed_online": True, "leave_out": [], "without_tokens": True, "work": 0},
        "end-early": {
            "last_day": (here.today + timedelta(days=30)).isoformat(),
            "told_on": today,
        },
        "set-work": {"work": 1000},
        "hand-over": {"jurisdiction": "MT", "channel": "online", "on": today, "way": "file-exchange-service"},
        "record-receipt": {"jurisdiction": "ES", "on": today},
        "record-certificate": {
            "jurisdiction": "ES",
            "online_valid": 2,
            "paper_valid": 149_999,
            "on": today,
            "reference": "ES-2027-2",
        },
        "submit": {"on": today, "reference": "ECI-2027-8"},
        "record-publication": {"on": today},
        "record-answer": {"on": today, "reference": "COM(2027) 8", "action_announced": False},
        "record-insufficient": {"on": today},
        "withdraw": {"on": today},
        "place-hold": {"proceedings": "Case T-1/27", "reason": "the registration is contested", "ends_by": "General Court"},
        "lift-hold": {"ended_on": today},
    }
    return table.get(act, {})
