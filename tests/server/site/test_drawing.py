"""Drawings: shapes stay as they are, whatever could run or load is gone."""

from __future__ import annotations

import pytest
from lxml import etree

from civium.errors import Refused
from civium.server.site import drawing

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
LOGO = (
    f'<?xml version="1.0"?><svg {SVG} viewBox="0 0 10 10"><defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
    '<style>.x{fill:url(#a)}</style><path class="x" d="M0 0h10v10z"/><use xlink:href="#b"/><text x="1">A &amp; B</text></svg>'
)
HOSTILE = [
    "<script>alert(1)</script>",
    '<script xlink:href="https://evil.example/x.js"/>',
    '<path onclick="alert(1)" d="M0 0"/>',
    '<path ONLOAD="alert(1)" d="M0 0"/>',
    '<a xlink:href="javascript:alert(1)"><text>go</text></a>',
    '<image xlink:href="https://evil.example/p.png"/>',
    '<use xlink:href="https://evil.example/s.svg#x"/>',
    '<use href="data:image/svg+xml;base64,AAAA"/>',
    "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
    '<set attributeName="href" to="javascript:alert(1)"/>',
    '<animate attributeName="fill" values="url(https://evil.example)"/>',
    "<style>@import url(https://evil.example/x.css);</style>",
    "<style>.x{background:url('https://evil.example/x')}</style>",
    "<style>.x{fill:u\\72l(https://evil.example/x)}</style>",
    '<path style="fill:url(https://evil.example/x)" d="M0 0"/>',
    '<path fill="url( https://evil.example/x#a )" d="M0 0"/>',
    '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/>',
    '<feImage xlink:href="https://evil.example/x"/>',
    "<style><![CDATA[.x{background:url(//evil.example/x)}]]></style>",
    "<style>.x{fill:ur<desc/>l(https://evil.example/x)}</style>",
    "<style>.x{fill:url(<!-- -->https://evil.example/x)}</style>",
    "<style>.x{fill:u<![CDATA[rl(]]>https://evil.example/x)}</style>",
    '<path fill="url(https://evil.example/x" d="M0 0"/>',
    '<path fill="url(#a) url(https://evil.example/x" d="M0 0"/>',
]


def _drawn(inside: str) -> bytes:
    return f"<svg {SVG}>{inside}<circle r='1'/></svg>".encode()


def test_a_drawing_of_shapes_loses_nothing() -> None:
    kept, left_out = drawing.cleaned(LOGO.encode())
    assert left_out == 0
    tree = etree.fromstring(kept)
    assert [element.tag.split("}")[1] for element in tree.iter()] == [
        "svg", "defs", "linearGradient", "stop", "style", "path", "use", "text",
    ]  # fmt: skip
    assert tree.xpath("//*[local-name()='use']/@href") == ["#b"]
    assert tree.xpath("//*[local-name()='text']/text()") == ["A & B"]
    assert drawing.cleaned(kept) == (kept, 0)


@pytest.mark.parametrize("inside", HOSTILE)
def test_what_could_run_or_load_is_left_out(inside: str) -> None:
    kept, left_out = drawing.cleaned(_drawn(inside))
    assert left_out > 0
    said = kept.decode().lower().replace('xmlns="http://www.w3.org/2000/svg"', "")
    for never in ("script", "evil", "http", "data:", "onclick", "onload", "@import", "foreignobject", "iframe", "animate"):
        assert never not in said
    assert "<circle" in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"<html/>",
        b"<svg/>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b"\x89PNG",
    ],
)
def test_what_is_no_drawing_or_declares_things_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="drawing-malformed"):
        drawing.cleaned(content)


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "latin-1", "rot13", "no-such"])
def test_a_drawing_is_read_as_what_it_was_looked_through_as(encoding: str) -> None:
    """What it says of its own encoding would have it read as something else, or by no reader at all."""
    said = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + _drawn("<text>\u00e9</text>")
    assert "\u00e9" in drawing.cleaned(said)[0].decode()
