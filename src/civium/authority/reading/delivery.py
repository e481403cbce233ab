"""What was delivered: a file, a folder with its tree, or a ZIP, as a list of files in a fixed order, read where they lie.

The rules are:
- a ZIP is never unpacked: a path in it names, and means nothing; a bomb costs time, never memory or disk, and is refused by its size first;
- hidden files, links and what is no XML or table are left out, and counted;
- where the organisers' tool has been used (`…_dec.xml`), its output is read and its input left out.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self, cast

from civium.errors import Refused

XML, TABLE = "xml", "table"
_KINDS = {".xml": XML, ".csv": TABLE, ".tsv": TABLE, ".txt": TABLE}
# A whole State's XML shrinks to a thirtieth.
LARGEST_RATIO, SMALL = 200, 1 << 20
MOST_FILES = 100_000
_NUMBERED = re.compile(r"(\d{4,6})_([A-Za-z]{2})_([A-Za-z]{2,3})(?:_dec)?(?: ?\(\d{1,3}\))?\.xml", re.IGNORECASE | re.ASCII)
_OPENED = re.compile(r"(.+)_dec((?: ?\(\d{1,3}\))?)\.xml", re.IGNORECASE)
_COPY = re.compile(r"(?: ?\(\d{1,3}\))?(\.xml)", re.IGNORECASE)
# What a broken ZIP raises while its list and its members are read; ValueError: a name in no encoding; IndexError: a name that is empty.
ZIP_TROUBLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, IndexError, struct.error)
# The others ask for as much memory as the file says, and raise errors of their own.
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True)
class Source:
    """One file of the delivery: its path as it was delivered, its size, and how it is opened."""

    path: PurePosixPath
    size: int
    open: Callable[[], BinaryIO]

    @property
    def kind(self) -> str:
        """xml or table; empty for what is neither."""
        return _KINDS.get(self.path.suffix.lower(), "")


@dataclass(frozen=True)
class Delivery:
    """The files to be read, in their order; how many were left out, and how many lack by the numbers in their names."""

    kind: str
    sources: tuple[Source, ...]
    left_out: int
    gaps: int


@contextmanager
def delivered(paths: Sequence[Path]) -> Iterator[Delivery]:
    """Give what was delivered, to be read while this lasts.

    Raises Refused `reading-nothing`, `reading-too-many`, `reading-two-layouts`, `reading-zip`, `reading-zip-locked`, `reading-zip-large`.
    """
    with ExitStack() as stack:
        found, left_out = _found(paths, stack)
        kinds = {source.kind for source in found} - {""}
        if XML in kinds and TABLE in kinds:
            # A note in .txt beside the XML is no table; a .csv is.
            if any(source.path.suffix.lower() == ".csv" for source in found):
                raise Refused("reading-two-layouts")
            kinds = {XML}
        if not kinds:
            raise Refused("reading-nothing")
        kind = kinds.pop()
        chosen = [source for source in found if source.kind == kind]
        if kind == XML:
            chosen = _opened_alone(chosen)
        yield Delivery(kind, tuple(chosen), left_out + len(found) - len(chosen), _gaps(chosen) if kind == XML else 0)


def _found(paths: Sequence[Path], stack: ExitStack) -> tuple[list[Source], int]:
    found: list[Source] = []
    left_out = 0
    for path in paths:
        for file, shown in _walk(path):
            if not stat.S_ISREG(file.lstat().st_mode if file != path else file.stat().st_mode):
                left_out += 1
            elif file.suffix.lower() == ".zip":
                members, others = _members(file, shown, stack)
                found += members
                left_out += others
            else:
                found.append(Source(shown, file.stat().st_size, _Opener(file)))
        if len(found) > MOST_FILES:
            raise Refused("reading-too-many", most=MOST_FILES)
    seen = [source for source in found if not _is_hidden(source.path)]
    return seen, left_out + len(found) - len(seen)


def _walk(path: Path) -> Iterator[tuple[Path, PurePosixPath]]:
    if not path.is_dir():
        yield path, PurePosixPath(path.name)
        return
    for folder, folders, files in os.walk(path, onerror=_unreadable):
        folders.sort()
        # A link to a folder is not followed; it must not pass for nothing, and is left out like any other.
        for name in sorted((*files, *(name for name in folders if Path(folder, name).is_symlink()))):
            file = Path(folder, name)
            yield file, PurePosixPath(path.name, file.relative_to(path).as_posix())


def _unreadable(trouble: OSError) -> None:
    """Raise it: a folder that cannot be looked into must not pass for an empty one."""
    raise trouble


def _is_hidden(path: PurePosixPath) -> bool:
    """Tell whether a computer put this there by itself: `._0001_es_es.xml`, `__MACOSX`."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts[-4:] if part not in (".", ".."))


