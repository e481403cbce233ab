"""Papers (PDF) that organisers give: looked through for whatever could act, carry, hide or swell.

The rules are:
- a paper begins with its own sign and ends with its own end: nothing stands before or after it that another program could read;
- nothing in it may run, open, send, fetch or carry a file; what is encrypted cannot be looked through and is refused;
- it is kept byte for byte, as whoever signed it must be able to check it; nothing of it is rendered here.

PDF: ISO 32000-2:2020; actions: 12.6; embedded files: 7.11.4; names may be written in hexadecimal (7.3.5), which the reader resolves.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from civium.errors import Refused

LARGEST_PAPER: Final = 5_000_000
MOST_PAGES: Final = 60  # a certificate has two, with its annexes a few dozen
MOST_OBJECTS: Final = 20_000
# Thirty pages of a scan in colour at 300 dots an inch are about this much once unpacked.
LARGEST_UNPACKED: Final = 250_000_000
# The reader itself unpacks what names objects, and streams of objects: a hundred of them are some 20 kB. It keeps each for as long as it reads.
_LARGEST_STREAM_OF_OBJECTS: Final = 4_000_000
_MOST_STREAMS_OF_OBJECTS: Final = LARGEST_UNPACKED // _LARGEST_STREAM_OF_OBJECTS
_BOUNDS: Final[dict[str, Any]] = {
    **dict.fromkeys(
        (
            "zlib_maximum_output_length",
            "lzw_maximum_output_length",
            "run_length_maximum_output_length",
            "brotli_maximum_output_length",
            "array_based_stream_maximum_output_length",
        ),
        _LARGEST_STREAM_OF_OBJECTS,
    ),
    "jbig2dec_binary": None,  # no other program is begun for a stream
}
_DEEPEST: Final = 60
_MOST_TIMES: Final = 1_400  # Deflate packs 1,032 to one at most, LZW with codes of twelve bits not more than this
_TAIL: Final = 64
_ACTING: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/GoTo3DView",
        "/RichMediaExecute",
        "/Thread",
    }
)
_ACTING_KEYS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent"})
_CARRYING_KEYS: Final = frozenset({"/EF", "/EmbeddedFiles", "/RF", "/AF", "/Collection"})
_CARRYING_TYPES: Final = frozenset({"/EmbeddedFile", "/Filespec", "/FileAttachment", "/RichMedia"})
# What might lie in an object that no table of the file names: names long enough not to arise by chance in packed bytes.
_RAW_ACTING: Final = (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData")
_RAW_CARRYING: Final = (b"/EmbeddedFile",)
# Whatever a broken file makes the reader stumble over; never its own faults alone (pypdf's documentation names no closed set).
_BROKEN: Final = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
    NotImplementedError,
    AssertionError,
    zlib.error,
)


@dataclass(frozen=True)
class Paper:
    """A paper that was looked through."""

    content: bytes
    pages: int


def checked_paper(content: bytes, *, largest: int = LARGEST_PAPER) -> Paper:
    """Give a paper back if nothing in it does anything but being read.

    (1) size: Refused `paper-too-large`; (2) its own start and end: `paper-malformed`, `paper-not-alone`; (3) readable, unencrypted:
    `paper-malformed`, `paper-encrypted`; (4) bounds on pages, objects and unpacked size: `paper-swells`; (5) no acts: `paper-acts`;
    (6) no files inside: `paper-carries-files`.
    """
    if len(content) > largest:
        raise Refused("paper-too-large", largest=largest)
    _check_alone(content)
    if any(name in content for name in _RAW_ACTING):
        raise Refused("paper-acts")
    if any(name in content for name in _RAW_CARRYING):
        raise Refused("paper-carries-files")
    # Its warnings repeat what stands in the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with apply_configuration(**_BOUNDS):
        pages = _pages_of_harmless(content)
    if not 0 < pages <= MOST_PAGES:
        raise Refused("paper-swells" if pages else "paper-malformed")
    return Paper(content, pages)


def _pages_of_harmless(content: bytes) -> int:
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted or "/Encrypt" in reader.trailer:
            raise Refused("paper-encrypted")
        if len({stream for stream, _ in reader.xref_objStm.values()}) > _MOST_STREAMS_OF_OBJECTS:
            raise Refused("paper-swells")
        _look_through(reader)
        return len(reader.pages)
    except _BROKEN:
        raise Refused("paper-malformed") from None


def _check_alone(content: bytes) -> None:
    if not content.startswith((b"%PDF-1.", b"%PDF-2.")):
        found = b"%PDF-" in content[:4096]
        raise Refused("paper-not-alone" if found else "paper-malformed")
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Refused("paper-malformed")
    tail = content[end + 5 :]
    if tail.strip(b"\r\n\t \x00") or len(tail) > _TAIL:
        raise Refused("paper-not-alone")


def _look_through(reader: PdfReader) -> None:
    numbers = {(generation, number) for generation, listed in reader.xref.items() for number in listed}
    numbers |= {(0, number) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise Refused("paper-swells")
    unpacked = _look_at(reader.trailer, 0)
    for generation, number in sorted(numbers):
        unpacked = _look_at(reader.get_object(IndirectObject(number, generation, reader)), unpacked)


def _look_at(thing: Any, unpacked: int) -> int:
    """Look at an object and what stands in it, but not at what it points to: each of those has its own turn."""
    for part in _parts(thing):
        if isinstance(part, StreamObject):
            unpacked += _unpacked_size(part, LARGEST_UNPACKED - unpacked)
        keys = set(part)
        if keys & _ACTING_KEYS or _name(part, "/S") in _ACTING or _name(part, "/Subtype") in _ACTING:
            raise Refused("paper-acts")
        if keys & _CARRYING_KEYS or {_name(part, "/Type"), _name(part, "/Subtype")} & _CARRYING_TYPES:
            raise Refused("paper-carries-files")
        if _opens_or_fetches(part, keys):
            raise Refused("paper-acts")
        if "/Encrypt" in keys:
            raise Refused("paper-encrypted")
    return unpacked


def _opens_or_fetches(part: DictionaryObject, keys: set[str]) -> bool:
    """Say whether a part does more by itself than turn to a page, or takes what it shows from elsewhere.

    An address behind a link that somebody follows is none of this (12.6.4.8); what happens when a paper is opened (7.7.2), or one act after
    another (12.6.2), is; a stream outside the file (7.3.8.2) and a page of another file (8.10.4) are fetched.
    """
    at_start = part.get("/OpenAction")
    if isinstance(at_start, DictionaryObject) and _name(at_start, "/S") != "/GoTo":
        return True
    if "/S" in keys and "/Next" in keys:
        return True
    return _name(part, "/FS") == "/URL" or (isinstance(part, StreamObject) and bool(keys & {"/F", "/Ref"}))


def _parts(thing: Any) -> Iterator[DictionaryObject]:
    waiting, seen = [(thing, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > _DEEPEST or seen > MOST_OBJECTS * 10:
            raise Refused("paper-swells")
        if isinstance(part, DictionaryObject):
            yield part
            waiting += [(part.raw_get(key), depth + 1) for key in part]
        elif isinstance(part, ArrayObject):
            waiting += [(value, depth + 1) for value in list.__iter__(part)]


def _name(part: DictionaryObject, key: str) -> str:
    """Give a name that a key holds; one that is written elsewhere is fetched from there."""
    return str(part.get(key, "") or "")


def _unpacked_size(stream: StreamObject, left: int) -> int:
    filters = stream.get("/Filter")
    named = [str(name) for name in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    packed = [name for name in named if name in ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL")]
    if len(packed) > 1:  # packing what is packed serves nothing but to hide a size
        raise Refused("paper-swells")
    content = stream._data  # noqa: SLF001  as it lies in the file: unpacking it is what is bounded here
    size = len(content)
    if packed:
        # Of what is not unpacked here (LZW, or Flate in ASCII) the most that it can become is counted.
        size = _inflated(content, left) if named[0] in ("/FlateDecode", "/Fl") else size * _MOST_TIMES
    if size > left:
        raise Refused("paper-swells")
    return size


def _inflated(content: bytes, left: int) -> int:
    """Count what a stream unpacks to, and stop when it is more than what is left."""
    unpacker, size, rest = zlib.decompressobj(), 0, content
    while rest and size <= left:
        try:
            size += len(unpacker.decompress(rest, 1 << 20))
        except zlib.error:  # readers show what came before the fault
            return size
        rest = unpacker.unconsumed_tail
    return size
