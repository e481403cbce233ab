"""What selftest checks of keys in shares, in tokens and of organisers: that this installation computes them, and which parts it has."""

from __future__ import annotations

from importlib.util import find_spec

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from civium.authority.commands.selftest_steps import Found, Place, expect
from civium.authority.keys import AuthorityKey, ResidentKey, SeedKey, encode_private_key, hybrid_halves, make_key, mlkem_seed
from civium.authority.opening import open_key_test
from civium.authority.organisers_key import answers_of, check_root, derived_key, encode_file, make_root, parse_file, public_keys
from civium.authority.resident import resident_key
from civium.formats import organisers_key
from civium.formats.authority_key import TEST_SIZE, make_key_test, proquints
from civium.formats.envelope import DEFAULT_SUITE, SUITES

_SECRET = bytes(range(TEST_SIZE))
_SEED = bytes(range(32))
_FEWEST_ROUNDS = 2**14


def check_tokens(_place: Place) -> Found:
    """Check our key schedule against the library's, in each suite: a software key stands in for the token. Raises Differs."""
    for suite in SUITES:
        key = make_key("ES", _SEED, suite=suite)
        private = _resident(key)
        held = AuthorityKey(key.public, key.secret, private, lambda private=private: private)  # type: ignore[misc]
        expect(open_key_test(held, make_key_test(key.public, _SECRET)) == _SECRET, "a token's key opens something else")
    if not find_spec("pkcs11"):
        return Found("opened as the library opens; to speak to tokens civium[hsm] is not installed", is_notice=True)
    return Found("opened as the library opens")


def _resident(key: SeedKey) -> ResidentKey:
    if isinstance(key.private, ec.EllipticCurvePrivateKey):
        scalar, curve = key.private, ec.SECP256R1()
        return resident_key(
            key.public, b"", lambda point: scalar.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, point))
        )
    half = hybrid_halves(key.seed)[1]
    return resident_key(key.public, mlkem_seed(key.seed), lambda point: half.exchange(X25519PublicKey.from_public_bytes(point)))


def check_shares(_place: Place) -> Found:
    """Split a key into shares, 3 of 5, and combine three. Raises what `shares.combine` raises where they give something else."""
    if not find_spec("shamir_mnemonic"):
        return Found("civium[ceremony] is not installed", is_notice=True)
    from civium.authority import shares

    key = make_key("ES", _SEED)
    made = shares.split(key.seed, threshold=3, count=5)
    shares.combine(key.public, made[2:])
    return Found("split and combined")


def check_organisers_key(_place: Place) -> Found:
    """Make an organisers' key, its file and public file, answer the tests of two States, and derive their keys anew. Raises Differs."""
    root, states = make_root(_SEED, DEFAULT_SUITE), ("ES", "MT")
    keys = public_keys(root, states)
    kept = encode_private_key(root, "selftest, nobody's", salt=bytes(16), nonce=bytes(12), n=_FEWEST_ROUNDS)
    file = parse_file(encode_file(keys, kept))
    expect(check_root(file, root) == keys, "the file gives other keys")
    expect(organisers_key.parse(organisers_key.encode(keys)) == keys, "the public file gives other keys")
    tests = {code: make_key_test(keys[code], _SECRET) for code in states}
    answers = answers_of(lambda code: derived_key(root, code), file.jurisdictions, tests)
    expect({answer.words for answer in answers.values()} == {proquints(_SECRET)}, "a test was answered with something else")
    return Found(f"{len(states)} States' keys derived, their tests answered")
