"""Going live: the one act that makes a collection, its log key, its logs and its first manifest.

The rules are:
- whatever the law or this project demands before the first statement is checked here, one refusal at a time, with its rule's name;
- the collection is first kept here as `opening`, then opened by the store, then `open`: a process stopped in between is run again;
- with going live what was tried before goes: the preview is dropped whole.
"""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from civium.errors import Refused
from civium.law.deployments import check_may_collect
from civium.law.periods import Period, brussels_date, check_period, deadlines
from civium.law.procedure import load_procedure
from civium.law.progress import thresholds
from civium.law.rules import Procedure
from civium.server.initiatives import journal
from civium.server.initiatives.keys import accepted_keys, keys_in_use, unproven_keys
from civium.server.initiatives.manifests import keep_manifest, notice_of, promise_of, signed_manifest
from civium.server.initiatives.models import Collection, Initiative, ManifestVersion
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import installation, pages_changed
from civium.server.initiatives.standing import Kind, event_on
from civium.server.initiatives.texts import offered_languages, unofferable_languages
from civium.server.initiatives.tokens import check_work, public_key
from civium.server.preview.acts import drop_of
from civium.server.publishing.log_keys import make_log_key
from civium.server.store.protocol import NewLog, Opening

COLLECTION_SIZE = 16


@dataclass(frozen=True)
class GoLive:
    """What those who go live have seen and accept: jurisdictions closed online, languages not offered for signing.

    And what they ask of signatories' devices: a duplicate token or none, proof of work (docs/spec/challenge.md) or none.
    """

    by: Persons
    accepts_closed_online: bool = False
    leaves_out: frozenset[str] = frozenset()
    asks_tokens: bool = False
    work: int = 0


def check_ready(initiative: Initiative, premises: Premises, decision: GoLive, *, today: date) -> None:
    """Check everything that stands between set-up and the first statement. Raises Refused at the first that does not hold.

    (0) it is not live yet (`already-live`), nor withdrawn (`initiative-withdrawn`); (1) a deployment of this kind may collect
    for it (LAW-58: `individual-collection-...`, `nothing-is-collected`); (2) two persons decide (`second-person-missing`);
    (3) the period is lawful (LAW-46, 47: `period-...`) and not over (`period-is-over`); (4) the Commission was told in time
    (LAW-48, 50: `start-not-told`, `channels-not-told`); (5) there is an original text and a language to sign in (`text-missing`,
    `language-not-offered`); (6) keys are proven (`key-unproven`) and missing ones accepted (`keys-missing`); (7) there is a
    script to sign with (`bundle-missing`); (8) the work is bearable (`work-out-of-bounds`).
    """
    procedure = load_procedure(initiative.procedure)
    if initiative.live_collection() is not None:
        raise Refused("already-live")
    if event_on(initiative, Kind.WITHDRAWN) is not None:
        raise Refused("initiative-withdrawn")
    check_may_collect(procedure, initiative.deployment, initiative.registered_on, initiative.closes_on)
    check_two_persons(initiative.deployment, decision.by)
    _check_dates(initiative, procedure, today)
    _check_languages(initiative, decision)
    _check_keys(initiative, procedure, decision)
    if not premises.bundle:
        raise Refused("bundle-missing")
    check_work(decision.work, with_tokens=decision.asks_tokens)


