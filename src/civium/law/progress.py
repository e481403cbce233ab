"""How far an initiative has come: its total, each jurisdiction against the number that its registration date fixed, and groups of them."""

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
class GroupProgress:
    """One group's count and how many of its members reached their own numbers, against what it needs."""

    code: str
    count: int
    goal: int
    reached: int
    needed: int
    is_top: bool

    @property
    def is_reached(self) -> bool:
        """Say whether the group has enough statements in all, and enough of its members."""
        return self.count >= self.goal and self.reached >= self.needed


@dataclass(frozen=True)
class Progress:
    """The whole initiative's counts against its goal; every jurisdiction stands in `jurisdictions`, in the territory's order."""

    total: int
    goal: int
    needed: int
    jurisdictions: tuple[JurisdictionProgress, ...]
    groups: tuple[GroupProgress, ...] = ()
    groups_needed: int = 0

    @property
    def over(self) -> tuple[str, ...]:
        """Give the codes of the jurisdictions that reached their threshold."""
        return tuple(place.code for place in self.jurisdictions if place.is_reached)

    @property
    def is_goal_reached(self) -> bool:
        """Say whether total, number of jurisdictions (Art. 3(1)) and, where a procedure has any, number of groups suffice."""
        groups = sum(group.is_reached for group in self.groups if group.is_top)
        return self.total >= self.goal and len(self.over) >= self.needed and groups >= self.groups_needed


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
    goal = procedure.goal
    return Progress(sum(counts.values()), goal.total, goal.jurisdictions, places, _groups(procedure, places), goal.groups)


def _groups(procedure: Procedure, places: tuple[JurisdictionProgress, ...]) -> tuple[GroupProgress, ...]:
    """Give the groups in their order; a group may have groups as members, never itself (`checking` refuses a circle)."""
    reached = {place.code: place.is_reached for place in places}
    count = {place.code: place.count for place in places}
    inside = {member for group in procedure.groups.values() for member in group.members}
    found: dict[str, GroupProgress] = {}

    def progress_of(code: str) -> GroupProgress:
        if code not in found:
            group = procedure.groups[code]
            for member in group.members:
                if member in procedure.groups:
                    below = progress_of(member)
                    reached[member], count[member] = below.is_reached, below.count
            found[code] = GroupProgress(
                code,
                count=sum(count[member] for member in group.members),
                goal=group.total,
                reached=sum(reached[member] for member in group.members),
                needed=group.needed,
                is_top=code not in inside,
            )
        return found[code]

    return tuple(progress_of(code) for code in procedure.groups)
