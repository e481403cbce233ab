"""Our key schedule gives what RFC 9180's vectors and the library give."""

from __future__ import annotations

import json
from pathlib import Path

import cryptography_vectors
from cryptography.hazmat.primitives.asymmetric import ec

from civium.authority.hpke_schedule import key_and_nonce, p256_shared_secret
from civium.formats.envelope import P256_SUITE, SUITES, Suite

HPKE = Path(cryptography_vectors.__file__).parent / "HPKE"


def _vectors(file: str, kem: int) -> list[dict[str, str]]:
    told = json.loads((HPKE / file).read_text())
    # AES-128 and AES-256 differ in the key's length alone; both stand in the suite's label.
    return [one for one in told if (one["kem_id"], one["mode"], one["kdf_id"]) == (kem, 0, 1)]


def _suite(vector: dict[str, str]) -> Suite:
    return Suite("vector", *(int(vector[name]) for name in ("kem_id", "kdf_id", "aead_id")), enc_size=0, public_key_size=0)


def test_key_and_nonce_are_those_of_rfc_9180() -> None:
    vectors = [one for one in _vectors("test-vectors.json", 0x0010) if one.get("key")]
    assert vectors
    for vector in vectors:
        key, nonce = key_and_nonce(_suite(vector), bytes.fromhex(vector["shared_secret"]), bytes.fromhex(vector["info"]))
        assert nonce.hex() == vector["base_nonce"]
        # The length is told to LabeledExpand, so a shorter key is not a longer one's beginning.
        assert len(vector["key"]) != 64 or key.hex() == vector["key"]
    assert any(len(vector["key"]) == 64 for vector in vectors)


def test_a_hybrid_vectors_schedule_is_the_same() -> None:
    vectors = [one for one in _vectors("hpke-pq-test-vectors.json", 0x647A) if len(one["key"]) == 64]
    assert vectors
    for vector in vectors:
        told = key_and_nonce(_suite(vector), bytes.fromhex(vector["shared_secret"]), bytes.fromhex(vector["info"]))
        assert [part.hex() for part in told] == [vector["key"], vector["base_nonce"]]


def test_a_p256_shared_secret_is_that_of_rfc_9180() -> None:

    for vector in _vectors("test-vectors.json", 0x0010):
        scalar = ec.derive_private_key(int(vector["skRm"], 16), ec.SECP256R1())
        enc = bytes.fromhex(vector["enc"])
        exchanged = scalar.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc))
        shared = p256_shared_secret(SUITES[P256_SUITE], exchanged, enc, bytes.fromhex(vector["pkRm"]))
        assert shared.hex() == vector["shared_secret"]
