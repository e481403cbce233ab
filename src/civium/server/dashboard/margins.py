"""What is likely to be left of each jurisdiction's statements after verification, against its threshold.

The rules are:
- the share to be lost is the highest that was observed there in an earlier initiative (losses/, with initiative, year and counts); where
  none is known, that of whole initiatives; where a procedure has no observations, none is taken off and none is claimed;
- a State is *safe* from 125 % of its threshold after that loss: initiatives that had less lost States at verification (in 2021 three of
  eleven, in 2023 three of twenty-one);
- statements on paper, as the organisers counted them, count toward the threshold and lose the same share: of paper alone no loss was published;
- these are no verdicts: what is valid an authority says, after the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from civium.law.progress import Progress

SAFE = 1.25
NEAR = 0.75
Outlook = Literal["safe", "over", "at-risk", "near", "far"]


@dataclass(frozen=True)
class Observation:
    """What share of a jurisdiction's statements was not certified in an earlier initiative."""

    jurisdiction: str
    loss: float
    initiative: str
    year: int
    counts: str


@dataclass(frozen=True)
class Losses:
    """The observations of a procedure, and what is taken where there is none."""

    observations: tuple[Observation, ...]
    unknown: float
    unknown_source: str

    def highest(self, jurisdiction: str) -> Observation | None:
        """Give the highest observation of a jurisdiction, None where there is none."""
        own = [one for one in self.observations if one.jurisdiction == jurisdiction]
        return max(own, key=lambda one: one.loss, default=None)

    def expected(self, jurisdiction: str) -> float:
        """Give the share that is taken off."""
        highest = self.highest(jurisdiction)
        return highest.loss if highest else self.unknown


@dataclass(frozen=True)
class Margin:
    """One jurisdiction: received online, its threshold, the share that is usually lost (None: nothing is known), on paper, and what is left."""

    code: str
    received: int
    threshold: int
    loss: float | None
    is_observed: bool
    paper: int = 0

    @property
    def together(self) -> int:
        """Give what was received online and counted on paper."""
        return self.received + self.paper

    @property
    def share(self) -> float:
        """Give what was received, on paper too, as a share of the threshold."""
        return self.together / self.threshold

    @property
    def left(self) -> int:
        """Give how many are likely to be left after verification, rounded down."""
        return int(self.together * (1 - (self.loss or 0.0)) + 1e-9)

    @property
    def share_left(self) -> float:
        """Give what is likely to be left as a share of the threshold."""
        return self.left / self.threshold

    @property
    def missing(self) -> int:
        """Give how many more are needed to reach the threshold; 0 over it."""
        return max(0, self.threshold - self.together)

    @property
    def missing_to_be_safe(self) -> int:
        """Give how many more are needed to be safe after the loss; 0 where it is."""
        wanted = SAFE * self.threshold / (1 - (self.loss or 0.0))
        return max(0, -int(-wanted // 1) - self.together)

    @property
    def outlook(self) -> Outlook:
        """Say how it stands: safe, over, at risk (over now, but not after the usual loss), near (from 75 %), far."""
        if self.together < self.threshold:
            return "near" if self.share >= NEAR else "far"
        if self.share_left >= SAFE:
            return "safe"
        return "over" if self.share_left >= 1 else "at-risk"


@cache
def losses(procedure: str) -> Losses | None:
    """Give what was observed under a procedure; None where nothing was."""
    found = resources.files(__package__).joinpath("losses", f"{procedure}.json")
    if not found.is_file():
        return None
    told = json.loads(found.read_text(encoding="utf-8"))
    return Losses(tuple(Observation(**one) for one in told["observations"]), told["unknown"], told["unknown_source"])


def margins(procedure: str, progress: Progress, paper: Mapping[str, int] | None = None) -> tuple[Margin, ...]:
    """Give every jurisdiction's margin, the highest share left first. `progress` counts paper in; `paper` says how much of it that is."""
    on_paper = paper or {}
    known = losses(procedure)
    found = [
        Margin(
            place.code,
            place.count - on_paper.get(place.code, 0),
            place.threshold,
            known.expected(place.code) if known else None,
            is_observed=known is not None and known.highest(place.code) is not None,
            paper=on_paper.get(place.code, 0),
        )
        for place in progress.jurisdictions
    ]
    return tuple(sorted(found, key=lambda one: (-one.share_left, -one.share, one.code)))


def by_outlook(found: tuple[Margin, ...]) -> Mapping[Outlook, int]:
    """Count the jurisdictions of each outlook."""
    counted: dict[Outlook, int] = {"safe": 0, "over": 0, "at-risk": 0, "near": 0, "far": 0}
    for one in found:
        counted[one.outlook] += 1
    return counted
