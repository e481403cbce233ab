"""The plan of a sample: what it must give, from which strata, and the hash of its seed; made before anybody has seen a statement.

The rules are:
- the seed lies in the plan file beside the export, encrypted to the authority's key; its hash stands in clear and is told to others;
- once the journal names a plan, no other plan is drawn from: nobody makes plans until one pleases;
- the number to draw follows from the plan at the draw, when the number there is to draw from is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from civium.authority import working_file
from civium.authority.keys import AuthorityKey
from civium.authority.placing import unfinished
from civium.authority.sampling.seed import commitment_of
from civium.authority.sampling.size import Demand
from civium.authority.sampling.strata import Strata
from civium.errors import Refused, Untrusted

KIND = "sample-plan"
BEFORE_OPENING, BEFORE_VERDICTS, AFTER_VERDICTS = "before opening", "before verifying", "after verifying"
_MILLION = 1_000_000


@dataclass(frozen=True)
class Plan:
    """What is decided before the draw. `stage` says what had been done with the export by then."""

    commitment: str
    made_on: date
    stage: str
    demand: Demand
    strata: Strata
    allocation: str

    def table(self) -> dict[str, Any]:
        """Give the plan as it is written, in whole numbers and text."""
        return {
            "commitment": self.commitment,
            "made_on": self.made_on.isoformat(),
            "stage": self.stage,
            "z_millionths": int(self.demand.z * _MILLION),
            "margin_millionths": int(self.demand.margin * _MILLION),
            "share_millionths": int(self.demand.share * _MILLION),
            "source": self.demand.source,
            "strata": self.strata.table(),
            "allocation": self.allocation,
        }


def from_table(told: dict[str, Any]) -> Plan:
    """Give the plan of a table that this tool wrote and whose seal was checked."""
    z, margin, share = (Fraction(told[f"{name}_millionths"], _MILLION) for name in ("z", "margin", "share"))
    return Plan(
        commitment=told["commitment"],
        made_on=date.fromisoformat(told["made_on"]),
        stage=told["stage"],
        demand=Demand(z, margin, share, told["source"]),
        strata=Strata(told["strata"]["by"], tuple(told["strata"]["cuts"])),
        allocation=told["allocation"],
    )


def write_plan(path: Path, plan: Plan, seed: bytes, key: AuthorityKey) -> None:
    """Write the plan file with the seed sealed inside. Raises Refused `file-exists`."""
    if path.exists():
        raise Refused("file-exists")
    unfinished(path).unlink(missing_ok=True)
    with working_file.begin(path, {"kind": KIND, "plan": plan.table()}, key) as writer:
        writer.finish({"seed": seed.hex()})


def read_plan(path: Path, key: AuthorityKey) -> tuple[Plan, bytes]:
    """Give a plan and its seed. Raises Refused `sample-no-plan`, Untrusted `sample-seed` and what `working_file.load` raises."""
    if not path.exists():
        raise Refused("sample-no-plan")
    kept = working_file.load(path, key, kind=KIND)
    plan, seed = from_table(kept.facts["plan"]), bytes.fromhex(kept.summary()["seed"])
    check_seed(plan, seed)
    return plan, seed


def check_seed(plan: Plan, seed: bytes) -> None:
    """Refuse a seed that is not the one whose hash was told: Untrusted `sample-seed`."""
    if commitment_of(seed) != plan.commitment:
        raise Untrusted("sample-seed")
