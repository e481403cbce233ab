"""The officer's working file: encrypted, resumable, whole or not at all, never over another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from civium.authority import working_file
from civium.authority.keys import AuthorityKey
from civium.authority.placing import unfinished
from civium.authority.working_file import begin, begin_anew, load, read_facts
from civium.errors import Refused, Untrusted
from tests.authority.build import authority_key

FACTS = {"kind": "opened", "about": "x"}
KEY = authority_key()


def _finished(path: Path, *chunks: bytes) -> Path:
    with begin(path, FACTS, KEY) as writer:
        for chunk in chunks:
            writer.append(2, chunk)
        writer.finish({"rows": 2 * len(chunks)})
    return path


def test_chunks_come_back_in_order_and_nothing_lies_there_in_clear(tmp_path: Path) -> None:
    path = _finished(tmp_path / "x", b"Ana Robledo", b"Berto Vega")
    assert b"Ana" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not unfinished(path).exists()
    kept = load(path, KEY, kind="opened")
    assert list(kept.chunks()) == [(2, b"Ana Robledo"), (2, b"Berto Vega")]
    assert kept.summary() == {"rows": 4}
    assert kept.facts["about"] == "x"


def test_the_same_work_twice_gives_other_bytes(tmp_path: Path) -> None:
    assert _finished(tmp_path / "x", b"a").read_bytes() != _finished(tmp_path / "y", b"a").read_bytes()


def test_stopped_work_goes_on_after_its_last_whole_chunk(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with begin(path, FACTS, KEY) as writer:
        writer.append(2, b"first")
        writer.append(2, b"second")
    whole = unfinished(path).read_bytes()
    for cut in (0, 1, 3, 20):
        unfinished(path).write_bytes(whole[: len(whole) - cut])
        with begin(path, FACTS, KEY) as writer:
            assert writer.done.rows == (4 if cut == 0 else 2)
    unfinished(path).write_bytes(whole[:-20])
    with begin(path, FACTS, KEY) as writer:
        writer.append(2, b"second again")
        writer.finish({})
    assert [chunk for _, chunk in load(path, KEY, kind="opened").chunks()] == [b"first", b"second again"]


def test_a_stop_between_the_last_chunk_and_the_name_is_made_good(tmp_path: Path) -> None:
    path = _finished(tmp_path / "x", b"first")
    path.rename(unfinished(path))
    with begin(path, FACTS, KEY) as writer:
        assert writer.done.rows == 2
        writer.finish({"again": 1})
    assert load(path, KEY, kind="opened").summary() == {"again": 1}


def test_of_a_file_that_a_power_cut_garbled_all_is_used_up_to_the_first_wrong_byte(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with begin(path, FACTS, KEY) as writer:
        ends = [writer.done.end]
        for chunk in (b"first", b"second", b"third"):
            writer.append(2, chunk)
            ends.append(writer.done.end)
    whole = unfinished(path).read_bytes()
    for size, chunks in ((ends[1], 1), (ends[1] + 7, 1), (ends[2], 2), (ends[2] + 1, 2)):
        for behind in (b"", bytes(30), b"\xff" * 30, whole[ends[0] :]):
            unfinished(path).write_bytes(whole[:size] + behind)
            with begin(path, FACTS, KEY) as writer:
                assert writer.done.chunks in (chunks, chunks + (whole[size:].startswith(behind[:30]) and bool(behind)))
                assert unfinished(path).stat().st_size == writer.done.end


@pytest.mark.parametrize("left", [0, 1, 4, 5, 8, 9, 20])
def test_work_that_stopped_before_its_head_was_written_is_begun_anew(left: int, tmp_path: Path) -> None:
    begin(tmp_path / "x", FACTS, KEY).__exit__()
    part = unfinished(tmp_path / "x")
    part.write_bytes(part.read_bytes()[:left])
    _finished(tmp_path / "x", b"a")


@pytest.mark.parametrize("left", [b"a", b"CIVX", b"hello, this is no working file"])
def test_what_is_nothing_of_ours_is_left_alone(left: bytes, tmp_path: Path) -> None:
    unfinished(tmp_path / "x").write_bytes(left)
    with pytest.raises(Refused, match="working-file-malformed"):
        begin(tmp_path / "x", FACTS, KEY)
    assert unfinished(tmp_path / "x").read_bytes() == left


def test_one_at_a_time_writes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with begin(path, FACTS, KEY) as first:
        first.append(2, b"first")
        for way in (begin, begin_anew):
            with pytest.raises(Refused, match="work-going-on"):
                way(path, FACTS, KEY)
        first.append(2, b"second")
        first.finish({})
    assert [chunk for _, chunk in load(path, KEY, kind="opened").chunks()] == [b"first", b"second"]


def test_who_waited_while_the_file_got_its_name_writes_into_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened before, held after the other had finished: what is held then is no longer the unfinished file."""
    path, held = tmp_path / "x", working_file.is_held_alone

    def finished_meanwhile(descriptor: int) -> bool:
        monkeypatch.setattr(working_file, "is_held_alone", held)
        unfinished(path).unlink()
        _finished(path, b"the other's")
        return held(descriptor)

    monkeypatch.setattr(working_file, "is_held_alone", finished_meanwhile)
    with pytest.raises(Refused, match="file-exists"):
        begin(path, FACTS, KEY)
    assert [chunk for _, chunk in load(path, KEY, kind="opened").chunks()] == [b"the other's"]


def test_finished_work_that_was_moved_away_is_not_written_into(tmp_path: Path) -> None:
    """Killed between the two halves of naming: the unfinished name is still there, and means the finished file."""
    path = _finished(tmp_path / "x", b"a")
    os.link(path, unfinished(path))
    raw = path.rename(tmp_path / "away").read_bytes()
    _finished(path, b"b")
    assert (tmp_path / "away").read_bytes() == raw


