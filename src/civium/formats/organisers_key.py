"""An organisers' key in public: the file of all its public keys, their one fingerprint, tests and answers of all (docs/spec/organisers-key.md)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from civium.errors import Refused
from civium.formats import authority_key, canonical
from civium.formats.authority_key import KeyTest, PublicKey
from civium.formats.envelope import SUITES

PUBLIC: Final = "organisers public keys v1"
TESTS: Final = "key tests v1"
ANSWERS: Final = "key answers v1"
# Spain has 52 provinces; what knows more places than this is no procedure of one table of rules.
MOST_KEYS: Final = 200
# 200 hybrid keys in base64 with their names are 340 kB, 200 tests of them likewise.
LARGEST_FILE: Final = 524_288
_FINGERPRINT_LABEL: Final = b"civium organisers' keys v1\x00"


@dataclass(frozen=True)
class Answer:
    """What was read out of one key test: the key it was sealed to, and the words."""

    key_id: bytes
    words: str


def fingerprint(keys: Mapping[str, PublicKey]) -> bytes:
    """Give the 16 bytes by which all the keys of a bundle are known at once."""
    told = b"".join(code.encode() + b"\x00" + key.key_id for code, key in sorted(keys.items()))
    return sha256(_FINGERPRINT_LABEL + told).digest()[:16]


def fingerprint_words(keys: Mapping[str, PublicKey]) -> str:
    """Give the bundle's fingerprint as eight words to be read aloud."""
    return authority_key.fingerprint_words(fingerprint(keys))


def is_bundle(raw: bytes) -> bool:
    """Tell whether a file is one of organisers' public keys, by what it calls itself; whether it is a right one `parse` tells."""
    return raw.startswith(f'{{"civium":"{PUBLIC}",'.encode())


def encode(keys: Mapping[str, PublicKey]) -> bytes:
    """Give the public file of keys, all of one suite."""
    (suite,) = {key.suite.name for key in keys.values()}
    told = {
        "civium": PUBLIC,
        "keys": {
            code: {"key_id": key.key_id.hex(), "public_key": base64.b64encode(key.public_key).decode()}
            for code, key in keys.items()
        },
        "suite": suite,
    }
    return canonical.encode(told) + b"\n"


def parse(raw: bytes) -> dict[str, PublicKey]:
    """Give the keys of a public file by jurisdiction. Raises Refused `organisers-keys-malformed`, `key-id`, `organisers-keys-repeated`."""
    found: dict[str, PublicKey] = {}
    try:
        told = _parsed(raw, PUBLIC)
        suite, claimed = SUITES[told["suite"]], {code: key["key_id"] for code, key in told["keys"].items()}
        for code, key in told["keys"].items():
            found[code] = authority_key.public_key_of(code, suite, base64.b64decode(key["public_key"], validate=True))
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Refused("organisers-keys-malformed") from None
    _check_number(found, "organisers-keys-malformed")
    for code, key in found.items():
        if claimed[code] != key.key_id.hex():
            raise Refused("key-id", jurisdiction=code)
    _check_different(found)
    if encode(found) != raw:
        raise Refused("organisers-keys-malformed")
    return found


def encode_tests(tests: Mapping[str, KeyTest]) -> bytes:
    """Give the file of key tests that is sent to whoever holds the organisers' key."""
    told = {
        code: {
            "key_id": test.key_id.hex(),
            "sealed": base64.b64encode(test.sealed).decode(),
            "suite": test.suite.name,
        }
        for code, test in tests.items()
    }
    return canonical.encode({"civium": TESTS, "tests": told}) + b"\n"


def parse_tests(raw: bytes) -> dict[str, KeyTest]:
    """Give the key tests of a file by jurisdiction. Raises Refused `key-tests-malformed`."""
    found: dict[str, KeyTest] = {}
    try:
        for code, test in _parsed(raw, TESTS)["tests"].items():
            identifier, suite = bytes.fromhex(test["key_id"]), SUITES[test["suite"]]
            found[code] = KeyTest(identifier, suite, base64.b64decode(test["sealed"], validate=True))
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Refused("key-tests-malformed") from None
    _check_number(found, "key-tests-malformed")
    is_whole = all(
        len(test.sealed) == test.suite.enc_size + authority_key.TEST_SIZE + 16 and len(test.key_id) == 16
        for test in found.values()
    )
    if not is_whole or not all(map(authority_key.is_jurisdiction, found)) or encode_tests(found) != raw:
        raise Refused("key-tests-malformed")
    return found


def encode_answers(answers: Mapping[str, Answer]) -> bytes:
    """Give the file of answers."""
    told = {code: {"key_id": answer.key_id.hex(), "words": answer.words} for code, answer in answers.items()}
    return canonical.encode({"answers": told, "civium": ANSWERS}) + b"\n"


def parse_answers(raw: bytes) -> dict[str, Answer]:
    """Give the answers of a file by jurisdiction. Raises Refused `key-answers-malformed`."""
    try:
        found = {
            code: Answer(bytes.fromhex(answer["key_id"]), _words(answer["words"]))
            for code, answer in _parsed(raw, ANSWERS)["answers"].items()
        }
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Refused("key-answers-malformed") from None
    _check_number(found, "key-answers-malformed")
    if not all(map(authority_key.is_jurisdiction, found)) or encode_answers(found) != raw:
        raise Refused("key-answers-malformed")
    return found


def _parsed(raw: bytes, name: str) -> dict[str, Any]:
    told = canonical.parse(raw.removesuffix(b"\n"), limit=LARGEST_FILE)
    if told["civium"] != name:
        raise ValueError
    return dict(told)


def _words(text: str) -> str:
    """Give the words in their one spelling; ValueError for others."""
    if authority_key.proquints(authority_key.parse_proquints(text)) != text or not text:
        raise ValueError
    return text


def _check_number(found: Mapping[str, object], code: str) -> None:
    if not 1 <= len(found) <= MOST_KEYS:
        raise Refused(code)


def _check_different(keys: Mapping[str, PublicKey]) -> None:
    known: dict[bytes, str] = {}
    for code, key in keys.items():
        other = known.setdefault(key.key_id, code)
        if other != code:
            raise Refused("organisers-keys-repeated", jurisdiction=code, other=other)
