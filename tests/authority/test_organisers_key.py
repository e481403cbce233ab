"""An organisers' key: the vectors hold, its private file has one form, and every exchange of keys, tests or files is refused."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from civium.authority import organisers_key as own
from civium.authority.kept_key import ResidentFile, SharedKey, TokenName, encode_kept_key, parse_kept_key
from civium.authority.keys import encode_private_key
from civium.authority.sentences import sentence_of
from civium.errors import Refused
from civium.formats import authority_key, canonical, organisers_key
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE
from tests.authority.build import PASSPHRASE, QUICK_N

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "organisers-key.json").read_text("utf-8"))
CODES = tuple(one["jurisdiction"] for one in VECTORS["derived"])
ROOT = own.make_root(bytes.fromhex(VECTORS["seed"]), DEFAULT_SUITE)
KEYS = own.public_keys(ROOT, CODES)
KEPT = encode_private_key(ROOT, PASSPHRASE, salt=bytes(16), nonce=bytes(12), n=QUICK_N)
FILE = own.encode_file(KEYS, KEPT)
SECRET = b"twelve bytes"


def _told(raw: bytes, **changes: Any) -> bytes:
    return canonical.encode({**json.loads(raw), **changes}) + b"\n"


def _refusal(raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        own.parse_file(raw)
    return refused.value.code


@pytest.mark.parametrize("case", VECTORS["derived"], ids=lambda case: case["jurisdiction"])
def test_a_seed_and_key_follow_as_the_vectors_say(case: dict[str, str]) -> None:
    assert own.derived_seed(ROOT.seed, case["jurisdiction"]).hex() == case["seed"]
    assert own.derived_key(ROOT, case["jurisdiction"]).public.key_id.hex() == case["key_id"]
    assert organisers_key.fingerprint(KEYS).hex() == VECTORS["fingerprint"]


def test_a_state_s_key_opens_that_state_alone() -> None:
    tests = {code: authority_key.make_key_test(key, SECRET) for code, key in KEYS.items()}
    key = own.derived_key(ROOT, "MT")
    assert own.answers_of(lambda _code: key, CODES, {"MT": tests["MT"]})["MT"].words == authority_key.proquints(SECRET)
    for code in set(CODES) - {"MT"}:
        with pytest.raises(Refused, match="organisers-test-foreign"):
            own.answers_of(lambda _code: key, CODES, {code: tests[code]})


def test_the_suite_of_the_seed_is_that_of_its_keys() -> None:
    root = own.make_root(ROOT.seed, P256_SUITE)
    assert {key.suite.name for key in own.public_keys(root, CODES).values()} == {P256_SUITE}


def test_the_private_file_is_read_back_in_each_custody() -> None:
    shared = encode_kept_key(SharedKey(ROOT.public, 12345, 3, 5))
    for kept in (KEPT, shared):
        file = own.parse_file(own.encode_file(KEYS, kept))
        assert (file.jurisdictions, file.fingerprint.hex(), file.suite) == (CODES, VECTORS["fingerprint"], DEFAULT_SUITE)
        assert file.kept == parse_kept_key(kept)
        assert own.check_root(file, ROOT) == KEYS
    assert own.is_organisers(FILE)
    assert not own.is_organisers(KEPT)


def test_a_spoilt_private_file_is_refused() -> None:
    resident = ResidentFile(ROOT.public, (TokenName("one", b"1"),), bytes(32), bytes(12), bytes(112))
    another = encode_private_key(own.derived_key(ROOT, "MT"), PASSPHRASE, salt=bytes(16), nonce=bytes(12), n=QUICK_N)
    for spoilt, code in (
        (b"", "organisers-key-malformed"),
        (b"[]\n", "organisers-key-malformed"),
        (FILE[:-1], "organisers-key-malformed"),
        (KEPT, "organisers-key-malformed"),
        (_told(FILE, note="x"), "organisers-key-malformed"),
        (_told(FILE, jurisdictions=[]), "organisers-key-malformed"),
        (_told(FILE, jurisdictions=["MT", "AT"]), "organisers-key-malformed"),
        (_told(FILE, jurisdictions=["AT", "AT"]), "organisers-key-malformed"),
        (_told(FILE, jurisdictions=["at"]), "organisers-key-malformed"),
        (_told(FILE, fingerprint="00"), "organisers-key-malformed"),
        (_told(FILE, fingerprint=VECTORS["fingerprint"].upper()), "organisers-key-malformed"),
        (_told(FILE, kept={}), "organisers-key-malformed"),
        (_told(FILE, kept=json.loads(another)), "organisers-key-malformed"),
        (_told(FILE, kept=json.loads(encode_kept_key(resident))), "organisers-key-malformed"),
        (_told(FILE, kept={**json.loads(KEPT), "key_id": "00" * 16}), "key-id"),
        (_told(FILE, kept={**json.loads(KEPT), "custody": "a drawer"}), "key-custody"),
        (_told(FILE, civium="authority private key v1"), "organisers-key-malformed"),
    ):
        assert _refusal(spoilt) == code, spoilt


def test_a_secret_that_gives_other_keys_is_refused() -> None:
    file = own.parse_file(FILE)
    with pytest.raises(Refused, match="organisers-key-foreign"):
        own.check_root(file, own.make_root(bytes(32), DEFAULT_SUITE))
    with pytest.raises(Refused, match="organisers-key-foreign"):
        own.check_root(own.parse_file(_told(FILE, jurisdictions=["AT", "BE"])), ROOT)
    own.check_jurisdiction(file, "MT")
    with pytest.raises(Refused, match="organisers-key-not-of"):
        own.check_jurisdiction(file, "FR")


def test_an_authority_s_command_says_that_it_is_an_organisers_key() -> None:
    with pytest.raises(Refused, match="organisers-key-elsewhere"):
        parse_kept_key(FILE)


def test_tests_to_other_keys_are_answered_by_nobody_and_the_state_is_told() -> None:
    derive = partial(own.derived_key, ROOT)
    tests = {code: authority_key.make_key_test(key, SECRET) for code, key in KEYS.items()}
    words = {code: answer.words for code, answer in own.answers_of(derive, CODES, tests).items()}
    assert set(words.values()) == {authority_key.proquints(SECRET)}
    of_another = authority_key.make_key_test(own.derived_key(own.make_root(bytes(32), DEFAULT_SUITE), "AT").public, SECRET)
    for wrong in ({**tests, "MT": tests["AT"]}, {**tests, "AT": of_another}, {**tests, "FR": tests["AT"]}):
        with pytest.raises(Refused, match="organisers-test-foreign") as refused:
            own.answers_of(derive, CODES, wrong)
        assert refused.value.facts["jurisdiction"] in ("MT", "AT", "FR")
        assert sentence_of(refused.value)[0].startswith(f"the test for {refused.value.facts['jurisdiction']} is to another key")
    damaged = authority_key.KeyTest(tests["AT"].key_id, tests["AT"].suite, tests["AT"].sealed[:-1] + b"\0")
    with pytest.raises(Refused, match="key-test-unopenable"):
        own.answers_of(derive, CODES, {"AT": damaged})
