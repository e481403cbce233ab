"""The badge: sound, up to date, named, in light and dark, and nothing in it runs or loads."""

from __future__ import annotations

import dataclasses
import re
from base64 import b64encode
from hashlib import sha256
from xml.etree import ElementTree

import pytest

from civium.server.site import badge, languages, theme
from tests.server.site import made

SVG = "{http://www.w3.org/2000/svg}"


def _badge(code: str = "en", received: int = 612_480, **changed: object) -> tuple[ElementTree.Element, dict[bytes, bytes]]:
    page = made.site(made.initiative(**changed), received=received).render(f"/{code}/i/night-trains/badge.svg")
    assert page is not None
    assert page.media_type == "image/svg+xml"
    return ElementTree.fromstring(page.body), dict(page.headers)


@pytest.mark.parametrize("code", languages.CODES)
def test_it_is_sound_and_named_in_every_language(code: str) -> None:
    tree, _ = _badge(code)
    assert tree.attrib["lang"] == code
    assert tree.attrib["aria-labelledby"] == tree.find(f"{SVG}title").attrib["id"]  # type: ignore[union-attr]
    said = tree.findtext(f"{SVG}title") or ""
    assert languages.language(code).number(612_480) in said
    assert languages.language(code).number(1_000_000) in said
    assert made.initiative().texts[code].title in said


def test_it_shows_the_total_as_it_is() -> None:
    tree, _ = _badge(received=250_000)
    assert float(tree.findall(f"{SVG}rect")[2].attrib["width"]) == pytest.approx(0.25 * 360)
    assert float(_badge(received=0)[0].findall(f"{SVG}rect")[2].attrib["width"]) == 0
    assert float(_badge(received=2_000_000)[0].findall(f"{SVG}rect")[2].attrib["width"]) == 360


def test_its_one_style_is_allowed_by_its_hash_and_nothing_else_is() -> None:
    tree, headers = _badge()
    style = tree.findtext(f"{SVG}style") or ""
    assert "prefers-color-scheme:dark" in style
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert (
        headers[b"content-security-policy"] == f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'".encode()
    )
    names = {element.tag.removeprefix(SVG) for element in tree.iter()}
    assert names == {"svg", "title", "style", "rect", "g", "text"}
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on") or "href" in name]


def test_its_ink_can_be_read_in_light_and_dark() -> None:
    tree, _ = _badge()
    inks = {element.attrib["fill"] for element in tree.iter(f"{SVG}text")}
    assert all(theme.contrast(ink, "#ffffff") >= 4.5 for ink in inks)
    dark = dict(re.findall(r"\.(\w)\{fill:(#\w{6})", tree.findtext(f"{SVG}style") or ""))
    assert all(theme.contrast(dark[kind], dark["s"]) >= 4.5 for kind in ("n", "q"))
    assert theme.contrast(dark["b"], dark["s"]) >= 3


@pytest.mark.parametrize("title", ["x" * 200, "word " * 60, "<b> & “quotes”", "Short"])
def test_a_title_keeps_to_its_two_lines(title: str) -> None:
    text = dataclasses.replace(made.initiative().texts["en"], title=title)
    tree, _ = _badge(texts={"en": text})
    lines = [element.text or "" for element in tree.iter(f"{SVG}text") if element.attrib["class"] == "t"]
    assert 1 <= len(lines) <= 2
    assert all(0 < len(line) <= 40 for line in lines)
    assert tree.attrib["height"] == str(badge.height(title, is_demonstration=True))


def test_only_a_demonstration_is_marked_as_one() -> None:
    assert "Demonstration." in [element.text for element in _badge()[0].iter(f"{SVG}text")]
    assert "Demonstration." not in [element.text for element in _badge(deployment="central")[0].iter(f"{SVG}text")]