def open_collection(initiative: Initiative, premises: Premises, decision: GoLive, *, now: datetime) -> Collection:
    """Go live: from its first day on, statements are received. Raises Refused with the rule that does not hold (`check_ready`)."""
    finished = _finish_opening(initiative, premises, decision, now=now)
    if finished is not None:
        return finished
    check_ready(initiative, premises, decision, today=brussels_date(now))
    identifier = secrets.token_bytes(COLLECTION_SIZE)
    log_key = make_log_key(premises.keys_folder, identifier)
    token_key = public_key(premises, identifier) if decision.asks_tokens else b""
    with transaction.atomic():
        # What was begun and never reached the store promised nothing to anybody.
        begun = initiative.collections.filter(state=Collection.State.OPENING)
        ManifestVersion.objects.filter(collection__in=begun).delete()
        begun.delete()
        collection = Collection.objects.create(
            initiative=initiative,
            collection_id=identifier,
            host=premises.host,
            log_key=log_key.public_key().public_bytes_raw(),
            opened_on=brussels_date(now),
        )
        promise = promise_of(initiative, collection, premises, offered_languages(initiative))
        promise = dataclasses.replace(promise, manifest=dataclasses.replace(promise.manifest, token_key=token_key))
        version = keep_manifest(collection, promise, premises, now=now)
    logs = tuple(_new_log(name, origin, collection.generation) for name, origin in sorted(promise.manifest.logs.items()))
    premises.store.open_collection(
        Opening(
            identifier=identifier,
            opens_on=initiative.opens_on,
            closes_on=initiative.closes_on,
            goal=initiative.goal,
            keys=accepted_keys(initiative),
            logs=logs,
            manifest=signed_manifest(version),
            notice=notice_of(version, brussels_date(now)),
            token_key=token_key,
            work=decision.work,
        )
    )
    return _mark_open(collection, version, premises, decision.by, now=now)


def missing_jurisdictions(initiative: Initiative) -> tuple[str, ...]:
    """Give the jurisdictions without a proven key: they are closed online."""
    present = keys_in_use(initiative)
    return tuple(code for code in load_procedure(initiative.procedure).jurisdictions if code not in present)


def _finish_opening(initiative: Initiative, premises: Premises, decision: GoLive, *, now: datetime) -> Collection | None:
    """Finish an opening that the store has committed though the process was stopped before saying so here."""
    begun = initiative.collections.filter(state=Collection.State.OPENING).first()
    known = {collection.identifier for collection in premises.store.collections()}
    if begun is None or begun.identifier not in known:
        return None
    return _mark_open(begun, begun.manifests.get(sequence=1), premises, decision.by, now=now)


def _mark_open(collection: Collection, version: ManifestVersion, premises: Premises, by: Persons, *, now: datetime) -> Collection:
    with transaction.atomic():
        collection.state = Collection.State.OPEN
        collection.save(update_fields=["state"])
        version.is_published = True
        version.save(update_fields=["is_published"])
        facts = {"collection": collection.hex, "manifest": bytes(version.sha256).hex()}
        journal.record("collection-opened", collection.initiative, by, facts, now=now)
        pages_changed(collection.initiative)
    drop_of(collection.initiative, premises.root, by, now=now)
    return collection


def _new_log(name: str, origin: str, generation: int) -> NewLog:
    jurisdiction, _, channel = name.partition("/")
    return NewLog(origin, jurisdiction, channel, generation)


def _check_dates(initiative: Initiative, procedure: Procedure, today: date) -> None:
    check_period(procedure, initiative.registered_on, Period(initiative.opens_on, initiative.closes_on))
    thresholds(procedure, initiative.registered_on)
    if initiative.closes_on < today:
        raise Refused("period-is-over", closed=initiative.closes_on.isoformat())
    if initiative.deployment == DEMONSTRATION:
        return
    latest = {duty.id: duty.on for duty in deadlines(procedure, {"opens_on": initiative.opens_on})}
    told = {
        "start-not-told": ("notice-of-start", initiative.start_told_on),
        "channels-not-told": ("notice-of-channels", initiative.channels_told_on),
    }
    for code, (duty, on) in told.items():
        if duty in latest and (on is None or on > min(latest[duty], today)):
            raise Refused(code, latest=latest[duty].isoformat())


def _check_languages(initiative: Initiative, decision: GoLive) -> None:
    if initiative.text(initiative.original_language) is None:
        raise Refused("text-missing")
    for language in unofferable_languages(initiative):
        if language not in decision.leaves_out:
            raise Refused("language-not-offered", language=language)
    if not offered_languages(initiative):
        raise Refused("text-missing")


def _check_keys(initiative: Initiative, procedure: Procedure, decision: GoLive) -> None:
    for key in unproven_keys(initiative):
        raise Refused("key-unproven", jurisdiction=key.jurisdiction)
    missing = missing_jurisdictions(initiative)
    if len(missing) == len(procedure.jurisdictions) or (missing and not decision.accepts_closed_online):
        raise Refused("keys-missing", missing=len(missing), first=missing[0])
    installation()
