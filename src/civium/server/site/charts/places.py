"""What charts of places are made from: each place against its threshold, and where a procedure's places lie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "maps"
WHOLE = 4  # the step of a place that has reached its threshold; those before are quarters


@dataclass(frozen=True)
class Place:
    """One place against its threshold: the share of one, how it is written, and a line that tells all of it."""

    code: str
    share: float
    percent: str
    line: str

    @property
    def is_over(self) -> bool:
        """Say whether the threshold is reached."""
        return self.share >= 1

    @property
    def level(self) -> float:
        """Give the share that a shape is filled up to: never more than whole."""
        return min(self.share, 1.0)

    @property
    def step(self) -> int:
        """Give which quarter of the threshold has been reached: 0, 1, 2, 3, and 4 for all of it."""
        return min(int(self.share * WHOLE), WHOLE)


@dataclass(frozen=True)
class PlaceMap:
    """Where the places of a procedure lie: column and row of each tile, and the shapes of the land."""

    tiles: Mapping[str, tuple[int, int]]
    width: int
    height: int
    ground: str
    discs: frozenset[str]
    shapes: Mapping[str, str]

    def covers(self, codes: frozenset[str]) -> bool:
        """Say whether every one of these places has a tile and a shape."""
        return codes <= self.tiles.keys() and codes <= self.shapes.keys()


@cache
def place_map(procedure: str) -> PlaceMap | None:
    """Give the map of a procedure's places; None for a procedure that has none."""
    path = _FOLDER / f"{procedure}.json"
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return PlaceMap(
        {code: (column, row) for code, (column, row) in told["tiles"].items()},
        told["width"],
        told["height"],
        told["ground"],
        frozenset(told["discs"]),
        told["states"],
    )
