"""What selftest checks of keys in shares and tokens: that this installation computes them, and which parts it has."""

from __future__ import annotations

from importlib.util import find_spec

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from civium.authority.keys import AuthorityKey, ResidentKey, SeedKey, hybrid_halves, make_key, mlkem_seed
from civium.authority.opening import open_key_test
from civium.authority.resident import resident_key
from civium.errors import Refused, Untrusted
from civium.formats.authority_key import TEST_SIZE, make_key_test
from civium.formats.envelope import SUITES

_SECRET = bytes(range(TEST_SIZE))


def check_keys(seed: bytes) -> list[str]:
    """Give what passed of a seed's keys in shares and in tokens. Raises Untrusted `selftest-failed` at the step that gives something else."""
    for suite in SUITES:
        _check_resident(make_key("ES", seed, suite=suite))
    tokens = "opened as the library opens" + ("" if find_spec("pkcs11") else "; to speak to tokens civium[hsm] is not installed")
    return [f"keys in shares: {_check_shares(make_key('ES', seed))}", f"keys in tokens: {tokens}"]


def _check_resident(key: SeedKey) -> None:
    """Check our key schedule against the library's: a software key stands in for the token."""
    private = _resident(key)
    kept = AuthorityKey(key.public, key.secret, private, lambda: private)
    try:
        opened = open_key_test(kept, make_key_test(key.public, _SECRET))
    except Refused:
        opened = b""
    if opened != _SECRET:
        raise Untrusted("selftest-failed", step=4)


def _resident(key: SeedKey) -> ResidentKey:
    if isinstance(key.private, ec.EllipticCurvePrivateKey):
        scalar, curve = key.private, ec.SECP256R1()
        return resident_key(
            key.public, b"", lambda point: scalar.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, point))
        )
    half = hybrid_halves(key.seed)[1]
    return resident_key(key.public, mlkem_seed(key.seed), lambda point: half.exchange(X25519PublicKey.from_public_bytes(point)))


def _check_shares(key: SeedKey) -> str:
    if not find_spec("shamir_mnemonic"):
        return "civium[ceremony] is not installed"
    from civium.authority import shares

    made = shares.split(key.seed, threshold=3, count=5)
    try:
        shares.combine(key.public, made[2:])
    except Refused:
        raise Untrusted("selftest-failed", step=5) from None
    return "split and combined"
