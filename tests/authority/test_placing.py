"""A file appears whole, at once, and never over another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from civium.authority.placing import place, unfinished, write_bytes, write_together, write_whole
from civium.errors import Refused


def test_a_file_appears_under_its_name_with_its_rights(tmp_path: Path) -> None:
    write_bytes(tmp_path / "x", b"hello")
    write_bytes(tmp_path / "y", b"hello", mode=0o644)
    assert (tmp_path / "x").read_bytes() == b"hello"
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in "xy"] == [0o600, 0o644]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x", "y"]


def test_a_system_without_such_rights_writes_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fchmod")
    write_bytes(tmp_path / "x", b"hello")
    assert (tmp_path / "x").read_bytes() == b"hello"


def test_what_another_act_is_writing_is_not_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_slower(part: Path) -> None:
        part.write_bytes(b"theirs")

    monkeypatch.setattr("civium.authority.placing._take_away", be_slower)
    with pytest.raises(FileExistsError):
        write_bytes(tmp_path / "x", b"ours")
    assert unfinished(tmp_path / "x").read_bytes() == b"theirs"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(Refused, match="file-exists"):
        write_bytes(tmp_path / "x", b"new")
    (tmp_path / "y").write_bytes(b"new")
    with pytest.raises(Refused, match="file-exists"):
        place(tmp_path / "y", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"old"


def test_nobodys_link_that_lies_in_wait_is_written_into(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    unfinished(tmp_path / "x").symlink_to(victim)
    write_bytes(tmp_path / "x", b"personal")
    assert victim.read_bytes() == b"kept"
    assert (tmp_path / "x").read_bytes() == b"personal"
    assert not (tmp_path / "x").is_symlink()


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def write(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "x", write)
    assert not list(tmp_path.iterdir())


def test_files_that_belong_together_appear_together_or_not_at_all(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with pytest.raises(FileNotFoundError):
        write_together(((one, b"1", 0o600), (tmp_path / "nowhere" / "two", b"2", 0o600)))
    assert not list(tmp_path.iterdir())
    write_together(((one, b"1", 0o600), (two, b"2", 0o644)))
    one.unlink()
    with pytest.raises(Refused, match="file-exists"):
        write_together(((one, b"1", 0o600), (two, b"2", 0o644)))
    assert not one.exists()


def test_where_there_are_no_hard_links_a_rename_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    write_bytes(tmp_path / "x", b"hello")
    assert (tmp_path / "x").read_bytes() == b"hello"
    assert not unfinished(tmp_path / "x").exists()
    (tmp_path / "y").write_bytes(b"new")
    with pytest.raises(Refused, match="file-exists"):
        place(tmp_path / "y", tmp_path / "x")


def test_two_who_write_one_name_do_not_take_each_others_bytes(tmp_path: Path) -> None:
    """Two keys made under one name at once: what is told of the one must not be said of a file that holds the other."""
    path = tmp_path / "es.civium-private-key"

    def write(stream: BinaryIO) -> None:
        stream.write(b"first")
        with pytest.raises(Refused, match="file-exists"):
            write_bytes(path, b"second")

    write_whole(path, write)
    assert path.read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
