"""The sealed statement: a header anyone can read, and HPKE ciphertext for one authority (docs/spec/envelope.md).

The rules are:
- HPKE's `info` is a label and the header's bytes exactly: nothing in the header can be changed without spoiling the seal;
- the key id fixes the suite: a sender cannot choose a weaker one;
- nothing here opens an envelope: that is `authority/opening.py`, alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.hpke import Suite as HPKESuite

from civium.errors import Refused
from civium.formats.binary import bytes8

MAGIC = b"CIVE"
VERSION = 1
LABEL = b"civium envelope v1"
TAG_SIZE = 16  # AES-256-GCM
PADDED_SIZES = (2048, 4096)  # of every plaintext: length must not tell a name or a document
CHANNELS = {"online": 1, "paper": 2, "assisted": 3, "eid": 4}
NO_ERASURE = bytes(32)
_CHANNEL_NAMES = {number: name for name, number in CHANNELS.items()}
_JURISDICTION = re.compile(rb"[A-Z0-9][A-Z0-9-]{0,31}")
_FIXED_START = 4 + 1 + 6 + 16 + 16  # magic, version, suite, key id, collection
_FIXED_END = 1 + 32 + 32  # channel, manifest hash, erasure commitment


@dataclass(frozen=True)
class Suite:
    """One HPKE suite by its RFC 9180 identifiers, with the sizes of its public key and encapsulated key in bytes."""

    name: str
    kem: int
    kdf: int
    aead: int
    enc_size: int
    public_key_size: int

    @property
    def ids(self) -> bytes:
        """The six bytes of the header: u16 KEM ‖ u16 KDF ‖ u16 AEAD."""
        return b"".join(number.to_bytes(2, "big") for number in (self.kem, self.kdf, self.aead))


DEFAULT_SUITE = "647a-0001-0002"
P256_SUITE = "0010-0001-0002"
SUITES = {
    DEFAULT_SUITE: Suite(DEFAULT_SUITE, 0x647A, 0x0001, 0x0002, 1120, 1216),
    P256_SUITE: Suite(P256_SUITE, 0x0010, 0x0001, 0x0002, 65, 65),
}
_SUITES_BY_IDS = {suite.ids: suite for suite in SUITES.values()}
_KEMS = {DEFAULT_SUITE: KEM.MLKEM768_X25519, P256_SUITE: KEM.P256}


@dataclass(frozen=True)
class Header:
    """What the server may know of a statement: whose key, which collection, jurisdiction and channel, which manifest."""

    suite: Suite
    key_id: bytes
    collection: bytes
    jurisdiction: str
    channel: str
    manifest_hash: bytes
    erasure_commitment: bytes


@dataclass(frozen=True, repr=False)
class Envelope:
    """A parsed envelope: its header, the header's bytes, `enc ‖ ciphertext`, and all bytes as they came."""

    header: Header
    header_bytes: bytes
    sealed: bytes
    raw: bytes


def _header_size(jurisdiction_size: int) -> int:
    return _FIXED_START + 1 + jurisdiction_size + _FIXED_END


MINIMUM_SIZE = _header_size(1) + min(suite.enc_size for suite in SUITES.values()) + PADDED_SIZES[0] + TAG_SIZE
MAXIMUM_SIZE = _header_size(32) + max(suite.enc_size for suite in SUITES.values()) + PADDED_SIZES[-1] + TAG_SIZE


def encode_header(header: Header) -> bytes:
    """Give the header's bytes."""
    jurisdiction = header.jurisdiction.encode()
    assert _JURISDICTION.fullmatch(jurisdiction)
    assert (len(header.key_id), len(header.collection), len(header.manifest_hash), len(header.erasure_commitment)) == (
        16,
        16,
        32,
        32,
    )
    return b"".join(
        (
            MAGIC,
            bytes((VERSION,)),
            header.suite.ids,
            header.key_id,
            header.collection,
            bytes8(jurisdiction),
            bytes((CHANNELS[header.channel],)),
            header.manifest_hash,
            header.erasure_commitment,
        )
    )


def parse(raw: bytes) -> Envelope:
    """Give the parts of an envelope. Raises Refused `envelope-size`, `envelope-version`, `envelope-suite`, `envelope-malformed`, in this order."""
    if not MINIMUM_SIZE <= len(raw) <= MAXIMUM_SIZE:
        raise Refused("envelope-size", smallest=MINIMUM_SIZE, largest=MAXIMUM_SIZE)
    if raw[:4] != MAGIC or raw[4] != VERSION:
        raise Refused("envelope-version")
    suite = _SUITES_BY_IDS.get(raw[5:11])
    if suite is None:
        raise Refused("envelope-suite")
    size = raw[_FIXED_START]
    start = _FIXED_START + 1 + size
    end = start + _FIXED_END
    jurisdiction = raw[_FIXED_START + 1 : start]
    channel = _CHANNEL_NAMES.get(raw[start]) if start < len(raw) else None
    ciphertext_size = len(raw) - end - suite.enc_size - TAG_SIZE
    if channel is None or not _JURISDICTION.fullmatch(jurisdiction) or ciphertext_size not in PADDED_SIZES:
        raise Refused("envelope-malformed")
    header = Header(
        suite=suite,
        key_id=raw[11:27],
        collection=raw[27:43],
        jurisdiction=jurisdiction.decode(),
        channel=channel,
        manifest_hash=raw[start + 1 : start + 33],
        erasure_commitment=raw[start + 33 : end],
    )
    return Envelope(header=header, header_bytes=raw[:end], sealed=raw[end:], raw=raw)


def envelope_hash(raw: bytes) -> bytes:
    """Give SHA-256(envelope): the entry's name, unique in its log."""
    return sha256(raw).digest()


def key_id(suite: Suite, public_key: bytes) -> bytes:
    """Give the 16 bytes that name an authority key and fix its suite."""
    return sha256(b"civium key v1" + suite.ids + public_key).digest()[:16]


def hpke_info(header_bytes: bytes) -> bytes:
    """Give HPKE's `info` for a header."""
    return LABEL + header_bytes


def hpke_suite(suite: Suite) -> HPKESuite:
    """Give the library's suite."""
    return HPKESuite(_KEMS[suite.name], KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def load_public_key(suite: Suite, raw: bytes) -> MLKEM768X25519PublicKey | ec.EllipticCurvePublicKey:
    """Give the library's key of raw bytes (ML-KEM-768 encapsulation key ‖ X25519, or an uncompressed P-256 point). Raises Refused `key-malformed`."""
    if len(raw) != suite.public_key_size:
        raise Refused("key-malformed")
    try:
        if suite.name == P256_SUITE:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(raw[:-32]), X25519PublicKey.from_public_bytes(raw[-32:])
        )
    except ValueError:
        raise Refused("key-malformed") from None


def seal(header: Header, plaintext: bytes, public_key: bytes) -> bytes:
    """Give an envelope: the padded plaintext sealed to the authority's public key under this header. Raises Refused `key-malformed`."""
    assert len(plaintext) in PADDED_SIZES
    assert key_id(header.suite, public_key) == header.key_id, "the header names another key"
    header_bytes = encode_header(header)
    sealed = hpke_suite(header.suite).encrypt(plaintext, load_public_key(header.suite, public_key), info=hpke_info(header_bytes))
    return header_bytes + sealed
