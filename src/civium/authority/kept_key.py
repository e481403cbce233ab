"""The private key file of a key that is kept in shares or in tokens: which they are, and what they sealed (docs/spec/authority-key.md).

The rules are:
- nothing in these files opens anything by itself: without the shares, or the token and its PIN, they are worth nothing;
- what a file says is never trusted further than its key id: whatever comes out of shares or a token must give that public key again;
- a file names tokens, never a program to reach them with: a file from a stranger must not choose what is loaded.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from civium.authority.custody import LARGEST_KEY_FILE, SealedKey, parse_private_key, unbase64
from civium.authority.keys import NONCE_SIZE, PRIVATE_KEY_NAME, SEED_SIZE
from civium.errors import Refused
from civium.formats import canonical
from civium.formats.authority_key import PublicKey, public_key_of
from civium.formats.envelope import P256_SUITE, SUITES

PASSPHRASE, SHARES, WRAPPED, RESIDENT = "passphrase", "shares", "token-wrapped", "token-resident"
# How a token seals a seed: with an AES key of its own, or by an exchange with a P-256 key of its own.
AES_GCM, ECDH_P256 = "aes-gcm", "ecdh-p256"
# A file of several jurisdictions' keys, which has a room of its own (organisers_key.py).
ORGANISERS = "organisers private key v1"
# The name that the seed of such a file bears where an authority's bears its State.
HOLDER = "ORGANISERS"
SECRET_SIZE = 32
MLKEM_SEED_SIZE = 64
_TAG_SIZE = 16
# SLIP-39 has four bits for each number, and fifteen for the identifier.
MOST_SHARES = 16
_MOST_IDENTIFIERS = 1 << 15
# PKCS#11 gives a label 32 bytes and a serial number 16.
_LONGEST_LABEL, _LONGEST_SERIAL = 32, 16
# Two are asked for; four places serve an authority with two sites.
MOST_TOKENS = 4
_X25519_POINT, _P256_POINT = 32, 65


@dataclass(frozen=True)
class SharedKey:
    """A key in SLIP-39 shares: the set's identifier, how many open it, how many there are. Nothing here is secret."""

    public: PublicKey
    identifier: int
    threshold: int
    count: int


@dataclass(frozen=True)
class TokenName:
    """One token, by the label and serial number it tells."""

    label: str
    serial: bytes

    def __str__(self) -> str:
        """The label, and the serial number as it is printed on most tokens."""
        text = self.serial.decode("latin-1").strip()
        return f"{self.label} (serial number {text if text.isascii() and text.isprintable() else self.serial.hex()})"


@dataclass(frozen=True, repr=False)
class Wrapping:
    """The seed as one token sealed it. `point` is the other side of the exchange, and empty for an AES key."""

    token: TokenName
    method: str
    point: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, repr=False)
class WrappedKey:
    """A key whose seed is sealed by tokens, each for itself: any one of them gives it."""

    public: PublicKey
    wrappings: tuple[Wrapping, ...]


@dataclass(frozen=True, repr=False)
class ResidentFile:
    """A key that lies in tokens, and what is kept beside it, sealed by an exchange with that same key: any one of the tokens opens it."""

    public: PublicKey
    tokens: tuple[TokenName, ...]
    point: bytes
    nonce: bytes
    sealed: bytes


KeptKey = SealedKey | SharedKey | WrappedKey | ResidentFile
_CUSTODIES = {SealedKey: PASSPHRASE, SharedKey: SHARES, WrappedKey: WRAPPED, ResidentFile: RESIDENT}


def custody_of(kept: KeptKey) -> str:
    """Give the custody's name as the file and the key statement say it."""
    return _CUSTODIES[type(kept)]


def beside_size(public: PublicKey) -> int:
    """Give how many bytes are kept beside a resident key: the working secret, and before it a hybrid key's ML-KEM seed."""
    return SECRET_SIZE if public.suite.name == P256_SUITE else MLKEM_SEED_SIZE + SECRET_SIZE


def parse_kept_key(raw: bytes) -> KeptKey:
    """Give the parts of a private key file of any custody.

    Raises Refused `key-malformed`, `key-id` or `key-custody`, and `organisers-key-elsewhere` for an organisers' key, which is none of one State.
    """
    try:
        told = canonical.parse(raw.removesuffix(b"\n"), limit=LARGEST_KEY_FILE)
        _check_is_of_one(told["civium"])
        custody = told["custody"]
        if custody == PASSPHRASE:
            return parse_private_key(raw)
        read = _READERS.get(custody) or _unknown
        public = public_key_of(told["jurisdiction"], SUITES[told["suite"]], unbase64(told["public_key"]))
        kept: SharedKey | WrappedKey | ResidentFile = read(public, told)
        is_ours = encode_kept_key(kept, told["key_id"]) == raw
    except Refused as refused:
        raise Refused("key-malformed" if refused.code.startswith("json-") else refused.code) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("key-malformed") from None
    if told["key_id"] != public.key_id.hex():
        raise Refused("key-id")
    if not is_ours:
        raise Refused("key-malformed")
    return kept


