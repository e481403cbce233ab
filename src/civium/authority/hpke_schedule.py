"""HPKE's key schedule (RFC 9180) from a KEM's shared secret on: what the library does by itself unless a token holds the key.

The rules are:
- base mode, single shot, the two suites of docs/spec/envelope.md: what else RFC 9180 knows is not here;
- nothing is opened here; that is `opening.py`, which gets a key and a nonce.
"""

from __future__ import annotations

import hmac
from hashlib import sha3_256

from civium.formats.envelope import Suite

_VERSION = b"HPKE-v1"
_BASE_MODE = b"\x00"
# draft-connolly-cfrg-xwing-kem: the label of the combiner.
_COMBINER_LABEL = b"\\.//^\\"


def key_and_nonce(suite: Suite, shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Give the AEAD's key and the nonce of the first and only message: KeySchedule of RFC 9180, 5.1, with empty psk and psk_id."""
    label = b"HPKE" + suite.ids
    context = _BASE_MODE + _extract(b"", label, b"psk_id_hash", b"") + _extract(b"", label, b"info_hash", info)
    secret = _extract(shared_secret, label, b"secret", b"")
    return _expand(secret, label, b"key", context, 32), _expand(secret, label, b"base_nonce", context, 12)


def p256_shared_secret(suite: Suite, exchanged: bytes, enc: bytes, own_point: bytes) -> bytes:
    """Give DHKEM's shared secret: ExtractAndExpand of RFC 9180, 4.1."""
    label = b"KEM" + suite.kem.to_bytes(2, "big")
    return _expand(_extract(b"", label, b"eae_prk", exchanged), label, b"shared_secret", enc + own_point, 32)


def hybrid_shared_secret(mlkem_secret: bytes, exchanged: bytes, point: bytes, own_point: bytes) -> bytes:
    """Give the shared secret of MLKEM768-X25519: the combiner of draft-connolly-cfrg-xwing-kem."""
    return sha3_256(mlkem_secret + exchanged + point + own_point + _COMBINER_LABEL).digest()


def _extract(salt: bytes, suite_label: bytes, label: bytes, ikm: bytes) -> bytes:
    # LabeledExtract, RFC 9180, 4. HKDF-Extract's empty salt is HMAC's empty key.
    return hmac.digest(salt, _VERSION + suite_label + label + ikm, "sha256")


def _expand(secret: bytes, suite_label: bytes, label: bytes, info: bytes, size: int) -> bytes:
    # LabeledExpand, RFC 9180, 4: never more than one block of HKDF-Expand here.
    told = size.to_bytes(2, "big") + _VERSION + suite_label + label + info
    return hmac.digest(secret, told + b"\x01", "sha256")[:size]
