"""A key is unlocked in the window if a passphrase does it; whatever else keeps it belongs to the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import pytest

from civium.authority import organisers_key
from civium.authority.kept_key import SharedKey, encode_kept_key
from civium.authority.keys import encode_private_key, make_key
from civium.authority.window.acts import is_of, options_of, unlocked
from civium.errors import Refused
from civium.formats.envelope import DEFAULT_SUITE
from tests.authority.build import PASSPHRASE, QUICK_N, authority_key, write_key


def _organisers(path: Path) -> Path:
    root = organisers_key.make_root(b"r" * 32, DEFAULT_SUITE)
    kept = encode_private_key(root, PASSPHRASE, salt=b"n" * 16, nonce=b"o" * 12, n=QUICK_N)
    path.write_bytes(organisers_key.encode_file(organisers_key.public_keys(root, ("ES", "LU")), kept))
    return path


def test_a_passphrase_opens_an_authoritys_key(tmp_path: Path) -> None:
    path = write_key(tmp_path / "es.civium-private-key", authority_key())
    assert unlocked(path, PASSPHRASE, "ES").public == authority_key().public
    assert is_of(path.read_bytes(), "ES")
    assert not is_of(path.read_bytes(), "LU")


def test_of_the_organisers_key_the_states_own_is_given(tmp_path: Path) -> None:
    path = _organisers(tmp_path / "organisers.civium-private-key")
    assert unlocked(path, PASSPHRASE, "LU").public.jurisdiction == "LU"
    assert is_of(path.read_bytes(), "ES")
    assert not is_of(path.read_bytes(), "FR")
    with pytest.raises(Refused, match="organisers-key-not-of"):
        unlocked(path, PASSPHRASE, "FR")


def test_shares_belong_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "es.civium-private-key"
    path.write_bytes(encode_kept_key(SharedKey(make_key("ES", b"s" * 32, suite=DEFAULT_SUITE).public, 7, 3, 5)))
    with pytest.raises(Refused, match="window-custody"):
        unlocked(path, PASSPHRASE, "ES")


def test_what_is_no_key_is_of_nobody() -> None:
    assert not is_of(b"none", "ES")


def test_only_what_a_command_has_can_be_changed() -> None:
    def add(parser: ArgumentParser) -> None:
        parser.add_argument("--key")

    with pytest.raises(AssertionError, match="reason"):
        options_of(add, key=authority_key(), reason="x")
