"""selftest notices a key schedule or shares that give something else, and says which parts are not installed."""

from __future__ import annotations

import pytest

from civium.authority import opening, shares
from civium.authority.commands import selftest_keys
from civium.authority.commands.selftest_keys import check_keys
from civium.errors import Refused, Untrusted

SEED = b"s" * 32


def test_both_custodies_are_tried() -> None:
    assert check_keys(SEED) == ["keys in shares: split and combined", "keys in tokens: opened as the library opens"]


def test_parts_that_are_not_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest_keys, "find_spec", lambda _name: None)
    in_shares, in_tokens = check_keys(SEED)
    assert in_shares.endswith("civium[ceremony] is not installed")
    assert in_tokens.endswith("civium[hsm] is not installed")


def test_another_key_schedule_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "key_and_nonce", lambda *_told: (bytes(32), bytes(12)))
    with pytest.raises(Untrusted, match="step=4"):
        check_keys(SEED)


def test_shares_that_give_something_else_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def combine(*_told: object) -> None:
        raise Refused("shares-wrong")

    monkeypatch.setattr(shares, "combine", combine)
    with pytest.raises(Untrusted, match="step=5"):
        check_keys(SEED)
