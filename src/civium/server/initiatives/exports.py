"""Makes the file for one authority: a submission package, or a working copy that may leave rows out.

The rules are:
- a submission package is a whole log after its end, and only where a million and seven States were reached (Art. 12(2)), unless two
  persons say why; a second one of the same log has the same bytes;
- a log that was closed and its successor are a file each: each is complete against its own checkpoint, and both are handed over;
- a working copy may be made at any time, and can never be certified;
- a file is signed with the log's key, reasons and kind with all the rest: nobody on its way can change either;
- a file appears under its name only when it is whole, on the disk, and was read back: rows, hash, signature, root. A full disk leaves nothing.
"""

from __future__ import annotations

import os
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from django.db import transaction

from civium.errors import Refused, Untrusted
from civium.formats import export, leaf, manifest, merkle
from civium.formats.export import PACKAGE, WORKING_COPY, ExportHead, ExportReader, LeafRow, StatementRow
from civium.law.periods import brussels_date
from civium.law.progress import Progress as Reached
from civium.server.initiatives import journal
from civium.server.initiatives.counts import counts, progress_of
from civium.server.initiatives.lifecycle import phase_of
from civium.server.initiatives.manifests import finish_published, live_collection
from civium.server.initiatives.models import Collection, Export, Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.standing import Kind, event_on
from civium.server.store.protocol import Head, Row

_SUFFIX = ".civium"
_LONGEST_REASON = 500
_PROGRESS_EVERY = 1000
Progress = Callable[[int, int], None]


