"""A State's policy: read strictly, complete by default, never stronger than the grounds allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from civium.authority.grounds import BITS
from civium.authority.policy import Policy, encode, judge_of, parse
from civium.errors import Refused


def _file(**changes: Any) -> bytes:
    return json.dumps({"civium": "verification policy v1", "jurisdiction": "ES", "actions": {}, **changes}).encode()


def test_a_policy_is_written_whole_and_read_back() -> None:
    policy = Policy("ES", {"number-format": "strike", "name-script": "ignore"}, "decree of an invented day")
    again = parse(encode(policy))
    assert again.table() == policy.table()
    assert again.action("number-format") == "strike"
    assert again.action("number-checksum") == "decide"
    assert again.source == "decree of an invented day"


def test_a_policy_becomes_bits() -> None:
    judge = judge_of(Policy("ES", {"number-format": "strike", "name-script": "ignore"}))
    assert judge.strikes & BITS["number-format"]
    assert judge.strikes & BITS["under-age"]
    assert judge.decides & BITS["number-checksum"]
    assert judge.ignored == BITS["name-script"]
    assert not judge.strikes & judge.decides


@pytest.mark.parametrize(
    "raw", [b"hello", b"[]", b"{}", _file(civium="other"), _file(jurisdiction=1), _file(actions=[1]), b"\xff"]
)
def test_what_is_no_policy_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="policy-malformed"):
        parse(raw)


@pytest.mark.parametrize(
    "actions",
    [{"number-format": "burn"}, {"under-age": "list"}, {"nothing": "list"}, {"near-repeat": "strike"}, {"unopenable": "list"}],
)
def test_an_action_that_cannot_be_is_refused(actions: dict[str, str]) -> None:
    with pytest.raises(Refused, match="policy-action"):
        parse(_file(actions=actions))


def test_thresholds_are_written_whole_and_read_back() -> None:
    policy = Policy("EL", thresholds={"address-shared": 40})
    assert policy.table()["thresholds"] == {"address-shared": 40, "burst-of-street": 10}
    assert parse(encode(policy)).threshold("address-shared") == 40
    assert parse(_file()).threshold("address-shared") == 20, "a policy of an earlier version has none"


@pytest.mark.parametrize(
    "thresholds",
    [
        {"near-repeat": 3},
        {"address-shared": 1},
        {"address-shared": 2_000_000},
        {"address-shared": True},
        {"burst-of-street": "9"},
    ],
)
def test_a_threshold_that_is_none_is_refused(thresholds: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="policy-threshold"):
        parse(_file(thresholds=thresholds))


def test_a_byte_order_mark_of_an_editor_is_no_harm() -> None:
    assert parse(b"\xef\xbb\xbf" + _file()).jurisdiction == "ES"
