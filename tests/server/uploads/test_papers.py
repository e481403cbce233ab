"""Papers: a plain one passes as it came, and each trick is refused with its own word."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject, TextStringObject

from civium.errors import Refused
from civium.server.uploads.papers import LARGEST_PAPER, MOST_PAGES, checked_paper

Change = Callable[[PdfWriter], object]


def _paper(change: Change | None = None, pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if change is not None:
        change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _action(kind: str, **more: object) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/S"): NameObject(kind),
            **{NameObject(f"/{name}"): TextStringObject(str(value)) for name, value in more.items()},
        }
    )


def _opens_with(kind: str) -> Change:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(_action(kind))

    return change


def _stream(*filters: str, content: bytes) -> Change:
    def change(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream._data = content
        stream[NameObject("/Filter")] = ArrayObject(NameObject(name) for name in filters)
        writer._add_object(stream)

    return change


def _field(key: str, value: PdfObject | None = None) -> Change:
    return lambda writer: writer.root_object.update({NameObject(key): value or TextStringObject("x")})


def _outside(writer: PdfWriter, key: str, value: PdfObject) -> None:
    stream = StreamObject()
    stream[NameObject(key)] = value
    writer._add_object(stream)


def _plain(name: str) -> bytes:
    """Give a paper by hand, with a name as it is written here in its catalogue."""
    catalogue = f"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S {name} (x) >> >>".encode()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    objects = [catalogue, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    written, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    )


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return stream.getvalue()


def test_a_plain_paper_is_given_back_as_it_came() -> None:
    raw = _paper()
    assert checked_paper(raw).content == raw
    assert checked_paper(raw).pages == 2
    assert checked_paper(_plain("/GoTo /D")).pages == 1


def _streams_of_objects(number: int, spaces: int) -> bytes:
    """Give a paper each of whose objects lies in a packed stream of its own, which the reader unpacks to come to it."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    for inner in range(4, 4 + number):
        head = b"%d 0 " % inner
        packed = zlib.compress(head + b"1 " + b" " * spaces, 9)
        told = b"<< /Type /ObjStm /N 1 /First %d /Length %d /Filter /FlateDecode >>" % (len(head), len(packed))
        objects.append(told + b"\nstream\n" + packed + b"\nendstream")
    written, rows = b"%PDF-1.7\n", [(0, 0, 0)]
    places = []
    for place, content in enumerate(objects):
        places.append((1, len(written), 0))
        written += b"%d 0 obj\n%b\nendobj\n" % (place + 1 + (number if place > 2 else 0), content)
    rows += [*places[:3], *((2, inner + number, 0) for inner in range(4, 4 + number)), *places[3:], (1, len(written), 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    told = b"<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Length %d >>" % (len(rows), len(table))
    return written + b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        len(rows) - 1, told, table, len(written),
    )  # fmt: skip


def test_objects_in_packed_streams_are_looked_at() -> None:
    assert checked_paper(_streams_of_objects(3, 10)).pages == 1


BOMB = zlib.compress(bytes(300_000_000), 9)
TRICKS = {
    "javascript": (lambda: _paper(_opens_with("/JavaScript")), "paper-acts"),
    "javascript whose name is written in hexadecimal": (lambda: _plain("/J#61vaScript /J#53"), "paper-acts"),
    "a program to launch": (lambda: _paper(_opens_with("/Launch")), "paper-acts"),
    "a form that sends": (lambda: _paper(_opens_with("/SubmitForm")), "paper-acts"),
    "another file to go to": (lambda: _paper(_opens_with("/GoToR")), "paper-acts"),
    "an address that opens by itself": (lambda: _plain("/URI /URI"), "paper-acts"),
    "a printer that begins by itself": (lambda: _plain("/Named /N"), "paper-acts"),
    "an act behind another": (lambda: _plain("/GoTo /D 3 /Next << /S /URI >> /X"), "paper-acts"),
    "a stream that lies elsewhere": (
        lambda: _paper(lambda writer: _outside(writer, "/F", TextStringObject("//evil.example/x"))),
        "paper-acts",
    ),
    "a page of another file": (lambda: _paper(lambda writer: _outside(writer, "/Ref", DictionaryObject())), "paper-acts"),
    "an address as a file": (lambda: _paper(_field("/FS", NameObject("/URL"))), "paper-acts"),
    "a folder of files": (lambda: _paper(_field("/Collection")), "paper-carries-files"),
    "acts on events": (lambda: _paper(_field("/AA")), "paper-acts"),
    "a form of its own kind": (lambda: _paper(_field("/XFA")), "paper-acts"),
    "a file inside": (lambda: _paper(lambda writer: writer.add_attachment("a.exe", b"MZ")), "paper-carries-files"),
    "a file inside, by another name": (lambda: _paper(_field("/EF")), "paper-carries-files"),
    "encrypted": (lambda: _paper(lambda writer: writer.encrypt("secret", algorithm="RC4-128")), "paper-encrypted"),
    "something before it": (lambda: b"<html><script>alert(1)</script>\n" + _paper(), "paper-not-alone"),
    "an archive behind it": (lambda: _paper() + _zip(), "paper-not-alone"),
    "an archive before it": (lambda: _zip() + _paper(), "paper-not-alone"),
    "no paper at all": (lambda: b"MZ" + bytes(100), "paper-malformed"),
    "no end": (lambda: _paper().replace(b"%%EOF", b""), "paper-malformed"),
    "a start alone": (lambda: b"%PDF-1.7\n%%EOF", "paper-malformed"),
    "no pages": (lambda: _paper(pages=0), "paper-malformed"),
    "too many pages": (lambda: _paper(pages=MOST_PAGES + 1), "paper-swells"),
    "too many objects": (
        lambda: _paper(lambda writer: [writer._add_object(DictionaryObject()) for _ in range(20_001)]),
        "paper-swells",
    ),
    "a bomb": (lambda: _paper(_stream("/FlateDecode", content=BOMB)), "paper-swells"),
    "a bomb within a bomb": (
        lambda: _paper(_stream("/FlateDecode", "/FlateDecode", content=zlib.compress(BOMB, 9))),
        "paper-swells",
    ),
    "a bomb in letters": (
        lambda: _paper(_stream("/ASCIIHexDecode", "/FlateDecode", content=BOMB.hex().encode())),
        "paper-swells",
    ),
    "a bomb in a stream of objects": (lambda: _streams_of_objects(1, 60_000_000), "paper-malformed"),
    "a bomb in pieces, each in a stream of objects": (lambda: _streams_of_objects(80, 1_000), "paper-swells"),
    "too large": (lambda: b"%PDF-1.7" + bytes(LARGEST_PAPER), "paper-too-large"),
}


@pytest.mark.parametrize(("make", "code"), TRICKS.values(), ids=TRICKS)
def test_a_trick_is_refused(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Refused, match=f"^{code}"):
        checked_paper(make())


def _nested(writer: PdfWriter) -> None:
    chain = [DictionaryObject() for _ in range(200)]
    for outer, inner in pairwise(chain):
        outer[NameObject("/A")] = inner
    writer._add_object(chain[0])


def test_nesting_has_an_end() -> None:
    with pytest.raises(Refused, match=r"paper-(swells|malformed)"):
        checked_paper(_paper(_nested))


WHOLE = _paper()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_paper_it_passes_or_is_refused(data: st.DataObject) -> None:
    raw = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    assert _code(bytes(raw)).startswith("paper-")


def _code(raw: bytes) -> str:
    try:
        return f"paper-of-{checked_paper(raw).pages}"
    except Refused as refused:
        return refused.code
