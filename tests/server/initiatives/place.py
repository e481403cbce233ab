"""A place to act in: an installation, an initiative's folder to change, real keys that are really proven, a live collection."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.formats import authority_key, envelope, manifest, receipt
from civium.formats.envelope import SUITES
from civium.law.procedure import load_procedure
from civium.server.initiatives import keys, live, setup
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.models import Collection, Initiative
from civium.server.initiatives.persons import Persons, persons
from civium.server.initiatives.premises import Premises
from civium.server.store.protocol import Candidate, Log
from tests.server.folders import CENTRAL, ENGLISH, GREEK, answer, make_key, private_key, write_folder

__all__ = ["CENTRAL", "ENGLISH", "GREEK", "answer", "make_key", "private_key", "write_folder"]

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ONE = persons("Anna")
TWO = persons("Anna", "Bo")
BUNDLE = {"form.js": sha256(b"a script").digest()}
_numbers = itertools.count()


def make_installation(purpose: str = "demonstration") -> None:
    """Say what the installation is for."""
    operator = setup.Operator("Secretariat-General", "office@collect.example", "Art. 10 of Reg. (EU) 2019/788", "LU")
    setup.set_purpose(purpose, operator, ONE, now=NOW)


def add_initiative(folder: Path, texts: Mapping[str, Mapping[str, Any]] | None = None, **changed: Any) -> Initiative:
    """Add an initiative from a folder written for it."""
    return setup.add_initiative(read_folder(write_folder(folder, texts, **changed), today=TODAY), ONE, now=NOW)


def add_proven_key(initiative: Initiative, jurisdiction: str, number: int = 0, by: Persons = TWO) -> None:
    """Add a key, test it and accept the answer."""
    private = private_key(jurisdiction, number)
    kept = keys.add_key(initiative, authority_key.encode(private.public), by, now=NOW)
    keys.prove_key(kept, answer(private, keys.make_test(kept, by, now=NOW)), by, now=NOW)


def add_all_keys(initiative: Initiative) -> None:
    """Give every jurisdiction a proven key."""
    for code in load_procedure(initiative.procedure).jurisdictions:
        add_proven_key(initiative, code)


def go_live(initiative: Initiative, premises: Premises, jurisdictions: Iterable[str] = ("ES", "MT")) -> Collection:
    """Open a collection in which these jurisdictions have a proven key and all others are closed online."""
    for code in jurisdictions:
        add_proven_key(initiative, code)
    return live.open_collection(initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=NOW)


def log_of(premises: Premises, collection: Collection, jurisdiction: str) -> Log:
    """Give a jurisdiction's online log."""
    kept = premises.store.collection(collection.identifier)
    return next(log for log in kept.logs if (log.jurisdiction, log.channel) == (jurisdiction, "online"))


def receive(premises: Premises, collection: Collection, jurisdiction: str, count: int, *, on: date = TODAY) -> list[bytes]:
    """Put envelopes of the right form into a log, and give them. Whether they open, no server can tell."""
    log, raws = log_of(premises, collection, jurisdiction), envelopes(collection, jurisdiction, count)
    batch = [Candidate(log, raw, envelope.envelope_hash(raw), envelope.NO_ERASURE, on) for raw in raws]
    premises.store.append(batch)
    return raws


def envelopes(collection: Collection, jurisdiction: str, count: int) -> list[bytes]:
    """Give envelopes of the right form that are in no log yet."""
    public = private_key(jurisdiction).public
    suite = SUITES[public.suite.name]
    size = suite.enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE
    raws = []
    for _ in range(count):
        header = envelope.Header(
            suite=suite,
            key_id=public.key_id,
            collection=collection.identifier,
            jurisdiction=jurisdiction,
            channel="online",
            manifest_hash=manifest.manifest_hash(bytes(collection.current_manifest().manifest)),
            erasure_commitment=envelope.NO_ERASURE,
        )
        raws.append(envelope.encode_header(header) + next(_numbers).to_bytes(size, "big"))
    return raws


def receive_sealed(premises: Premises, collection: Collection, jurisdiction: str, plaintext: bytes, *, number: int = 0) -> None:
    """Put an envelope into a log that was really sealed to an authority's key, with a commitment to the erasure code of zeros."""
    public = private_key(jurisdiction, number).public
    header = envelope.Header(
        suite=public.suite,
        key_id=public.key_id,
        collection=collection.identifier,
        jurisdiction=jurisdiction,
        channel="online",
        manifest_hash=bytes(collection.current_manifest().sha256),
        erasure_commitment=receipt.erasure_commitment(collection.identifier, bytes(16)),
    )
    raw = envelope.seal(header, plaintext, public.public_key)
    entry = Candidate(
        log_of(premises, collection, jurisdiction), raw, envelope.envelope_hash(raw), header.erasure_commitment, TODAY
    )
    premises.store.append([entry])