def _untold(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Wanted:
    """What file is asked for. Days select, in a working copy, the statements received from the first to the last of them."""

    jurisdiction: str
    channel: str
    kind: str
    from_day: date | None = None
    to_day: date | None = None
    override_reason: str = ""
    generation: int | None = None  # None: the only one there is


def generations(initiative: Initiative, premises: Premises, jurisdiction: str, channel: str) -> tuple[int, ...]:
    """Give the generations of a log: each is a file of its own. Raises Refused `not-live`, `unknown-jurisdiction`."""
    kept = premises.store.collection(live_collection(initiative).identifier)
    found = sorted(log.generation for log in kept.logs if (log.jurisdiction, log.channel) == (jurisdiction, channel))
    if not found:
        raise Refused("unknown-jurisdiction")
    return tuple(found)


def make_export(
    initiative: Initiative,
    premises: Premises,
    wanted: Wanted,
    folder: Path,
    by: Persons,
    *,
    now: datetime,
    progress: Progress,
    checked: Progress = _untold,
) -> tuple[Export, Path]:
    """Write one export into a folder, and give its record and path. `progress` hears of what is written, `checked` of what is read back.

    Raises Refused `not-live`, `unknown-jurisdiction`, `generation-missing`, `package-is-whole`, `package-before-end`, `package-below-threshold`,
    `initiative-withdrawn`, `second-person-missing`, `file-exists`, `file-not-written`; Untrusted `export-not-read-back` where the disk gave back other bytes,
    `export-not-signed` where the log key is not the manifest's.
    """
    collection = live_collection(initiative)
    finish_published(collection, premises)
    head = _head_of(premises, collection, wanted)
    check_may_export(initiative, premises, wanted, by, now=now)
    encoded = _export_head(initiative, premises, collection, head, wanted, now=now)
    path = folder / file_name(initiative.registration, wanted)
    if path.exists() and wanted.kind == WORKING_COPY:
        raise Refused("file-exists")
    tally = _Tally(wanted, head.size, progress)
    draft = _Draft(
        encoded, tally.rows(premises.store.read_rows(head.log, 0, head.size)), partial(premises.signer.sign_export, encoded)
    )
    digest, size_bytes = _write_whole(path, draft, head, checked)
    with transaction.atomic():
        made = Export.objects.create(
            collection=collection,
            jurisdiction=wanted.jurisdiction,
            channel=wanted.channel,
            kind=wanted.kind,
            file_name=path.name,
            rows=head.size,
            statements=tally.statements,
            size_bytes=size_bytes,
            sha256=digest,
            override_reason=wanted.override_reason,
            made_at=now,
        )
        facts = {"jurisdiction": wanted.jurisdiction, "channel": wanted.channel, "kind": wanted.kind, "rows": head.size}
        reason = {"override_reason": wanted.override_reason} if wanted.override_reason else {}
        journal.record("export-made", initiative, by, {**facts, **reason, "sha256": digest.hex()}, now=now)
    return made, path


def file_name(registration: str, wanted: Wanted) -> str:
    """Give the file's name: registration, jurisdiction, channel, a successor's generation; a working copy says that it is one."""
    name = f"{re.sub('[^A-Za-z0-9-]', '-', registration)}-{wanted.jurisdiction}-{wanted.channel}"
    if (wanted.generation or 1) > 1:
        name += f"-{wanted.generation}"
    return f"{name}{'-working-copy' if wanted.kind == WORKING_COPY else ''}{_SUFFIX}"


def _head_of(premises: Premises, collection: Collection, wanted: Wanted) -> Head:
    heads = premises.store.heads(collection.identifier)
    found = [head for head in heads if (head.log.jurisdiction, head.log.channel) == (wanted.jurisdiction, wanted.channel)]
    if not found:
        raise Refused("unknown-jurisdiction")
    if wanted.generation is None and len(found) > 1:
        # Half of what was collected must not be taken for all of it.
        raise Refused("generation-missing", generations=len(found))
    named = [head for head in found if wanted.generation in (None, head.log.generation)]
    if not named:
        raise Refused("generation-missing", generations=len(found))
    return named[0]


def check_may_export(initiative: Initiative, premises: Premises, wanted: Wanted, by: Persons, *, now: datetime) -> None:
    """Check that this file may be made now. A demonstration may make any at any time: it counts for nothing.

    Raises Refused `package-is-whole`, `package-before-end`, `package-below-threshold`, `second-person-missing`.
    """
    if wanted.kind == WORKING_COPY:
        return
    if wanted.from_day is not None or wanted.to_day is not None:
        raise Refused("package-is-whole")
    if event_on(initiative, Kind.WITHDRAWN) is not None:
        raise Refused("initiative-withdrawn")
    if initiative.deployment == DEMONSTRATION:
        return
    if phase_of(initiative, today=brussels_date(now)) != "ended":
        raise Refused("package-before-end", closes=initiative.closes_on.isoformat())
    reached = _reached(initiative, premises, now)
    if reached.is_goal_reached:
        return
    reason = wanted.override_reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise Refused("package-below-threshold", received=reached.total, over=len(reached.over), needed=reached.needed)
    check_two_persons(initiative.deployment, by)


def _reached(initiative: Initiative, premises: Premises, now: datetime) -> Reached:
    """Set what was received against the thresholds, with the statements on paper that the organisers counted: the law asks for all.

    Paper counts once the others had a day to see the number: one person alone could otherwise type a million, and need no second for a package.
    """
    from civium.server.office.sudden import settled_totals  # whose tables know initiatives

    online = counts(initiative, premises).progress
    received = Counter({place.code: place.count for place in online.jurisdictions})
    return progress_of(initiative, received + Counter(settled_totals(initiative, now=now)))


def _export_head(
    initiative: Initiative, premises: Premises, collection: Collection, head: Head, wanted: Wanted, *, now: datetime
) -> ExportHead:
    manifests = list(collection.manifests.filter(is_published=True).order_by("sequence"))
    return ExportHead(
        kind=wanted.kind,
        deployment=initiative.deployment,
        procedure=initiative.procedure,
        registration=initiative.registration,
        collection=collection.identifier,
        jurisdiction=wanted.jurisdiction,
        channel=wanted.channel,
        origin=head.log.origin,
        checkpoint=premises.signer.sign([head])[head.log.number],
        size=head.size,
        made_on=_made_on(collection, wanted, now),
        manifests=tuple((bytes(version.manifest), version.signature) for version in manifests),
        texts={language: text.encode() for language, text in manifests[-1].texts.items()},
    )


def _made_on(collection: Collection, wanted: Wanted, now: datetime) -> date:
    """A second package of the same log carries the day of the first: the same bytes, as long as nothing was destroyed since."""
    first = None
    if wanted.kind == PACKAGE:
        name = file_name(collection.initiative.registration, wanted)
        of_log = collection.exports.filter(kind=PACKAGE, jurisdiction=wanted.jurisdiction, channel=wanted.channel, file_name=name)
        first = of_log.order_by("pk").first()
    return brussels_date(first.made_at if first else now)


class _Tally:
    """Turns the store's rows into the file's, counting what goes in."""

    def __init__(self, wanted: Wanted, size: int, progress: Progress) -> None:
        self._wanted = wanted
        self._size = size
        self._progress = progress
        self.statements = 0

    def rows(self, rows: Iterator[Row]) -> Iterator[export.Row]:
        for row in rows:
            if row.index % _PROGRESS_EVERY == 0:
                self._progress(row.index, self._size)
            yield self._row(row)
        self._progress(self._size, self._size)

    def _row(self, row: Row) -> export.Row:
        if row.envelope is None:
            assert row.reason is not None
            return LeafRow(row.leaf, row.reason, row.evidence)
        received_on = leaf.parse(row.leaf).received_on
        wanted = self._wanted
        if (wanted.from_day and received_on < wanted.from_day) or (wanted.to_day and received_on > wanted.to_day):
            return LeafRow(row.leaf, "outside-selection")
        self.statements += 1
        return StatementRow(received_on, row.envelope)


@dataclass(frozen=True, repr=False)
class _Draft:
    """What a file is made of."""

    head: ExportHead
    rows: Iterator[export.Row]
    sign: Callable[[bytes], str]


def _write_whole(path: Path, made: _Draft, of_log: Head, checked: Progress) -> tuple[bytes, int]:
    """Write under another name, read back, and only then give the file its name. Gives the file's SHA-256 and size."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            digest = export.write(stream, made.head, made.rows, made.sign)
            stream.flush()
            os.fsync(stream.fileno())
        _check_read_back(draft, of_log, digest, checked)
        size_bytes = draft.stat().st_size
        _name_it(draft, path, size_bytes)
    except OSError:
        # The system's message names paths of this machine: what matters is that nothing was written.
        raise Refused("file-not-written") from None
    finally:
        draft.unlink(missing_ok=True)
    return digest, size_bytes


def _name_it(draft: Path, path: Path, size_bytes: int) -> None:
    """Give the draft its name, durably. A file that is there already stays if it has the same bytes; otherwise this is refused."""
    # A rename, as media that are handed over (FAT) know no links.
    if not path.exists():
        draft.rename(path)
    elif path.stat().st_size != size_bytes or not _same_bytes(draft, path):
        raise Refused("file-exists")
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _same_bytes(first: Path, second: Path) -> bool:
    with first.open("rb") as one, second.open("rb") as other:
        while piece := one.read(1 << 20):
            if piece != other.read(1 << 20):
                return False
        return not other.read(1)


def _check_read_back(draft: Path, of_log: Head, digest: bytes, checked: Progress) -> None:
    """Read what was written as an authority would: rows, trailer, hash, signature, and the root of all rows against the log's."""
    with draft.open("rb") as stream:
        reader = ExportReader(stream)
        builder = merkle.RootBuilder()
        for done, row in enumerate(reader.rows()):
            if done % _PROGRESS_EVERY == 0:
                checked(done, of_log.size)
            builder.add(merkle.leaf_hash(export.leaf_of(row)))
        reader.check_signature(manifest.parse(reader.head.manifests[0][0]).log_key)
        if reader.file_hash() != digest or builder.frontier() != of_log.frontier:
            raise Untrusted("export-not-read-back")
