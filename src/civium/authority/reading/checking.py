"""Whether a delivery is of one initiative and one State, and can be read from end to end: known before a working file is begun.

The rules are:
- every file is read through once; nothing is written;
- of a statement 36 bytes stay (day, name, hash) and 12 for its place: by them copies are found, and two statements under one name;
- what the files themselves say of initiative and period must agree; what the officer says goes before it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import BinaryIO, cast

from civium.authority.reading.columns import Columns
from civium.authority.reading.delivery import TABLE, Delivery, Source
from civium.authority.reading.properties import PropertyReader
from civium.authority.reading.table_file import LAYOUT as TABLE_LAYOUT
from civium.authority.reading.table_file import Surveyed, TableReader, read_table, survey
from civium.authority.reading.told import UNKNOWN_LANGUAGE, Told, civil_day, cleaned
from civium.authority.reading.xml_file import NEW, OLD, XmlFile
from civium.errors import Refused
from civium.formats.leaf import days_of
from civium.law.procedure import form_of, jurisdiction_of, load_procedure
from civium.law.rules import Jurisdiction

_TRACE = 36
_ANY_DAY = date(1970, 1, 1)
_REGISTRATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9()/._ -]{0,59}", re.ASCII)
# One set of texts for a language of the tree.
_MOST_TEXTS = 60
# Bytes of them all: they stand in the head of the working file, which has an end.
_ROOM_FOR_TEXTS = 1 << 22


@dataclass(frozen=True)
class Asked:
    """What the officer says of a delivery; empty or None where the files are to say it. `announced`: −1 where no number was told."""

    jurisdiction: str
    procedure: str = "eci"
    registration: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    announced: int = -1
    accepts_gaps: bool = False
    channel: str = "online"
    is_demonstration: bool = False
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True)
class Checked:
    """A delivery that can be read: its files' hashes, which statements are copies, and what is known of it."""

    delivery: Delivery
    asked: Asked
    readers: tuple[FileReader, ...]
    hashes: tuple[bytes, ...]
    copies: frozenset[int]
    total: int
    layout: str
    registration: str
    opens_on: date
    closes_on: date
    texts: Mapping[str, Mapping[str, str]]
    undated: int
    unknown: int
    named_by_place: int

    @property
    def size(self) -> int:
        """How many statements there are, each once."""
        return self.total - len(self.copies)

    def sha256(self) -> str:
        """Give the hash of the file, or of all the files' hashes in their order."""
        return (self.hashes[0] if len(self.hashes) == 1 else sha256(b"".join(self.hashes)).digest()).hex()


class Hashed:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: BinaryIO, told: Callable[[int], None]) -> None:
        self._stream, self._told = stream, told
        self.hash = sha256()

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        block = self._stream.read(size)
        self.hash.update(block)
        self._told(len(block))
        return block


@dataclass
class FileReader:
    """Reads one file of a delivery, as often as it is asked to."""

    source: Source
    file: int
    how: PropertyReader | Surveyed
    head: dict[str, str] = field(default_factory=dict)
    unknown: int = 0
    layout: str = TABLE_LAYOUT
    hash: bytes = b""

    def statements(self, told: Callable[[int], None] = lambda _read: None) -> Iterator[Told]:
        """Give the statements; `told` hears how many bytes were read. Afterwards `head`, `unknown`, `layout` and `hash` are those of the file."""
        with closing(self.source.open()) as raw:
            hashed = Hashed(raw, told)
            stream = cast(BinaryIO, hashed)
            if isinstance(self.how, Surveyed):
                yield from read_table(stream, self.file, self.how)
            else:
                xml = XmlFile(stream, self.file, self.how)
                self.head = xml.head
                yield from xml.statements()
                self.unknown, self.layout = xml.unknown, xml.layout
            self.hash = hashed.hash.digest()


@dataclass
class _Seen:
    """What one pass leaves behind."""

    traces: bytearray = field(default_factory=bytearray)
    files: array[int] = field(default_factory=lambda: array("I"))
    numbers: array[int] = field(default_factory=lambda: array("Q"))
    heads: list[dict[str, str]] = field(default_factory=list)
    undated: int = 0
    named_by_place: int = 0

    def see(self, told: Told) -> None:
        """Keep what is needed of a statement."""
        # Of a statement without a day the day is 1970-01-01: only whether two are alike is asked here.
        day = days_of(told.received_on or _ANY_DAY).to_bytes(4, "big")
        words = repr(sorted(told.fields.items())).encode("utf-8", "surrogatepass")
        self.traces += day + told.name.bytes + sha256(words).digest()[:16]
        self.files.append(told.file)
        self.numbers.append(told.number)
        self.undated += told.received_on is None
        self.named_by_place += told.is_named_by_place

    def copies(self) -> frozenset[int]:
        """Give the statements that stand again, word for word. Raises Refused `reading-identifier-twice`."""
        names = memoryview(bytes(self.traces))
        order = sorted(range(len(self.files)), key=lambda row: bytes(names[_TRACE * row + 4 : _TRACE * row + 20]))
        found: set[int] = set()
        first = -1
        for row in order:
            trace = names[_TRACE * row : _TRACE * (row + 1)]
            known = names[_TRACE * first : _TRACE * (first + 1)] if first >= 0 else None
            if known is None or known[4:20] != trace[4:20]:
                first = row
            elif known == trace:
                found.add(row)
            else:
                raise Refused(
                    "reading-identifier-twice",
                    file=self.files[row],
                    statement=self.numbers[row],
                    other_file=self.files[first],
                    other_statement=self.numbers[first],
                )
        return frozenset(found)


