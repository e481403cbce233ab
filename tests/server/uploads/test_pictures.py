"""Pictures: written anew, within bounds; each trick is refused, or dies in the writing."""

from __future__ import annotations

import io
import struct
import threading
import zipfile
import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from civium.errors import Refused
from civium.server.initiatives.appearance import LARGEST_COVER, LARGEST_LOGO
from civium.server.site import picture
from civium.server.uploads import pictures
from civium.server.uploads.pictures import LARGEST_PICTURE, clean_cover, clean_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#51307a"/></svg>'


def _picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else "#51307a").save(stream, kind, **options)
    return stream.getvalue()


def _noise(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.frombytes("RGB", (width, height), Random(7).randbytes(width * height * 3)).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def _busy(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    small = Image.frombytes("RGB", (65, 22), Random(7).randbytes(65 * 22 * 3))
    small.resize((width, height), Image.Resampling.BICUBIC).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def _declared(width: int, height: int) -> bytes:
    """Give a PNG that says it has so many dots, with a few bytes behind it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return picture.PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_small_and_written_anew(kind: str) -> None:
    kept = clean_logo(_picture(kind, (3000, 1500))).content
    size = picture.size(kept)
    assert picture.kind(kept) == "png"
    assert len(kept) <= LARGEST_LOGO
    assert size is not None
    assert (size.width, size.height) == (576, 288)


def test_a_logo_with_holes_keeps_them_and_a_grey_one_is_read() -> None:
    with Image.open(io.BytesIO(clean_logo(_picture(mode="RGBA")).content)) as image:
        assert image.mode == "RGBA"
    assert clean_logo(_picture(mode="L")).content
    assert clean_logo(_picture(mode="P")).content


def test_a_busy_logo_is_made_smaller_until_it_fits() -> None:
    assert len(clean_logo(_noise(1600, 800)).content) <= LARGEST_LOGO


def test_a_cover_is_kept_in_three_widths_never_wider_than_it_came() -> None:
    kept = [one.content for one in clean_cover(_busy(2600, 900))]
    assert [picture.size(one).width for one in kept] == [640, 1280, 2000]  # type: ignore[union-attr]
    assert all(len(one) <= LARGEST_COVER and picture.kind(one) == "webp" for one in kept)
    assert [picture.size(one.content).width for one in clean_cover(_picture(size=(900, 300)))] == [640, 900]  # type: ignore[union-attr]
    assert [picture.size(one.content).width for one in clean_cover(_picture(size=(400, 300)))] == [400]  # type: ignore[union-attr]


def test_a_cover_too_busy_for_a_page_is_kept_in_narrower_forms() -> None:
    kept = [one.content for one in clean_cover(_noise(2600, 900))]
    assert [picture.size(one).width for one in kept] == [640, 1280]  # type: ignore[union-attr]
    with pytest.raises(Refused, match="picture-too-large"):
        clean_cover(_noise(640, 6000))


def test_nothing_that_was_written_beside_a_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Camera of Ilse", {1: "N", 2: (52.0, 1.0, 2.0)}
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Ilse Maréchal")
    for raw in (_picture("JPEG", exif=exif, comment=b"by Ilse"), _picture("PNG", pnginfo=notes), _picture("WEBP", exif=exif)):
        assert b"Ilse" in raw
        for kept in (clean_logo(raw), *clean_cover(raw)):
            assert b"Ilse" not in kept.content


def test_a_picture_lies_as_its_camera_held_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    size = picture.size(clean_cover(_picture("JPEG", (800, 400), exif=exif))[0].content)
    assert size is not None
    assert (size.width, size.height) == (400, 800)


def test_a_second_file_behind_or_within_a_picture_dies() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    script = b"<script>alert(1)</script>"
    for kind in ("PNG", "JPEG", "WEBP"):
        for kept in (clean_logo(_picture(kind) + script + stream.getvalue()), *clean_cover(_picture(kind) + script)):
            assert script not in kept.content
            assert b"PK\x03\x04" not in kept.content
    within = clean_logo(_picture("JPEG", comment=script)).content
    assert script not in within


TRICKS = {
    "10,000 dots wide": (_picture(size=(10_000, 10)), "picture-size"),
    "10,000 dots high, said in the first bytes alone": (_declared(10_000, 10_000), "picture-size"),
    "many dots in a few bytes": (_declared(5_999, 5_999), "picture-size"),
    "fewer dots than it says": (_declared(4_000, 4_000), "picture-malformed"),
    "no dots": (_declared(0, 9), "picture-size"),
    "cut short": (_picture("JPEG")[:300], "picture-malformed"),
    "another kind behind the first bytes": (picture.PNG + _picture("JPEG"), "picture-size|picture-malformed"),
    "a film": (_picture("WEBP", save_all=True, append_images=[Image.new("RGB", (400, 200), "#ffffff")]), "picture-moves"),
    "a program": (b"MZ" + bytes(100), "picture-malformed"),
    "a page": (b"<html><script>alert(1)</script></html>", "picture-malformed"),
    "a GIF": (_picture("GIF"), "picture-malformed"),
    "a TIFF": (_picture("TIFF"), "picture-malformed"),
    "too large": (_picture() + bytes(LARGEST_PICTURE), "picture-too-large"),
}


@pytest.mark.parametrize(("raw", "code"), TRICKS.values(), ids=TRICKS)
def test_a_trick_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        clean_logo(raw)
    with pytest.raises(Refused, match=f"{code}|cover-drawn"):
        clean_cover(raw)


def test_a_plain_drawing_is_kept_without_its_editors_notes() -> None:
    noted = SVG.replace(b"<path", b'<sodipodi:namedview xmlns:sodipodi="urn:x"/><path')
    kept = clean_logo(noted)
    assert b"namedview" not in kept.content
    assert kept.left_out == 1
    assert clean_logo(SVG).left_out == 0


DRAWN = {
    "a script": b"<script>alert(1)</script>",
    "a script of another house": b'<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    "a handler": b'<rect onload="alert(1)"/>',
    "a handler after a new line": b'<rect\nonclick="alert(1)"/>',
    "a page inside": b"<foreignObject><body/></foreignObject>",
    "a way into a script": b'<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    "the same, letter by letter": b'<a href="&#106;avascript:alert(1)"><path d="M0 0"/></a>',
    "a change of an address": b'<animate attributeName="href" to="javascript:alert(1)"/>',
    "copies of copies of copies": b'<g id="a"><path d="M0 0"/></g>' + b'<use href="#a"/>' * 21,
}


@pytest.mark.parametrize("inside", DRAWN.values(), ids=DRAWN)
def test_a_drawing_that_could_act_is_refused(inside: bytes) -> None:
    with pytest.raises(Refused, match="drawing-acts"):
        clean_logo(SVG.replace(b"<path", inside + b"<path", 1))


def test_a_drawing_with_a_document_type_or_without_end_is_refused() -> None:
    with pytest.raises(Refused, match="drawing-malformed"):
        clean_logo(b'<!DOCTYPE svg [<!ENTITY x "y">]>' + SVG)
    with pytest.raises(Refused, match="drawing-malformed"):
        clean_logo(SVG[:-6])
    with pytest.raises(Refused, match="picture-too-large"):
        clean_logo(SVG + b" " * LARGEST_LOGO)
    with pytest.raises(Refused, match="picture-malformed"):
        clean_logo(SVG.decode().encode("utf-16"))
    with pytest.raises(Refused, match="cover-drawn"):
        clean_cover(SVG)


WHOLE = _picture("PNG", (40, 20))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_picture_it_is_kept_or_refused(data: st.DataObject) -> None:
    raw = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    assert _kind(bytes(raw)) in ("png", "webp", "refused")


def _kind(raw: bytes) -> str | None:
    try:
        return picture.kind(clean_logo(raw).content)
    except Refused:
        return "refused"


def test_few_pictures_are_unpacked_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the largest takes some 300 MB for a moment."""
    running, most, never = 0, 0, threading.Event()

    def read(_content: bytes) -> Image.Image:
        nonlocal running, most
        running += 1
        most = max(most, running)
        never.wait(0.05)
        running -= 1
        return Image.new("RGB", (8, 8))

    monkeypatch.setattr(pictures, "_read", read)
    tries = [threading.Thread(target=pictures.clean_logo, args=(picture.PNG,)) for _ in range(8)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert most == 2
