"""The numbers of Annex V: for each log entries, destroyed, repeats, signatories; and what they come to in all.

The rules are:
- repeats are counted after the end, and never before: a number that tells a repeat from a first would tell who has signed;
- entries less destroyed less repeats are signatories, in each row and in the sum;
- a threshold is reached by signatories, not by entries;
- where no duplicate tokens were asked for, nobody here knows of repeats: that is said, and none is taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from civium.errors import Refused
from civium.server.initiatives.counts import progress_of
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.store.protocol import Head


@dataclass(frozen=True)
class Row:
    """One jurisdiction and channel; a log and its successors are one here."""

    entries: int
    destroyed: int
    repeats: int

    @property
    def collected(self) -> int:
        """Statements that are there."""
        return self.entries - self.destroyed

    @property
    def signatories(self) -> int:
        """Statements that are there and repeat no other."""
        return self.entries - self.destroyed - self.repeats


@dataclass(frozen=True)
class Counted:
    """All rows by (jurisdiction, channel), and how many jurisdictions reach their threshold.

    `paper`: statements on paper as the organisers counted them. `are_repeats_known`: whether duplicate tokens were asked for.
    """

    rows: Mapping[tuple[str, str], Row]
    over: int
    needed: int
    paper: Mapping[str, int] = field(default_factory=dict)
    are_repeats_known: bool = True

    def row(self, jurisdiction: str, channel: str) -> Row:
        """Give one row. Raises Refused `unknown-jurisdiction`."""
        try:
            return self.rows[jurisdiction, channel]
        except KeyError:
            raise Refused("unknown-jurisdiction") from None

    @property
    def collected(self) -> int:
        """All statements that are there, those on paper included."""
        return sum(row.collected for row in self.rows.values()) + sum(self.paper.values())

    @property
    def signatories(self) -> int:
        """All of them that repeat no other; of paper nobody knows yet."""
        return sum(row.signatories for row in self.rows.values()) + sum(self.paper.values())

    def told(self) -> dict[str, Any]:
        """Give the sums as a job keeps them."""
        return {"collected": self.collected, "signatories": self.signatories, "over": self.over, "needed": self.needed}


def count(initiative: Initiative, premises: Premises, paper: Mapping[str, int] | None = None) -> Counted:
    """Count, after the end: whoever calls has made sure of it. Raises Refused `not-live`, Misconfigured `database-role-missing`."""
    collection = live_collection(initiative)
    heads: dict[tuple[str, str], list[Head]] = {}
    for head in premises.store.heads(collection.identifier):
        heads.setdefault((head.log.jurisdiction, head.log.channel), []).append(head)
    rows = {place: _row(premises, of_place) for place, of_place in sorted(heads.items())}
    by_jurisdiction = dict(paper or {})
    for (jurisdiction, _), row in rows.items():
        by_jurisdiction[jurisdiction] = by_jurisdiction.get(jurisdiction, 0) + row.signatories
    reached = progress_of(initiative, by_jurisdiction)
    has_tokens = bool(premises.store.collection(collection.identifier).token_key)
    return Counted(rows, len(reached.over), reached.needed, dict(paper or {}), are_repeats_known=has_tokens)


def _row(premises: Premises, heads: list[Head]) -> Row:
    entries, destroyed = sum(head.size for head in heads), sum(head.destroyed for head in heads)
    return Row(entries, destroyed, premises.store.repeats(*(head.log for head in heads)) if entries > destroyed else 0)
