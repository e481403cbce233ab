"""Keys of the token service: made once, kept to their owner, destroyed together."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Misconfigured
from civium.server.tokens import keys

COLLECTION = bytes(range(16))


def test_keys_are_made_once_and_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert keys.load_token_keys(folder, COLLECTION) is None
    made = keys.make_token_keys(folder, COLLECTION)
    assert keys.make_token_keys(folder, COLLECTION) == made == keys.load_token_keys(folder, COLLECTION)
    assert made.seed != made.store_key
    assert keys.make_token_keys(folder, bytes(16)).seed != made.seed
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert made.seed.hex() not in repr(made)


def test_a_key_open_to_others_or_cut_is_refused(tmp_path: Path) -> None:
    keys.make_token_keys(tmp_path, COLLECTION)
    path = tmp_path / f"marks-{COLLECTION.hex()}.key"
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="token-key-open-to-others"):
        keys.load_token_keys(tmp_path, COLLECTION)
    path.chmod(0o600)
    path.write_bytes(bytes(31))
    with pytest.raises(Misconfigured, match="token-key-unreadable"):
        keys.load_token_keys(tmp_path, COLLECTION)
    path.unlink()
    path.mkdir()
    with pytest.raises(Misconfigured, match="token-key-unreadable"):
        keys.load_token_keys(tmp_path, COLLECTION)


def test_keys_are_destroyed_together_and_overwritten(tmp_path: Path) -> None:
    made = keys.make_token_keys(tmp_path, COLLECTION)
    # Another name of the same file shows what was written over it.
    twins = []
    for kind in ("token", "marks"):
        twin = tmp_path / f"twin-{kind}"
        twin.hardlink_to(tmp_path / f"{kind}-{COLLECTION.hex()}.key")
        twins.append(twin)
    other = keys.make_token_keys(tmp_path, bytes(16))
    assert keys.destroy_token_keys(tmp_path, COLLECTION) is True
    assert keys.destroy_token_keys(tmp_path, COLLECTION) is False
    assert not keys.has_token_keys(tmp_path, COLLECTION)
    assert keys.load_token_keys(tmp_path, bytes(16)) == other
    assert [len(twin.read_bytes()) for twin in twins] == [32, 32]
    assert made.seed not in (twins[0].read_bytes(), twins[1].read_bytes())
    assert made.store_key not in (twins[0].read_bytes(), twins[1].read_bytes())


def test_half_a_pair_is_none_and_is_made_whole(tmp_path: Path) -> None:
    made = keys.make_token_keys(tmp_path, COLLECTION)
    (tmp_path / f"marks-{COLLECTION.hex()}.key").unlink()
    assert keys.load_token_keys(tmp_path, COLLECTION) is None
    again = keys.make_token_keys(tmp_path, COLLECTION)
    assert again.seed == made.seed
    assert again.store_key != made.store_key
