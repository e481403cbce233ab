"""What is destroyed is what was listed; links, keys and journals are left; interrupted it goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from civium.authority.documents import destruction
from civium.authority.documents.destruction import (
    Doomed,
    Plan,
    destroy_files,
    doomed_of,
    find_files,
    proof_bytes,
    read_plan,
    seen_from,
    write_plan,
)
from civium.errors import Refused
from tests.authority.build import authority_key, write_key

SECRET = b"s" * 32


def _quiet(_done: int, _total: int) -> None:
    """Hear nothing."""


def _made(folder: Path) -> Path:
    for name in ("x.civium", "x.civium-opened", "x.civium-verdicts.part", "x.civium-decisions", "y.civium"):
        (folder / name).write_bytes(name.encode() * 100)
    (folder / "lists" / "deep").mkdir(parents=True)
    (folder / "lists" / "1.pdf").write_bytes(b"%PDF")
    (folder / "lists" / "deep" / "empty").write_bytes(b"")
    return folder / "x.civium"


def _plan(folder: Path, export: Path, *also: Path) -> Plan:
    paths = find_files(export, also)
    folders = tuple(seen_from(one, folder) for one in also if one.is_dir())
    return Plan({"by": "X"}, doomed_of(paths, folder, _quiet, 1), folders)


def test_what_was_made_from_the_export_and_what_is_named_is_destroyed_and_nothing_else(tmp_path: Path) -> None:
    export = _made(tmp_path)
    plan = _plan(tmp_path, export, tmp_path / "lists", tmp_path / "lists" / "1.pdf")
    assert [one.path for one in plan.files] == [
        "x.civium",
        "x.civium-opened",
        "x.civium-verdicts.part",
        str(Path("lists", "1.pdf")),
        str(Path("lists", "deep", "empty")),
    ]
    destroy_files(plan, tmp_path, _quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.civium-decisions", "y.civium"]


def test_the_name_alone_finds_the_same(tmp_path: Path) -> None:
    export = _made(tmp_path)
    assert find_files(tmp_path / "x", ()) == find_files(export, ()) == find_files(tmp_path / "x.civium-opened", ())
    assert find_files(tmp_path / "nothing", ()) == []


def test_an_export_under_another_name_and_what_another_system_delivered_are_found(tmp_path: Path) -> None:
    (tmp_path / "es.xml").write_bytes(b"<x/>")
    (tmp_path / "es.xml.civium-opened").write_bytes(b"x")
    assert [path.name for path in find_files(tmp_path / "es.xml", ())] == ["es.xml.civium-opened", "es.xml"]
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "1.xml").write_bytes(b"<x/>")
    assert find_files(tmp_path / "stick", ()) == [], "a folder that nothing was made of is not taken"
    (tmp_path / "stick.civium-opened").write_bytes(b"x")
    assert [path.name for path in find_files(tmp_path / "stick", ())] == ["stick.civium-opened", "1.xml"]
    (tmp_path / "stick.civium").write_bytes(b"x")
    assert [path.name for path in find_files(tmp_path / "stick", ())] == ["stick.civium", "stick.civium-opened"]


def test_bytes_are_overwritten_where_they_lie_before_the_name_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = _made(tmp_path)
    plan = _plan(tmp_path, export)
    steps: list[tuple[int, bytes]] = []
    real = os.fsync

    def look(handle: int) -> None:
        real(handle)
        if (tmp_path / "x.civium").exists():
            steps.append((os.fstat(handle).st_ino, (tmp_path / "x.civium").read_bytes()))

    inode = export.stat().st_ino
    monkeypatch.setattr(destruction.os, "fsync", look)
    destroy_files(plan, tmp_path, _quiet)
    assert steps == [(inode, bytes(800)), (inode, b"")]


def test_a_link_a_key_a_journal_and_what_is_not_there_are_refused_before_anything(tmp_path: Path) -> None:
    export = _made(tmp_path)
    write_key(tmp_path / "lists" / "innocent.txt", authority_key())
    with pytest.raises(Refused, match="destroy-key"):
        find_files(export, [tmp_path / "lists"])
    (tmp_path / "lists" / "innocent.txt").unlink()
    with pytest.raises(Refused, match="destroy-journal"):
        find_files(export, [tmp_path / "x.civium-decisions"])
    with pytest.raises(Refused, match="file-missing"):
        find_files(export, [tmp_path / "nowhere"])
    (tmp_path / "elsewhere").mkdir()
    for link, target in (
        (tmp_path / "lists" / "link", tmp_path / "y.civium"),
        (tmp_path / "lists" / "way", tmp_path / "elsewhere"),
    ):
        link.symlink_to(target)
        with pytest.raises(Refused, match="destroy-link"):
            find_files(export, [tmp_path / "lists"])
        link.unlink()
    (tmp_path / "x.civium-sample").symlink_to(tmp_path / "nobody")
    with pytest.raises(Refused, match="destroy-link"):
        find_files(export, ())
    assert export.exists()


def test_a_large_file_is_no_key_and_is_overwritten_whole(tmp_path: Path) -> None:
    export = tmp_path / "x.civium"
    export.write_bytes(b"x" * (destruction._BLOCK + 17))
    destroy_files(_plan(tmp_path, export), tmp_path, _quiet)
    assert not export.exists()


@pytest.mark.parametrize("left", [b"", bytes(800), b"x" * 799])
def test_interrupted_it_goes_on_with_what_is_left_and_only_with_that(tmp_path: Path, left: bytes) -> None:
    export = _made(tmp_path)
    plan = _plan(tmp_path, export)
    write_plan(tmp_path / "plan", plan, SECRET)
    (tmp_path / "x.civium-opened").unlink()
    export.write_bytes(left)
    kept = read_plan(tmp_path / "plan", SECRET)
    assert kept == plan
    if left.strip(b"\0"):
        with pytest.raises(Refused, match="destruction-changed"):
            destroy_files(kept, tmp_path, _quiet)
        assert export.read_bytes() == left
    else:
        destroy_files(kept, tmp_path, _quiet)
        assert not export.exists()


def test_a_file_that_became_another_or_a_link_is_left_alone(tmp_path: Path) -> None:
    export = _made(tmp_path)
    plan = _plan(tmp_path, export)
    export.write_bytes(b"y" * 800)
    with pytest.raises(Refused, match="destruction-changed"):
        destroy_files(plan, tmp_path, _quiet)
    export.unlink()
    export.symlink_to(tmp_path / "y.civium")
    with pytest.raises(Refused, match="destruction-changed"):
        destroy_files(plan, tmp_path, _quiet)
    assert (tmp_path / "y.civium").stat().st_size == 800


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"civium": "x"}', b'{"civium": "other", "files": [], "folders": []}', b"\xff"])
def test_a_plan_that_is_none_is_refused(tmp_path: Path, raw: bytes) -> None:
    for sealed in (raw, raw + destruction._seal(raw, SECRET)):
        (tmp_path / "plan").write_bytes(sealed)
        with pytest.raises(Refused, match="destruction-plan-malformed"):
            read_plan(tmp_path / "plan", SECRET)


def test_a_plan_that_another_key_sealed_is_refused(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan", _plan(tmp_path, _made(tmp_path)), b"t" * 32)
    with pytest.raises(Refused, match="destruction-plan-malformed"):
        read_plan(tmp_path / "plan", SECRET)


def test_a_way_that_does_not_lead_is_told_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_way(_path: Path, _base: Path) -> str:
        raise ValueError

    assert seen_from(tmp_path / "a" / "b", tmp_path) == str(Path("a", "b"))
    monkeypatch.setattr(destruction.os.path, "relpath", no_way)
    assert seen_from(tmp_path / "a", tmp_path) == str(tmp_path / "a")


def test_a_folder_in_which_something_is_left_stays(tmp_path: Path) -> None:
    export = _made(tmp_path)
    plan = _plan(tmp_path, export, tmp_path / "lists")
    (tmp_path / "lists" / "later").write_bytes(b"x")
    destroy_files(plan, tmp_path, _quiet)
    assert [path.name for path in (tmp_path / "lists").iterdir()] == ["later"]


def test_windows_needs_no_act_for_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destruction.os, "name", "nt")
    destruction._sync(tmp_path)


def test_the_same_plan_gives_the_same_proof() -> None:
    plan = Plan({"b": 1, "a": "é"}, (Doomed("x", 1, "a" * 64),))
    assert proof_bytes(plan) == proof_bytes(Plan({"a": "é", "b": 1}, plan.files))
