"""Follows the logs of a collection: every leaf record is looked at, and what the logs prove is compared with what the site says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civium.formats import leaf
from civium.formats.manifest import Manifest
from civium.monitor.findings import finding
from civium.monitor.following import Shown, Watch, ask_checkpoint, follow, measure_of
from civium.monitor.keeping import KeptLog
from civium.monitor.noticing import check_stored

STALE_SECONDS = 3600
_LARGEST_COUNTS = 1 << 20
_TRIES = 3
_CAUSES = ("erased-by-signatory", "destroyed-by-organisers", "destroyed-by-law")


@dataclass(frozen=True)
class LogCount:
    """What a log proves: entries, destroyed ones by cause, and how many came since the last round."""

    origin: str
    jurisdiction: str
    channel: str
    size: int
    destroyed: Mapping[str, int]
    grown: int
    is_closed: bool

    @property
    def received(self) -> int:
        """Entries less destroyed ones."""
        return self.size - sum(self.destroyed.values())


@dataclass(frozen=True)
class Place:
    """Whose log it is, and in which days its entries were received."""

    jurisdiction: str
    channel: str
    first_day: int
    last_day: int


def places_of(manifests: Sequence[Manifest]) -> dict[str, Place]:
    """Give the logs that a collection's manifests ever named, by origin."""
    first, last = leaf.days_of(manifests[0].opens_on), leaf.days_of(manifests[-1].closes_on)
    found = {}
    for promised in manifests:
        for name, origin in promised.logs.items():
            jurisdiction, _, channel = name.partition("/")
            found[origin] = Place(jurisdiction, channel, first, last)
    return found


def follow_logs(
    watch: Watch, manifests: Sequence[Manifest], before: Mapping[str, int]
) -> tuple[list[LogCount], dict[str, Shown]]:
    """Follow all logs of a collection; give what they prove, and the checkpoints as they are shown."""
    counts: list[LogCount] = []
    seen: dict[str, Shown] = {}
    key = manifests[0].log_key
    known = watch.keeping.logs()
    for origin, place in places_of(manifests).items():
        log = known.get(origin) or watch.keeping.pin(origin, key)
        closed = watch.keeping.told(f"closed {origin}")
        if log.stored_size is None and closed is not None:
            watch.keeping.close_log(origin, *closed)
            watch.keeping.tell(f"closed {origin}", None)
        log = measure_of(watch, watch.keeping.logs()[origin])
        shown = ask_checkpoint(watch, log)
        if shown is not None:
            seen[origin] = shown
            followed = follow(watch, log, shown, _looker(watch, log, place))
            if followed is not None and not log.checkpoint:
                watch.keeping.tell(f"anew {origin}", False)
            log = followed or log
            check_stored(watch, followed)
        destroyed = watch.keeping.destroyed(origin)
        if watch.keeping.last_destroyed(origin) >= log.head.size:
            watch.report(finding("destroyed-beyond", origin, {"now.checkpoint": log.checkpoint}))
        grown = log.head.size - before.get(origin, 0)
        counts.append(
            LogCount(origin, place.jurisdiction, place.channel, log.head.size, destroyed, grown, log.stored_size is not None)
        )
    return counts, seen


def _looker(watch: Watch, log: KeptLog, place: Place) -> Any:
    """Give what looks at a log's new leaf records. A day may be one off at midnight, and between two clocks."""
    least = max(place.first_day, log.seen_on - 1) if log.seen_on and log.head.size else place.first_day
    most = min(place.last_day, watch.today + 1)
    told: set[str] = set()

    def report_once(code: str, index: int, raw: bytes) -> None:
        # A million wrong entries are one finding: the first of them.
        if code not in told:
            told.add(code)
            watch.report(finding(code, log.origin, {"entry.bin": raw}, index=index))

    def look(start: int, entries: Sequence[bytes]) -> None:
        for index, raw in enumerate(entries, start=start):
            if len(raw) != leaf.SIZE or raw[0] != leaf.VERSION:
                report_once("leaf-malformed", index, raw)
                continue
            day = int.from_bytes(raw[1:5], "big")
            if not place.first_day <= day <= most:
                report_once("leaf-outside-period", index, raw)
            elif day < least:
                report_once("leaf-backdated", index, raw)
        repeated = watch.keeping.add_envelopes(log, start, [raw[5:21] for raw in entries])
        if repeated is not None:
            report_once("leaf-repeated", repeated, entries[repeated - start])

    return look


def ask_counts(watch: Watch, collection: bytes) -> Mapping[str, Any] | None:
    """Give what the site says of a collection's counts; None, and a finding, if it cannot be read."""
    raw = watch.site.find(f"/api/collections/{collection.hex()}/counts", limit=_LARGEST_COUNTS)
    try:
        told = json.loads(raw or b"")
        numbers = [int(told["received"]), *map(int, told["jurisdictions"].values())]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        watch.report(finding("counts-missing", collection.hex(), {"counts.json": raw or b""}))
        return None
    return {"received": numbers[0], "jurisdictions": dict(zip(told["jurisdictions"], numbers[1:], strict=True))}


def differing(counts: Sequence[LogCount], told: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Give what the site says and what the logs prove, for each jurisdiction where the two differ."""
    proven: dict[str, int] = {}
    for count in counts:
        proven[count.jurisdiction] = proven.get(count.jurisdiction, 0) + count.received
    said: Mapping[str, int] = told["jurisdictions"]
    return {
        code: (said.get(code, 0), proven.get(code, 0))
        for code in sorted(proven.keys() | said.keys())
        if said.get(code, 0) != proven.get(code, 0)
    }


def check_moving(watch: Watch, collection: bytes, counts: Sequence[LogCount], told: Mapping[str, Any]) -> None:
    """Report a public log that stands still although the live total went on for an hour."""
    name = f"ahead {collection.hex()}"
    sizes = [[count.origin, count.size] for count in counts]
    seconds = int(watch.now.timestamp())
    if told["received"] == sum(told["jurisdictions"].values()):
        watch.keeping.tell(name, None)
        return
    before = watch.keeping.told(name)
    if before is None or before["sizes"] != sizes:
        watch.keeping.tell(name, {"sizes": sizes, "since": seconds})
    elif seconds - before["since"] > STALE_SECONDS:
        watch.report(finding("log-stale", collection.hex(), {}, minutes=(seconds - before["since"]) // 60))
