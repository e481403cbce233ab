"""What one signing of a crowd is, and what is true of all of them: the yardstick for everything that counts or verifies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

KINDS: Final = ("plain", "repeat", "hostile_repeat", "under_age", "wrong_checksum", "wrong_format", "near_repeat")


@dataclass(frozen=True, repr=False)
class Signing:
    """One statement as its signatory types it, and the truth about it, which no system may see.

    `confirmed` holds (field, hint) as a browser asks them; `person` is the same for all statements of one human being; `counts`
    says whether a register that knows everybody lets it count; `same_identity` whether an earlier statement of the crowd had
    this identity key (docs/spec/identity-key.md).
    """

    values: dict[str, str]
    jurisdiction: str
    language: str
    received_on: date
    confirmed: tuple[tuple[str, str], ...]
    kind: str
    person: int
    counts: bool
    same_identity: bool


@dataclass(frozen=True)
class StateTruth:
    """What is true of one State's statements: how many of each kind, how many count, how many identity keys came again."""

    total: int
    by_kind: dict[str, int]
    counting: int
    same_identity: int


@dataclass(frozen=True)
class Truth:
    """What is true of a whole crowd, together and by State."""

    total: int
    by_kind: dict[str, int]
    counting: int
    same_identity: int
    by_state: dict[str, StateTruth]


def truth_of(signings: Iterable[Signing]) -> Truth:
    """Give the truth about a crowd, counted from what its signings say of themselves."""
    rows: dict[str, dict[str, int]] = {}
    for signing in signings:
        row = rows.setdefault(signing.jurisdiction, dict.fromkeys((*KINDS, "counting", "same"), 0))
        row[signing.kind] += 1
        row["counting"] += signing.counts
        row["same"] += signing.same_identity
    states = {code: _state_truth(rows[code]) for code in sorted(rows)}
    return Truth(
        total=sum(state.total for state in states.values()),
        by_kind={kind: sum(state.by_kind[kind] for state in states.values()) for kind in KINDS},
        counting=sum(state.counting for state in states.values()),
        same_identity=sum(state.same_identity for state in states.values()),
        by_state=states,
    )


def _state_truth(row: dict[str, int]) -> StateTruth:
    by_kind = {kind: row[kind] for kind in KINDS}
    return StateTruth(sum(by_kind.values()), by_kind, row["counting"], row["same"])
