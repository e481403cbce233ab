"""What an initiative has received, from the heads of its logs: entries less destroyed ones, never a repeat marked.

While collection runs nothing else is shown to anybody: a count that tells a repeat from a first would tell who has signed
(review, finding 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from civium.law.procedure import load_procedure
from civium.law.progress import Progress, progress
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises


@dataclass(frozen=True)
class Counts:
    """Entries and destroyed ones of a collection, and by jurisdiction against the thresholds."""

    entries: int
    destroyed: int
    progress: Progress

    @property
    def received(self) -> int:
        """Entries less destroyed ones."""
        return self.entries - self.destroyed


def counts(initiative: Initiative, premises: Premises) -> Counts:
    """Give what was received until now. Raises Refused `not-live`."""
    collection = live_collection(initiative)
    heads = premises.store.heads(collection.identifier)
    by_jurisdiction: dict[str, int] = {}
    for head in heads:
        by_jurisdiction[head.log.jurisdiction] = by_jurisdiction.get(head.log.jurisdiction, 0) + head.received
    return Counts(
        entries=sum(head.size for head in heads),
        destroyed=sum(head.destroyed for head in heads),
        progress=progress_of(initiative, by_jurisdiction),
    )


def progress_of(initiative: Initiative, by_jurisdiction: Mapping[str, int]) -> Progress:
    """Set counts against the thresholds that the initiative's day of registration fixed."""
    return progress(load_procedure(initiative.procedure), initiative.registered_on, by_jurisdiction)