def _check_is_of_one(name: object) -> None:
    if name == ORGANISERS:
        raise Refused("organisers-key-elsewhere")


def encode_kept_key(kept: SharedKey | WrappedKey | ResidentFile, key_id: str = "") -> bytes:
    """Give the bytes of a private key file; `key_id` only to write again what a file said of itself."""
    told = {
        "civium": PRIVATE_KEY_NAME,
        "custody": custody_of(kept),
        "jurisdiction": kept.public.jurisdiction,
        "key_id": key_id or kept.public.key_id.hex(),
        "public_key": b64encode(kept.public.public_key).decode(),
        "suite": kept.public.suite.name,
        **_told_of(kept),
    }
    return canonical.encode(told) + b"\n"


def _told_of(kept: SharedKey | WrappedKey | ResidentFile) -> dict[str, Any]:
    if isinstance(kept, SharedKey):
        return {"shares": {"count": kept.count, "identifier": kept.identifier, "threshold": kept.threshold}}
    if isinstance(kept, WrappedKey):
        return {"tokens": [{**_named(one.token), "method": one.method, **_sealed(one)} for one in kept.wrappings]}
    return {"tokens": [_named(token) for token in kept.tokens], "beside": _sealed(kept)}


def _named(token: TokenName) -> dict[str, str]:
    return {"label": token.label, "serial": token.serial.hex()}


def _sealed(kept: Wrapping | ResidentFile) -> dict[str, str]:
    return {name: b64encode(part).decode() for name, part in zip(_SEALED, (kept.nonce, kept.point, kept.sealed), strict=True)}


_SEALED = ("nonce", "point", "sealed")


def _shared_key(public: PublicKey, told: dict[str, Any]) -> SharedKey:
    shares = told["shares"]
    numbers = [shares[name] for name in ("identifier", "threshold", "count")]
    identifier, threshold, count = numbers
    if not all(type(number) is int for number in numbers) or not 0 <= identifier < _MOST_IDENTIFIERS:
        raise ValueError
    if not 2 <= threshold <= count <= MOST_SHARES:
        raise ValueError
    return SharedKey(public, identifier, threshold, count)


def _wrapped_key(public: PublicKey, told: dict[str, Any]) -> WrappedKey:
    _check_number(told["tokens"])
    return WrappedKey(public, tuple(_wrapping(one) for one in told["tokens"]))


def _wrapping(told: dict[str, Any]) -> Wrapping:
    nonce, point, sealed = (unbase64(told[name]) for name in _SEALED)
    point_size = {AES_GCM: 0, ECDH_P256: _P256_POINT}[told["method"]]
    if (len(point), len(nonce), len(sealed)) != (point_size, NONCE_SIZE, SEED_SIZE + _TAG_SIZE):
        raise ValueError
    return Wrapping(_token(told), told["method"], point, nonce, sealed)


def _resident_file(public: PublicKey, told: dict[str, Any]) -> ResidentFile:
    _check_number(told["tokens"])
    nonce, point, sealed = (unbase64(told["beside"][name]) for name in _SEALED)
    point_size = _P256_POINT if public.suite.name == P256_SUITE else _X25519_POINT
    if (len(point), len(nonce), len(sealed)) != (point_size, NONCE_SIZE, beside_size(public) + _TAG_SIZE):
        raise ValueError
    return ResidentFile(public, tuple(_token(one) for one in told["tokens"]), point, nonce, sealed)


def _token(told: dict[str, Any]) -> TokenName:
    label, serial = told["label"], bytes.fromhex(told["serial"])
    # Both are shown on a terminal.
    if not label.isprintable() or len(label.encode()) > _LONGEST_LABEL or len(serial) > _LONGEST_SERIAL:
        raise ValueError
    return TokenName(label, serial)


def _check_number(tokens: Any) -> None:
    if type(tokens) is not list or not 1 <= len(tokens) <= MOST_TOKENS:
        raise ValueError


def _unknown(_public: PublicKey, _told: dict[str, Any]) -> SharedKey:
    raise Refused("key-custody")


_READERS: dict[str, Any] = {SHARES: _shared_key, WRAPPED: _wrapped_key, RESIDENT: _resident_file}
