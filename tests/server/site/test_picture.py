"""Pictures of dots: their size, and nothing kept that was written beside them. Pillow makes them and reads them back."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from civium.errors import Refused
from civium.server.site import picture

KINDS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
PLACE = "somewhere at 50.8466N 4.3528E"


def _made(kind: str, *, lossless: bool = False) -> bytes:
    image = Image.new("RGB", (321, 57), "#51307a")
    exif = Image.Exif()
    exif[0x010E] = PLACE
    stream = BytesIO()
    image.save(stream, KINDS[kind], exif=exif, **({"lossless": True} if lossless else {}))
    return stream.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_beside_a_picture_is_left_out_and_the_picture_stays(kind: str) -> None:
    given = _made(kind)
    assert PLACE.encode() in given
    bare = picture.bared(given)
    assert PLACE.encode() not in bare
    assert b"Exif" not in bare
    with Image.open(BytesIO(given)) as before, Image.open(BytesIO(bare)) as after:
        assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    assert picture.kind(bare) == kind
    assert picture.size(bare) == picture.size(given) == picture.Size(321, 57)


def test_a_webp_without_loss_has_its_size_elsewhere() -> None:
    stream = BytesIO()
    Image.new("RGB", (640, 200)).save(stream, "WEBP", lossless=True)
    assert picture.size(stream.getvalue()) == picture.Size(640, 200)
    assert picture.size(picture.bared(_made("webp", lossless=True))) == picture.Size(321, 57)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    with pytest.raises(Refused, match="picture-malformed"):
        picture.bared(_made(kind)[:40])


def test_what_is_no_picture_has_no_size() -> None:
    assert picture.kind(b"<svg/>") is None
    assert picture.size(b"") is None
    assert picture.size(b"\xff\xd8\xff") is None
    with pytest.raises(Refused, match="picture-malformed"):
        picture.bared(b"GIF89a")
