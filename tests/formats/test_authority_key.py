"""Public key files, words and key tests are read back, and every slip has its refusal."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from civium.errors import Refused
from civium.formats import authority_key, envelope
from tests.vectors import make


def _key(suite: str = envelope.DEFAULT_SUITE) -> authority_key.PublicKey:
    return authority_key.public_key_of("MT", envelope.SUITES[suite], make.key_pairs()[suite][1])


@pytest.mark.parametrize("suite", list(envelope.SUITES))
def test_a_public_key_file_is_read_back(suite: str) -> None:
    key = _key(suite)
    assert authority_key.parse(authority_key.encode(key)) == key


def test_a_spoilt_public_key_file_is_refused() -> None:
    raw = authority_key.encode(_key())
    for spoilt, code in (
        (raw[:-1], "key-malformed"),
        (b"{}\n", "key-malformed"),
        (raw.replace(b'"MT"', b'"mt"'), "key-malformed"),
        (raw.replace(_key().key_id.hex().encode(), bytes(16).hex().encode()), "key-id"),
        (raw.replace(b"647a", b"647b"), "key-malformed"),
    ):
        with pytest.raises(Refused) as refused:
            authority_key.parse(spoilt)
        assert refused.value.code == code


def test_a_point_off_the_curve_is_no_key() -> None:
    with pytest.raises(Refused, match="key-malformed"):
        authority_key.public_key_of("MT", envelope.SUITES[envelope.P256_SUITE], b"\x04" + bytes(64))
    with pytest.raises(Refused, match="key-malformed"):
        authority_key.public_key_of("MT", envelope.SUITES[envelope.P256_SUITE], b"\x04")


def test_words_are_proquints() -> None:
    # The examples of the proquint proposal: 127.0.0.1 and 63.84.220.193.
    assert authority_key.proquints(bytes((127, 0, 0, 1))) == "lusab-babad"
    assert authority_key.proquints(bytes((63, 84, 220, 193))) == "gutih-tugad"
    assert authority_key.parse_proquints(" Lusab babad\n") == bytes((127, 0, 0, 1))
    assert authority_key.fingerprint_words(bytes(16)) == "-".join(["babab"] * 8)
    for slip in ("lusa", "lusabb", "xusab", "lbsab"):
        with pytest.raises(Refused, match="words-mistyped"):
            authority_key.parse_proquints(slip)


def test_a_key_test_is_answered_only_by_its_own_words() -> None:
    key, secret = _key(), make.drawn("twelve", 12)
    test = authority_key.make_key_test(key, secret)
    assert authority_key.parse_key_test(authority_key.encode_key_test(test)) == test
    (kem, dh), _, _ = make.key_pairs()[envelope.DEFAULT_SUITE]
    private = MLKEM768X25519PrivateKey(kem, dh)
    opened = envelope.hpke_suite(key.suite).decrypt(test.sealed, private, info=authority_key.key_test_info(key.key_id))
    expected = authority_key.answer_hash(key.key_id, secret)
    authority_key.check_answer(key.key_id, authority_key.proquints(opened), expected)
    for words in (authority_key.proquints(bytes(12)), "babab"):
        with pytest.raises(Refused, match="key-test-wrong"):
            authority_key.check_answer(key.key_id, words, expected)


def test_a_spoilt_key_test_is_refused() -> None:
    raw = authority_key.encode_key_test(authority_key.make_key_test(_key(), bytes(12)))
    for spoilt in (b"", raw[:-1], raw.replace(b"key test v1", b"key test v2"), raw.replace(b"647a-", b"0010-")):
        with pytest.raises(Refused, match="key-test-malformed"):
            authority_key.parse_key_test(spoilt)
