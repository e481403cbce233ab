"""Duplicate tokens: RFC 9497's vectors and ours hold for the library and for what is ours; requests have one encoding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voprf import ristretto

from civium.errors import Refused
from civium.formats import duplicate_token, token_service
from civium.formats.identity_key import identity_key

VALUE: dict[str, Any] = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "duplicate-token.json").read_text("utf-8"))
COLLECTION = bytes.fromhex(VALUE["collection"])


def test_the_library_is_rfc_9497() -> None:
    rfc = VALUE["rfc9497"]
    evaluator = ristretto.Evaluator.from_seed(bytes.fromhex(rfc["seed"]), bytes.fromhex(rfc["key_info"]))
    assert evaluator.public_key.serialize().hex() == rfc["public_key"]
    for case in rfc["cases"]:
        output = evaluator.evaluate(ristretto.BlindedInput.deserialize(bytes.fromhex(case["blinded"]))).serialize()
        assert output[duplicate_token.PROOF_SIZE :].hex() == case["evaluated"], "the proof stands first"
        assert evaluator.evaluate_known_input(bytes.fromhex(case["input"])).hex() == case["output"]


def test_inputs_tokens_and_marks_are_as_written() -> None:
    seed, store_key = bytes.fromhex(VALUE["seed"]), bytes.fromhex(VALUE["store_key"])
    evaluator = ristretto.Evaluator.from_seed(seed, duplicate_token.key_info(COLLECTION))
    assert evaluator.public_key.serialize().hex() == VALUE["public_key"]
    for case in VALUE["tokens"]:
        asked = duplicate_token.token_input(COLLECTION, case["jurisdiction"], identity_key(case["jurisdiction"], case["fields"]))
        assert asked.hex() == case["input"]
        client, blinded = ristretto.Client.blind(asked)
        token = client.finalize(evaluator.evaluate(blinded), evaluator.public_key)
        assert token.hex() == case["token"]
        assert duplicate_token.mark(store_key, COLLECTION, case["origin"], token).hex() == case["mark"]


def test_a_mark_depends_on_key_collection_log_and_token() -> None:
    key, token = bytes(range(32)), bytes(range(64))
    made = {
        duplicate_token.mark(key, COLLECTION, "a", token),
        duplicate_token.mark(bytes(32), COLLECTION, "a", token),
        duplicate_token.mark(key, bytes(16), "a", token),
        duplicate_token.mark(key, COLLECTION, "b", token),
        duplicate_token.mark(key, COLLECTION, "a", bytes(64)),
    }
    assert len(made) == 5
    assert {len(mark) for mark in made} == {16}


def test_a_request_has_one_encoding() -> None:
    for case in VALUE["requests"]:
        raw = bytes.fromhex(case["request"])
        parsed = duplicate_token.parse_request(raw)
        assert (parsed.blinded.hex(), parsed.work.hex(), parsed.collection) == (case["blinded"], case["work"], COLLECTION)
        assert duplicate_token.encode_request(parsed) == raw


@pytest.mark.parametrize("case", VALUE["requests_refused"], ids=lambda case: case["name"])
def test_another_spelling_of_a_request_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(Refused, match="token-request-malformed"):
        duplicate_token.parse_request(bytes.fromhex(case["request"]))


@pytest.mark.parametrize("case", VALUE["elements_refused"], ids=lambda case: case["name"])
def test_what_is_no_element_is_not_evaluated(case: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="element"):
        ristretto.BlindedInput.deserialize(bytes.fromhex(case["element"]))


def test_requests_on_the_socket_are_read_back() -> None:
    what = token_service.encode_evaluation(bytes(range(32)), bytes(16), 500_000)
    assert token_service.parse_evaluation(what) == (bytes(range(32)), bytes(16), 500_000)
    raw = token_service.encode_request(token_service.EVALUATE, COLLECTION, what)
    assert token_service.parse_start(raw[: token_service.START_SIZE]) == (token_service.EVALUATE, COLLECTION, 52)
    what = token_service.encode_mark("civium.example/é", bytes(range(64)))
    assert token_service.parse_mark(what) == ("civium.example/é", bytes(range(64)))


@pytest.mark.parametrize("raw", [b"", bytes(18), bytes(20), b"\x04" + bytes(18), b"\x02" + bytes(16) + b"\xff\xff"])
def test_what_is_no_request_on_the_socket_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="token-request-malformed"):
        token_service.parse_start(raw)


@pytest.mark.parametrize("what", [b"", bytes(66) + b"x", b"\0\1\xff" + bytes(64), bytes(65)])
def test_what_is_no_mark_to_be_made_is_refused(what: bytes) -> None:
    with pytest.raises(Refused, match="token-request-malformed"):
        token_service.parse_mark(what)


def test_an_element_has_its_size_and_a_reply_its_outcome() -> None:
    for size in (31, 32, 51, 53):
        with pytest.raises(Refused, match="token-request-malformed"):
            token_service.parse_evaluation(bytes(size))
    assert token_service.encode_reply(token_service.DONE, b"ab") == b"\0\0\2ab"
    assert token_service.result_of(token_service.DONE, b"ab") == b"ab"
    for outcome, code in ((1, "token-element"), (2, "tokens-unavailable"), (3, "challenge-spent"), (9, "tokens-unavailable")):
        with pytest.raises(Refused, match=code):
            token_service.result_of(outcome, b"")


@given(st.binary(max_size=200))
def test_whatever_arrives_is_read_or_refused(raw: bytes) -> None:
    try:
        parsed = duplicate_token.parse_request(raw)
    except Refused as refused:
        # A refusal says nothing of what came.
        assert refused.facts == {}  # noqa: PT017
    else:
        assert duplicate_token.encode_request(parsed) == raw
