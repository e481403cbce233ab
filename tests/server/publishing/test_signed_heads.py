"""Signed heads: never lower, whole after a torn write, shared by processes; a store behind or beside them is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from civium.errors import Misconfigured
from civium.server.publishing import log_keys
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, check_not_behind, log_name, note_empty_logs
from civium.server.publishing.signing import HeadSigner, notices_origin, sign_notices
from civium.server.store.sqlite import SQLiteStore
from tests.server import live

NOTICES = notices_origin("collect.example")


def _head(size: int, origin: str = "log") -> SignedHead:
    return SignedHead(log_name(origin), size, sha256(b"%d" % size).digest())


def test_the_highest_head_is_kept_for_each_log(tmp_path: Path) -> None:
    signed = SignedHeads(tmp_path / "signed-heads")
    assert signed.highest("log") is None
    for size in (0, 5, 3, 9, 9, 8):
        signed.raise_to([_head(size), _head(size + 100, "other")])
    signed.close()
    again = SignedHeads(tmp_path / "signed-heads")
    assert again.highest("log") == _head(9)
    assert again.highest("other") == _head(109, "other")
    assert again.highest("third") is None
    again.close()


def test_another_root_of_a_size_that_was_signed_is_not_noted(tmp_path: Path) -> None:
    signed = SignedHeads(tmp_path / "signed-heads")
    signed.raise_to([_head(7)])
    signed.raise_to([_head(7)])
    with pytest.raises(Misconfigured, match="store-forked"):
        signed.raise_to([replace(_head(7), root=bytes(32))])
    assert signed.highest("log") == _head(7)
    signed.close()


@pytest.mark.parametrize("torn_at", range(0, 88, 8))
def test_a_torn_write_costs_the_newer_head_only(tmp_path: Path, torn_at: int) -> None:
    path = tmp_path / "signed-heads"
    signed = SignedHeads(path)
    signed.raise_to([_head(4)])
    before = path.read_bytes()
    signed.raise_to([_head(5)])
    signed.close()
    after = path.read_bytes()
    differing = [start for start in range(0, len(after), 128) if before[start : start + 128] != after[start : start + 128]]
    assert len(differing) == 1, "the record that stood is not touched"
    start = differing[0]
    path.write_bytes(
        after[: start + torn_at] + before[start + torn_at : start + torn_at + 1] + b"\xff" * 40 + after[start + torn_at + 41 :]
    )
    torn = SignedHeads(path)
    assert torn.highest("log") == _head(4)
    torn.raise_to([_head(6)])
    assert torn.highest("log") == _head(6)
    torn.close()


def test_several_processes_share_the_file(tmp_path: Path) -> None:
    path = tmp_path / "signed-heads"
    script = (
        "import sys, pathlib\n"
        "from hashlib import sha256\n"
        "from civium.server.publishing.signed_heads import SignedHead, SignedHeads, log_name\n"
        "signed = SignedHeads(pathlib.Path(sys.argv[1]))\n"
        "for size in range(int(sys.argv[2]), 400, 2):\n"
        "    for name in ('log', 'log' + sys.argv[2]):\n"
        "        signed.raise_to([SignedHead(log_name(name), size, sha256(b'%d' % size).digest())])\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(path), str(number)]) for number in (0, 1)]
    assert [process.wait(60) for process in processes] == [0, 0]
    signed = SignedHeads(path)
    assert signed.highest("log") == _head(399)
    assert signed.highest("log0") == _head(398, "log0")
    assert signed.highest("log1") == _head(399, "log1")
    signed.close()


def test_several_threads_share_the_file(tmp_path: Path) -> None:
    signed = SignedHeads(tmp_path / "signed-heads")

    def raise_all(first: int) -> None:
        for size in range(first, 600, 4):
            signed.raise_to([_head(size), _head(size, "other")])
            highest = signed.highest("log")
            assert highest is not None
            assert highest.size >= size

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(raise_all, range(4)))
    assert signed.highest("log") == _head(599)
    assert signed.highest("other") == _head(599, "other")
    signed.close()


def _signed_store(folder: Path) -> tuple[SQLiteStore, SignedHeads, live.Live]:
    store = live.open_store(folder)
    going = live.go_live(store, folder)
    signed = SignedHeads(folder / "signed-heads")
    store.append(list(live.candidates(going, 300)))
    HeadSigner(folder / "keys", signed).sign(store.heads(live.IDENTIFIER))
    return store, signed, going


def test_a_store_that_continues_what_was_signed_is_accepted(tmp_path: Path) -> None:
    store, signed, going = _signed_store(tmp_path)
    check_not_behind(store, signed, notices=NOTICES)
    store.append(list(live.candidates(going, 7)))
    check_not_behind(store, signed, notices=NOTICES)
    store.close()
    signed.close()


def test_a_restored_store_that_is_behind_is_refused(tmp_path: Path) -> None:
    store, signed, going = _signed_store(tmp_path)
    store.close()
    shutil.copy(tmp_path / "statements.db", tmp_path / "backup.db")
    store = SQLiteStore(tmp_path / "statements.db")
    store.append(list(live.candidates(going, 1)))
    HeadSigner(tmp_path / "keys", signed).sign(store.heads(live.IDENTIFIER))
    store.close()
    restored = SQLiteStore(tmp_path / "backup.db")
    with pytest.raises(Misconfigured) as refused:
        check_not_behind(restored, signed, notices=NOTICES)
    assert (refused.value.code, refused.value.facts) == ("store-behind", {"jurisdiction": "ES", "signed": 301, "stored": 300})
    # It goes on to the same size with other entries: another history, seen by the root.
    restored.append(list(live.candidates(going, 5)))
    with pytest.raises(Misconfigured, match="store-forked"):
        check_not_behind(restored, signed, notices=NOTICES)
    restored.close()
    signed.close()


def test_a_store_with_entries_whose_signed_heads_are_lost_is_refused(tmp_path: Path) -> None:
    store, signed, _ = _signed_store(tmp_path)
    signed.close()
    (tmp_path / "signed-heads").unlink()
    for _ in range(2):  # that the first look made an empty file changes nothing
        lost = SignedHeads(tmp_path / "signed-heads")
        with pytest.raises(Misconfigured) as refused:
            check_not_behind(store, lost, notices=NOTICES)
        assert (refused.value.code, refused.value.facts) == ("signed-heads-missing", {"logs": 2})
        lost.close()
    store.close()


def test_a_store_without_entries_needs_no_signed_heads(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    live.go_live(store, tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    check_not_behind(store, signed, notices=NOTICES)
    store.close()
    signed.close()


def test_logs_are_noted_before_their_first_entry_and_never_lowered(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    note_empty_logs(store, signed, [going.collection])
    store.append(list(live.candidates(going, 3)))
    check_not_behind(store, signed, notices=NOTICES)  # a commit whose signature a power cut prevented
    HeadSigner(tmp_path / "keys", signed).sign(store.heads(live.IDENTIFIER))
    note_empty_logs(store, signed, [going.collection])
    highest = signed.highest(live.log_of(going.collection, "ES").origin)
    assert highest is not None
    assert highest.size == 3
    store.close()
    signed.close()


def test_signed_heads_that_cannot_be_opened_are_misconfigured(tmp_path: Path) -> None:
    (tmp_path / "signed-heads").mkdir()
    with pytest.raises(Misconfigured, match="signed-heads-unreadable"):
        SignedHeads(tmp_path / "signed-heads")


def test_a_store_from_before_a_collection_was_opened_is_refused(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    live.note_notices(store, tmp_path)
    store.append_notice(b"first")
    store.close()
    shutil.copy(tmp_path / "statements.db", tmp_path / "backup.db")
    store = SQLiteStore(tmp_path / "statements.db")
    live.go_live(store, tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    sign_notices(store.notices_frontier(), "collect.example", log_keys.make_notices_key(tmp_path / "keys"), signed)
    check_not_behind(store, signed, notices=NOTICES)
    store.close()
    restored = SQLiteStore(tmp_path / "backup.db")
    with pytest.raises(Misconfigured) as refused:
        check_not_behind(restored, signed, notices=NOTICES)
    assert (refused.value.code, refused.value.facts) == ("store-behind", {"jurisdiction": "notices", "signed": 2, "stored": 1})
    restored.append_notice(b"another second")
    with pytest.raises(Misconfigured, match="store-forked"):
        check_not_behind(restored, signed, notices=NOTICES)
    restored.close()
    signed.close()


def test_lost_signed_heads_are_noticed_for_the_notices_log_before_its_first_entry_is_signed(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    check_not_behind(store, signed, notices=NOTICES)
    noted = signed.highest("notices")
    assert noted is not None
    assert noted.size == 0
    store.append_notice(b"first")
    check_not_behind(store, signed, notices=NOTICES)  # under any host: it is the same log
    check_not_behind(store, signed, notices=notices_origin("elsewhere.example"))
    signed.close()
    (tmp_path / "signed-heads").unlink()
    lost = SignedHeads(tmp_path / "signed-heads")
    with pytest.raises(Misconfigured) as refused:
        check_not_behind(store, lost, notices=NOTICES)
    assert (refused.value.code, refused.value.facts) == ("signed-heads-missing", {"logs": 1})
    lost.close()
    store.close()


def test_who_signs_after_the_end_writes_into_no_other_file(tmp_path: Path) -> None:
    """A number that was let go of belongs to the next file that is opened."""
    signed = SignedHeads(tmp_path / "signed-heads")
    signed.raise_to([SignedHead(log_name("a log"), 1, bytes(32))])
    signed.close()
    with (tmp_path / "other").open("wb+") as other:
        with pytest.raises(OSError, match="Bad file descriptor"):
            signed.raise_to([SignedHead(log_name("a log"), 2, bytes(32))])
        assert not other.read()
