"""Pictures that organisers give: their kind and size read from their first bytes, and nothing kept in them that was not asked for.

The rules are:
- PNG, JPEG, WebP and SVG, known by their content, never by a name;
- what a camera or a program wrote beside the picture (place, time, device, author) is left out;
- nothing is decoded: the browser does that.

PNG: ISO/IEC 15948; JPEG: ITU-T T.81, Annex B; WebP: RFC 9649.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from civium.errors import Refused

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"IDAT", b"IEND"}
# JFIF's own, the colour profile, and Adobe's, which says how the colours are stored.
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ICCP", b"ALPH"}
# Flags of VP8X for Exif and XMP, which are left out.
_WEBP_FLAGS = 0b00001100


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


def kind(content: bytes) -> str | None:
    """The kind of a picture of dots, as files end: png, jpg or webp; None for anything else."""
    if content.startswith(PNG):
        return "png"
    if content.startswith(JPEG):
        return "jpg"
    return "webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def size(content: bytes) -> Size | None:
    """Width and height of a picture of dots; None where it is none, or broken."""
    try:
        return {"png": _png_size, "jpg": _jpeg_size, "webp": _webp_size}[kind(content) or ""](content)
    except (KeyError, IndexError, struct.error):
        return None


def bared(content: bytes) -> bytes:
    """The picture without what was written beside it. Raises Refused `picture-malformed`."""
    try:
        return {"png": _bare_png, "jpg": _bare_jpeg, "webp": _bare_webp}[kind(content) or ""](content)
    except (KeyError, IndexError, struct.error):
        raise Refused("picture-malformed") from None


def _png_size(content: bytes) -> Size:
    return Size(*struct.unpack(">II", content[16:24]))


def _bare_png(content: bytes) -> bytes:
    kept, at = [PNG], len(PNG)
    while True:
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, chunk = content[at + 4 : at + 8], content[at : at + 12 + length]
        if len(chunk) < 12 + length:
            raise IndexError
        if name in _PNG_KEPT:
            kept.append(chunk)
        at += 12 + length
        if name == b"IEND":
            return b"".join(kept)


def _jpeg_size(content: bytes) -> Size:
    at = 2
    while True:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        # The frame header: SOF0 to SOF15, without DHT, JPG and DAC, which have numbers among them.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Size(width, height)
        at += 2 + length


def _bare_jpeg(content: bytes) -> bytes:
    kept, at = [JPEG], 2
    while content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker == 0xDA:  # the picture itself begins, and goes on to the end
            return b"".join([*kept, content[at:]])
        is_beside = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not is_beside or marker in _JPEG_KEPT:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    raise IndexError


def _webp_size(content: bytes) -> Size:
    name = content[12:16]
    if name == b"VP8X":
        return Size(1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little"))
    if name == b"VP8L":
        packed = int.from_bytes(content[21:25], "little")
        return Size(1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF))
    width, height = struct.unpack("<HH", content[26:30])
    return Size(width & 0x3FFF, height & 0x3FFF)


def _bare_webp(content: bytes) -> bytes:
    kept, at = [], 12
    while at < len(content):
        name, (length,) = content[at : at + 4], struct.unpack("<I", content[at + 4 : at + 8])
        chunk = content[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length:
            raise IndexError
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
