"""Destroys all statements of an initiative: ordered by two persons or by the law's date, done by a job, proven.

The rules are:
- envelopes and marks go, and with them files made of them, scans of certificates, and the keys of duplicate tokens; leaf records, counts, journal stay;
- an order by hand waits a day, and anybody may stop it until it begins; the law's date waits only if it came without warning, and nobody
  stops it but a hold, which stops both;
- an interrupted destruction is run again and goes on where it stopped;
- the proof is made of what was read back afterwards, not of what was meant to be done;
- addresses and feedback have a date of their own (Art. 19(8)): they go with the statements if it has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from civium.errors import Refused, Untrusted
from civium.formats import merkle
from civium.law.periods import brussels_date, brussels_midnight
from civium.server.initiatives import journal
from civium.server.initiatives.holds import check_not_held
from civium.server.initiatives.lifecycle import end_now
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Collection, Destruction, Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.retention import Progress, destroy_envelopes
from civium.server.initiatives.retention_dates import retention_dates
from civium.server.initiatives.scan_retention import destroy_scans
from civium.server.initiatives.setup import pages_changed
from civium.server.initiatives.standing import Kind, check_allowed, check_number_of_persons, events, phase_of
from civium.server.tokens.keys import destroy_token_keys, has_token_keys

if TYPE_CHECKING:
    from civium.server.supporters.retention import Kept

DELAY = timedelta(hours=24)
BY_HAND, BY_DATE = "by-hand", "by-date"


@dataclass(frozen=True)
class LogPlan:
    """One log: how many entries it has, and how many of them are here."""

    jurisdiction: str
    channel: str
    generation: int
    entries: int
    here: int


@dataclass(frozen=True)
class Plan:
    """What a destruction would destroy, and what goes at another date."""

    logs: tuple[LogPlan, ...]
    files: tuple[str, ...]
    made_files: tuple[str, ...]
    scans: int
    has_token_keys: bool
    supporters: Kept
    supporters_due_on: date

    @property
    def statements(self) -> int:
        """How many statements are here."""
        return sum(log.here for log in self.logs)


def plan(initiative: Initiative, premises: Premises, root: Path) -> Plan:
    """Give what would be destroyed. `root` is the installation's folder. Raises Refused `not-live`."""
    from civium.server.supporters import retention as supporters

    collection = live_collection(initiative)
    heads = premises.store.heads(collection.identifier)
    logs = tuple(
        LogPlan(head.log.jurisdiction, head.log.channel, head.log.generation, head.size, head.received)
        for head in heads
        if head.size
    )
    return Plan(
        logs,
        tuple(_files_here(initiative, root)),
        tuple(dict.fromkeys(collection.exports.order_by("pk").values_list("file_name", flat=True))),
        initiative.certificate_scans.count(),
        has_token_keys(premises.keys_folder, collection.identifier),
        supporters.kept(initiative),
        supporters.due_on(initiative, events(initiative)),
    )


def order(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime) -> Destruction:
    """Order the destruction of all statements by hand; `begins_at` says when it may begin.

    Raises Refused what the state refuses (`destroy-too-early` ...), `second-person-missing`, `hold-in-force`, `destruction-ordered`.
    """
    today = brussels_date(now)
    check_allowed(initiative, "destroy-statements", today=today)
    check_number_of_persons(initiative, "destroy-statements", by)
    check_not_held(initiative)
    live_collection(initiative)
    if open_order(initiative) is not None:
        raise Refused("destruction-ordered")
    if initiative.deployment == DEMONSTRATION and phase_of(initiative, today=today) != "ended":
        end_now(initiative, premises, by, now=now)
    return _order(initiative, BY_HAND, by, now)


def order_what_is_due(*, now: datetime) -> list[Destruction]:
    """Order the destruction of everything whose last day has come, and give all orders that may begin now."""
    today = brussels_date(now)
    for initiative in due(today=today):
        if open_order(initiative) is None:
            _order(initiative, BY_DATE, Persons(("civium", retention_dates(initiative).article)), now)
    open_orders = Destruction.objects.select_related("initiative").filter(finished_at=None)
    return [one for one in open_orders if begins_at(one) <= now and not retention_dates(one.initiative).is_held]