def test_work_begun_anew_keeps_nothing_of_what_was_stopped(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with begin(path, FACTS, KEY) as writer:
        writer.append(2, b"first" * 1000)
    with begin_anew(path, {**FACTS, "about": "y"}, KEY) as writer:
        writer.append(1, b"other")
        writer.finish({})
    assert list(load(path, KEY, kind="opened").chunks()) == [(1, b"other")]


def test_the_same_work_has_the_same_name_and_other_work_another(tmp_path: Path) -> None:
    """What refers to a file by its head's hash, verdicts and decisions, outlives its loss."""

    def name(facts: dict[str, str], key: AuthorityKey) -> str:
        (tmp_path / "x").unlink(missing_ok=True)
        with begin(tmp_path / "x", facts, key) as writer:
            writer.finish({})
        return load(tmp_path / "x", key, kind="opened").head_hash()

    assert name(FACTS, KEY) == name(FACTS, KEY)
    assert len({name(FACTS, KEY), name({**FACTS, "about": "y"}, KEY), name(FACTS, authority_key(seed=b"t" * 32))}) == 3


def test_finished_work_is_never_overwritten(tmp_path: Path) -> None:
    path = _finished(tmp_path / "x", b"a")
    with pytest.raises(Refused, match="file-exists"):
        begin(path, FACTS, KEY)


def test_unfinished_work_of_other_facts_or_another_key_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    begin(path, FACTS, KEY).__exit__()
    for facts, key in (({**FACTS, "about": "y"}, KEY), (FACTS, authority_key(seed=b"t" * 32))):
        with pytest.raises(Refused, match="work-of-another"):
            begin(path, facts, key)


def test_another_key_or_another_kind_is_refused(tmp_path: Path) -> None:
    path = _finished(tmp_path / "x", b"a")
    with pytest.raises(Refused, match="key-foreign"):
        load(path, authority_key(seed=b"t" * 32), kind="opened")
    with pytest.raises(Refused, match="working-file-kind"):
        load(path, KEY, kind="verdicts")


def test_an_absent_an_unfinished_and_a_foreign_file_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with pytest.raises(Refused, match="file-missing"):
        read_facts(path)
    begin(path, FACTS, KEY).__exit__()
    with pytest.raises(Refused, match="work-unfinished"):
        read_facts(path)
    for raw in (b"", b"hello, this is no working file", b"CIVW\x02\0\0\0\0", b"CIVW\x01\xff\0\0\0"):
        path.write_bytes(raw)
        with pytest.raises(Refused, match="working-file-malformed"):
            read_facts(path)
    for head in (b"hello", b"[]", b'{"civium":"export v1","key_id":"00"}', b'{"civium":"working file v1","key_id":1}'):
        path.write_bytes(b"CIVW\x01" + len(head).to_bytes(4, "big") + head)
        with pytest.raises(Refused, match="working-file-malformed"):
            read_facts(path)


def _altered(path: Path, change: bytes) -> str:
    path.write_bytes(change)
    with pytest.raises(Untrusted) as caught:
        list(load(path, KEY, kind="opened").chunks())
    return caught.value.code


def test_a_change_a_cut_an_exchange_and_something_behind_are_noticed(tmp_path: Path) -> None:
    path = _finished(tmp_path / "x", b"first", b"other")
    raw = path.read_bytes()
    size = 5 + 12 + 4 + 5 + 16
    start = 9 + int.from_bytes(raw[5:9], "big")
    one, two, last = raw[start : start + size], raw[start + size : start + 2 * size], raw[start + 2 * size :]
    assert _altered(path, raw[:-30] + bytes((raw[-30] ^ 1,)) + raw[-29:]) == "working-file-altered"
    assert _altered(path, raw[:start] + two + one + last) == "working-file-altered"
    assert _altered(path, raw[:start] + one + two) == "working-file-cut"
    assert _altered(path, raw[:start] + one + two[:-1]) == "working-file-cut"
    assert _altered(path, raw[:start] + b"\x01" + one[1:] + two + last) == "working-file-altered"
    assert _altered(path, raw[:start] + b"\x07" + one[1:] + two + last) == "working-file-altered"
    assert _altered(path, raw + b"x") == "working-file-altered"
    assert _altered(path, raw.replace(b'"about":"x"', b'"about":"y"')) == "working-file-altered"


def test_a_file_exchanged_between_looking_and_reading_is_noticed(tmp_path: Path) -> None:
    path = _finished(tmp_path / "x", b"first")
    kept = load(path, KEY, kind="opened")
    path.unlink()
    with begin(path, {**FACTS, "about": "y"}, KEY) as writer:
        writer.finish({})
    with pytest.raises(Untrusted, match="working-file-altered"):
        kept.summary()


def test_the_largest_chunk_of_rows_fits() -> None:
    assert working_file.LARGEST_CHUNK > 512 * (1 + 69 + 4 + 4096)


def test_a_full_disk_leaves_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with begin(path, FACTS, KEY) as writer:
        writer.append(2, b"first")
    whole = unfinished(path).read_bytes()
    # What a full disk leaves: the beginning of a chunk.
    with unfinished(path).open("ab") as stream:
        stream.write(b"\x00\x00\x00")
    os.sync()
    with begin(path, FACTS, KEY) as writer:
        assert writer.done.rows == 2
    assert unfinished(path).read_bytes() == whole


def test_a_link_that_lies_in_wait_is_not_written_into(tmp_path: Path) -> None:
    unfinished(tmp_path / "x").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        begin(tmp_path / "x", FACTS, KEY)
    assert not (tmp_path / "elsewhere").exists()
