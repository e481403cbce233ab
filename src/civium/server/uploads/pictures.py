"""Pictures that organisers give: read once, written anew, so that nothing of the file that came is kept but its dots.

The rules are:
- width, height and kind are read from the first bytes before anything is unpacked; what is too large is never unpacked;
- a picture of dots is written anew as PNG or WebP: notes, places, profiles, second pictures and second files in it are gone;
- a drawing (SVG) is refused where it could run, load or lead anywhere; of others shapes, colours and words are kept (site/drawing.py);
- a cover is given once and kept in three widths, each within what pages may load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from civium.errors import Refused
from civium.server.initiatives.appearance import LARGEST_COVER, LARGEST_LOGO, NARROWEST_COVER
from civium.server.site import drawing, picture

LARGEST_PICTURE: Final = 10_000_000
MOST_DOTS: Final = 25_000_000
WIDEST: Final = 6_000
COVER_WIDTHS: Final = (640, 1280, 2000)
_LOGO_SIZES: Final = (288, 216, 144, 96)
_LOGO_KINDS: Final[tuple[tuple[str, Mapping[str, int | bool]], ...]] = (
    ("PNG", {"optimize": True}),
    ("WEBP", {"quality": 90, "method": 4}),
)
_QUALITIES: Final = (82, 74, 66, 55, 40)
_KINDS: Final = ("PNG", "JPEG", "WEBP")
_MOST_USES: Final = 20  # each may repeat all that the ones before it repeat
_ACTS: Final = re.compile(
    r"<\s*(?:\w+:)?(?:script|foreignObject|iframe|embed|object|handler|listener|set|animate\w*)\b|\son\w+\s*=|javascript\s*:|data\s*:\s*text",
    re.IGNORECASE,
)
_BROKEN: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    OverflowError,
    TypeError,
    Image.DecompressionBombError,
)


# A picture of the largest size takes some 300 MB while it is written anew; statements are received by the same machine.
_AT_ONCE: Final = BoundedSemaphore(2)


@dataclass(frozen=True)
class Cleaned:
    """A picture as it is kept, and how many parts of a drawing were left out."""

    content: bytes
    left_out: int = 0


def clean_logo(content: bytes) -> Cleaned:
    """Give a logo as it is kept: a drawing without what could act, or a PNG small enough for the head of a page.

    Raises Refused `picture-too-large`, `picture-malformed`, `picture-size`, `picture-moves`, `drawing-malformed`, `drawing-acts`.
    """
    if picture.kind(content) is None:
        return _clean_drawing(content)
    with _AT_ONCE:
        return _dotted_logo(content)


def _dotted_logo(content: bytes) -> Cleaned:
    image = _read(content)
    for side in _LOGO_SIZES:
        smaller = image.copy()
        smaller.thumbnail((side * 2, side), Image.Resampling.LANCZOS)
        for kind, options in _LOGO_KINDS:
            written = _written(smaller, kind, options)
            if len(written) <= LARGEST_LOGO:
                return Cleaned(written)
    raise Refused("picture-too-large", largest=LARGEST_LOGO)


def clean_cover(content: bytes) -> tuple[Cleaned, ...]:
    """Give a cover in up to three widths, never wider than what came. Raises Refused as `clean_logo`, but `cover-drawn` for a drawing."""
    if picture.kind(content) is None:
        raise Refused("cover-drawn")
    with _AT_ONCE:
        return _dotted_cover(content)


def _dotted_cover(content: bytes) -> tuple[Cleaned, ...]:
    image = _read(content)
    if image.width < NARROWEST_COVER:
        raise Refused("picture-size", least=NARROWEST_COVER, most=WIDEST)
    widths = [width for width in COVER_WIDTHS if width < image.width] or [image.width]
    if image.width > widths[-1] and len(widths) < len(COVER_WIDTHS):
        widths.append(image.width)
    # A picture so busy that its widest form is too heavy for a page is kept in the narrower ones.
    kept = tuple(Cleaned(written) for width in widths if (written := _cover(image, width)))
    if not kept:
        raise Refused("picture-too-large", largest=LARGEST_COVER)
    return kept


def _read(content: bytes) -> Image.Image:
    """Give a picture's dots, upright. Nothing is unpacked before kind and size are known."""
    if len(content) > LARGEST_PICTURE:
        raise Refused("picture-too-large", largest=LARGEST_PICTURE)
    size = picture.size(content)
    if size is None:
        raise Refused("picture-malformed")
    if not (1 <= size.width <= WIDEST and 1 <= size.height <= WIDEST and size.width * size.height <= MOST_DOTS):
        raise Refused("picture-size", least=1, most=WIDEST)
    try:
        with Image.open(BytesIO(content), formats=_KINDS) as opened:
            # What the first bytes said must be what is unpacked.
            if (opened.width, opened.height) != (size.width, size.height):
                raise Refused("picture-malformed")
            if getattr(opened, "n_frames", 1) > 1:
                raise Refused("picture-moves")
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return _plain(upright)
    except _BROKEN:
        raise Refused("picture-malformed") from None


def _plain(image: Image.Image) -> Image.Image:
    """Give the dots alone, in colours that every browser shows."""
    has_holes = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    converted = image.convert("RGBA" if has_holes else "RGB")
    bare = Image.new(converted.mode, converted.size)
    bare.paste(converted)
    return bare


def _cover(image: Image.Image, width: int) -> bytes:
    height = max(1, round(image.height * width / image.width))
    smaller = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    for quality in _QUALITIES:
        written = _written(smaller, "WEBP", {"quality": quality, "method": 4})
        if len(written) <= LARGEST_COVER:
            return written
    return b""


def _written(image: Image.Image, kind: str, options: Mapping[str, int | bool]) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _clean_drawing(content: bytes) -> Cleaned:
    if b"<svg" not in content:
        raise Refused("picture-malformed")
    if len(content) > LARGEST_LOGO:
        raise Refused("picture-too-large", largest=LARGEST_LOGO)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("picture-malformed") from None
    if _ACTS.search(_without_references(text)) or sum(1 for _ in _uses(text)) > _MOST_USES:
        raise Refused("drawing-acts")
    kept, left_out = drawing.cleaned(content)
    return Cleaned(kept, left_out)


def _without_references(text: str) -> str:
    """Give the text with letters that were written as numbers: `&#106;avascript:` is what it stands for."""
    from html import unescape

    return re.sub(r"[\x00-\x20]+", " ", unescape(text))


def _uses(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"<\s*(?:\w+:)?use\b", text)
