"""How an authority's seed comes out of its keeping: the private key file and its passphrase (docs/spec/authority-key.md)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from civium.authority.keys import (
    NONCE_SIZE,
    PRIVATE_KEY_NAME,
    SALT_SIZE,
    SCRYPT_P,
    SCRYPT_R,
    SEED_SIZE,
    SeedKey,
    make_key,
    wrapping_context,
    wrapping_key,
)
from civium.authority.opening import open_seed
from civium.errors import Refused
from civium.formats import canonical
from civium.formats.authority_key import PublicKey, public_key_of
from civium.formats.envelope import SUITES

# Two kilobytes of public key in base64, a seed, some words: four times what the largest suite needs.
LARGEST_KEY_FILE = 16_384
# Below 2^14 scrypt protects nothing; above 2^20 (1 GiB) a file from a stranger could stop the machine.
SMALLEST_N, LARGEST_N = 2**14, 2**20
_MEMBERS = {"civium", "custody", "jurisdiction", "key_id", "kdf", "nonce", "public_key", "sealed", "suite"}
_KDF_MEMBERS = {"name", "n", "p", "r", "salt"}


@dataclass(frozen=True, repr=False)
class SealedKey:
    """A private key file as it lies on the disk: the public half, and the seed under a passphrase."""

    public: PublicKey
    n: int
    salt: bytes
    nonce: bytes
    sealed: bytes


def parse_private_key(raw: bytes) -> SealedKey:
    """Give the parts of a private key file. Raises Refused `key-malformed`, `key-id` or `key-custody`."""
    try:
        told = canonical.parse(raw.removesuffix(b"\n"), limit=LARGEST_KEY_FILE)
        return _sealed_key(told)
    except Refused as refused:
        raise Refused("key-malformed" if refused.code.startswith("json-") else refused.code) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("key-malformed") from None


def unlock(sealed: SealedKey, passphrase: str) -> SeedKey:
    """Give the key pair. Raises Refused `wrong-passphrase`, or `key-id` if the seed is another key's."""
    wrapping = wrapping_key(passphrase, sealed.salt, n=sealed.n)
    seed = open_seed(wrapping, sealed.nonce, sealed.sealed, wrapping_context(sealed.public.key_id))
    key = make_key(sealed.public.jurisdiction, seed, suite=sealed.public.suite.name)
    if key.public != sealed.public:
        raise Refused("key-id")
    return key


def _sealed_key(told: dict[str, Any]) -> SealedKey:
    kdf = told["kdf"]
    if told["civium"] != PRIVATE_KEY_NAME or set(told) != _MEMBERS:
        raise Refused("key-malformed")
    if told["custody"] != "passphrase":
        raise Refused("key-custody")
    n = kdf["n"]
    costs_agree = kdf["name"] == "scrypt" and (kdf["r"], kdf["p"]) == (SCRYPT_R, SCRYPT_P)
    if set(kdf) != _KDF_MEMBERS or not costs_agree or not SMALLEST_N <= n <= LARGEST_N or n & (n - 1):
        raise Refused("key-malformed")
    if not all(type(kdf[name]) is int for name in ("n", "p", "r")):  # `true` is 1 for Python, and another spelling of it
        raise Refused("key-malformed")
    public = public_key_of(told["jurisdiction"], SUITES[told["suite"]], unbase64(told["public_key"]))
    if told["key_id"] != public.key_id.hex():
        raise Refused("key-id")
    salt, nonce, sealed = map(unbase64, (kdf["salt"], told["nonce"], told["sealed"]))
    if (len(salt), len(nonce), len(sealed)) != (SALT_SIZE, NONCE_SIZE, SEED_SIZE + 16):
        raise Refused("key-malformed")
    return SealedKey(public, n, salt, nonce, sealed)


def unbase64(text: str) -> bytes:
    """Give the bytes of base64 in its one spelling; ValueError for another, whose last bits would be free to choose."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise ValueError
    return raw
