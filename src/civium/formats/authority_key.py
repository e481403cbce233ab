"""The public half of an authority key: its file, its fingerprint in words, and the key test (docs/spec/authority-key.md)."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from civium.errors import Refused
from civium.formats import canonical
from civium.formats.envelope import SUITES, Suite, hpke_suite, key_id, load_public_key

LARGEST_FILE = 16384
TEST_SIZE = 12  # bytes: six words
TEST_LABEL = b"civium key test v1"
_ANSWER_LABEL = b"civium key test answer v1"
_PUBLIC = "authority public key v1"
_TEST = "key test v1"
_JURISDICTION = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"


@dataclass(frozen=True)
class PublicKey:
    """One authority's public key for one jurisdiction."""

    jurisdiction: str
    suite: Suite
    key_id: bytes
    public_key: bytes


@dataclass(frozen=True)
class KeyTest:
    """Twelve random bytes sealed to a key: who returns them as words holds the private half."""

    key_id: bytes
    suite: Suite
    sealed: bytes


def is_jurisdiction(code: str) -> bool:
    """Tell whether a text has the form of a jurisdiction's code; whether there is such a one the procedure tells."""
    return _JURISDICTION.fullmatch(code) is not None


def public_key_of(jurisdiction: str, suite: Suite, raw: bytes) -> PublicKey:
    """Give the public key with its key id. Raises Refused `key-malformed`."""
    load_public_key(suite, raw)
    if not is_jurisdiction(jurisdiction):
        raise Refused("key-malformed")
    return PublicKey(jurisdiction, suite, key_id(suite, raw), raw)


def encode(key: PublicKey) -> bytes:
    """Give the public key file."""
    value = {
        "civium": _PUBLIC,
        "jurisdiction": key.jurisdiction,
        "key_id": key.key_id.hex(),
        "public_key": base64.b64encode(key.public_key).decode(),
        "suite": key.suite.name,
    }
    return canonical.encode(value) + b"\n"


def parse(raw: bytes) -> PublicKey:
    """Give the key of a public key file. Raises Refused `key-malformed`, `key-id`."""
    try:
        value = canonical.parse(raw.removesuffix(b"\n"), limit=LARGEST_FILE)
        key = public_key_of(value["jurisdiction"], SUITES[value["suite"]], base64.b64decode(value["public_key"], validate=True))
        claimed = value["key_id"]
    except (Refused, KeyError, TypeError, ValueError):
        raise Refused("key-malformed") from None
    if claimed != key.key_id.hex():
        raise Refused("key-id")
    if encode(key) != raw:
        raise Refused("key-malformed")
    return key


def proquints(raw: bytes) -> str:
    """Give bytes as pronounceable words of 16 bits each, joined by hyphens."""
    assert len(raw) % 2 == 0
    return "-".join(_word(int.from_bytes(raw[at : at + 2], "big")) for at in range(0, len(raw), 2))


def parse_proquints(text: str) -> bytes:
    """Give the bytes of words a person typed (any case, hyphens or spaces between). Raises Refused `words-mistyped`."""
    raw = bytearray()
    for word in text.lower().replace("-", " ").split():
        number = 0
        for place, character in enumerate(word):
            letters = _VOWELS if place % 2 else _CONSONANTS
            if character not in letters:
                raise Refused("words-mistyped")
            number = number * len(letters) + letters.index(character)
        if len(word) != 5:
            raise Refused("words-mistyped")
        raw += number.to_bytes(2, "big")
    return bytes(raw)


def fingerprint_words(identifier: bytes) -> str:
    """Give a key id as eight words to be compared by eye or over the telephone."""
    assert len(identifier) == 16
    return proquints(identifier)


def make_key_test(key: PublicKey, secret: bytes) -> KeyTest:
    """Give the test that seals 12 random bytes, drawn by the caller, to a key."""
    assert len(secret) == TEST_SIZE
    public = load_public_key(key.suite, key.public_key)
    sealed = hpke_suite(key.suite).encrypt(secret, public, info=key_test_info(key.key_id))
    return KeyTest(key.key_id, key.suite, sealed)


def key_test_info(identifier: bytes) -> bytes:
    """Give HPKE's `info` of a key test: its own label, so that a statement can never pass for one."""
    return TEST_LABEL + identifier


def encode_key_test(test: KeyTest) -> bytes:
    """Give the file that is sent to the authority."""
    value = {
        "civium": _TEST,
        "key_id": test.key_id.hex(),
        "sealed": base64.b64encode(test.sealed).decode(),
        "suite": test.suite.name,
    }
    return canonical.encode(value) + b"\n"


def parse_key_test(raw: bytes) -> KeyTest:
    """Give the key test of a file. Raises Refused `key-test-malformed`."""
    try:
        value = canonical.parse(raw.removesuffix(b"\n"), limit=LARGEST_FILE)
        test = KeyTest(bytes.fromhex(value["key_id"]), SUITES[value["suite"]], base64.b64decode(value["sealed"], validate=True))
    except (Refused, KeyError, TypeError, ValueError):
        raise Refused("key-test-malformed") from None
    if encode_key_test(test) != raw or len(test.sealed) != test.suite.enc_size + TEST_SIZE + 16:
        raise Refused("key-test-malformed")
    return test


def answer_hash(identifier: bytes, secret: bytes) -> bytes:
    """Give what the asker keeps of a key test."""
    return sha256(_ANSWER_LABEL + identifier + secret).digest()


def check_answer(identifier: bytes, words: str, expected: bytes) -> None:
    """Check the words an authority returned. Raises Refused `words-mistyped`, `key-test-wrong`."""
    secret = parse_proquints(words)
    if len(secret) != TEST_SIZE or not hmac.compare_digest(answer_hash(identifier, secret), expected):
        raise Refused("key-test-wrong")


def _word(number: int) -> str:
    return "".join(
        (
            _CONSONANTS[number >> 12],
            _VOWELS[number >> 10 & 3],
            _CONSONANTS[number >> 6 & 15],
            _VOWELS[number >> 4 & 3],
            _CONSONANTS[number & 15],
        )
    )
