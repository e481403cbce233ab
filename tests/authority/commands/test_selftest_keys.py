"""selftest notices a key schedule, shares or organisers' keys that give something else, and says which parts are not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.authority import opening, shares
from civium.authority.commands import selftest_keys
from civium.authority.commands.selftest_keys import check_organisers_key, check_shares, check_tokens
from civium.authority.commands.selftest_steps import Differs, Place
from civium.errors import Refused
from tests.authority.commands.desk import NOW

NOWHERE = Place(Path(), Path(), NOW)


def test_all_custodies_are_tried() -> None:
    found = [check(NOWHERE) for check in (check_shares, check_tokens, check_organisers_key)]
    assert [one.is_notice for one in found] == [False] * 3
    assert found[2].told == "2 States' keys derived, their tests answered"


def test_parts_that_are_not_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest_keys, "find_spec", lambda _name: None)
    in_shares, in_tokens = check_shares(NOWHERE), check_tokens(NOWHERE)
    assert (in_shares.told, in_shares.is_notice) == ("civium[ceremony] is not installed", True)
    assert in_tokens.told.endswith("civium[hsm] is not installed")
    assert in_tokens.is_notice


def test_another_key_schedule_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "key_and_nonce", lambda *_told: (bytes(32), bytes(12)))
    with pytest.raises(Refused, match="key-test-unopenable"):
        check_tokens(NOWHERE)


def test_shares_that_give_something_else_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def combine(*_told: object) -> None:
        raise Refused("shares-wrong")

    monkeypatch.setattr(shares, "combine", combine)
    with pytest.raises(Refused, match="shares-wrong"):
        check_shares(NOWHERE)


def test_organisers_keys_that_are_others_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest_keys, "check_root", lambda _file, _root: {})
    with pytest.raises(Differs, match="other keys"):
        check_organisers_key(NOWHERE)
