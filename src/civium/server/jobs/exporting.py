"""Exports as jobs: one file for each log and generation, and for packages the letter of Annex V beside it.

The rules are:
- whoever asks hears at once what `make_export` would refuse; it is asked again when the file is made;
- a file that is whole is kept even if the job is stopped or killed later; what was half-written is made anew;
- done and total count each entry twice: written, and read back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from civium.errors import Refused
from civium.formats import envelope, leaf
from civium.formats.export import PACKAGE, WORKING_COPY
from civium.law.periods import brussels_date
from civium.server.annex_v import letter, numbers
from civium.server.initiatives import journal
from civium.server.initiatives.exports import Wanted, check_may_export, make_export
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Export, Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.standing import check_allowed, phase_of
from civium.server.jobs import queue
from civium.server.jobs.kinds import EXPORT
from civium.server.jobs.models import Job
from civium.server.office.paper import paper_totals
from civium.server.store.protocol import Head, Store

if TYPE_CHECKING:
    from civium.server.jobs.work import Here

LETTER = "letter"
_ENTRY_BYTES = 7 + 160 + envelope.SUITES[envelope.DEFAULT_SUITE].enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE


@dataclass(frozen=True)
class Asked:
    """What a person asks for: one jurisdiction's logs or all; days in a working copy alone; a reason where the thresholds are not reached."""

    kind: str
    jurisdictions: tuple[str, ...]
    from_day: date | None = None
    to_day: date | None = None
    reason: str = ""

    def facts(self) -> dict[str, Any]:
        """Give it as a job keeps it."""
        days = {"from": self.from_day, "to": self.to_day}
        return {
            "kind": self.kind,
            "jurisdictions": list(self.jurisdictions),
            **{name: day.isoformat() for name, day in days.items() if day},
            **({"reason": self.reason} if self.reason else {}),
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Asked:
        """Read what `facts` gave."""
        day = {name: date.fromisoformat(facts[name]) if name in facts else None for name in ("from", "to")}
        return cls(facts["kind"], tuple(facts["jurisdictions"]), day["from"], day["to"], facts.get("reason", ""))

    def wanted(self, head: Head) -> Wanted:
        """Give what one log's file is to be."""
        return Wanted(
            jurisdiction=head.log.jurisdiction,
            channel=head.log.channel,
            kind=self.kind,
            from_day=self.from_day,
            to_day=self.to_day,
            override_reason=self.reason,
            generation=head.log.generation,
        )


@dataclass(frozen=True)
class Preview:
    """What would be in the files, before anybody waits for them. With days chosen, entries are those of the days, destroyed ones included."""

    files: int
    entries: int
    destroyed: int
    is_by_day: bool

    @property
    def size_bytes(self) -> int:
        """About how large the files would be."""
        return self.entries * _ENTRY_BYTES


def ask_export(initiative: Initiative, premises: Premises, asked: Asked, by: Persons, *, now: datetime) -> Job:
    """Ask for the files. Raises Refused `unknown-jurisdiction`, `days-turned-round`, what `check_may_export` raises and what the state refuses."""
    check(initiative, premises, asked, by, now=now)
    return queue.ask(EXPORT, initiative, asked.facts(), by, now=now)


def check(initiative: Initiative, premises: Premises, asked: Asked, by: Persons, *, now: datetime) -> None:
    """Check that all that is asked for may be made now."""
    if asked.from_day and asked.to_day and asked.from_day > asked.to_day:
        raise Refused("days-turned-round")
    heads = heads_of(initiative, premises, asked)
    check_may_export(initiative, premises, asked.wanted(heads[0]), by, now=now)
    check_allowed(initiative, "make-package" if asked.kind == PACKAGE else "make-working-copy", today=brussels_date(now))


def heads_of(initiative: Initiative, premises: Premises, asked: Asked) -> list[Head]:
    """Give the heads of the logs asked for, in the order of their origins; none that is empty, where all were asked for."""
    heads = premises.store.heads(live_collection(initiative).identifier)
    known = {head.log.jurisdiction for head in heads}
    if not asked.jurisdictions or not known.issuperset(asked.jurisdictions):
        raise Refused("unknown-jurisdiction")
    chosen = [head for head in heads if head.log.jurisdiction in asked.jurisdictions]
    if len(asked.jurisdictions) > 1:
        chosen = [head for head in chosen if head.size] or chosen[:1]
    return sorted(chosen, key=lambda head: head.log.origin)


def preview(initiative: Initiative, premises: Premises, asked: Asked) -> Preview:
    """Count what would be in the files, from heads and, where days are chosen, by halving each log: nothing is scanned."""
    heads = heads_of(initiative, premises, asked)
    if asked.from_day is None and asked.to_day is None:
        entries, destroyed = sum(head.received for head in heads), sum(head.destroyed for head in heads)
        return Preview(len(heads), entries, destroyed, is_by_day=False)
    entries = sum(_between(premises.store, head, asked.from_day, asked.to_day) for head in heads)
    return Preview(len(heads), entries, 0, is_by_day=True)


def _between(store: Store, head: Head, first: date | None, last: date | None) -> int:
    """Count the entries of some days; entries lie in the order of their days."""
    days = _Days(store, head)
    start = bisect_left(days, first) if first else 0
    end = bisect_right(days, last) if last else head.size
    return max(0, end - start)


class _Days(Sequence[date]):
    """The days of a log's entries, each read when it is asked for."""

    def __init__(self, store: Store, head: Head) -> None:
        self._store, self._head = store, head

    def __len__(self) -> int:
        return self._head.size

    def __getitem__(self, index: Any) -> Any:
        return leaf.parse(self._store.read_leaves(self._head.log, index, index + 1)[0]).received_on


def work(job: Job, here: Here) -> None:
    """Make the files that are not made yet, then the letters."""
    assert job.initiative is not None
    initiative, asked, by = job.initiative, Asked.of(job.facts), Persons(tuple(job.asked_by))
    check(initiative, here.premises, asked, by, now=here.now())
    heads = heads_of(initiative, here.premises, asked)
    result: dict[str, Any] = {"files": [], **job.result}
    told = _Told(here, total=2 * sum(head.size for head in heads))
    for head in heads:
        if any(file.get("origin") == head.log.origin for file in result["files"] if file["kind"] != LETTER):
            told.step(2 * head.size)
            continue
        made, _ = make_export(
            initiative,
            here.premises,
            asked.wanted(head),
            here.folder,
            by,
            now=here.now(),
            progress=told.written,
            checked=told.checked,
        )
        result["files"].append(_told_of(made, head))
        here.keep(result)
        told.step(2 * made.rows)
    if asked.kind == PACKAGE:
        _write_letters(initiative, here, result)
        here.keep(result)


def _told_of(made: Export, head: Head) -> dict[str, Any]:
    return {
        "name": made.file_name,
        "kind": made.kind,
        "jurisdiction": made.jurisdiction,
        "channel": made.channel,
        "origin": head.log.origin,
        "entries": made.rows,
        "statements": made.statements,
        "size": made.size_bytes,
        "sha256": bytes(made.sha256).hex(),
        # A working copy leaves rows out for their day: what was destroyed before is the head's.
        "destroyed": {head.log.origin: made.rows - made.statements if made.kind == PACKAGE else head.destroyed},
    }


def _write_letters(initiative: Initiative, here: Here, result: dict[str, Any]) -> None:
    """Write Annex V for each jurisdiction and channel: after the end, for only then can repeats be taken off."""
    result["files"] = packages = [file for file in result["files"] if file["kind"] != LETTER]
    if phase_of(initiative, today=brussels_date(here.now())) != "ended" or not letter.languages_of_form(initiative.procedure):
        return
    counted = numbers.count(initiative, here.premises, paper_totals(initiative))
    letters = []
    for jurisdiction, channel in sorted({(file["jurisdiction"], file["channel"]) for file in packages}):
        of_log = [file for file in packages if (file["jurisdiction"], file["channel"]) == (jurisdiction, channel)]
        attached = tuple(letter.Attached(file["name"], file["sha256"], file["entries"], file["size"]) for file in of_log)
        for language in letter.languages_for(initiative.procedure, jurisdiction):
            told = letter.compose(initiative, counted, jurisdiction, channel, attached, language, on=brussels_date(here.now()))
            letters.append(
                letter.write(here.folder, told)
                | {"kind": LETTER, "language": language, "jurisdiction": jurisdiction, "channel": channel}
                | {"destroyed": {origin: count for file in of_log for origin, count in file["destroyed"].items()}}
            )
    result["files"] = packages + letters
    result["numbers"] = counted.told()


class _Told:
    """Adds up how far all files together are."""

    def __init__(self, here: Here, total: int) -> None:
        self._here, self._total, self._before = here, total, 0

    def step(self, count: int) -> None:
        """Say that one file is whole."""
        self._before += count
        self._here.progress(min(self._before, self._total), self._total)

    def written(self, done: int, total: int) -> None:
        """Say how much of the present file is written."""
        del total
        self._here.progress(min(self._before + done, self._total), self._total)

    def checked(self, done: int, total: int) -> None:
        """Say how much of it was read back."""
        self._here.progress(min(self._before + total + done, self._total), self._total)


def tell_taken(initiative: Initiative, job: Job, file: Mapping[str, Any], by: Persons, *, now: datetime) -> None:
    """Write into the journal that somebody took a file away: who holds copies can be told later."""
    facts = {"job": job.pk, "kind": file["kind"], "jurisdiction": file["jurisdiction"], "sha256": file["sha256"]}
    journal.record("export-taken", initiative, by, facts, now=now)


Progress = Callable[[int, int], None]
KINDS = (WORKING_COPY, PACKAGE)
