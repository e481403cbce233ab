"""Log keys: made once, whole or not at all, readable by their owner only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civium.errors import Misconfigured
from civium.server.publishing import log_keys

COLLECTION = bytes(range(16))


def test_a_key_is_made_once(tmp_path: Path) -> None:
    made = log_keys.public_bytes(log_keys.make_log_key(tmp_path / "keys", COLLECTION))
    assert log_keys.public_bytes(log_keys.make_log_key(tmp_path / "keys", COLLECTION)) == made
    assert log_keys.public_bytes(log_keys.load_log_key(tmp_path / "keys", COLLECTION)) == made
    assert log_keys.public_bytes(log_keys.make_notices_key(tmp_path / "keys")) != made
    (path,) = (tmp_path / "keys").glob("*" + COLLECTION.hex() + "*")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "keys").iterdir())) == 2, "no draft stays behind"


def test_of_many_who_make_one_key_all_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: log_keys.public_bytes(log_keys.make_log_key(tmp_path, COLLECTION)), range(32)))
    assert len(set(keys)) == 1


def test_a_missing_key_is_not_made_by_loading(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="log-key-missing"):
        log_keys.load_log_key(tmp_path, COLLECTION)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    log_keys.make_log_key(tmp_path, COLLECTION)
    (path,) = tmp_path.iterdir()
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="log-key-open-to-others"):
        log_keys.load_log_key(tmp_path, COLLECTION)


@pytest.mark.parametrize("content", ["nonsense", "", "another kind"])
def test_what_is_no_log_key_is_refused(tmp_path: Path, content: str) -> None:
    log_keys.make_log_key(tmp_path, COLLECTION)
    (path,) = tmp_path.iterdir()
    if content == "another kind":
        raw = X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(raw)
    else:
        path.write_text(content)
    with pytest.raises(Misconfigured, match="log-key-unreadable"):
        log_keys.load_log_key(tmp_path, COLLECTION)