def due(*, today: date) -> list[Initiative]:
    """Give the initiatives whose statements are here though their last day has come. Demonstrations have their own (retention.py)."""
    found = Initiative.objects.exclude(deployment=DEMONSTRATION).filter(collections__destroyed_on=None).distinct()
    return [one for one in found if one.live_collection() is not None and retention_dates(one).must_be_destroyed(today)]


def open_order(initiative: Initiative) -> Destruction | None:
    """Give the order that is not done yet."""
    return initiative.destructions.filter(finished_at=None).first()


def begins_at(ordered: Destruction) -> datetime:
    """Give when an order may begin: a day after it was given by hand, or at once where the law's date has come.

    A date that had come, or came the next day, when what it follows from was recorded has warned nobody: it waits a day, too. Otherwise
    whoever records a withdrawal, or the end of proceedings, of long ago, or mistypes its day, would destroy everything within the hour.
    """
    if ordered.initiative.deployment == DEMONSTRATION:
        return ordered.ordered_at
    usual = ordered.ordered_at + DELAY
    if _warned_nobody(ordered):
        return usual
    if ordered.ground == BY_DATE:
        return ordered.ordered_at
    return min(usual, max(brussels_midnight(ordered.due_on), ordered.ordered_at)) if ordered.due_on else usual


def _warned_nobody(ordered: Destruction) -> bool:
    initiative = ordered.initiative
    recorded = [
        *initiative.events.filter(kind__in=(Kind.WITHDRAWN, Kind.SUBMITTED)).values_list("recorded_on", flat=True),
        *initiative.holds.exclude(lifted_on=None).values_list("lifted_on", flat=True),
    ]
    return ordered.due_on is not None and any(ordered.due_on <= day + DELAY for day in recorded)


def stop_order(initiative: Initiative, by: Persons, *, now: datetime) -> None:
    """Stop a destruction that was ordered by hand and has not begun: one person is enough. Raises Refused `no-order`, `destruction-begun`."""
    ordered = open_order(initiative)
    if ordered is None:
        raise Refused("no-order")
    if ordered.ground != BY_HAND or ordered.facts:
        raise Refused("destruction-begun")
    with transaction.atomic():
        journal.record("destruction-stopped", initiative, by, {"destruction": ordered.pk}, now=now)
        # Looked at again by the database itself: it may have begun since.
        gone, _ = Destruction.objects.filter(pk=ordered.pk, finished_at=None, facts={}).delete()
        if not gone:
            raise Refused("destruction-begun")
        from civium.server.initiatives.destroying_job import stop_waiting

        stop_waiting(initiative, by.names[0], now=now)


def carry_out(ordered: Destruction, premises: Premises, root: Path, *, now: datetime, progress: Progress) -> Destruction:
    """Do what was ordered, and give it with its proof. Begun again it goes on where it stopped.

    Raises Refused `hold-in-force`, `destruction-not-yet`, `no-order`; Untrusted `destruction-not-read-back` where something is still there.
    """
    initiative = ordered.initiative
    check_not_held(initiative)
    if now < begins_at(ordered):
        raise Refused("destruction-not-yet")
    collection = live_collection(initiative)
    if not ordered.facts:
        ordered.facts = {"begun_on": brussels_date(now).isoformat()}
        if not Destruction.objects.filter(pk=ordered.pk, finished_at=None, facts={}).update(facts=ordered.facts):
            raise Refused("no-order")
    destroy_envelopes(collection, premises, _unless_held(initiative, progress))
    from civium.server.jobs import files

    facts: dict[str, Any] = {**ordered.facts, "files": files.destroy_kept(root, initiative, now=now)}
    facts["token_keys"] = _destroy_token_keys(premises, collection)
    facts["supporters"] = _destroy_supporters(initiative, ordered, now)
    facts["logs"] = [_read_back(premises, head) for head in premises.store.heads(collection.identifier) if head.size]
    facts["exports"] = [
        {"file_name": name, "sha256": bytes(digest).hex()}
        for name, digest in collection.exports.order_by("pk").values_list("file_name", "sha256")
    ]
    with transaction.atomic():
        facts["scans"] = destroy_scans(initiative, Persons(tuple(ordered.persons)), now=now)
        collection.destroyed_on = brussels_date(now)
        collection.save(update_fields=["destroyed_on"])
        ordered.facts, ordered.finished_at = facts, now
        ordered.save(update_fields=["facts", "finished_at"])
        told = {"destruction": ordered.pk, "ground": ordered.ground, "entries": sum(log["entries"] for log in facts["logs"])}
        journal.record("statements-destroyed", initiative, Persons(tuple(ordered.persons)), told, now=now)
        pages_changed(initiative)
    return ordered


