"""The acknowledgement of receipt: what the authority received, named by hashes, and when the law's period ends. Nothing is opened for it.

The rules are:
- an export is acknowledged only if it is one log, whole (`completeness.py`); of other files, that they came, and that their content is the sender's word;
- the period runs when everything has arrived, on paper and online (Art. 12(4)); until the officer says so, none is named;
- a name of a file comes from outside: every sign of it that nobody sees is spelled out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from civium.authority.completeness import CompleteExport
from civium.authority.documents.dates import Duty, duty_rows, told_day
from civium.authority.documents.document import ABOUT, Block, Document, Paragraph, Section, Table
from civium.authority.reading.origin import SENDERS_WORD
from civium.authority.report import reason_sentence
from civium.authority.table_xlsx import printable
from civium.formats.export import PACKAGE
from civium.law.rules import Jurisdiction

NAME = "acknowledgement of receipt v1"


@dataclass(frozen=True)
class Received:
    """One file: its name, size and SHA-256; of an export what its log says, otherwise nothing."""

    name: str
    size: int
    sha256: str
    export: CompleteExport | None = None


@dataclass(frozen=True)
class Receipt:
    """Everything an acknowledgement says. `has_all`: nothing more is to come; until then `duties` are not told."""

    authority: str
    jurisdiction: Jurisdiction
    registration: str
    files: tuple[Received, ...]
    received_on: date
    made_on: date
    by: str
    duties: tuple[Duty, ...]
    has_all: bool
    is_demonstration: bool


def received_file(path: Path) -> Received:
    """Give a file that is no export."""
    with path.open("rb") as stream:
        return Received(path.name, path.stat().st_size, file_digest(stream, "sha256").hexdigest())


def received_export(complete: CompleteExport) -> Received:
    """Give an export that passed every step of completeness."""
    return Received(complete.path.name, complete.path.stat().st_size, complete.file_hash.hex(), complete)


def acknowledgement_of(receipt: Receipt) -> dict[str, Any]:
    """Give the acknowledgement as a value for a JSON file."""
    return {
        "civium": NAME,
        "authority": receipt.authority,
        "jurisdiction": receipt.jurisdiction.code,
        "registration": receipt.registration,
        "demonstration": receipt.is_demonstration,
        "received_on": receipt.received_on.isoformat(),
        "made_on": receipt.made_on.isoformat(),
        "by": receipt.by,
        "files": [_table_of(file) for file in receipt.files],
        "all_has_arrived": receipt.has_all,
        "duties": [
            {"id": duty.id, "article": duty.article, "on": duty.on.isoformat(), "latest_on": duty.latest_on.isoformat()}
            for duty in receipt.duties
            if receipt.has_all
        ],
    }


def _table_of(file: Received) -> dict[str, Any]:
    told: dict[str, Any] = {"name": printable(file.name), "size": file.size, "sha256": file.sha256}
    if file.export is not None:
        head = file.export.head
        told["export"] = {
            "kind": head.kind,
            "channel": head.channel,
            "made_on": head.made_on.isoformat(),
            "origin": head.origin,
            "entries": head.size,
            "root": file.export.checkpoint.root.hex(),
            "not_in_the_file": dict(sorted(file.export.reasons.items())),
        }
    return told


def acknowledgement_document(receipt: Receipt) -> Document:
    """Give the acknowledgement as a document, to be signed."""
    about = (
        ("Authority", receipt.authority),
        ("State", receipt.jurisdiction.name_en),
        ("Initiative", receipt.registration),
        ("Received on", receipt.received_on.isoformat()),
        ("Files", f"{len(receipt.files):,}"),
        ("Acknowledged by", receipt.by),
    )
    opening = "The authority named below has received the following files. Nothing has been opened; this says nothing of the validity of any statement."
    sections = [Section("Received", (Paragraph(opening), Table("What arrived", ("What", "Value"), about, ABOUT)))]
    sections += [_file_section(file) for file in receipt.files if file.export is not None]
    others = [file for file in receipt.files if file.export is None]
    if others:
        sections.append(_others_section(others))
    sections.append(_clock_section(receipt))
    return Document(
        title="Acknowledgement of receipt",
        subtitle=f"{receipt.registration}, {receipt.jurisdiction.name_en}, {receipt.received_on.isoformat()}",
        foot=f"civium-authority {version('civium')}, {receipt.made_on.isoformat()}",
        sections=tuple(sections),
        stamps=("DEMONSTRATION. Nothing counts.",) if receipt.is_demonstration else (),
        signed="Date, signature and stamp of the authority",
    )


def _file_section(file: Received) -> Section:
    assert file.export is not None
    head, signed = file.export.head, file.export.checkpoint
    rows = [
        ("Size", f"{file.size:,} bytes"),
        ("SHA-256", file.sha256),
        ("Kind", head.kind.replace("-", " ")),
        ("Collected", head.channel),
        ("Exported on", head.made_on.isoformat()),
        ("Log", head.origin),
        ("Entries at the checkpoint", f"{signed.size:,}"),
        ("Merkle root at the checkpoint", signed.root.hex()),
        ("Entries with their envelope", f"{signed.size - file.export.reasons.total():,}"),
        *((f"Entries without: {reason_sentence(reason)}", f"{count:,}") for reason, count in sorted(file.export.reasons.items())),
    ]
    whole = "The file is whole: its rows give the root that the log's key signed, every entry is there or says why its envelope is not."
    blocks: list[Block] = [Paragraph(whole), Table("What was received", ("What", "Value"), tuple(rows), ABOUT)]
    if head.kind != PACKAGE:
        blocks.insert(
            0,
            Paragraph(
                "This is a working copy. It is no submission: no period begins with it, and nothing of it is certified.",
                is_strong=True,
            ),
        )
    return Section(printable(file.name), tuple(blocks))


def _others_section(files: Sequence[Received]) -> Section:
    rows = tuple((f"{printable(file.name)}, {file.size:,} bytes", file.sha256) for file in files)
    return Section("Files of other systems", (Paragraph(SENDERS_WORD), Table("Files", ("Name and size", "SHA-256"), rows, ABOUT)))


def _clock_section(receipt: Receipt) -> Section:
    if not receipt.has_all:
        words = (
            "More is to arrive, on paper or online. The period for verification begins when all has arrived; it has not begun."
        )
        return Section("Period", (Paragraph(words),))
    words = "Everything has arrived, on paper and online."
    if not receipt.duties:
        return Section("Period", (Paragraph(words),))
    first = receipt.duties[0]
    words = f"{words} {first.title} by {told_day(first)} ({first.article})."
    table = Table("Last days", ("Duty", "Last day"), duty_rows(receipt.duties))
    return Section("Period", (Paragraph(words, is_strong=True), table))
