"""A private key file opens with its passphrase, and with nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from civium.authority.custody import parse_private_key, unlock
from civium.authority.keys import encode_private_key
from civium.errors import Refused
from civium.formats.envelope import SUITES
from tests.authority.build import PASSPHRASE, QUICK_N, authority_key


def _file(suite: str = "647a-0001-0002", passphrase: str = PASSPHRASE) -> bytes:
    return encode_private_key(authority_key(suite=suite), passphrase, salt=b"n" * 16, nonce=b"o" * 12, n=QUICK_N)


def _changed(**changes: Any) -> bytes:
    told = json.loads(_file())
    told.update(changes)
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize("suite", SUITES)
def test_the_file_gives_the_key_back(suite: str) -> None:
    key = unlock(parse_private_key(_file(suite)), PASSPHRASE)
    assert key.public == authority_key(suite=suite).public
    assert key.seed == authority_key().seed


def test_a_passphrase_may_be_typed_on_another_keyboard() -> None:
    raw = _file(passphrase="la clé des songes")
    assert unlock(parse_private_key(raw), "la cle\u0301 des songes").seed == authority_key().seed


def test_a_wrong_passphrase_is_refused() -> None:
    with pytest.raises(Refused, match="wrong-passphrase"):
        unlock(parse_private_key(_file()), PASSPHRASE + " ")


def test_a_seed_of_another_key_is_refused() -> None:
    other = authority_key(seed=b"t" * 32)
    raw = encode_private_key(other, PASSPHRASE, salt=b"n" * 16, nonce=b"o" * 12, n=QUICK_N)
    sealed = parse_private_key(raw)
    forged = type(sealed)(
        authority_key(jurisdiction="PT", seed=b"t" * 32).public, sealed.n, sealed.salt, sealed.nonce, sealed.sealed
    )
    assert unlock(forged, PASSPHRASE).public.jurisdiction == "PT", "the jurisdiction alone is not in the key id"
    odd = type(sealed.public)("ES", sealed.public.suite, sealed.public.key_id, authority_key().public.public_key)
    with pytest.raises(Refused, match="key-id"):
        unlock(type(sealed)(odd, sealed.n, sealed.salt, sealed.nonce, sealed.sealed), PASSPHRASE)


KDF = json.loads(_file())["kdf"]
WRONG = {
    "not JSON": b"hello",
    "not canonical": json.dumps(json.loads(_file())).encode(),
    "not an object": b"[]",
    "another name": _changed(civium="authority public key v1"),
    "a member more": _changed(more="x"),
    "no passphrase": _changed(kdf={}),
    "rounds too few": _changed(kdf={**KDF, "n": 2**13}),
    "rounds too many": _changed(kdf={**KDF, "n": 2**21}),
    "rounds no power of two": _changed(kdf={**KDF, "n": 2**14 + 1}),
    "another r": _changed(kdf={**KDF, "r": 16}),
    "another p": _changed(kdf={**KDF, "p": 2}),
    "another kdf": _changed(kdf={**KDF, "name": "argon2id"}),
    "a kdf with more": _changed(kdf={**KDF, "more": 1}),
    "a short salt": _changed(kdf={**KDF, "salt": "AAAA"}),
    "a short nonce": _changed(nonce="AAAA"),
    "base64 that is none": _changed(sealed="?"),
    "base64 of another spelling": _changed(kdf={**KDF, "salt": KDF["salt"].replace("bg==", "bh==")}),
    "a p that is true": _changed(kdf={**KDF, "p": True}),
    "a suite nobody knows": _changed(suite="0020-0001-0002"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_malformed_file_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="key-malformed"):
        parse_private_key(WRONG[name])


def test_a_file_that_contradicts_its_key_id_is_refused() -> None:
    with pytest.raises(Refused, match="key-id"):
        parse_private_key(_changed(key_id="00" * 16))


def test_another_custody_is_told_apart() -> None:
    with pytest.raises(Refused, match="key-custody"):
        parse_private_key(_changed(custody="pkcs11"))