def check_delivery(
    delivery: Delivery, asked: Asked, *, told: Callable[[int, int], None], remarked: Callable[[int, dict[str, int]], None]
) -> Checked:
    """Give a delivery that can be read. `told` hears bytes read; `remarked` a table's number and its fields with shortened values.

    Raises Refused `reading-…` and `table-…` as docs/errors.md lists them.
    """
    if delivery.gaps and not asked.accepts_gaps:
        raise Refused("reading-gaps", missing=delivery.gaps)
    place = jurisdiction_of(load_procedure(asked.procedure), asked.jurisdiction)
    readers = _readers(delivery, asked, place, remarked)
    seen = _Seen()
    total, done = sum(source.size for source in delivery.sources), 0

    def hear(read: int) -> None:
        nonlocal done
        done += read
        told(min(done, total), total)

    hear(0)
    for reader in readers:
        for statement in reader.statements(hear):
            if statement.number == 1:
                _check_country(reader, place)
            seen.see(statement)
        _check_country(reader, place)
        seen.heads.append(reader.head)
        if len({head["registrationNumber"] for head in _registered(seen.heads)}) > 1:
            raise Refused("reading-initiatives-mixed", file=reader.file)
    copies = seen.copies()
    found = len(seen.files) - len(copies)
    if asked.announced not in (-1, found):
        raise Refused("reading-number-differs", announced=asked.announced, found=found)
    opens_on, closes_on = _period(seen.heads, asked)
    _check_form(asked, closes_on)
    layouts = {reader.layout for reader in readers}
    return Checked(
        delivery=delivery,
        asked=asked,
        readers=tuple(readers),
        hashes=tuple(reader.hash for reader in readers),
        copies=copies,
        total=len(seen.files),
        layout=OLD if OLD in layouts else layouts.pop(),
        registration=_registration(seen.heads, asked),
        opens_on=opens_on,
        closes_on=closes_on,
        texts=_texts(seen.heads),
        undated=seen.undated,
        unknown=sum(reader.unknown for reader in readers),
        named_by_place=seen.named_by_place,
    )


def _readers(
    delivery: Delivery, asked: Asked, place: Jurisdiction, remarked: Callable[[int, dict[str, int]], None]
) -> list[FileReader]:
    procedure = load_procedure(asked.procedure)
    if delivery.kind != TABLE:
        how = PropertyReader.of(procedure, place.numbers)
        return [FileReader(source, file, how, layout=NEW) for file, source in enumerate(delivery.sources, 1)]
    if not asked.columns.headings:
        raise Refused("table-columns-needed")
    table = TableReader.of(procedure, place.numbers, asked.columns)
    made = []
    for file, source in enumerate(delivery.sources, 1):
        found = survey(source, file, table)
        if found.shortened:
            remarked(file, found.shortened)
        made.append(FileReader(source, file, found))
    return made


def _check_country(reader: FileReader, place: Jurisdiction) -> None:
    told = reader.head.get("forCountry")
    if told is not None and told.strip().upper() not in {place.code, place.iso, place.export_code.upper()}:
        raise Refused("reading-other-state", file=reader.file, jurisdiction=place.code)


def _registered(heads: list[dict[str, str]]) -> list[dict[str, str]]:
    for head in heads:
        head["registrationNumber"] = cleaned(head.get("registrationNumber", ""))
    return [head for head in heads if head["registrationNumber"]]


def _registration(heads: list[dict[str, str]], asked: Asked) -> str:
    told = asked.registration or asked.columns.registration
    told = told or next((head["registrationNumber"] for head in _registered(heads)), "")
    if not _REGISTRATION.fullmatch(told):
        raise Refused("reading-registration")
    return told


def _period(heads: list[dict[str, str]], asked: Asked) -> tuple[date, date]:
    opens_on = asked.opens_on or _day(asked.columns.opens_on, heads, "startOfTheCollectionPeriod", "registrationDate")
    closes_on = asked.closes_on or _day(asked.columns.closes_on, heads, "endOfTheCollectionPeriod")
    if opens_on is None or closes_on is None:
        raise Refused("reading-period-missing")
    if opens_on > closes_on or opens_on < _ANY_DAY:
        raise Refused("reading-period")
    return opens_on, closes_on


def _day(told: str, heads: list[dict[str, str]], *names: str) -> date | None:
    """Give the day that is told, or that all files tell alike; None where nobody tells one."""
    if told:
        days = {civil_day(told)}
    else:
        days = {
            civil_day(text)
            for head in heads
            for text in [next((head[name] for name in names if head.get(name, "").strip()), "")]
            if text
        }
    if len(days) > 1:
        raise Refused("reading-periods-differ")
    if days == {None}:
        raise Refused("reading-period")
    return next(iter(days), None)


def _check_form(asked: Asked, closes_on: date) -> None:
    try:
        form_of(load_procedure(asked.procedure), asked.jurisdiction, closes_on)
    except Refused:
        raise Refused("reading-before-forms", jurisdiction=asked.jurisdiction) from None


def _texts(heads: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    room = _ROOM_FOR_TEXTS
    for head in heads:
        language = cleaned(head.get("forLanguage", "")).lower() or UNKNOWN_LANGUAGE
        if language not in texts and len(texts) < _MOST_TEXTS and head.get("title", "").strip():
            told = {
                "title": head["title"],
                "objectives": head.get("objectives") or head.get("mainObjectives", ""),
                "register_url": head.get("urlOnCommissionRegister", ""),
                "website": head.get("url", ""),
                "contact_persons": head.get("registeredContactPersons") or head.get("contactPersonsList", ""),
            }
            size = sum(len(text.encode()) for text in told.values())
            if size <= room:
                texts[language], room = told, room - size
    return texts
