"""selftest tells what the machine is, and which packages are other ones than those that were tested together."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from civium.authority.commands import selftest_machine
from civium.authority.commands.selftest_machine import look_at_machine, look_at_packages, memory_bytes, wanted_packages
from civium.authority.commands.selftest_published import _VALUES, check_published
from civium.authority.commands.selftest_steps import Differs, Place
from tests.authority.commands.desk import NOW

LOCK = """
[[package]]
name = "civium"
version = "1"
dependencies = [{ name = "cryptography" }]
[package.optional-dependencies]
authority = [{ name = "lxml" }]
ceremony = [{ name = "nobodys-package" }]
hsm = []
[[package]]
name = "cryptography"
version = "0.1"
dependencies = [{ name = "lxml" }]
[[package]]
name = "lxml"
version = "LXML"
[[package]]
name = "nobodys-package"
version = "3"
"""


def test_the_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path, tmp_path, NOW)
    assert ", cores " in look_at_machine(place).told
    monkeypatch.setattr(selftest_machine, "memory_bytes", lambda: 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10, 5, 5))  # type: ignore[attr-defined]
    found = look_at_machine(place)
    assert found.is_notice
    assert "memory not told by the system, room 0.0 GB; little for a million statements" in found.told


def test_a_system_without_a_number_for_memory_says_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory_bytes() > 0
    monkeypatch.setattr("os.sysconf_names", {})
    assert memory_bytes() == 0


def test_other_and_missing_packages_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_text(LOCK.replace("LXML", selftest_machine._version("lxml")), "utf-8")
    monkeypatch.setattr(selftest_machine, "kept", lambda _name: lock)
    found = look_at_packages(Place(tmp_path, tmp_path, NOW))
    assert found.is_notice
    assert found.told.startswith("1 of 3 in the versions that were tested together; others: cryptography ")
    assert found.told.endswith("(tested: 0.1); not installed: nobodys-package")


def test_an_installation_without_the_lock_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest_machine, "kept", lambda _name: None)
    assert look_at_packages(Place(tmp_path, tmp_path, NOW)).is_notice


def test_a_package_needed_twice_is_named_once() -> None:
    lock = {
        "package": [
            {"name": "civium", "dependencies": [{"name": "a"}], "optional-dependencies": {"authority": [{"name": "a"}], "ceremony": [], "hsm": []}},
            {"name": "a", "version": "1"},
        ]
    }  # fmt: skip
    assert list(wanted_packages(lock)) == [("a", "1")]


def test_a_published_value_that_is_not_computed_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_published() == len(_VALUES)
    monkeypatch.setattr("civium.authority.commands.selftest_published.sha256", lambda _raw: _Other())
    with pytest.raises(Differs, match="FIPS 180-4"):
        check_published()


class _Other:
    def hexdigest(self) -> str:
        return "00"
