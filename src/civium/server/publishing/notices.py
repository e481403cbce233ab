"""Entries of the installation's notices log that others than manifests make: the hand-over of a log to its authority (docs/spec/erasure.md)."""

from __future__ import annotations

from datetime import date

from civium.formats import canonical
from civium.server.store.protocol import Log, Store

_LARGEST = 65535
HandedOver = frozenset[tuple[bytes, str, str]]


def hand_over_notice(log: Log, on: date) -> bytes:
    """Give the entry that tells that a log was handed over to its authority."""
    return canonical.encode(
        {
            "civium": "notice v1",
            "kind": "hand-over",
            "collection": log.collection.hex(),
            "jurisdiction": log.jurisdiction,
            "channel": log.channel,
            "on": on.isoformat(),
        }
    )


def handed_over(store: Store) -> HandedOver:
    """Give collection, jurisdiction and channel of all logs that were handed over; the notices are few."""
    found = set()
    for entry in store.read_notices(0, store.notices_frontier().size):
        notice = canonical.parse(entry, limit=_LARGEST)
        if notice["kind"] == "hand-over":
            found.add((bytes.fromhex(notice["collection"]), notice["jurisdiction"], notice["channel"]))
    return frozenset(found)
