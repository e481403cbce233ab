"""A place to act in: an installation, an initiative's folder to change, real keys that are really proven, a live collection."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.authority.keys import AuthorityKey as PrivateKey
from civium.authority.keys import make_key
from civium.formats import authority_key, envelope, manifest
from civium.formats.envelope import SUITES, hpke_suite
from civium.law.procedure import load_procedure
from civium.server.initiatives import keys, live, setup
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.models import Collection, Initiative
from civium.server.initiatives.persons import Persons, persons
from civium.server.initiatives.premises import Premises
from civium.server.store.protocol import Candidate, Log

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ONE = persons("Anna")
TWO = persons("Anna", "Bo")
BUNDLE = {"form.js": sha256(b"a script").digest()}
_numbers = itertools.count()

INITIATIVE: Mapping[str, Any] = {
    "slug": "night-trains",
    "deployment": "demonstration",
    "registration_number": "DEMO-1",
    "original_language": "en",
    "registered_on": "2026-03-02",
    "collection_start_on": "2026-04-14",
    "collection_end_on": "2027-04-13",
    "contact_email": "contact@night-trains.example",
    "organisers": [
        {
            "role": "representative",
            "name": "Annelore Vantieghem",
            "country_of_residence": "BE",
            "email": "a@night-trains.example",
        },
        {"role": "substitute", "name": "Tomaž Breznikar", "country_of_residence": "SI", "email": None},
    ],
}
# As in an installation run for the Commission: the one kind under Reg. 2019/788 that may still collect.
CENTRAL: Mapping[str, Any] = {
    "deployment": "central",
    "registration_number": "ECI(2026)000007",
    "start_told_on": "2026-03-20",
    "channels_told_on": "2026-03-20",
}
ENGLISH = {"title": "Night trains for every capital", "objectives": "We ask for night trains."}
GREEK = {"title": "Νυχτερινά τρένα για κάθε πρωτεύουσα", "objectives": "Ζητούμε νυχτερινά τρένα."}


def write_folder(folder: Path, texts: Mapping[str, Mapping[str, Any]] | None = None, **changed: Any) -> Path:
    """Write an initiative folder; a key set to None is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    told = {key: value for key, value in {**INITIATIVE, **changed}.items() if value is not None}
    (folder / "initiative.json").write_text(json.dumps(told), encoding="utf-8")
    for language, text in (texts or {"en": ENGLISH, "el": GREEK}).items():
        (folder / f"{language}.json").write_text(json.dumps(text), encoding="utf-8")
    return folder


def make_installation(purpose: str = "demonstration") -> None:
    """Say what the installation is for."""
    operator = setup.Operator("Secretariat-General", "office@collect.example", "Art. 10 of Reg. (EU) 2019/788", "LU")
    setup.set_purpose(purpose, operator, ONE, now=NOW)


def add_initiative(folder: Path, texts: Mapping[str, Mapping[str, Any]] | None = None, **changed: Any) -> Initiative:
    """Add an initiative from a folder written for it."""
    return setup.add_initiative(read_folder(write_folder(folder, texts, **changed), today=TODAY), ONE, now=NOW)


@cache
def private_key(jurisdiction: str, number: int = 0) -> PrivateKey:
    """Give an authority's key pair, always the same for the same number."""
    return make_key(jurisdiction, sha256(f"{jurisdiction} {number}".encode()).digest())


def answer(private: PrivateKey, raw: bytes) -> str:
    """Open a key test as an authority does, and give the six words."""
    test = authority_key.parse_key_test(raw)
    info = authority_key.key_test_info(test.key_id)
    return authority_key.proquints(hpke_suite(test.suite).decrypt(test.sealed, private.private, info=info))


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
    log, public = log_of(premises, collection, jurisdiction), private_key(jurisdiction).public
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
    batch = [Candidate(log, raw, envelope.envelope_hash(raw), envelope.NO_ERASURE, on) for raw in raws]
    premises.store.append(batch)
    return raws
