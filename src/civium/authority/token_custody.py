"""How an authority's seed goes into tokens, and how a key comes out of them again to be used (docs/spec/authority-key.md).

The rules are:
- three forms: the seed wrapped by a token, the X25519 half of a hybrid key resident, a P-256 key resident;
- a key is in two tokens or it is made no other way: what lies in one token alone is one fall away from being lost;
- what was put into a token is tried at once; what does not pass is taken out again.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Mechanism, ObjectClass, Session

from civium.authority import tokens
from civium.authority.kept_key import (
    AES_GCM,
    ECDH_P256,
    MLKEM_SEED_SIZE,
    ResidentFile,
    TokenName,
    WrappedKey,
    Wrapping,
    encode_kept_key,
    parse_kept_key,
)
from civium.authority.keys import (
    NONCE_SIZE,
    SEED_SIZE,
    AuthorityKey,
    PrivateKey,
    SeedKey,
    hybrid_halves,
    make_key,
    mlkem_seed,
    wrapping_context,
)
from civium.authority.opening import open_kept
from civium.authority.resident import Exchange, resident_key
from civium.authority.tokens import FoundToken
from civium.errors import Refused
from civium.formats.authority_key import PublicKey
from civium.formats.envelope import P256_SUITE

_TAG_SIZE = 16
Kept = TypeVar("Kept", WrappedKey, ResidentFile)
_EXCHANGE_LABEL = b"civium authority token v1"


@dataclass(frozen=True, repr=False)
class UnlockedToken:
    """A token with a session that may write."""

    found: FoundToken
    session: Session


@dataclass(repr=False)
class TokenExchange:
    """An exchange with a token, logged in to when it is first asked. It can be sent to another process, which logs in for itself."""

    module: Path | None
    names: tuple[TokenName, ...]
    pin: str
    identifier: bytes
    _private: object = field(default=None, compare=False)

    def __call__(self, point: bytes) -> bytes:
        """Give what the token computes. Raises what `tokens` raises."""
        if self._private is None:
            found = tokens.find_any(tokens.load_modules(self.module), self.names)
            session = tokens.log_in(found, self.pin)
            self._private = tokens.find_key(session, ObjectClass.PRIVATE_KEY, self.identifier)
        return tokens.exchange(self._private, point)

    def __getstate__(self) -> dict[str, object]:
        """Leave the session behind: it belongs to this process."""
        return {**self.__dict__, "_private": None}


def wrap(key: SeedKey, places: Iterable[UnlockedToken], keep: Callable[[WrappedKey], None] = lambda _: None) -> WrappedKey:
    """Seal the seed in each token, try each, and have `keep` write the file. Raises what `tokens` raises; of a failed attempt nothing stays."""
    done: list[tuple[UnlockedToken, ObjectClass]] = []
    wrappings: list[Wrapping] = []
    try:
        for place in places:
            tokens.check_form(place.found, "wrapped")
            can_wrap = Mechanism.AES_GCM in place.found.mechanisms
            wrappings.append(_wrapped_inside(key, place, done) if can_wrap else _wrapped_by_exchange(key, place, done))
        kept = _readable(WrappedKey(key.public, tuple(wrappings)))
        keep(kept)
    except BaseException:
        _take_out(key.public, done)
        raise
    return kept


def _readable(kept: Kept) -> Kept:
    """Give what is to be kept, if its file can be read back: what stands in it came from a token. Raises Refused `token-refuses-key`."""
    try:
        if parse_kept_key(encode_kept_key(kept)) == kept:
            return kept
    except (Refused, ValueError):
        pass
    raise Refused("token-refuses-key")


def _wrapped_inside(key: SeedKey, place: UnlockedToken, done: list[tuple[UnlockedToken, ObjectClass]]) -> Wrapping:
    identifier, context = key.public.key_id, wrapping_context(key.public.key_id)
    tokens.make_wrapping_key(place.session, identifier, _label(key.public))
    done.append((place, ObjectClass.SECRET_KEY))
    inside = tokens.find_key(place.session, ObjectClass.SECRET_KEY, identifier)
    nonce = os.urandom(NONCE_SIZE)
    sealed = tokens.seal_inside(inside, nonce, key.seed, context)
    # Some tokens put a nonce of their own before what they seal: they could open it, and the file would be none.
    is_whole = len(sealed) == SEED_SIZE + _TAG_SIZE
    if not is_whole or not hmac.compare_digest(tokens.open_inside(inside, nonce, sealed, context), key.seed):
        raise Refused("token-refuses-key")
    return Wrapping(place.found.name, AES_GCM, b"", nonce, sealed)


def _wrapped_by_exchange(key: SeedKey, place: UnlockedToken, done: list[tuple[UnlockedToken, ObjectClass]]) -> Wrapping:
    own = _p256_point(tokens.make_exchange_key(place.session, key.public.key_id, _label(key.public)))
    done += [(place, ObjectClass.PRIVATE_KEY), (place, ObjectClass.PUBLIC_KEY)]
    point, nonce, sealed = _seal_to(own, key.public, key.seed)
    inside = tokens.find_key(place.session, ObjectClass.PRIVATE_KEY, key.public.key_id)
    opener = exchange_key(tokens.exchange(inside, point), key.public.key_id, point)
    if not hmac.compare_digest(open_kept(opener, nonce, sealed, wrapping_context(key.public.key_id)), key.seed):
        raise Refused("token-refuses-key")
    return Wrapping(place.found.name, ECDH_P256, point, nonce, sealed)


def put_in(key: SeedKey, places: Iterable[UnlockedToken], keep: Callable[[ResidentFile], None] = lambda _: None) -> ResidentFile:
    """Put the key, or its X25519 half, into each token, try each, and have `keep` write the file. A failed attempt leaves nothing."""
    is_p256 = key.public.suite.name == P256_SUITE
    private = key.private if isinstance(key.private, ec.EllipticCurvePrivateKey) else hybrid_halves(key.seed)[1]
    beside = key.secret if is_p256 else mlkem_seed(key.seed) + key.secret
    point, nonce, sealed = _seal_to(private.public_key(), key.public, beside)
    done: list[tuple[UnlockedToken, ObjectClass]] = []
    used: list[TokenName] = []
    curve = tokens.P256 if is_p256 else tokens.X25519
    try:
        for place in places:
            used.append(place.found.name)
            tokens.check_form(place.found, curve)
            tokens.put_private_key(place.session, curve, _scalar(private), key.public.key_id, _label(key.public))
            done.append((place, ObjectClass.PRIVATE_KEY))
            _try(place, key.public, partial(_software_exchange, private), point)
        kept = _readable(ResidentFile(key.public, tuple(used), point, nonce, sealed))
        keep(kept)
    except BaseException:
        _take_out(key.public, done)
        raise
    return kept


def _try(place: UnlockedToken, public: PublicKey, expected: Exchange, point: bytes) -> None:
    """Check that the token computes what the key that was put in computes. Raises Refused `token-refuses-key`."""
    inside = tokens.find_key(place.session, ObjectClass.PRIVATE_KEY, public.key_id)
    if not hmac.compare_digest(tokens.exchange(inside, point), expected(point)):
        raise Refused("token-refuses-key")


def _take_out(public: PublicKey, done: Sequence[tuple[UnlockedToken, ObjectClass]]) -> None:
    for place, kind in done:
        # A token that is not plugged in any more keeps what it got; the refusal that led here is the one to tell.
        with suppress(Refused):
            tokens.destroy_key(place.session, kind, public.key_id)


def unwrap(kept: WrappedKey, found: FoundToken, session: Session) -> SeedKey:
    """Give the key whose seed a token sealed. Raises Refused `token-seal`, `key-id` and what `tokens` raises."""
    wrapping = next(one for one in kept.wrappings if one.token == found.name)
    context = wrapping_context(kept.public.key_id)
    if wrapping.method == AES_GCM:
        inside = tokens.find_key(session, ObjectClass.SECRET_KEY, kept.public.key_id)
        seed = tokens.open_inside(inside, wrapping.nonce, wrapping.sealed, context)
    else:
        _p256_point(wrapping.point)
        private = tokens.find_key(session, ObjectClass.PRIVATE_KEY, kept.public.key_id)
        opener = exchange_key(tokens.exchange(private, wrapping.point), kept.public.key_id, wrapping.point)
        seed = open_kept(opener, wrapping.nonce, wrapping.sealed, context)
    if len(seed) != SEED_SIZE:
        raise Refused("token-seal")
    key = make_key(kept.public.jurisdiction, seed, suite=kept.public.suite.name)
    if key.public != kept.public:
        raise Refused("key-id")
    return key


def take_up(kept: ResidentFile, exchange: Exchange) -> AuthorityKey:
    """Give the key that an exchange with a token makes usable. Raises Refused `token-seal`, `key-malformed` and what the exchange raises."""
    if kept.public.suite.name == P256_SUITE:
        _p256_point(kept.point)
    else:
        _x25519_point(kept.point)
    opener = exchange_key(exchange(kept.point), kept.public.key_id, kept.point)
    beside = open_kept(opener, kept.nonce, kept.sealed, wrapping_context(kept.public.key_id))
    half = b"" if kept.public.suite.name == P256_SUITE else beside[:MLKEM_SEED_SIZE]
    again: Callable[[], PrivateKey] = partial(resident_key, kept.public, half, exchange)
    return AuthorityKey(kept.public, beside[len(half) :], again(), again)


def exchange_key(exchanged: bytes, identifier: bytes, point: bytes) -> bytes:
    """Give the AES key of an exchange: HKDF-SHA256 (RFC 5869) with an empty salt, one block."""
    extracted = hmac.digest(bytes(32), exchanged, "sha256")
    return hmac.digest(extracted, _EXCHANGE_LABEL + identifier + point + b"\x01", "sha256")


def _seal_to(own: ec.EllipticCurvePublicKey | X25519PublicKey, public: PublicKey, clear: bytes) -> tuple[bytes, bytes, bytes]:
    """Give (point, nonce, sealed) that only the private half of `own` opens; the other private half is gone when this returns."""
    if isinstance(own, X25519PublicKey):
        fleeting = X25519PrivateKey.generate()
        point, exchanged = fleeting.public_key().public_bytes_raw(), fleeting.exchange(own)
    else:
        passing = ec.generate_private_key(ec.SECP256R1())
        point = passing.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        exchanged = passing.exchange(ec.ECDH(), own)
    nonce = os.urandom(NONCE_SIZE)
    key = exchange_key(exchanged, public.key_id, point)
    return point, nonce, AESGCM(key).encrypt(nonce, clear, wrapping_context(public.key_id))


def _software_exchange(private: ec.EllipticCurvePrivateKey | X25519PrivateKey, point: bytes) -> bytes:
    if isinstance(private, X25519PrivateKey):
        return private.exchange(_x25519_point(point))
    return private.exchange(ec.ECDH(), _p256_point(point))


def _scalar(private: ec.EllipticCurvePrivateKey | X25519PrivateKey) -> bytes:
    if isinstance(private, X25519PrivateKey):
        return private.private_bytes_raw()
    return private.private_numbers().private_value.to_bytes(32, "big")


def _p256_point(raw: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        raise Refused("key-malformed") from None


def _x25519_point(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def _label(public: PublicKey) -> str:
    return f"civium {public.jurisdiction}"