def _unless_held(initiative: Initiative, progress: Progress) -> Progress:
    """Look for a hold with every step: what a court needs is not destroyed because its order came a minute late."""

    def told(done: int, total: int) -> None:
        progress(done, total)
        check_not_held(initiative)

    return told


def _order(initiative: Initiative, ground: str, by: Persons, now: datetime) -> Destruction:
    dates = retention_dates(initiative)
    with transaction.atomic():
        made = Destruction.objects.create(
            initiative=initiative,
            ground=ground,
            article=dates.article,
            due_on=dates.latest_on,
            persons=list(by.names),
            ordered_at=now,
        )
        journal.record("destruction-ordered", initiative, by, {"destruction": made.pk, "ground": ground}, now=now)
    return made


def _destroy_token_keys(premises: Premises, collection: Collection) -> str:
    if destroy_token_keys(premises.keys_folder, collection.identifier):
        return "destroyed"
    return "elsewhere" if premises.tokens_socket is not None else "none-here"


def _destroy_supporters(initiative: Initiative, ordered: Destruction, now: datetime) -> dict[str, Any]:
    """Destroy addresses and feedback if their own date has come, and say so."""
    from civium.server.supporters import retention as supporters

    due_on = supporters.due_on(initiative, events(initiative))
    if due_on > brussels_date(now) and initiative.deployment != DEMONSTRATION:
        return {"kept_until": due_on.isoformat()}
    by = Persons(tuple(ordered.persons))
    gone = supporters.destroy_supporters(initiative, by, now=now)
    return {"subscriptions": gone.subscriptions, "unconfirmed": gone.unconfirmed, "feedback": gone.feedback}


def _read_back(premises: Premises, head: Any) -> dict[str, Any]:
    """Read a log as it is now: no envelope may be left, and the tree must be the one that was signed."""
    reasons: Counter[str] = Counter()
    for row in premises.store.read_rows(head.log, 0, head.size):
        if row.envelope is not None or row.reason is None:
            raise Untrusted("destruction-not-read-back", index=row.index)
        reasons[row.reason] += 1
    root = premises.store.root(head.log, head.size)
    if root != merkle.root(head.frontier):
        raise Untrusted("destruction-not-read-back", index=head.size)
    return {
        "origin": head.log.origin,
        "jurisdiction": head.log.jurisdiction,
        "channel": head.log.channel,
        "generation": head.log.generation,
        "entries": head.size,
        "root": root.hex(),
        "reasons": dict(sorted(reasons.items())),
    }


def _files_here(initiative: Initiative, root: Path) -> Iterator[str]:
    from civium.server.jobs import files
    from civium.server.jobs.models import Job

    for job in Job.objects.filter(initiative=initiative).exclude(result={}):
        for number, file in enumerate(files.listed(job)):
            if file.get("gone"):
                continue
            try:
                path, _ = files.path_of(root, job, number)
            except Refused:
                continue
            yield path.name
