"""Organisers' public keys, tests and answers in one file each: the vectors hold, files are read back, every slip has its refusal."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from civium.errors import Refused
from civium.formats import authority_key, canonical, envelope, organisers_key
from civium.formats.organisers_key import Answer
from tests.vectors import organisers

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "organisers-key.json").read_text("utf-8"))
SUITE = envelope.SUITES[envelope.DEFAULT_SUITE]
SECRET = b"twelve bytes"


def _keys(*codes: str) -> dict[str, authority_key.PublicKey]:
    seed = bytes.fromhex(VECTORS["seed"])
    return {
        code: authority_key.public_key_of(code, SUITE, organisers.public_of(organisers.seed_of(seed, code))) for code in codes
    }


def _refusal(parse: Any, raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        parse(raw)
    return refused.value.code


def test_the_vectors_public_file_and_fingerprint() -> None:
    keys = _keys(*organisers.CODES)
    assert [key.key_id.hex() for _, key in sorted(keys.items())] == [one["key_id"] for one in VECTORS["derived"]]
    assert organisers_key.fingerprint(keys).hex() == VECTORS["fingerprint"]
    raw = organisers_key.encode(keys)
    assert sha256(raw).hexdigest() == VECTORS["public_file_sha256"]
    assert organisers_key.parse(raw) == keys
    assert organisers_key.is_bundle(raw)
    assert organisers_key.fingerprint_words(keys) == authority_key.fingerprint_words(bytes.fromhex(VECTORS["fingerprint"]))
    assert not organisers_key.is_bundle(authority_key.encode(keys["AT"]))


@pytest.mark.parametrize("case", VECTORS["accepted"], ids=lambda case: case["name"])
def test_an_accepted_file_is_read_back(case: dict[str, str]) -> None:
    raw = case["file"].encode()
    assert organisers_key.encode(organisers_key.parse(raw)) == raw


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_a_refused_file_is_refused(case: dict[str, str]) -> None:
    assert _refusal(organisers_key.parse, case["file"].encode()) == case["refused"]


def test_the_fingerprint_tells_each_key_and_whose_it_is() -> None:
    keys = _keys("AT", "MT")
    exchanged = {"AT": keys["MT"], "MT": keys["AT"]}
    prints = {organisers_key.fingerprint(some) for some in (keys, exchanged, _keys("AT"), _keys("AT", "EL"))}
    assert len(prints) == 4


def test_more_keys_than_any_procedure_has_are_refused() -> None:
    answers = {f"A{number}": Answer(bytes(16), authority_key.proquints(SECRET)) for number in range(organisers_key.MOST_KEYS + 1)}
    assert _refusal(organisers_key.parse_answers, organisers_key.encode_answers(answers)) == "key-answers-malformed"


def test_tests_of_all_keys_are_read_back_and_slips_refused() -> None:
    tests = {code: authority_key.make_key_test(key, SECRET) for code, key in _keys("AT", "MT").items()}
    raw = organisers_key.encode_tests(tests)
    assert organisers_key.parse_tests(raw) == tests
    told = json.loads(raw)
    cut = canonical.encode({**told, "tests": {"AT": {**told["tests"]["AT"], "sealed": "AAAA"}}}) + b"\n"
    for spoilt in (
        b"",
        raw[:-1],
        cut,
        raw.replace(b"647a", b"647b"),
        raw.replace(b'"MT"', b'"mt"'),
        raw.replace(b"key tests v1", b"key tests v2"),
        organisers_key.encode_tests({}),
        b"[]\n",
        raw + b" " * organisers_key.LARGEST_FILE,
    ):
        assert _refusal(organisers_key.parse_tests, spoilt) == "key-tests-malformed"


def test_answers_are_read_back_and_slips_refused() -> None:
    answers = {code: Answer(key.key_id, authority_key.proquints(SECRET)) for code, key in _keys("AT", "MT").items()}
    raw = organisers_key.encode_answers(answers)
    assert organisers_key.parse_answers(raw) == answers
    words = authority_key.proquints(SECRET).encode()
    for spoilt in (
        b"{}\n",
        raw[:-1],
        raw.replace(words, words.replace(b"-", b" ")),
        raw.replace(words, words.upper()),
        raw.replace(words, b""),
        raw.replace(b'"MT"', b'"mt"'),
        raw.replace(b"key answers v1", b"key tests v1"),
        organisers_key.encode_answers({}),
    ):
        assert _refusal(organisers_key.parse_answers, spoilt) == "key-answers-malformed"
