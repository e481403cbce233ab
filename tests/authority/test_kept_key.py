"""A private key file in shares or tokens has one encoding, and says nothing that a reader would have to trust."""

from __future__ import annotations

import json
from typing import Any

import pytest

from civium.authority.custody import SealedKey
from civium.authority.kept_key import (
    AES_GCM,
    ECDH_P256,
    KeptKey,
    ResidentFile,
    SharedKey,
    TokenName,
    WrappedKey,
    Wrapping,
    custody_of,
    encode_kept_key,
    parse_kept_key,
)
from civium.authority.keys import encode_private_key
from civium.errors import Refused
from civium.formats.envelope import P256_SUITE
from tests.authority.build import PASSPHRASE, QUICK_N, authority_key

PUBLIC, P256 = authority_key().public, authority_key(suite=P256_SUITE).public
ONE, TWO = TokenName("ONE", b"0123456789abcdef"), TokenName("TWO", b"\x00\xff")
KEPT = {
    "shares": SharedKey(PUBLIC, 12345, 3, 5),
    "wrapped": WrappedKey(
        PUBLIC,
        (
            Wrapping(ONE, AES_GCM, b"", b"n" * 12, b"s" * 48),
            Wrapping(TWO, ECDH_P256, b"p" * 65, b"n" * 12, b"s" * 48),
        ),
    ),
    "resident hybrid": ResidentFile(PUBLIC, (ONE, TWO), b"p" * 32, b"n" * 12, b"s" * 112),
    "resident P-256": ResidentFile(P256, (ONE,), b"p" * 65, b"n" * 12, b"s" * 48),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_file_comes_back_as_it_was_written(name: str) -> None:
    raw = encode_kept_key(KEPT[name])
    assert parse_kept_key(raw) == KEPT[name]
    assert len(raw) < 4096


def test_a_file_under_a_passphrase_is_read_by_the_same_door() -> None:
    raw = encode_private_key(authority_key(), PASSPHRASE, salt=b"n" * 16, nonce=b"o" * 12, n=QUICK_N)
    kept = parse_kept_key(raw)
    assert isinstance(kept, SealedKey)
    assert [custody_of(one) for one in (kept, *KEPT.values())] == [
        "passphrase",
        "shares",
        "token-wrapped",
        "token-resident",
        "token-resident",
    ]


def test_a_serial_number_is_shown_as_it_is_printed() -> None:
    assert str(ONE) == "ONE (serial number 0123456789abcdef)"
    assert str(TWO) == "TWO (serial number 00ff)"


def _changed(kept: KeptKey, **changes: Any) -> bytes:
    assert not isinstance(kept, SealedKey)
    told = json.loads(encode_kept_key(kept))
    told.update(changes)
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _token(**changes: Any) -> dict[str, Any]:
    told = json.loads(encode_kept_key(KEPT["wrapped"]))["tokens"][0]
    return {**told, **changes}


def _beside(**changes: Any) -> dict[str, Any]:
    told = json.loads(encode_kept_key(KEPT["resident hybrid"]))["beside"]
    return {**told, **changes}


SHARES = {"count": 5, "identifier": 12345, "threshold": 3}
WRONG = {
    "not JSON": b"hello",
    "not an object": b"[]\n",
    "spaces": json.dumps(json.loads(encode_kept_key(KEPT["shares"]))).encode() + b"\n",
    "a member more": _changed(KEPT["shares"], more=1),
    "another name": _changed(KEPT["shares"], civium="authority private key v2"),
    "a share missing": _changed(KEPT["shares"], shares={"count": 5, "threshold": 3}),
    "a number that is true": _changed(KEPT["shares"], shares={**SHARES, "threshold": True}),
    "an identifier too large": _changed(KEPT["shares"], shares={**SHARES, "identifier": 1 << 15}),
    "one share enough": _changed(KEPT["shares"], shares={**SHARES, "threshold": 1}),
    "more needed than there are": _changed(KEPT["shares"], shares={**SHARES, "threshold": 6}),
    "too many shares": _changed(KEPT["shares"], shares={**SHARES, "count": 17}),
    "shares as a list": _changed(KEPT["shares"], shares=[]),
    "no token": _changed(KEPT["wrapped"], tokens=[]),
    "five tokens": _changed(KEPT["wrapped"], tokens=[_token()] * 5),
    "tokens as text": _changed(KEPT["wrapped"], tokens="ab"),
    "a method nobody knows": _changed(KEPT["wrapped"], tokens=[_token(method="rot13")]),
    "a point where none is": _changed(KEPT["wrapped"], tokens=[_token(point="AAAA")]),
    "a short nonce": _changed(KEPT["wrapped"], tokens=[_token(nonce="AAAA")]),
    "a long label": _changed(KEPT["wrapped"], tokens=[_token(label="x" * 33)]),
    "a label that moves the cursor": _changed(KEPT["wrapped"], tokens=[_token(label="x\u001b[2J")]),
    "a label that is none": _changed(KEPT["wrapped"], tokens=[_token(label=7)]),
    "a long serial number": _changed(KEPT["wrapped"], tokens=[_token(serial="00" * 17)]),
    "a serial number in capitals": _changed(KEPT["wrapped"], tokens=[_token(serial="FF")]),
    "a point of the other curve": _changed(KEPT["resident P-256"], beside=_beside()),
    "too little beside": _changed(KEPT["resident hybrid"], beside=_beside(sealed="AAAA")),
    "nothing beside": _changed(KEPT["resident hybrid"], beside=None),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_malformed_file_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="key-malformed"):
        parse_kept_key(WRONG[name])


def test_a_file_that_contradicts_its_key_id_is_refused() -> None:
    with pytest.raises(Refused, match="key-id"):
        parse_kept_key(_changed(KEPT["shares"], key_id="00" * 16))


def test_a_custody_of_a_later_version_is_told_apart() -> None:
    with pytest.raises(Refused, match="key-custody"):
        parse_kept_key(_changed(KEPT["shares"], custody="cloud"))
