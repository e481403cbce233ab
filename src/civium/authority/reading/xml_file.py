"""One XML file of the Commission's software, read as a stream: nothing is expanded, nothing fetched, nothing kept.

The rules are:
- a DTD is refused at its first sign: without one there are no entities, and nothing external to be asked for;
- UTF-8 and UTF-16 alone; a text of 64 KiB and a tag of 1 MiB are the longest; elements in elements 100 deep, and 10,000 names of them:
  what reads the file keeps each that is open, and each name for ever;
- what one signatory typed refuses nobody's file: values are sealed where all of a statement are;
- an element that the layout does not have is counted and passed over; one in the wrong place, or twice, is refused;
- errors tell the file's number, the statement and the line, never what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from civium.authority.reading.properties import PropertyReader
from civium.authority.reading.told import UNKNOWN_LANGUAGE, Told, civil_day, is_possible
from civium.errors import Refused

OLD, NEW = "commission-1-3", "commission-5.0"
LONGEST_TEXT, LONGEST_TAG = 1 << 16, 1 << 20
# The catalogue of 1.x had some forty, and a statement holds no more than 255.
MOST_PROPERTIES = 255
MOST_DEPTH, MOST_NAMES = 100, 10_000
_BLOCK = 1 << 16
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "us-ascii"})
HEADS = frozenset(
    {
        "registrationNumber", "registrationDate", "startOfTheCollectionPeriod", "endOfTheCollectionPeriod", "urlOnCommissionRegister", "title",
        "subjectMatter", "objectives", "mainObjectives", "organizerList", "contactPersonsList", "registeredContactPersons", "url",
    }
)  # fmt: skip
_SINGLE = ("submissionDate", "signatureIdentifier", "annexRevision")
# What may stand in what; what is not named here holds text.
_INSIDE: Mapping[str, frozenset[str]] = {
    "": frozenset({"supportForm"}),
    "supportForm": frozenset({"forCountry", "forLanguage", "initiativeData", "signatures"}),
    "initiativeData": HEADS,
    "signatures": frozenset({"signature"}),
    "signature": frozenset({*_SINGLE, "signatoryInfo"}),
    "signatoryInfo": frozenset({"groups"}),
    "groups": frozenset({"group"}),
    "group": frozenset({"name", "properties"}),
    "properties": frozenset({"property"}),
    "property": frozenset({"key", "value"}),
}
_TEXTS = frozenset(name for names in _INSIDE.values() for name in names) - _INSIDE.keys()
_SEALED = re.compile(r"[0-9A-Fa-f]{256,}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_REVISION = re.compile(r"\d{1,3}", re.ASCII)


class XmlFile:
    """Reads one file; `head` and `unknown` (elements passed over) are whole when all statements have been given."""

    def __init__(self, stream: BinaryIO, file: int, reader: PropertyReader) -> None:
        self._stream, self._file, self._reader = stream, file, reader
        self.head: dict[str, str] = {}
        self.unknown = 0
        self._number = 0
        self._line = 0
        self._path = [""]
        self._skipped = 0
        self._text: list[str] = []
        self._size = 0
        self._since = 0
        self._single: dict[str, str] = {}
        self._group: dict[str, str] = {}
        self._pairs: list[tuple[str, str]] = []
        self._properties: list[tuple[str, str, str]] = []
        self._made: list[Told] = []
        self._has_info = False
        self._parser = self._new_parser()

    def statements(self) -> Iterator[Told]:
        """Give the statements in the file's order. Raises Refused `reading-…` with file, statement and line."""
        try:
            while block := self._stream.read(_BLOCK):
                self._since += len(block)
                self._parser.Parse(block, False)
                if self._since > LONGEST_TAG:
                    self._refuse("reading-text-long")
                if len(self._parser.intern) > MOST_NAMES:
                    self._refuse("reading-structure", element=self._path[-1] or "supportForm")
                made, self._made = self._made, []
                yield from made
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            self._refuse("reading-not-xml")
        yield from self._made
        if "forCountry" not in self.head:
            self._refuse("reading-structure", element="forCountry")

    @property
    def layout(self) -> str:
        """Which layout the file has, as far as it was read."""
        return OLD if "forLanguage" in self.head or "registrationDate" in self.head else NEW

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.EntityDeclHandler = self._no_doctype
        parser.ExternalEntityRefHandler = self._no_doctype
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._hear
        return parser

    def _refuse(self, code: str, **facts: int | str) -> NoReturn:
        line = self._parser.CurrentLineNumber
        raise Refused(code, file=self._file, statement=self._number, line=line, **facts)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            self._refuse("reading-encoding")

    def _no_doctype(self, *_: object) -> NoReturn:
        self._refuse("reading-doctype")

    def _begin(self, name: str, _attributes: object) -> None:
        self._since = 0
        if self._skipped:
            self._skipped += 1
            if self._skipped > MOST_DEPTH:
                self._refuse("reading-structure", element=self._path[-1] or "supportForm")
            return
        above = self._path[-1]
        name = name.rpartition(":")[2]
        if name not in _INSIDE.get(above, ()):
            if above == "" or above in _TEXTS or name in _TEXTS or name in _INSIDE:
                self._refuse("reading-structure", element=above or "supportForm")
            self.unknown += 1
            self._skipped = 1
            return
        self._path.append(name)
        self._text, self._size = [], 0
        if name == "signature":
            self._number += 1
            self._line = self._parser.CurrentLineNumber
            self._single, self._properties, self._has_info = {}, [], False
        elif name == "group":
            self._group, self._pairs = {}, []
        elif name == "property":
            self._group.pop("key", None)
            self._group.pop("value", None)

    def _hear(self, text: str) -> None:
        self._since = 0
        if self._skipped:
            return
        if self._path[-1] in _TEXTS:
            self._size += len(text)
            if self._size > LONGEST_TEXT:
                self._refuse("reading-text-long")
            self._text.append(text)
        elif not text.isspace():
            self._refuse("reading-structure", element=self._path[-1] or "supportForm")

    def _end(self, _name: str) -> None:
        self._since = 0
        if self._skipped:
            self._skipped -= 1
            return
        name = self._path.pop()
        if name in _TEXTS:
            self._keep(name, "".join(self._text))
        elif name == "property":
            if "key" not in self._group:
                self._refuse("reading-structure", element="property")
            if len(self._pairs) + len(self._properties) == MOST_PROPERTIES:
                self._refuse("reading-structure", element="property")
            self._pairs.append((self._group["key"], self._group.get("value", "")))
        elif name == "group":
            self._properties += [(self._group.get("name", "").strip(), key, value) for key, value in self._pairs]
        elif name == "groups":
            self._has_info = True
        elif name == "signature":
            self._made.append(self._statement())

    def _keep(self, name: str, text: str) -> None:
        above = self._path[-1]
        kept = self._single if above == "signature" else self.head if above in ("supportForm", "initiativeData") else self._group
        if name in kept:
            self._refuse("reading-structure", element=name)
        kept[name] = text

    def _statement(self) -> Told:
        if not self._has_info:
            self._refuse("reading-structure", element="signatoryInfo")
        told = self._single.get("submissionDate", "").strip()
        day = civil_day(told) if told else None
        if told and not is_possible(day):
            self._refuse("reading-date")
        values = [value.strip() for _, _, value in self._properties if value.strip()]
        if values and all(map(_SEALED.fullmatch, values)):
            self._refuse("reading-sealed")
        try:
            fields = self._reader.fields(self._properties)
        except Refused:
            self._refuse("reading-structure", element="key")
        language = self.head.get("forLanguage", "").strip().lower()
        revision = self._single.get("annexRevision", "").strip()
        return Told(
            file=self._file,
            number=self._number,
            line=self._line,
            identifier=self._single.get("signatureIdentifier", ""),
            received_on=day,
            language=language if _LANGUAGE.fullmatch(language) else UNKNOWN_LANGUAGE,
            rules=self.layout + (f"-annex-{revision}" if _REVISION.fullmatch(revision) else ""),
            fields=fields,
        )
