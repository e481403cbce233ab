"""Follows the notices log: which manifests were announced, what was destroyed, which logs were closed (docs/spec/notices.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from civium.errors import Refused
from civium.formats import merkle, notice
from civium.formats.notice import Destruction, ManifestNotice, Successor
from civium.monitor.findings import finding
from civium.monitor.following import Shown, Watch, ask_checkpoint, follow, measure_of
from civium.monitor.keeping import KeptLog, KeptManifest
from civium.monitor.tree import Tiles

_NOTICES = re.compile(r"[^/]+/notices(?:/[2-9]|/[1-9][0-9]{1,8})?")


def is_notices(origin: str) -> bool:
    """Tell whether an origin is a notices log's, of any generation."""
    return _NOTICES.fullmatch(origin) is not None


def generation(origin: str) -> int:
    """Give the generation of a notices log, from 1."""
    last = origin.rpartition("/")[2]
    return 1 if last == "notices" else int(last)


def follow_notices(watch: Watch, logs: Sequence[KeptLog]) -> None:
    """Follow all generations of the notices log, and keep what they tell.

    The latest comes first: it says where the one before was closed, and tells again what was lost with its end.
    """
    for one in reversed(logs):
        log = measure_of(watch, watch.keeping.logs()[one.origin])
        shown = ask_checkpoint(watch, log)
        if shown is None:
            continue
        unchanged = log.checkpoint and shown.head.size == log.head.size
        if unchanged:
            check_stored(watch, follow(watch, log, shown, _ignore))
        else:
            _take(watch, log, shown)


def _take(watch: Watch, log: KeptLog, shown: Shown) -> None:
    """Take all new notices, or none: they are kept only if they lead to the signed root."""
    with watch.keeping.transaction() as undo:
        found = follow(watch, log, shown, lambda start, entries: _look(watch, log, start, entries), goes_on=False)
        if found is None:
            undo()
        elif not log.checkpoint:
            watch.keeping.tell(f"anew {log.origin}", False)
    check_stored(watch, found)


def _ignore(_start: int, _entries: Sequence[bytes]) -> None:
    """An unchanged log has no new entries."""


def _look(watch: Watch, log: KeptLog, start: int, entries: Sequence[bytes]) -> None:
    for index, raw in enumerate(entries, start=start):
        try:
            told = notice.parse(raw)
        except Refused:
            watch.report(finding("notice-malformed", log.origin, {"notice.json": raw}, index=index))
            continue
        if told is None:
            watch.report(finding("notice-unknown", log.origin, {"notice.json": raw}, index=index))
        elif isinstance(told, ManifestNotice):
            if not watch.keeping.announce(KeptManifest(told.collection, told.sequence, told.sha256)):
                watch.report(finding("manifest-differs", told.collection.hex(), {"notice.json": raw}, sequence=told.sequence))
        elif isinstance(told, Destruction):
            fine = [watch.keeping.destroy(told.origin, first, last, told.cause) for first, last in told.ranges]
            if not all(fine):
                watch.report(finding("destroyed-twice", told.origin, {"notice.json": raw}, index=index))
        elif isinstance(told, Successor):
            _close(watch, told, raw)


def _close(watch: Watch, told: Successor, raw: bytes) -> None:
    """Take a successor: told once, and compared with what this monitor has seen of the closed log."""
    lost = max(0, told.signed_size - told.stored_size)
    log = watch.keeping.logs().get(told.origin)
    evidence = {"notice.json": raw, "before.checkpoint": log.checkpoint if log else ""}
    before = _stored(watch, told.origin)
    if before is not None and replace(before, on=told.on) != told:
        # A log is closed once: another size or root for what is left of it is another history.
        watch.report(finding("successor-wrong", told.origin, evidence))
    elif before is None:
        watch.keeping.tell(f"stored {told.origin}", raw.decode())
    if log is not None and log.successor == told.successor:
        return
    watch.report(finding("log-closed", told.origin, evidence, stored=told.stored_size, signed=told.signed_size, lost=lost))
    if log is None:
        watch.keeping.tell(f"closed {told.origin}", [told.stored_size, told.successor])
        return
    if log.head.size > max(told.signed_size, told.stored_size) or not _agrees(watch, log, told):
        watch.report(finding("successor-wrong", told.origin, evidence))
    # What is left is less than was seen: from now on that is the measure, and the notice is the reason.
    watch.keeping.close_log(told.origin, told.stored_size, told.successor)
    watch.keeping.tell(f"anew {told.origin}", True)
    if is_notices(told.origin):
        # What the closed notices log told is read again from what is left of it; what was lost stands in this one.
        watch.keeping.forget_destroyed()


def check_stored(watch: Watch, log: KeptLog | None) -> None:
    """Report a closed log that is shown with another root than its notice says is left of it: the operator signed both."""
    told = _stored(watch, log.origin) if log is not None else None
    if log is not None and told is not None and log.head.size == told.stored_size and merkle.root(log.head) != told.stored_root:
        evidence = {"notice.json": notice.encode(told), "now.checkpoint": log.checkpoint}
        watch.report(finding("successor-wrong", log.origin, evidence))


def _stored(watch: Watch, origin: str) -> Successor | None:
    """Give the first notice of a successor that was seen for a log."""
    raw = watch.keeping.told(f"stored {origin}")
    told = notice.parse(raw.encode()) if raw is not None else None
    return told if isinstance(told, Successor) else None


def _agrees(watch: Watch, log: KeptLog, told: Successor) -> bool:
    """Tell whether what was seen fits the sizes and roots of the notice, as far as that can be told from here."""
    for size, root in ((told.signed_size, told.signed_root), (told.stored_size, told.stored_root)):
        if size == log.head.size and root != merkle.root(log.head):
            return told.cause == "store-forked"
    if told.cause == "store-forked" or not log.head.size <= told.stored_size:
        return True
    try:
        read = Tiles(watch.site, log.origin, told.stored_size)
        return read.root_at(log.head.size) == merkle.root(log.head) and read.root_at(told.stored_size) == told.stored_root
    except Refused:
        return False
