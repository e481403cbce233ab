"""An initiative's folder to change, and authorities' keys that answer tests: needs neither Django nor a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.authority.keys import AuthorityKey as PrivateKey
from civium.authority.keys import make_key
from civium.formats import authority_key
from civium.formats.envelope import hpke_suite

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


@cache
def private_key(jurisdiction: str, number: int = 0) -> PrivateKey:
    """Give an authority's key pair, always the same for the same number."""
    return make_key(jurisdiction, sha256(f"{jurisdiction} {number}".encode()).digest())


def answer(private: PrivateKey, raw: bytes) -> str:
    """Open a key test as an authority does, and give the six words."""
    test = authority_key.parse_key_test(raw)
    info = authority_key.key_test_info(test.key_id)
    return authority_key.proquints(hpke_suite(test.suite).decrypt(test.sealed, private.private, info=info))
