"""Private keys of which one half stays in a token: the token computes a Diffie-Hellman exchange, everything else is computed here.

The rules are:
- what a stranger sent is checked before the token sees it: a token's error then always means the token, never an envelope;
- an exchange is any function from a point to its shared value, so that a software key can stand in to check the rest.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from civium.authority.hpke_schedule import hybrid_shared_secret, p256_shared_secret
from civium.authority.keys import ResidentKey
from civium.errors import Refused
from civium.formats.authority_key import PublicKey
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE, SUITES, hpke_suite, load_public_key

# An exchange with a token gives 32 bytes: X25519's value, or the x coordinate on P-256.
Exchange = Callable[[bytes], bytes]
_POINT_SIZE = 32
# Any key will do: a point of low order gives zero with every one (RFC 7748, 6.1), and the library says so.
_PROBE = bytes(range(32))


# A third of a second: a person does not mind it, and a token that does ten a second is measured to within a third.
_MEASURED_SECONDS = 0.3


class _Asking(ResidentKey):
    """What both kinds share: the exchange with the token, and what it gave last."""

    exchange: Exchange
    _last: tuple[bytes, bytes] = (b"", b"")

    def _asked(self, point: bytes) -> bytes:
        given = self.exchange(point)
        self._last = (point, given)
        return given

    def _check(self, point: bytes, fresh: bytes, expected: bytes) -> None:
        before = self._last
        is_same = before == (point, self.exchange(point))
        if not is_same or not hmac.compare_digest(self.exchange(fresh), expected):
            raise Refused("token-gone")


class HybridResident(_Asking):
    """MLKEM768-X25519 with its X25519 half in a token and the ML-KEM half here."""

    suite = DEFAULT_SUITE

    def __init__(self, mlkem_seed: bytes, own_point: bytes, exchange: Exchange) -> None:
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(mlkem_seed)
        self._own_point = own_point
        self.exchange = exchange
        self._probe = X25519PrivateKey.from_private_bytes(_PROBE)

    def decapsulate(self, enc: bytes) -> bytes | None:
        """Give the shared secret, or None for a point of low order, which the library's HPKE refuses, too."""
        ciphertext, point = enc[:-_POINT_SIZE], enc[-_POINT_SIZE:]
        try:
            self._probe.exchange(X25519PublicKey.from_public_bytes(point))
        except ValueError:
            return None
        mlkem_secret = self._mlkem.decapsulate(ciphertext)
        return hybrid_shared_secret(mlkem_secret, self._asked(point), point, self._own_point)

    def check(self, enc: bytes) -> None:
        """Raise Refused `token-gone` unless the token gives the same again, and for a new point what its public half gives."""
        fleeting = X25519PrivateKey.generate()
        expected = fleeting.exchange(X25519PublicKey.from_public_bytes(self._own_point))
        self._check(enc[-_POINT_SIZE:], fleeting.public_key().public_bytes_raw(), expected)


class P256Resident(_Asking):
    """DHKEM(P-256) with the whole private key in a token."""

    suite = P256_SUITE

    def __init__(self, own_point: bytes, exchange: Exchange) -> None:
        self._own_point = own_point
        self.exchange = exchange

    def decapsulate(self, enc: bytes) -> bytes | None:
        """Give the shared secret, or None for what is no point of the curve."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc)
        except ValueError:
            return None
        return p256_shared_secret(SUITES[P256_SUITE], self._asked(enc), enc, self._own_point)

    def check(self, enc: bytes) -> None:
        """Raise Refused `token-gone` unless the token gives the same again, and for a new point what its public half gives."""
        fleeting = ec.generate_private_key(ec.SECP256R1())
        expected = fleeting.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self._own_point))
        self._check(enc, fleeting.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), expected)


def rate_of(public: PublicKey, private: ResidentKey) -> float:
    """Give how many envelopes a second one process can open with a resident key, measured on an encapsulated key made for it."""
    sealed = hpke_suite(public.suite).encrypt(b"", load_public_key(public.suite, public.public_key))
    enc = sealed[: public.suite.enc_size]
    began, done = time.monotonic(), 0
    while (passed := time.monotonic() - began) < _MEASURED_SECONDS:
        private.decapsulate(enc)
        done += 1
    return done / passed


def resident_key(public: PublicKey, kept_beside: bytes, exchange: Exchange) -> ResidentKey:
    """Give the resident private key of a public key; `kept_beside` is the ML-KEM seed of a hybrid key, and empty for P-256."""
    if public.suite.name == P256_SUITE:
        return P256Resident(public.public_key, exchange)
    return HybridResident(kept_beside, public.public_key[-_POINT_SIZE:], exchange)
