"""What selftest finds out about the machine: system, Python, cores, memory, disk, packages; and that processes can be begun."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from civium.authority.commands.selftest_steps import Found, Place, expect, kept
from civium.authority.crew import core_count, in_order

# A million statements: 3.4 GB for the export, 0.2 GB opened, 0.1 GB verdicts, and lists and reports beside them.
_ROOM_WANTED = 5 * 10**9
_MEMORY_WANTED = 10**9
_GIGABYTE = 10**9
# The lock names these for programmers alone; an office has what the three extras bring.
_EXTRAS = ("authority", "ceremony", "hsm")


def look_at_machine(place: Place) -> Found:
    """Tell system, Python, cores, memory and room; a notice where a million statements would find too little."""
    memory, room = memory_bytes(), shutil.disk_usage(place.folder).free
    told = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, cores {core_count()}"
    told += f", memory {memory / _GIGABYTE:.1f} GB" if memory else ", memory not told by the system"
    told += f", room {room / _GIGABYTE:.1f} GB"
    is_little = room < _ROOM_WANTED or 0 < memory < _MEMORY_WANTED
    return Found(f"{told}{'; little for a million statements' if is_little else ''}", is_notice=is_little)


def memory_bytes() -> int:
    """Give how much memory the machine has, 0 where the system does not say."""
    if sys.platform == "win32" or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def look_at_packages(_place: Place) -> Found:
    """Compare the packages with the versions that were tested together; a notice where one is another or a part is not installed."""
    lock = kept("uv.lock")
    if lock is None:
        return Found("which versions were tested together is not told in this installation", is_notice=True)
    wanted = dict(wanted_packages(tomllib.loads(lock.read_text("utf-8"))))
    other, missing = [], []
    for name, tested in sorted(wanted.items()):
        found = _version(name)
        if not found:
            missing.append(name)
        elif found != tested:
            other.append(f"{name} {found} (tested: {tested})")
    told = [f"{len(wanted) - len(other) - len(missing)} of {len(wanted)} in the versions that were tested together"]
    told += [f"others: {', '.join(other)}"] if other else []
    told += [f"not installed: {', '.join(missing)}"] if missing else []
    return Found("; ".join(told), is_notice=bool(other or missing))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def wanted_packages(lock: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give name and version of all packages that the office's parts of a lock file need."""
    packages = {package["name"]: package for package in lock["package"]}
    own = packages["civium"]
    waiting = [*own["dependencies"], *(one for extra in _EXTRAS for one in own["optional-dependencies"][extra])]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()["name"]
        if name not in seen:
            seen.add(name)
            yield name, packages[name]["version"]
            waiting += packages[name].get("dependencies", [])


def begin_processes(_place: Place) -> Found:
    """Have two processes do a sum, as they would open envelopes. Raises Refused `process-lost` where they cannot be begun."""
    found = list(in_order(_square, range(8), processes=2, begin=_begin, told=()))
    expect(found == [number * number for number in range(8)], "another order, or another sum")
    return Found("two were begun and have done their work")


def _begin() -> None:
    """Nothing is to be known for a sum."""


def _square(number: int) -> int:
    return number * number


def versions(names: tuple[str, ...] = ("civium", "cryptography", "lxml", "openpyxl", "typst")) -> str:
    """Give the versions that matter for the report of a selftest."""
    return ", ".join(f"{name} {_version(name) or 'none'}" for name in names)


def program() -> str:
    """Give where this Python stands: the folder that IT installed."""
    return str(Path(sys.prefix))
