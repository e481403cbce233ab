"""Closes logs that the store cannot continue, and opens their successors: after an old backup was restored, or a copy that lagged took over.

The rules are:
- two persons decide (one in a demonstration's installation), who have seen how many statements are lost, log by log;
- nothing is hidden: what was signed and is no longer continued stands in a signed notice, before anything is received again (docs/spec/notices.md);
- what the restored store has forgotten and the organisers' records know is told and done again: manifests, state, end, destructions;
- it is committed collection by collection: if a process is stopped in between, the same act is run again and goes on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from civium.errors import Refused
from civium.formats import manifest, merkle, notice
from civium.formats.notice import HandOver, Successor
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.destruction import REASON
from civium.server.initiatives.keys import accepted_keys
from civium.server.initiatives.manifests import (
    Promise,
    finish_published,
    keep_manifest,
    mark_published,
    notice_of,
    signed_manifest,
)
from civium.server.initiatives.models import Collection, Initiative, Installation, ManifestVersion
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.retention import BY_LAW
from civium.server.initiatives.setup import pages_changed
from civium.server.publishing.notices import handed_over
from civium.server.publishing.signed_heads import Broken, SignedHead, SignedHeads, compare_heads, log_name, notices_name
from civium.server.publishing.signing import notices_origin
from civium.server.store.protocol import Change, Closing, CollectionState, Head, NewLog
from civium.server.store.protocol import Collection as Kept

_STATES: dict[str, CollectionState] = {
    Collection.State.OPEN: "collecting",
    Collection.State.PAUSED: "paused",
    Collection.State.ENDED: "ended",
}


@dataclass(frozen=True)
class Loss:
    """A log that the store cannot continue: what was signed of it and what is left."""

    origin: str
    cause: str
    signed: int
    stored: int
    is_notices: bool

    @property
    def lost(self) -> int:
        """Number of entries that were signed and are gone; of a fork nobody here can know it."""
        return max(0, self.signed - self.stored)


def losses(premises: Premises, signed: SignedHeads) -> tuple[Loss, ...]:
    """Give the logs that the store cannot continue. Raises Refused `heads-continue` if there is none."""
    broken, _ = compare_heads(premises.store, signed, notices=notices_origin(premises.host))
    if not broken:
        raise Refused("heads-continue")
    return tuple(
        Loss(one.head.log.origin, one.cause, one.noted.size, one.head.size, not one.head.log.collection) for one in broken
    )


def close_logs(premises: Premises, signed: SignedHeads, by: Persons, *, lost: int, now: datetime) -> tuple[Loss, ...]:
    """Close these logs with a notice each, open their successors, and give what was closed. `lost` is what the persons have seen.

    Raises Refused `second-person-missing`, `heads-continue`, `loss-not-confirmed`, `records-behind`, `collection-lost`.
    """
    installation = Installation.objects.first()
    check_two_persons(installation.purpose if installation else "", by)
    records = _records(premises)
    for collection, _ in records:
        finish_published(collection, premises)
    found = losses(premises, signed)
    if lost != sum(one.lost for one in found if not one.is_notices):
        raise Refused("loss-not-confirmed", lost=sum(one.lost for one in found if not one.is_notices))
    with transaction.atomic():
        told = [{"origin": one.origin, "cause": one.cause, "signed": one.signed, "stored": one.stored} for one in found]
        journal.record("logs-closed", None, by, {"logs": told}, now=now)
    today = brussels_date(now)
    _close_notices(premises, signed, today)
    for collection, kept in records:
        _close_collection(collection, kept, premises, signed, by, now=now)
    return found


def destroy_again(premises: Premises) -> int:
    """Destroy anew what organisers had destroyed and a restored store has again, and give the number.

    What signatories took back stands in public notices alone (docs/operators/restore.md).
    """
    count = 0
    for collection, kept in _records(premises):
        heads = premises.store.heads(kept.identifier)
        if collection.destroyed_on is not None:
            rows = ((head.log, row.index) for head in heads for row in premises.store.read_rows(head.log, 0, head.size))
            count += sum(premises.store.destroy_body(*place, reason=BY_LAW) for place in rows)
        for told in collection.initiative.journal.filter(act="statement-destroyed").values_list("facts", flat=True):
            log = next((head.log for head in heads if _is_of(told, head)), None)
            if log is not None:
                count += premises.store.destroy_body(log, told["index"], reason=REASON)
    return count


def _is_of(told: dict[str, Any], head: Head) -> bool:
    log = head.log
    named = told["jurisdiction"], told["channel"], told.get("generation", 1)
    return (log.jurisdiction, log.channel, log.generation) == named and told["index"] < head.size


def _records(premises: Premises) -> list[tuple[Collection, Kept]]:
    """Give the store's collections with the organisers' record of each. Raises Refused `records-behind`, `collection-lost`."""
    kept = {one.identifier: one for one in premises.store.collections()}
    opened = Collection.objects.exclude(state=Collection.State.OPENING).order_by("pk")
    records = {one.identifier: one for one in opened}
    if kept.keys() - records.keys():
        raise Refused("records-behind")
    if records.keys() - kept.keys():
        raise Refused("collection-lost", collections=len(records.keys() - kept.keys()))
    for identifier, record in records.items():
        published = {bytes(version.sha256) for version in record.manifests.all()}
        if not {one.manifest_hash for one in kept[identifier].manifests} <= published:
            raise Refused("records-behind")
    return [(record, kept[identifier]) for identifier, record in records.items()]


def _close_notices(premises: Premises, signed: SignedHeads, today: date) -> None:
    """Close the notices log if it is behind, and its successor too if that was signed already and is lost."""
    while True:
        found, _ = compare_heads(premises.store, signed, notices=notices_origin(premises.host))
        broken = [one for one in found if not one.head.log.collection]
        if not broken:
            return
        generation = broken[-1].head.log.generation
        following = notices_name(generation + 1)
        if signed.highest(following) is None:
            signed.raise_to([SignedHead(log_name(following), 0, merkle.EMPTY_ROOT)])
        entry = _notice(broken[-1], notices_origin(premises.host, generation + 1), today)
        premises.store.close_notices(entry, generation=generation)


def _close_collection(
    record: Collection, kept: Kept, premises: Premises, signed: SignedHeads, by: Persons, *, now: datetime
) -> None:
    """Close the logs of one collection that are broken, and bring the store to what the organisers' records say of it."""
    initiative, today = record.initiative, brussels_date(now)
    broken = [
        one
        for one in compare_heads(premises.store, signed, notices=notices_origin(premises.host))[0]
        if one.head.log.collection == kept.identifier
    ]
    changes = [Change(manifest=signed_manifest(one), notice=notice_of(one, today)) for one in _forgotten(record, kept)]
    changes += [Change(notice=entry) for entry in _forgotten_hand_overs(record, premises, today)]
    version = None
    if broken:
        logs, closings = _successors(broken, signed, today)
        version = keep_manifest(record, _following(record, logs), premises, now=now)
        changes.append(Change(logs=logs, closings=closings, manifest=signed_manifest(version), notice=notice_of(version, today)))
    state = _STATES[record.state]
    if changes or state != kept.state:
        last = changes.pop() if changes else Change()
        closes_on = min(initiative.closes_on, kept.closes_on)
        state_now = None if kept.state == "ended" else state
        changes.append(dataclasses.replace(last, state=state_now, closes_on=closes_on, keys=accepted_keys(initiative)))
    until = today + timedelta(days=1)
    for change in changes:
        told = change if change.manifest is None else dataclasses.replace(change, earlier_accepted_until=until)
        kept = premises.store.change_collection(kept.identifier, told, expected_version=kept.version)
    if version is not None:
        _tell(initiative, version, by, now=now)


