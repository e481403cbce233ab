"""How a sample changes what is certified: which number counts, and that it is still about these statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from civium.authority.sampling.chart import alternative, chart_of
from civium.authority.sampling.record import Record
from civium.authority.sampling.words import sample_page
from civium.errors import Refused

ESTIMATE, LOWER, NONE = "estimate", "lower", "none"
COUNTS = {
    ESTIMATE: "the number by the sample, rounded down",
    LOWER: "the lower exact bound",
    NONE: "all accepted statements; the sample is told beside them",
}


@dataclass(frozen=True)
class Certified:
    """A sample as the certificate tells it. `counts`: which number stands for the statements collected online."""

    estimate: Mapping[str, Any]
    plan: Mapping[str, Any]
    seed: str
    counts: str

    def valid(self, accepted: int) -> int:
        """Give the number that counts of so many accepted."""
        assert self.estimate["population"] == accepted
        return accepted if self.counts == NONE else int(self.estimate[self.counts])

    def table(self) -> dict[str, Any]:
        """Give it for the certificate's JSON."""
        return {"counts": self.counts, "estimate": dict(self.estimate), "plan": dict(self.plan), "seed": self.seed}

    def page(self) -> dict[str, Any]:
        """Give what the certificate's page sets."""
        counts = f"What counts of the statements collected online: {COUNTS[self.counts]}."
        told = sample_page(self.estimate, self.plan, self.seed)
        return {**told, "counts": counts, "chart": chart_of(self.estimate), "alternative": alternative(self.estimate)}


def certified_of(record: Record, counts: str, digest: str) -> Certified:
    """Give the sample that a certificate tells. `digest`: the population's, as the statements stand now.

    Raises Refused `sample-not-drawn`, `sample-not-estimated`, `certificate-sample` where nobody said what counts, `sample-population`.
    """
    if not record.draws:
        raise Refused("sample-not-drawn")
    if record.estimate is None:
        raise Refused("sample-not-estimated")
    if not counts:
        raise Refused("certificate-sample")
    if record.estimate["digest"] != digest:
        raise Refused("sample-population")
    assert record.plan is not None, "a draw stands behind its plan"
    return Certified(record.estimate, record.plan.table(), record.draws[0].seed, counts)
