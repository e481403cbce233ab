"""Into which stratum a statement falls: by month, by phases of the collection, by runs of the log, by what the machine or a person found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from civium.authority.settling import SettledRow
from civium.errors import Refused

NONE, MONTH, DAYS, ENTRIES, DECISION, INDICATIONS = "none", "month", "days", "entries", "decision", "indications"
KINDS = {
    NONE: "one simple sample of all",
    MONTH: "by month of reception",
    DAYS: "by phases of the collection, which begin on the days given with --cut",
    ENTRIES: "by runs of the log, which begin at the entries given with --cut (a burst, for example)",
    DECISION: "accepted by the machine, or by a person's decision",
    INDICATIONS: "with a listed indication, or without any",
}
# More would have too few drawn of each, and a line of the journal holds them all.
MOST_STRATA = 24


@dataclass(frozen=True)
class Strata:
    """How statements are told apart before the draw; `cuts` say where the next stratum begins."""

    by: str = NONE
    cuts: tuple[str, ...] = ()

    def table(self) -> dict[str, Any]:
        """Give it as it is written."""
        return {"by": self.by, "cuts": list(self.cuts)}

    def name_of(self, index: int, settled: SettledRow) -> str:
        """Give the stratum of the statement at this index of the log."""
        if self.by == MONTH:
            return settled.row.received_on.isoformat()[:7]
        if self.by == DAYS:
            return self._run(settled.row.received_on.isoformat(), self.cuts)
        if self.by == ENTRIES:
            return self._run(f"{index:010d}", [f"{int(cut):010d}" for cut in self.cuts])
        if self.by == DECISION:
            return "accepted by a person" if settled.is_decided else "accepted by machine"
        if self.by == INDICATIONS:
            return "with an indication" if settled.grounds else "without indications"
        return "all"

    def _run(self, at: str, cuts: Sequence[str]) -> str:
        passed = sum(cut <= at for cut in cuts)
        if not passed:
            return f"1: before {self.cuts[0]}"
        return f"{passed + 1}: from {self.cuts[passed - 1]}"


def strata_of(by: str, cuts: Sequence[str]) -> Strata:
    """Give the strata of a kind. Raises Refused `sample-cuts` where cuts lack, are too many, out of order, no days or no numbers."""
    needs = by in (DAYS, ENTRIES)
    if needs != bool(cuts) or len(cuts) >= MOST_STRATA:
        raise Refused("sample-cuts")
    try:
        values = [date.fromisoformat(cut).toordinal() if by == DAYS else int(cut) for cut in cuts]
    except ValueError:
        raise Refused("sample-cuts") from None
    if values != sorted(set(values)) or any(not 0 < value < 2**32 for value in values):
        raise Refused("sample-cuts")
    told = [date.fromordinal(value).isoformat() if by == DAYS else str(value) for value in values]
    return Strata(by, tuple(told))
