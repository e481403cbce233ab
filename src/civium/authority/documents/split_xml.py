"""The Commission's XML in several files of so many statements each: every file whole by itself, numbered so that a missing one is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from civium.authority.commission_xml import InitiativeData, write_xml
from civium.authority.documents.volumes import MOST_VOLUMES, batches, begin_volumes
from civium.authority.placing import write_whole
from civium.authority.results import Result
from civium.errors import Refused
from civium.law.rules import Jurisdiction, Procedure

# Often enough for a bar that moves.
_A_REPORT = 4096


def write_split_xml(
    results: Iterator[Result],
    target: Path,
    *,
    jurisdiction: Jurisdiction,
    procedure: Procedure,
    about: InitiativeData,
    language: str,
    named: Mapping[str, Any],
    total: int,
    size: int,
    told: Callable[[int, int], None],
) -> int:
    """Write the files into the folder `target` and give the number of statements in them; what cannot be read has no place there.

    A file is called as the Commission's software called the parts of a tree: `0001_es_en.xml`. Raises Refused `list-volumes`, and what
    `begin_volumes` raises.
    """
    if -(-total // size) > MOST_VOLUMES:
        raise Refused("list-volumes", volumes=-(-total // size), most=MOST_VOLUMES)
    folder = begin_volumes(target, {**named, "form": "xml", "size": size, "about": sha256(repr(about).encode()).hexdigest()})
    written = 0

    def readable() -> Iterator[Result]:
        nonlocal written
        for done, result in enumerate(results):
            if done % _A_REPORT == 0:
                told(done, total)
            if result.statement is not None:
                written += 1
                yield result
        told(total, total)

    for number, run in enumerate(batches(readable(), size), start=1):
        path = folder.path(f"{number:04}_{jurisdiction.export_code}_{language}.xml")
        if path.exists():
            continue

        def write(stream: BinaryIO, run: Iterator[Result] = run) -> None:
            write_xml(stream, run, jurisdiction=jurisdiction, procedure=procedure, about=about)

        write_whole(path, write)
    folder.finish()
    return written
