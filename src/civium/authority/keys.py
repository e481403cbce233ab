"""A competent authority's key pair: made from a 32-byte seed, and its private key file under a passphrase (docs/spec/authority-key.md).

The rules are:
- the seed is all there is to keep; public and private key follow from it, in both suites;
- whoever opens gets an `AuthorityKey` and cannot tell where the seed, or the half that never leaves a token, is kept;
- a passphrase is normalised (NFC), because two keyboards may spell one letter differently;
- the private key file is sealed here and opened in `custody.py`; nothing of it is ever written in clear.
"""

from __future__ import annotations

import hmac
import unicodedata
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256, shake_256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from civium.errors import Refused
from civium.formats import canonical
from civium.formats.authority_key import PublicKey, public_key_of
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE, SUITES

SEED_SIZE = 32
PRIVATE_KEY_NAME = "authority private key v1"
# 128 MiB and about half a second on an office machine: RFC 7914 with N doubled twice since its examples.
SCRYPT_N = 2**17
SCRYPT_R, SCRYPT_P = 8, 1
SALT_SIZE, NONCE_SIZE = 16, 12
# Twelve characters keep a guesser with the file busy for years at this cost; a sentence of four words has more.
SHORTEST_PASSPHRASE = 12

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class ResidentKey(ABC):
    """A private key of which a part never leaves a token: it gives the KEM's shared secrets, one by one."""

    suite: str

    @abstractmethod
    def decapsulate(self, enc: bytes) -> bytes | None:
        """Give the shared secret of an encapsulated key, or None where nobody could. Raises Refused `token-gone` and the like."""

    @abstractmethod
    def check(self, enc: bytes) -> None:
        """Ask for this exchange again and for one whose value is known, before an envelope is said not to open. Raises Refused `token-gone`."""


PrivateKey = MLKEM768X25519PrivateKey | ec.EllipticCurvePrivateKey | ResidentKey


@dataclass(frozen=True, repr=False)
class AuthorityKey:
    """One authority's key pair, ready to open with. Its repr shows nothing.

    `secret` is what the officer's own files are sealed under; it is the same in every custody of a key.
    `again` gives the private key in another process, to which it can be sent.
    """

    public: PublicKey
    secret: bytes
    private: PrivateKey
    again: Callable[[], PrivateKey]


@dataclass(frozen=True, repr=False)
class SeedKey(AuthorityKey):
    """A key pair with the seed it was made from."""

    seed: bytes


def make_key(jurisdiction: str, seed: bytes, *, suite: str = DEFAULT_SUITE) -> SeedKey:
    """Give the key pair that a seed stands for. The same seed gives the same key. Raises Refused `key-malformed` for an odd jurisdiction."""
    assert len(seed) == SEED_SIZE
    private = private_of(seed, suite)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        raw = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    else:
        mlkem, x25519 = hybrid_halves(seed)
        raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    public = public_key_of(jurisdiction, SUITES[suite], raw)
    return SeedKey(public, working_secret(seed), private, partial(private_of, seed, suite), seed)


def private_of(seed: bytes, suite: str) -> MLKEM768X25519PrivateKey | ec.EllipticCurvePrivateKey:
    """Give the library's private key of a seed."""
    return _p256_from_seed(seed) if suite == P256_SUITE else MLKEM768X25519PrivateKey(*hybrid_halves(seed))


def suite_of(private: PrivateKey) -> str:
    """Give the suite that a private key opens."""
    if isinstance(private, ResidentKey):
        return private.suite
    return DEFAULT_SUITE if isinstance(private, MLKEM768X25519PrivateKey) else P256_SUITE


def working_secret(seed: bytes) -> bytes:
    """Give the 32 bytes that the officer's own files are sealed under; the seed does not follow from them."""
    return hmac.digest(seed, b"civium working secret v1", "sha256")


def mlkem_seed(seed: bytes) -> bytes:
    """Give the 64 bytes of a hybrid key's ML-KEM half, from which neither the seed nor the other half follow."""
    return shake_256(seed).digest(96)[:64]


