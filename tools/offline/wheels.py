"""The wheels of an installation without a network: those of uv.lock, for one system and one Python, each with its SHA-256.

The rules are:
- versions and hashes are those of uv.lock; what has another hash is not taken;
- wheels alone: nothing is compiled in the office;
- a system for which the lock knows no wheel is refused with the package's name, not approximated.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from packaging.markers import Marker

EXTRAS = ("authority", "ceremony", "hsm")
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class System:
    """An operating system as pip and markers name it, and what we know about it."""

    pip_platforms: tuple[str, ...]
    markers: dict[str, str]
    was_tried: bool


def _linux(machine: str, *, was_tried: bool) -> System:
    # glibc 2.28 is that of Debian 10, RHEL 8 and Ubuntu 20.04.
    names = (*(f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)), f"manylinux2014_{machine}")
    return System(names, _markers("linux", "Linux", "posix", machine), was_tried)


def _markers(sys_platform: str, platform_system: str, os_name: str, machine: str) -> dict[str, str]:
    return {
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "os_name": os_name,
        "platform_machine": machine,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


SYSTEMS = {
    "linux": _linux("x86_64", was_tried=True),
    "linux-arm": _linux("aarch64", was_tried=False),
    "windows": System(("win_amd64",), _markers("win32", "Windows", "nt", "AMD64"), was_tried=False),
    # A Mac with an Intel processor is not here: cryptography makes no wheel for it any more.
    "macos": System(("macosx_14_0_arm64",), _markers("darwin", "Darwin", "posix", "arm64"), was_tried=False),
}


def uv() -> str:
    """Give the uv that stands beside this Python, or on the path."""
    beside = Path(sys.executable).with_name("uv")
    return (
        str(beside)
        if beside.exists()
        else shutil.which("uv") or sys.exit("uv is not here: make the environment first (make check)")
    )


def build_wheel(tree: Path, folder: Path) -> Path:
    """Build civium's wheel from a source tree."""
    told = [uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder), str(tree)]
    subprocess.run(told, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1580601600"})
    (wheel,) = folder.glob("civium-*.whl")
    return wheel


def locked_requirements(tree: Path, system: System, python: str) -> list[str]:
    """Give `name==version --hash=sha256:… …` of every package that the lock of a tree names for a system and a Python."""
    told = [uv(), "export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project", "--no-header", "--no-annotate"]
    for extra in EXTRAS:
        told += ["--extra", extra]
    exported = subprocess.run(told, check=True, capture_output=True, text=True, cwd=tree).stdout
    return list(_for_system(exported.replace("\\\n", " ").splitlines(), {**system.markers, **_python_markers(python)}))


def _python_markers(python: str) -> dict[str, str]:
    return {"python_version": python, "python_full_version": f"{python}.0", "implementation_version": f"{python}.0"}


def _for_system(lines: Sequence[str], environment: dict[str, str]) -> Iterator[str]:
    for line in lines:
        requirement, *hashes = line.split(" --hash=")
        name, _, marker = requirement.partition(";")
        if name.strip() and (not marker or Marker(marker.strip()).evaluate(environment)):
            yield " ".join([name.strip(), *(f"--hash={told.strip()}" for told in hashes)])


def fetch(requirements: Sequence[str], folder: Path, system: System, python: str) -> None:
    """Fetch one wheel for each requirement with pip, which refuses other hashes than the lock's."""
    listed = folder.with_name("locked.txt")
    listed.write_text("\n".join(requirements) + "\n", "utf-8")
    told = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    told += ["--require-hashes", "--requirement", str(listed), "--dest", str(folder)]
    told += ["--python-version", python, "--implementation", "cp"]
    for name in system.pip_platforms:
        told += ["--platform", name]
    subprocess.run(told, check=True)


def pinned(wheels: Path, civium: Path) -> str:
    """Give the requirements of the installation: each wheel of a folder by its version and its one hash."""
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, version, *_ = wheel.name.split("-")
        asked = f"civium[{','.join(EXTRAS)}]" if wheel.name == civium.name else name.replace("_", "-")
        lines.append(f"{asked}=={version} --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}")
    return "\n".join(lines) + "\n"
