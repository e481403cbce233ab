"""The code: the same matrix as an independent reading of the drawing gives, its quiet zone, its level."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import segno
from PIL import Image

from civium.server.site import qr

ADDRESS = "https://collect.example/el/i/night-trains"
LONGEST = (
    "https://collect.a-rather-long-name-of-a-campaign.example:8443/el/i/"
    "night-trains-for-every-capital-of-the-union-and-every-town-too"
)
SVG = "{http://www.w3.org/2000/svg}"


def _drawn(svg: bytes) -> list[list[int]]:
    """Paint the strokes of the drawing onto a grid, quiet zone included."""
    tree = ElementTree.fromstring(svg)
    size = int(tree.attrib["viewBox"].split()[2])
    grid = [[0] * size for _ in range(size)]
    for left, top, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", tree.findall(f"{SVG}path")[1].attrib["d"]):
        for column in range(int(left), int(left) + int(length)):
            assert grid[int(top)][column] == 0
            grid[int(top)][column] = 1
    return grid


@pytest.mark.parametrize("address", [ADDRESS, LONGEST])
def test_the_drawing_is_the_matrix_within_its_quiet_zone(address: str) -> None:
    expected = segno.make(address, error="m", micro=False).matrix_iter(border=4)
    assert _drawn(qr.svg(address, "")) == [list(row) for row in expected]


@pytest.mark.parametrize("address", [ADDRESS, LONGEST])
def test_the_picture_is_the_drawing(address: str) -> None:
    picture = Image.open(BytesIO(qr.png(address))).convert("1")
    grid = _drawn(qr.svg(address, ""))
    assert picture.size == (len(grid) * 16, len(grid) * 16)
    for top, row in enumerate(grid):
        assert [0 if picture.getpixel((left * 16 + 8, top * 16 + 8)) else 1 for left in range(len(row))] == row


@pytest.mark.parametrize("address", [ADDRESS, LONGEST, "https://a.eu/bg/i/x"])
def test_a_torn_edge_does_no_harm(address: str) -> None:
    assert qr.level(address) in ("M", "Q", "H")


def test_the_drawing_says_what_it_is() -> None:
    tree = ElementTree.fromstring(qr.svg(ADDRESS, 'QR code that opens "<x>" & more'))
    assert tree.attrib["role"] == "img"
    assert tree.findtext(f"{SVG}title") == 'QR code that opens "<x>" & more'
