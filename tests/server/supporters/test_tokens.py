"""Tokens: random where they confirm, the same for ever where they stop, kept as hashes, read in one form."""

from __future__ import annotations

import pytest

from civium.server.config import Config
from civium.server.supporters import tokens


def test_a_token_is_32_random_bytes_and_43_letters() -> None:
    token = tokens.new_token()
    assert (len(token), len(tokens.write_token(token))) == (32, 43)
    assert tokens.read_token(tokens.write_token(token)) == token
    assert tokens.new_token() != token
    assert token not in tokens.token_hash(token)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "/", "A" * 42 + "B"])
def test_what_is_no_token_is_none(text: str) -> None:
    assert tokens.read_token(text) is None


def test_a_link_that_stops_is_the_same_for_ever_and_belongs_to_one_initiative(config: Config) -> None:
    first = tokens.stop_token("night-trains", "eimear@example.org")
    assert first == tokens.stop_token("night-trains", "eimear@example.org")
    assert first != tokens.stop_token("day-trains", "eimear@example.org")
    assert first != tokens.stop_token("night-trains", "other@example.org")
    key = config.keys_folder / tokens.KEY_FILE
    assert key.stat().st_mode & 0o077 == 0
    key.unlink()
    assert first != tokens.stop_token("night-trains", "eimear@example.org"), "who has the database has not the key"
