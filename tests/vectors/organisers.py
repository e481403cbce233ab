"""What an organisers' key gives: derived seeds and key ids, the fingerprint of all, files that are read and files that are refused.

HKDF is written out here by hmac alone, and keys are made by the rules of docs/spec/authority-key.md: a second reader of the page.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256, shake_256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civium.formats import canonical, envelope

CODES = ("AT", "EL", "ES-CT", "MT")
_SUITE = envelope.DEFAULT_SUITE


def seed_of(seed: bytes, code: str) -> bytes:
    """Give a derived seed: HKDF-Extract with a salt of zeros, one block of HKDF-Expand."""
    extracted = hmac.digest(bytes(32), seed, "sha256")
    return hmac.digest(extracted, b"civium organisers' key v1\x00" + code.encode() + b"\x01", "sha256")


def public_of(seed: bytes) -> bytes:
    """Give the public half of a seed."""
    expanded = shake_256(seed).digest(96)
    kem, dh = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    return kem.public_key().public_bytes_raw() + dh.public_key().public_bytes_raw()


def keys_of(seed: bytes, codes: tuple[str, ...] = CODES) -> dict[str, dict[str, str]]:
    """Give the keys as the public file names them."""
    keys = {}
    for code in codes:
        public = public_of(seed_of(seed, code))
        identifier = envelope.key_id(envelope.SUITES[_SUITE], public)
        keys[code] = {"key_id": identifier.hex(), "public_key": b64encode(public).decode()}
    return keys


def _file(keys: Mapping[str, Any], **others: Any) -> str:
    return canonical.encode({"civium": "organisers public keys v1", "keys": keys, "suite": _SUITE, **others}).decode() + "\n"


def organisers_keys(seed: bytes) -> dict[str, Any]:
    """Give the vectors of one seed."""
    keys = keys_of(seed)
    told = b"".join(code.encode() + b"\x00" + bytes.fromhex(keys[code]["key_id"]) for code in sorted(keys))
    few = {code: keys[code] for code in ("AT", "MT")}
    whole = _file(few)
    twice = {"AT": keys["AT"], "MT": keys["AT"]}
    mixed = {"AT": keys["AT"], "MT": {**keys["MT"], "key_id": keys["AT"]["key_id"]}}
    refused = {
        "empty": ("", "organisers-keys-malformed"),
        "no key": (_file({}), "organisers-keys-malformed"),
        "no line feed": (whole[:-1], "organisers-keys-malformed"),
        "not canonical": (json.dumps(json.loads(whole)) + "\n", "organisers-keys-malformed"),
        "one member more": (_file(few, note="x"), "organisers-keys-malformed"),
        "an authority's file": (whole.replace("organisers public keys", "authority public key"), "organisers-keys-malformed"),
        "unknown suite": (whole.replace(_SUITE, "ffff-0001-0002"), "organisers-keys-malformed"),
        "a jurisdiction in small letters": (whole.replace('"MT"', '"mt"'), "organisers-keys-malformed"),
        "a key cut": (_file({"AT": {**keys["AT"], "public_key": keys["AT"]["public_key"][:-4]}}), "organisers-keys-malformed"),
        "the key id of another": (_file(mixed), "key-id"),
        "one key under two jurisdictions": (_file(twice), "organisers-keys-repeated"),
    }
    return {
        "seed": seed.hex(),
        "derived": [
            {"jurisdiction": code, "seed": seed_of(seed, code).hex(), "key_id": keys[code]["key_id"]} for code in sorted(keys)
        ],
        "fingerprint": sha256(b"civium organisers' keys v1\x00" + told).digest()[:16].hex(),
        "public_file_sha256": sha256(_file(keys).encode()).hexdigest(),
        "accepted": [{"name": "two jurisdictions", "file": whole}],
        "refused": [{"name": name, "file": text, "refused": code} for name, (text, code) in refused.items()],
    }
