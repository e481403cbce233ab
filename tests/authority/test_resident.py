"""A resident key opens what the library opens, refuses what it refuses, and asks the token nothing that a stranger could make it stumble on."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from civium.authority.keys import AuthorityKey, ResidentKey, SeedKey, hybrid_halves, mlkem_seed, suite_of
from civium.authority.opening import open_envelope, open_key_test
from civium.authority.resident import Exchange, resident_key
from civium.errors import Refused
from civium.formats import envelope
from civium.formats.authority_key import make_key_test
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE, SUITES
from tests.authority.build import Log, authority_key

SECRET = b"twelve bytes"


def _exchange(key: SeedKey) -> Exchange:
    """Give what a token would compute: here a software key stands in."""
    private = key.private
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return lambda point: private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    half: X25519PrivateKey = hybrid_halves(key.seed)[1]
    return lambda point: half.exchange(X25519PublicKey.from_public_bytes(point))


def resident(key: SeedKey) -> ResidentKey:
    """Give the same key as if it lay in a token."""
    beside = b"" if key.public.suite.name == P256_SUITE else mlkem_seed(key.seed)
    return resident_key(key.public, beside, _exchange(key))


@pytest.mark.parametrize("suite", SUITES)
def test_what_the_library_seals_a_resident_key_opens(suite: str) -> None:
    key = authority_key(suite=suite)
    log = Log(key)
    raw = log.seal(b"a" * 2048)
    private = resident(key)
    assert suite_of(private) == suite
    assert open_envelope(envelope.parse(raw), private) == b"a" * 2048
    for place in range(len(raw) - 2064 - key.public.suite.enc_size, len(raw), 97):
        bad = bytearray(raw)
        bad[place] ^= 1
        assert open_envelope(envelope.parse(bytes(bad)), private) is None
    moved = raw.replace(log.header().erasure_commitment, bytes(32))
    assert open_envelope(envelope.parse(moved), private) is None


@pytest.mark.parametrize("suite", SUITES)
def test_a_key_test_is_answered(suite: str) -> None:
    key = authority_key(suite=suite)
    kept = AuthorityKey(key.public, key.secret, resident(key), lambda: resident(key))
    test = make_key_test(key.public, SECRET)
    assert open_key_test(kept, test) == SECRET
    with pytest.raises(Refused, match="key-test-unopenable"):
        open_key_test(kept, type(test)(test.key_id, test.suite, bytes(len(test.sealed))))


LOW_ORDER = [bytes(32), b"\x01" + bytes(31), bytes(31) + b"\x80", b"\xec" + b"\xff" * 30 + b"\x7f"]
OFF_CURVE = [bytes(65), b"\x04" + bytes(64), b"\x05" + b"\x01" * 64, b"\x04" + b"\xff" * 64]


@pytest.mark.parametrize(("suite", "points"), [(DEFAULT_SUITE, LOW_ORDER), (P256_SUITE, OFF_CURVE)])
def test_a_hostile_point_never_reaches_the_token(suite: str, points: list[bytes]) -> None:
    key = authority_key(suite=suite)

    def stumble(_point: bytes) -> bytes:
        raise AssertionError("the token was asked")

    private = resident_key(key.public, mlkem_seed(key.seed), stumble)
    log = Log(key)
    for point in points:
        enc = bytes(key.public.suite.enc_size - len(point)) + point
        raw = envelope.encode_header(log.header()) + enc + bytes(2064)
        assert open_envelope(envelope.parse(raw), private) is None
        assert open_envelope(envelope.parse(raw), key.private) is None, "the library refuses it, too"


def test_a_key_of_another_suite_opens_nothing() -> None:
    raw = Log(authority_key()).seal(bytes(2048))
    assert open_envelope(envelope.parse(raw), resident(authority_key(suite=P256_SUITE))) is None


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("from_then_on", [True, False])
def test_a_token_that_computes_something_else_strikes_no_statement(suite: str, from_then_on: bool) -> None:
    """A fault, or another token in the reader: that is the token's, and never a verdict on an envelope."""
    key = authority_key(suite=suite)
    raw = Log(key).seal(b"a" * 2048)
    asked = [0]

    def faulty(point: bytes) -> bytes:
        asked[0] += 1
        right = _exchange(key)(point)
        return right if asked[0] > 1 and not from_then_on else bytes(byte ^ 1 for byte in right)

    private = resident_key(key.public, b"" if suite == P256_SUITE else mlkem_seed(key.seed), faulty)
    with pytest.raises(Refused, match="token-gone"):
        open_envelope(envelope.parse(raw), private)
