"""How a finished file gets its name: whole, at once, and never over another."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from civium.errors import Refused

if sys.platform != "win32":
    import fcntl


def unfinished(path: Path) -> Path:
    """Give the name a file has while it is being written."""
    return path.with_name(path.name + ".part")


def place(written: Path, path: Path) -> None:
    """Give a written file its name. Raises Refused `file-exists` and leaves both if another has it."""
    try:
        os.link(written, path)
    except FileExistsError:
        raise Refused("file-exists") from None
    except OSError:
        # A memory stick's file system has no hard links; there a look before the renaming has to do.
        if path.exists():
            raise Refused("file-exists") from None
        written.rename(path)
        return
    written.unlink()


def write_whole(path: Path, write: Callable[[BinaryIO], None], *, mode: int = 0o600) -> None:
    """Have `write` fill a new file, which appears under its name only when all of it is on the disk.

    Raises Refused `file-exists`. Whatever goes wrong, nothing half-written stays behind.
    """
    if path.exists():
        raise Refused("file-exists")
    part = unfinished(path)
    # What a killed act left goes; nobody's link or file that lies in wait is written into.
    _take_away(part)
    # Before the `try`: where another act was faster, the file is not ours to take away.
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            _lock(stream.fileno())
            if hasattr(os, "fchmod"):  # Windows has it since Python 3.13 only, and no such rights
                os.fchmod(stream.fileno(), mode)
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        place(part, path)
    finally:
        part.unlink(missing_ok=True)


def _take_away(part: Path) -> None:
    """Take away what a killed act left. Raises Refused `file-exists` where an act that lives is writing it: its file must not become ours."""
    try:
        left = os.open(part, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return
    except OSError:  # a link
        part.unlink(missing_ok=True)
        return
    try:
        _lock(left)
        part.unlink(missing_ok=True)
    finally:
        os.close(left)


def _lock(descriptor: int) -> None:
    """Hold a file until it is closed. Raises Refused `file-exists` where another act does."""
    if not is_held_alone(descriptor):
        raise Refused("file-exists")


def is_held_alone(descriptor: int) -> bool:
    """Hold a file until it is closed, and say whether no other act does. Windows takes away no open file, and has no such lock."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_bytes(path: Path, raw: bytes, *, mode: int = 0o600) -> None:
    """Write a small file, whole or not at all. Raises Refused `file-exists`."""

    def write(stream: BinaryIO) -> None:
        stream.write(raw)

    write_whole(path, write, mode=mode)


def write_together(files: Sequence[tuple[Path, bytes, int]]) -> None:
    """Write small files (path, bytes, mode) that belong together: all of them or none. Raises Refused `file-exists`."""
    if any(path.exists() for path, _, _ in files):
        raise Refused("file-exists")
    written: list[Path] = []
    try:
        for path, raw, mode in files:
            write_bytes(path, raw, mode=mode)
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink()
        raise
