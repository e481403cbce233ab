"""What to do next, most useful first: which State is nearest to its threshold, which is not safe yet, what else waits. Values, no words.

The rules are:
- three States at most, so that a list stays a list; the one with the fewest statements missing comes first;
- nothing is advised that the numbers do not say, and nothing while there is nothing to be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.dashboard.on_paper import week_to_count

if TYPE_CHECKING:
    from civium.server.dashboard.overview import Overview

_MOST_STATES = 3


@dataclass(frozen=True)
class Step:
    """One thing to do: its kind, the jurisdictions it is about, a number, a day."""

    kind: str
    jurisdictions: tuple[str, ...] = ()
    number: int = 0
    day: date | None = None


def next_steps(seen: Overview) -> tuple[Step, ...]:
    """Give the steps, in order."""
    if seen.phase == "ended":
        return (*_bursts(seen), Step("hand-over"))
    if seen.phase == "waiting":
        return (Step("get-ready", number=(seen.initiative.opens_on - seen.today).days), *_languages(seen))
    if seen.phase == "paused":
        return (Step("resume"),)
    return (*_bursts(seen), *_states(seen), *_pace(seen), *_paper(seen), *_languages(seen), *_partners(seen))


def _bursts(seen: Overview) -> tuple[Step, ...]:
    """Ask for a word on ranges that nobody has decided about: they are not public before."""
    waiting = [one for one in seen.ranges if not one.decision]
    return (Step("look-at-bursts", tuple(dict.fromkeys(one.jurisdiction for one in waiting)), len(waiting)),) if waiting else ()


def _states(seen: Overview) -> tuple[Step, ...]:
    """Push those that are nearest to their threshold while too few are over; then those that verification may take away."""
    needed = seen.progress.needed
    short = sorted((one for one in seen.margins if one.missing), key=lambda one: (one.missing, one.code))
    weak = sorted((one for one in seen.margins if one.outlook in ("over", "at-risk")), key=lambda one: (one.share_left, one.code))
    steps = []
    if len(seen.progress.over) < needed and short and seen.together:
        nearest = short[:_MOST_STATES]
        steps.append(Step("push-states", tuple(one.code for one in nearest), nearest[0].missing))
    safe = sum(one.outlook == "safe" for one in seen.margins)
    if weak and safe < needed:
        steps.append(Step("make-safe", tuple(one.code for one in weak[:_MOST_STATES]), weak[0].missing_to_be_safe))
    return tuple(steps)


def _pace(seen: Overview) -> tuple[Step, ...]:
    week, needed = seen.pace.week, seen.pace.needed
    return (Step("raise-pace", number=needed),) if needed is not None and week is not None and week < needed else ()


def _paper(seen: Overview) -> tuple[Step, ...]:
    """Ask for last week's sheets where weeks before it were counted."""
    week = week_to_count(seen.paper, today=seen.today, last=seen.initiative.closes_on)
    return (Step("count-paper", day=week),) if week is not None else ()


def _languages(seen: Overview) -> tuple[Step, ...]:
    """Name how many of the procedure's languages have no text yet."""
    spoken = {code for place in load_procedure(seen.initiative.procedure).jurisdictions.values() for code in place.languages}
    missing = spoken - set(seen.initiative.texts_in_force())
    return (Step("add-languages", number=len(missing)),) if missing else ()


def _partners(seen: Overview) -> tuple[Step, ...]:
    return () if seen.partners else (Step("add-partners"),)