def _tell(initiative: Initiative, version: ManifestVersion, by: Persons, *, now: datetime) -> None:
    with transaction.atomic():
        mark_published(version)
        facts = {"sequence": version.sequence, "sha256": bytes(version.sha256).hex()}
        journal.record("manifest-published", initiative, by, facts, now=now)
        pages_changed(initiative)


def _forgotten(record: Collection, kept: Kept) -> Iterator[ManifestVersion]:
    """Give the published manifests that the store does not know, in order."""
    known = {one.manifest_hash for one in kept.manifests}
    for version in record.manifests.filter(is_published=True).order_by("sequence"):
        if sha256(bytes(version.manifest)).digest() not in known:
            yield version


def _forgotten_hand_overs(record: Collection, premises: Premises, today: date) -> Iterator[bytes]:
    """Give the notices of hand-overs that the organisers' journal tells of and the store does not."""
    known = handed_over(premises.store)
    for told in record.initiative.journal.filter(act="log-handed-over").values_list("facts", flat=True):
        if (record.identifier, told["jurisdiction"], told["channel"]) not in known:
            yield notice.encode(HandOver(record.identifier, told["jurisdiction"], told["channel"], today))


def _successors(broken: Iterable[Broken], signed: SignedHeads, today: date) -> tuple[tuple[NewLog, ...], tuple[Closing, ...]]:
    """Give the logs to open and those to close. A successor that was signed already, by a store that is lost, is closed at once."""
    logs: list[NewLog] = []
    closings: list[Closing] = []
    for first in broken:
        one: Broken | None = first
        while one is not None:
            log = one.head.log
            following = dataclasses.replace(
                log, number=0, origin=f"{log.origin.rpartition('/')[0]}/{log.generation + 1}", generation=log.generation + 1
            )
            logs.append(NewLog(following.origin, log.jurisdiction, log.channel, following.generation))
            closings.append(Closing(log.origin, one.head.size, _notice(one, following.origin, today)))
            noted = signed.highest(following.origin)
            empty = dataclasses.replace(one.head, log=following, frontier=merkle.Frontier(), destroyed=0)
            one = Broken(empty, noted, "store-behind") if noted is not None and noted.size else None
    return tuple(logs), tuple(closings)


def _notice(broken: Broken, successor: str, today: date) -> bytes:
    head, noted = broken.head, broken.noted
    root = merkle.root(head.frontier)
    return notice.encode(Successor(broken.cause, head.log.origin, noted.size, noted.root, head.size, root, successor, today))


def _following(record: Collection, logs: Iterable[NewLog]) -> Promise:
    """Give the manifest that follows the one in force and names the successors, and nothing else new."""
    current = record.current_manifest()
    before = manifest.parse(bytes(current.manifest))
    named = {**before.logs, **{f"{log.jurisdiction}/{log.channel}": log.origin for log in logs}}
    following = dataclasses.replace(before, sequence=before.sequence + 1, previous=bytes(current.sha256), logs=named)
    return Promise(following, {language: text.encode() for language, text in current.texts.items()}, bytes(current.rules))
