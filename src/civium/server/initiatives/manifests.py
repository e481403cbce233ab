"""Manifests of a collection: made from what organisers set up, signed, published with their notice, never changed.

The rules are:
- a manifest is first kept here, then published by the store; an interrupted change is finished, or dropped, by running it again;
- the one before stays accepted until the end of the next day, for pages still open (docs/spec/manifest.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from civium.errors import Refused
from civium.formats import canonical, checkpoint, manifest
from civium.formats.manifest import Manifest
from civium.law.browser_rules import encode_rules
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.keys import accepted_keys, key_entries
from civium.server.initiatives.models import Collection, Initiative, ManifestVersion
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.initiatives.texts import canonical_texts, offered_languages, wording_hash
from civium.server.publishing.log_keys import load_log_key
from civium.server.store.protocol import Change, CollectionState, SignedManifest

ONLINE = "online"


@dataclass(frozen=True)
class Promise:
    """A manifest with what its hashes are of."""

    manifest: Manifest
    texts: Mapping[str, bytes]
    rules: bytes


def promise_of(initiative: Initiative, collection: Collection, premises: Premises, languages: tuple[str, ...]) -> Promise:
    """Give what a collection promises now, as its first manifest: sequence and predecessor are set when it follows another."""
    procedure = load_procedure(initiative.procedure)
    identifier = collection.identifier
    texts = canonical_texts(initiative, languages)
    rules = encode_rules(procedure)
    promised = Manifest(
        collection=identifier,
        sequence=1,
        previous=b"",
        deployment=initiative.deployment,
        procedure=initiative.procedure,
        registration=initiative.registration,
        registered_on=initiative.registered_on,
        opens_on=initiative.opens_on,
        closes_on=initiative.closes_on,
        rules_version=procedure.version,
        rules_sha256=sha256(rules).digest(),
        log_key=bytes(collection.log_key),
        texts={language: sha256(text).digest() for language, text in texts.items()},
        wording={language: wording_hash(language, initiative.deployment, initiative.procedure) for language in languages},
        bundle=dict(premises.bundle),
        keys=key_entries(initiative),
        logs={
            f"{code}/{ONLINE}": checkpoint.log_origin(collection.host, identifier, code, ONLINE, collection.generation)
            for code in procedure.jurisdictions
        },
    )
    return Promise(promised, texts, rules)


def keep_manifest(collection: Collection, promise: Promise, premises: Premises, *, now: datetime) -> ManifestVersion:
    """Sign a manifest and keep it, unpublished; one of the same sequence that was never published is replaced."""
    raw = manifest.encode(promise.manifest)
    collection.manifests.filter(sequence=promise.manifest.sequence, is_published=False).delete()
    return ManifestVersion.objects.create(
        collection=collection,
        sequence=promise.manifest.sequence,
        manifest=raw,
        signature=manifest.sign(raw, collection.host, load_log_key(premises.keys_folder, collection.identifier)),
        sha256=manifest.manifest_hash(raw),
        texts={language: text.decode() for language, text in promise.texts.items()},
        rules=promise.rules,
        made_at=now,
    )


def signed_manifest(version: ManifestVersion) -> SignedManifest:
    """Give a kept manifest as the store takes it."""
    return SignedManifest(version.sequence, bytes(version.manifest), version.signature)


def notice_of(version: ManifestVersion, on: date) -> bytes:
    """Give the entry of the notices log that tells of a manifest."""
    return canonical.encode(
        {
            "civium": "notice v1",
            "kind": "manifest",
            "collection": version.collection.hex,
            "sequence": version.sequence,
            "sha256": bytes(version.sha256).hex(),
            "on": on.isoformat(),
        }
    )


def renew_manifest(
    initiative: Initiative,
    premises: Premises,
    by: Persons,
    *,
    now: datetime,
    closes_on: date | None = None,
    state: CollectionState | None = None,
) -> ManifestVersion:
    """Publish what changed since the last manifest as the next one; where nothing did, give the one in force.

    `closes_on` and `state` are for `lifecycle`: an earlier last day, an end at once. Raises Refused `not-live`, `second-person-missing`.
    """
    collection = live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    finish_published(collection, premises)
    current = collection.current_manifest()
    before = manifest.parse(bytes(current.manifest))
    promise = promise_of(initiative, collection, premises, offered_languages(initiative))
    kept = premises.store.collection(collection.identifier)
    following = dataclasses.replace(
        promise.manifest,
        sequence=before.sequence + 1,
        previous=bytes(current.sha256),
        # For ever the collection's own: another key would make other tokens of the same persons.
        token_key=before.token_key,
        # A log that was closed has a successor, named by the manifest that told of it.
        logs=before.logs,
        # Never later than what the store was told: an earlier end that was stopped half-way stays.
        closes_on=min(closes_on or initiative.closes_on, kept.closes_on),
    )
    if dataclasses.replace(following, sequence=before.sequence, previous=before.previous) == before and state is None:
        return current
    version = keep_manifest(collection, dataclasses.replace(promise, manifest=following), premises, now=now)
    change = Change(
        state=state,
        closes_on=closes_on,
        keys=accepted_keys(initiative),
        manifest=signed_manifest(version),
        earlier_accepted_until=brussels_date(now) + timedelta(days=1),
        notice=notice_of(version, brussels_date(now)),
    )
    premises.store.change_collection(kept.identifier, change, expected_version=kept.version)
    with transaction.atomic():
        mark_published(version)
        facts = {"sequence": version.sequence, "sha256": bytes(version.sha256).hex()}
        journal.record("manifest-published", initiative, by, facts, now=now)
        pages_changed(initiative)
    return version


def live_collection(initiative: Initiative) -> Collection:
    """Give the collection that was opened. Raises Refused `not-live` before that."""
    collection = initiative.live_collection()
    if collection is None:
        raise Refused("not-live")
    return collection


def finish_published(collection: Collection, premises: Premises) -> None:
    """Mark what the store has published though the process was stopped before saying so."""
    waiting = collection.manifests.filter(is_published=False)
    if waiting.exists():
        published = {manifest.manifest_hash(signed.raw) for signed in premises.store.manifests(collection.identifier)}
        for version in waiting:
            if bytes(version.sha256) in published:
                mark_published(version)


def mark_published(version: ManifestVersion) -> None:
    """Note that the store has published a manifest."""
    version.is_published = True
    version.save(update_fields=["is_published"])
