"""What the decision journal says of the sample: plan, draws, sheets given out, results, estimate, each in a line of its own.

act                 what is told
sample-plan         the plan's table
sample-draw         phase, seed, commitment, the export's hash, the population's digest and strata, how many of each were drawn
sample-split        phase, number of sheets, how many in a thousand rows stand on two sheets
sample-match        the rule, the register's hash, counts
sample-result       row, identifier, result, where it comes from
sample-estimate     the estimate (`estimate.py`)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from civium.authority.decisions import Entry
from civium.authority.sampling.plan import Plan, from_table

PLAN, DRAW, SPLIT, MATCH = "sample-plan", "sample-draw", "sample-split", "sample-match"
RESULT, ESTIMATE = "sample-result", "sample-estimate"
VALID, INVALID, UNCLEAR = "valid", "invalid", "unclear"
RESULTS = (VALID, INVALID, UNCLEAR)


@dataclass(frozen=True)
class Draw:
    """One draw as the journal has it."""

    phase: int
    seed: str
    export: str
    digest: str
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    drawn: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    """How a phase's rows were given out: on so many sheets, and how many in a thousand of them on two."""

    sheets: int
    second_permille: int


@dataclass(frozen=True)
class Record:
    """Everything the journal says of the sample so far. An estimate counts until something is drawn or found after it."""

    plan: Plan | None = None
    draws: tuple[Draw, ...] = ()
    splits: Mapping[int, Split] = field(default_factory=dict)
    matches: tuple[Mapping[str, Any], ...] = ()
    results: Mapping[int, str] = field(default_factory=dict)
    estimate: Mapping[str, Any] | None = None

    @property
    def phases(self) -> list[tuple[int, ...]]:
        """How many of each stratum each draw took."""
        return [draw.drawn for draw in self.draws]


def read_record(entries: Sequence[Entry]) -> Record:
    """Give what the journal's lines say of the sample; lines of other acts say nothing of it."""
    plan: Plan | None = None
    draws: list[Draw] = []
    splits: dict[int, Split] = {}
    matches: list[Mapping[str, Any]] = []
    results: dict[int, str] = {}
    estimate: Mapping[str, Any] | None = None
    for entry in entries:
        told = entry.told
        if entry.act == PLAN:
            plan = from_table(told)
        elif entry.act == DRAW:
            draws.append(_draw(told))
            estimate = None
        elif entry.act == SPLIT:
            splits[told["phase"]] = Split(told["sheets"], told["second_permille"])
        elif entry.act == MATCH:
            matches.append(told)
        elif entry.act == RESULT:
            results[told["row"]] = told["result"]
            estimate = None
        elif entry.act == ESTIMATE:
            estimate = told
    return Record(plan, tuple(draws), splits, tuple(matches), results, estimate)


def draw_entry(draw: Draw, commitment: str) -> Entry:
    """Give the line of a draw."""
    strata = [{"name": name, "size": size} for name, size in zip(draw.names, draw.sizes, strict=True)]
    told = {
        "phase": draw.phase,
        "seed": draw.seed,
        "commitment": commitment,
        "export": draw.export,
        "population": {"digest": draw.digest, "strata": strata},
        "drawn": list(draw.drawn),
    }
    return Entry(DRAW, told)


def _draw(told: Mapping[str, Any]) -> Draw:
    population = told["population"]
    names, sizes = ([stratum[name] for stratum in population["strata"]] for name in ("name", "size"))
    drawn = tuple(told["drawn"])
    return Draw(told["phase"], told["seed"], told["export"], population["digest"], tuple(names), tuple(sizes), drawn)
