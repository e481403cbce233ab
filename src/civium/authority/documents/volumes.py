"""A result in several files: a folder that is filled file by file, can be taken up after an interruption, and gets its name when it is whole.

The rules are:
- until it is whole the folder's name ends in `.part`, and a file in it says what it is going to hold;
- the same command goes on with the file that is missing; another one is refused (`work-of-another`);
- a folder or file of the name that is there is never touched (`file-exists`);
- at the end `SHA256SUMS` names every file with its hash, as sha256sum writes and checks it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from civium.authority.placing import unfinished, write_bytes
from civium.errors import Refused
from civium.formats import canonical

SUMS = "SHA256SUMS"
_ABOUT = ".civium-volumes"
# Nobody counts by hand beyond; a name keeps its four digits.
MOST_VOLUMES = 9999
Item = TypeVar("Item")


@dataclass(frozen=True)
class VolumeFolder:
    """A folder of volumes in the making."""

    target: Path

    @property
    def part(self) -> Path:
        """Where the files lie until all are there."""
        return unfinished(self.target)

    def path(self, name: str) -> Path:
        """Give the place of a file."""
        return self.part / name

    def finish(self) -> list[str]:
        """Write the hashes and give the folder its name; give the names of its volumes. Raises Refused `file-exists`."""
        names = sorted(path.name for path in self.part.iterdir() if path.name not in (_ABOUT, SUMS) and path.suffix != ".part")
        sums = self.path(SUMS)
        sums.unlink(missing_ok=True)
        write_bytes(sums, "".join(f"{_sha256(self.path(name))}  {name}\n" for name in names).encode())
        if self.target.exists():
            raise Refused("file-exists")
        self.path(_ABOUT).unlink()
        os.rename(self.part, self.target)  # noqa: PTH104 - Path.rename would do; this one says that nothing is replaced on Windows
        return names


def begin_volumes(target: Path, about: Mapping[str, Any]) -> VolumeFolder:
    """Begin a folder, or take up the unfinished one of the same kind. Raises Refused `file-exists`, `work-of-another`."""
    if target.exists():
        raise Refused("file-exists")
    folder, told = VolumeFolder(target), canonical.encode(dict(about))
    if not folder.part.exists():
        folder.part.mkdir(mode=0o700)
    kept = folder.path(_ABOUT)
    if not kept.exists() and not any(folder.part.iterdir()):
        write_bytes(kept, told)
    if not kept.is_file() or kept.read_bytes() != told:
        raise Refused("work-of-another")
    return folder


def batches(items: Iterator[Item], size: int) -> Iterator[Iterator[Item]]:
    """Give the items in runs of `size`, each a stream of its own; one empty run where there are none. What a run leaves unread is passed over."""
    is_first = True
    while True:
        start = list(islice(items, 1))
        if not start and not is_first:
            return
        run = chain(start, islice(items, size - 1))
        yield run
        for _ in run:
            pass
        if not start:
            return
        is_first = False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
