"""A data request: one encoding, signed with the log's key, strict to read."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Refused, Untrusted
from civium.formats import canonical, data_request
from civium.formats.data_request import DataRequest

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
ASKED = DataRequest(
    number=12,
    kind="erasure",
    received_on=date(2026, 11, 20),
    due_on=date(2026, 12, 20),
    deployment="central",
    registration="ECI(2026)000007",
    collection=bytes(range(16)),
    jurisdiction="ES",
    logs=("collect.example/000102030405060708090a0b0c0d0e0f/ES/online/1",),
    identifier=UUID("5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55"),
)


@pytest.mark.parametrize("asked", [ASKED, dataclasses.replace(ASKED, identifier=None, kind="access")])
def test_what_is_read_is_what_was_signed(asked: DataRequest) -> None:
    raw = data_request.sign(asked, KEY)
    parsed, signed = data_request.parse(raw)
    assert parsed == asked
    data_request.check(parsed, signed, PUBLIC)
    assert json.loads(raw)["civium"] == "data request v1"


def test_another_request_under_the_same_signature_is_untrusted() -> None:
    _, signed = data_request.parse(data_request.sign(ASKED, KEY))
    with pytest.raises(Untrusted, match="data-request-not-signed"):
        data_request.check(dataclasses.replace(ASKED, due_on=date(2027, 1, 1)), signed, PUBLIC)
    with pytest.raises(Untrusted, match="data-request-not-signed"):
        data_request.check(ASKED, "no note", PUBLIC)


def test_another_key_is_untrusted() -> None:
    parsed, signed = data_request.parse(data_request.sign(ASKED, KEY))
    other = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32).public_key().public_bytes_raw()
    with pytest.raises(Untrusted, match="note-not-signed"):
        data_request.check(parsed, signed, other)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("civium", "data request v2"),
        ("number", 0),
        ("number", True),
        ("number", "12"),
        ("kind", "everything"),
        ("received_on", "20.11.2026"),
        ("registration", ""),
        ("collection", "00"),
        ("collection", 7),
        ("jurisdiction", "es"),
        ("jurisdiction", 7),
        ("logs", []),
        ("logs", [7]),
        ("logs", "abc"),
        ("identifier", "5d0c"),
        ("identifier", "5D0C8F9E-7A51-8C0B-9D2E-1F6A3B7C4D55"),
        ("signature", 7),
        ("more", "x"),
    ],
)
def test_what_is_not_as_specified_is_refused(member: str, value: object) -> None:
    told = json.loads(data_request.sign(ASKED, KEY))
    with pytest.raises(Refused, match="data-request-malformed"):
        data_request.parse(canonical.encode(told | {member: value}))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"7", b" " * 20_000])
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="data-request-malformed"):
        data_request.parse(raw)