@dataclass(frozen=True)
class _Opener:
    path: Path

    def __call__(self) -> BinaryIO:
        return self.path.open("rb")


@contextmanager
def _whole_zip() -> Iterator[None]:
    """Say `reading-zip` of whatever is wrong with a ZIP; a disk's own trouble stays what it is."""
    try:
        yield
    except ZIP_TROUBLE:
        raise Refused("reading-zip") from None
    except OSError as trouble:
        if trouble.errno != errno.EINVAL:  # a place in the file that no file has
            raise
        raise Refused("reading-zip") from None


class _Member:
    """A member of a ZIP, read as a stream; whatever is wrong with the ZIP is `reading-zip`."""

    def __init__(self, archive: zipfile.ZipFile, told: zipfile.ZipInfo) -> None:
        with _whole_zip():
            self._stream = archive.open(told)

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        with _whole_zip():
            return self._stream.read(size)

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _members(path: Path, shown: PurePosixPath, stack: ExitStack) -> tuple[list[Source], int]:
    with _whole_zip():
        archive = stack.enter_context(zipfile.ZipFile(path))
        told = sorted((member for member in archive.infolist() if not member.is_dir()), key=lambda member: member.filename)
    if len(told) > MOST_FILES or sum(member.file_size for member in told) > LARGEST_RATIO * path.stat().st_size + SMALL:
        raise Refused("reading-zip-large", ratio=LARGEST_RATIO)
    usable = [member for member in told if PurePosixPath(member.filename).suffix.lower() in _KINDS]
    if any(member.flag_bits & 1 for member in usable):
        raise Refused("reading-zip-locked")
    if not {member.compress_type for member in usable} <= _PACKINGS:
        raise Refused("reading-zip")

    def opener(member: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
        return lambda: cast(BinaryIO, _Member(archive, member))

    # A drive, a root or ".." in it is a name like any other: nothing is ever written there.
    sources = [
        Source(shown / PurePosixPath(member.filename.replace("\\", "/").lstrip("/")), member.file_size, opener(member))
        for member in usable
    ]
    return sources, len(told) - len(usable)


def _opened_alone(sources: list[Source]) -> list[Source]:
    """Give what the organisers' tool wrote, without what it read; all of them where that is not so of each."""
    opened = {_place(source.path, found[1]) for source in sources if (found := _OPENED.fullmatch(source.path.name))}
    others = [source for source in sources if not _OPENED.fullmatch(source.path.name)]
    if opened and all(_place(source.path, _COPY.sub("", source.path.name)) in opened for source in others):
        return [source for source in sources if _OPENED.fullmatch(source.path.name)]
    return sources


def _place(path: PurePosixPath, name: str) -> tuple[str, ...]:
    # The tool mirrors the tree under another root: what is alike are the last folders and the name.
    return (*(part.lower() for part in path.parts[-3:-1]), name.lower())


def _gaps(sources: Sequence[Source]) -> int:
    """Give how many files lack: those of a folder are numbered from 0001."""
    numbers: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for source in sources:
        if found := _NUMBERED.fullmatch(source.path.name):
            numbers[(str(source.path.parent), found[2].lower(), found[3].lower())].add(int(found[1]))
    return sum(max(known) - len(known - {0}) for known in numbers.values())
