"""Only what lies in the start folder is named, whatever is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.authority.window.folder import Folder
from civium.errors import Refused


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give an office folder with neighbours outside."""
    office = tmp_path / "office"
    (office / "stick").mkdir(parents=True)
    (tmp_path / "secret.civium").write_bytes(b"outside")
    for name in (
        "x.civium",
        "stick/y.civium",
        "z.civium-opened",
        "x.civium-opened",
        "es.civium-private-key",
        "policy.json",
        "notes.txt",
    ):
        (office / name).write_bytes(b"here")
    (office / "way-out.civium").symlink_to(tmp_path / "secret.civium")
    (office / "out").symlink_to(tmp_path)
    return Folder(office.resolve())


def test_what_can_be_chosen_is_listed(folder: Folder) -> None:
    assert folder.exports() == ["x.civium", "z.civium-opened"]
    assert folder.keys() == ["es.civium-private-key"]
    assert folder.policies() == ["policy.json"]


def test_a_file_inside_is_given(folder: Folder) -> None:
    assert folder.file(" x.civium ") == folder.path / "x.civium"
    assert folder.name_of(folder.file("stick/y.civium")) == "stick/y.civium"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "..",
        "../secret.civium",
        "stick/../../secret.civium",
        "stick/../x.civium",
        "/etc/passwd",
        "way-out.civium",
        "out/secret.civium",
        "..\\secret.civium",
        "C:\\secret.civium",
        "C:secret.civium",
        "x.civium\0",
        "x\n.civium",
        "a" * 401,
    ],
)
def test_what_leads_out_is_refused(folder: Folder, typed: str) -> None:
    for asked in (folder.file, folder.new, folder.sheets):
        with pytest.raises(Refused) as caught:
            asked(typed)
        assert caught.value.code == "window-outside"
        assert caught.value.facts == {}


def test_what_is_not_there_is_missing(folder: Folder) -> None:
    for typed in ("nothing.civium", "stick"):
        with pytest.raises(Refused, match="file-missing"):
            folder.file(typed)


def test_a_new_file_is_new_and_gets_its_ending_once(folder: Folder) -> None:
    assert folder.new("report", ".pdf") == folder.path / "report.pdf"
    assert folder.new("report.pdf", ".pdf") == folder.path / "report.pdf"
    with pytest.raises(Refused, match="file-exists"):
        folder.new("x.civium")
    with pytest.raises(Refused, match="file-missing"):
        folder.new("no-such-folder/report.pdf")


def test_sheets_are_named_one_by_one_or_by_their_folder(folder: Folder) -> None:
    for name in ("b.csv", "a.XLSX", "remarks.txt"):
        (folder.path / "stick" / name).write_bytes(b"")
    assert [path.name for path in folder.sheets("stick")] == ["a.XLSX", "b.csv"]
    assert [path.name for path in folder.sheets("stick/b.csv, stick/a.XLSX")] == ["b.csv", "a.XLSX"]
    (folder.path / "empty").mkdir()
    with pytest.raises(Refused, match="file-missing"):
        folder.sheets("empty")
