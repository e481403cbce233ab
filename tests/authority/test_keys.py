"""A key pair follows from its seed alone, in both suites, as others compute it."""

from __future__ import annotations

import json
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from civium.authority.keys import check_passphrase, encode_private_key, make_key, working_key
from civium.errors import Refused
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE, SUITES
from tests.authority.build import QUICK_N, authority_key

HPKE = Path(cryptography_vectors.__file__).parent / "HPKE"


def _vectors(file: str, kem: int) -> list[dict[str, object]]:
    told = json.loads((HPKE / file).read_text())
    found = [vector for vector in told if vector["kem_id"] == kem and vector["mode"] == 0]
    assert found, "the vectors have moved"
    return found


def test_a_p256_key_is_derived_as_in_rfc_9180() -> None:
    for vector in _vectors("test-vectors.json", 0x0010):
        key = make_key("ES", bytes.fromhex(str(vector["ikmR"])), suite=P256_SUITE)
        assert key.public.public_key.hex() == vector["pkRm"]
        raw = key.private.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
        assert raw.hex() == vector["skRm"]


def test_a_hybrid_key_expands_from_its_seed_as_in_the_draft() -> None:
    for vector in _vectors("hpke-pq-test-vectors.json", 0x647A):
        seed = bytes.fromhex(str(vector["skRm"]))
        assert make_key("ES", seed).public.public_key.hex() == vector["pkRm"]


@pytest.mark.parametrize("suite", SUITES)
def test_the_same_seed_gives_the_same_key_and_another_seed_another(suite: str) -> None:
    key = authority_key(suite=suite)
    assert key.public == authority_key(suite=suite).public
    assert key.public != authority_key(suite=suite, seed=b"t" * 32).public
    assert key.public.suite.name == suite
    assert len(key.public.public_key) == SUITES[suite].public_key_size


def test_nothing_of_a_key_shows_in_its_repr() -> None:
    key = authority_key()
    assert "ssss" not in repr(key)
    assert key.seed.hex() not in repr(key)


def test_an_odd_jurisdiction_is_refused() -> None:
    with pytest.raises(Refused, match="key-malformed"):
        make_key("es?", bytes(32))


def test_a_short_passphrase_is_refused_and_a_sentence_is_not() -> None:
    with pytest.raises(Refused, match="passphrase-short"):
        check_passphrase("elf letters")
    check_passphrase("twelve lette")


def test_a_passphrase_is_measured_in_nfc() -> None:
    with pytest.raises(Refused, match="passphrase-short"):
        check_passphrase("e\u0301" * 11)


def test_the_private_key_file_holds_no_seed_in_clear() -> None:
    key = authority_key()
    raw = encode_private_key(key, "correct horse battery", salt=bytes(16), nonce=bytes(12), n=QUICK_N)
    assert key.seed not in raw
    assert json.loads(raw)["suite"] == DEFAULT_SUITE
    assert raw.endswith(b"}\n")


def test_a_working_key_depends_on_seed_and_head() -> None:
    one, two = authority_key(), authority_key(seed=b"t" * 32)
    assert len({working_key(one, b"a"), working_key(one, b"b"), working_key(two, b"a")}) == 3


def test_private_halves_load_as_the_librarys_own() -> None:
    private = authority_key(suite=P256_SUITE).private
    raw = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]
    assert raw
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)  # type: ignore[union-attr]
    assert public == authority_key(suite=P256_SUITE).public.public_key
