"""How far an initiative has come: its total and each jurisdiction against the number that its registration date fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from civium.errors import Refused
from civium.law.rules import Procedure


@dataclass(frozen=True)
class JurisdictionProgress:
    """One jurisdiction's count against its threshold."""

    code: str
    count: int
    threshold: int

    @property
    def is_reached(self) -> bool:
        """Say whether the threshold is reached (Art. 3(1)(b): at least the minimum number)."""
        return self.count >= self.threshold


@dataclass(frozen=True)
class Progress:
    """The whole initiative's counts against its goal; every jurisdiction stands in `jurisdictions`, in the territory's order."""

    total: int
    goal: int
    needed: int
    jurisdictions: tuple[JurisdictionProgress, ...]

    @property
    def over(self) -> tuple[str, ...]:
        """Give the codes of the jurisdictions that reached their threshold."""
        return tuple(place.code for place in self.jurisdictions if place.is_reached)

    @property
    def is_goal_reached(self) -> bool:
        """Say whether total and number of jurisdictions both suffice (Art. 3(1))."""
        return self.total >= self.goal and len(self.over) >= self.needed


def thresholds(procedure: Procedure, registered_on: date) -> Mapping[str, int]:
    """Give each jurisdiction's threshold, fixed for ever by the day of registration (Annex I).

    Raises Refused("thresholds-unknown") for a day for which the procedure has none.
    """
    for period in procedure.threshold_periods:
        if period.registered_from <= registered_on and (period.registered_to is None or registered_on <= period.registered_to):
            return {code: place.thresholds[period.key] for code, place in procedure.jurisdictions.items()}
    raise Refused("thresholds-unknown")


def progress(procedure: Procedure, registered_on: date, counts: Mapping[str, int]) -> Progress:
    """Set counts by jurisdiction against the goal; a jurisdiction without a count has none yet.

    All count toward the total, below their threshold too (LAW-64). Raises Refused for an unknown jurisdiction or day.
    """
    limits = thresholds(procedure, registered_on)
    if not counts.keys() <= limits.keys():
        raise Refused("jurisdiction-unknown")
    places = tuple(JurisdictionProgress(code, counts.get(code, 0), limit) for code, limit in limits.items())
    return Progress(sum(counts.values()), procedure.goal.total, procedure.goal.jurisdictions, places)