def hybrid_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """Give the two private keys that a hybrid key is made of."""
    # draft-connolly-cfrg-xwing-kem, expandDecapsulationKey: SHAKE256(seed, 96) is d ‖ z for ML-KEM-768, then X25519's scalar.
    expanded = shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def _p256_from_seed(seed: bytes) -> ec.EllipticCurvePrivateKey:
    # RFC 9180, 7.1.3, DeriveKeyPair for P-256: the bit mask is 0xff, so a candidate is refused about once in 2^32 seeds.
    suite_id = b"KEM" + SUITES[P256_SUITE].kem.to_bytes(2, "big")
    extracted = hmac.digest(b"", b"HPKE-v1" + suite_id + b"dkp_prk" + seed, "sha256")
    candidates = (_p256_candidate(extracted, suite_id, counter) for counter in range(256))
    scalar = next(candidate for candidate in candidates if 0 < candidate < _P256_ORDER)
    return ec.derive_private_key(scalar, ec.SECP256R1())


def _p256_candidate(extracted: bytes, suite_id: bytes, counter: int) -> int:
    # LabeledExpand with L = 32: one block of HKDF-Expand, whose counter byte is 1.
    told = (32).to_bytes(2, "big") + b"HPKE-v1" + suite_id + b"candidate" + bytes((counter,))
    return int.from_bytes(hmac.digest(extracted, told + b"\x01", "sha256"), "big")


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is too short to protect a key: Refused `passphrase-short`."""
    if len(unicodedata.normalize("NFC", passphrase)) < SHORTEST_PASSPHRASE:
        raise Refused("passphrase-short", shortest=SHORTEST_PASSPHRASE)


def wrapping_key(passphrase: str, salt: bytes, *, n: int) -> bytes:
    """Give the 32 bytes that wrap the seed: scrypt (RFC 7914) over the passphrase in NFC, UTF-8."""
    raw = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=n, r=SCRYPT_R, p=SCRYPT_P).derive(raw)


def wrapping_context(key_identifier: bytes) -> bytes:
    """Give the associated data that ties a sealed seed to its key."""
    return b"civium " + PRIVATE_KEY_NAME.encode() + key_identifier


def encode_private_key(key: SeedKey, passphrase: str, *, salt: bytes, nonce: bytes, n: int = SCRYPT_N) -> bytes:
    """Give the bytes of a private key file: the seed under the passphrase, with everything needed to find the key again."""
    assert (len(salt), len(nonce)) == (SALT_SIZE, NONCE_SIZE)
    sealed = AESGCM(wrapping_key(passphrase, salt, n=n)).encrypt(nonce, key.seed, wrapping_context(key.public.key_id))
    told = {
        "civium": PRIVATE_KEY_NAME,
        "custody": "passphrase",
        "jurisdiction": key.public.jurisdiction,
        "key_id": key.public.key_id.hex(),
        "kdf": {"name": "scrypt", "n": n, "p": SCRYPT_P, "r": SCRYPT_R, "salt": b64encode(salt).decode()},
        "nonce": b64encode(nonce).decode(),
        "public_key": b64encode(key.public.public_key).decode(),
        "sealed": b64encode(sealed).decode(),
        "suite": key.public.suite.name,
    }
    return canonical.encode(told) + b"\n"


def working_key(key: AuthorityKey, head: bytes) -> bytes:
    """Give the AES-256 key of one working file: HKDF (RFC 5869) over the key's secret, bound to the file's head."""
    extracted = hmac.digest(sha256(head).digest(), key.secret, "sha256")
    return hmac.digest(extracted, b"civium working file v1\x01", "sha256")


def journal_key(key: AuthorityKey, verdicts: str) -> bytes:
    """Give the key that seals the lines of the decision journal about one verdicts file (named by its head's hash)."""
    return hmac.digest(key.secret, b"civium decision journal v1" + verdicts.encode(), "sha256")
