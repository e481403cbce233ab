"""Drawings (SVG) that organisers give: only shapes, colours and words are kept, so that nothing in them can run or load.

The rules are:
- elements and attributes are those of a list; everything else is left out with what stands in it: scripts, handlers, links, films;
- an address leads into the drawing itself (`#name`) or is left out; a style is kept only if it has no address and no rule from elsewhere;
- a document type with declarations of its own is refused: what it means cannot be seen from the text.

SVG 2 (W3C, 2018). What a server sends with a drawing (`sandbox`) is a second wall, not the first.
"""

from __future__ import annotations

import re
from html import escape
from xml.parsers import expat

from civium.errors import Refused

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SHAPES = (
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath linearGradient radialGradient stop "
    "clipPath mask pattern marker style"
)
_ATTRIBUTES = (
    "id class viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points transform preserveAspectRatio fill fill-opacity fill-rule "
    "stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity color "
    "clip-path clip-rule mask offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternTransform "
    "patternContentUnits clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits orient refX refY marker-start marker-mid "
    "marker-end font-family font-size font-weight font-style letter-spacing text-anchor dominant-baseline dx dy rotate textLength startOffset "
    "display visibility overflow role style aria-label aria-hidden"
)
_KEPT_SHAPES, _KEPT_ATTRIBUTES = frozenset(_SHAPES.split()), frozenset(_ATTRIBUTES.split())
_INSIDE = re.compile(r"#[\w.-]{1,100}")
_ADDRESS = re.compile(r"url\(\s*['\"]?(?P<where>[^)'\"]*)['\"]?\s*\)", re.IGNORECASE)
_OPENED = re.compile(r"url\(", re.IGNORECASE)
# What a style could load with, or hide such a thing behind.
_LOADS = re.compile(r"@|\\|expression|javascript|behavior|-moz-binding|image\s*\(|image-set|src\s*\(", re.IGNORECASE)
_DEEPEST = 100


def cleaned(content: bytes) -> tuple[bytes, int]:
    """The drawing with nothing in it but shapes, and how many parts were left out. Raises Refused `drawing-malformed`."""
    cleaner = _Cleaner()
    # What it says of its encoding does not count: it is read as what everything else here took it for.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = cleaner.start, cleaner.end
    parser.CharacterDataHandler = cleaner.characters
    parser.EntityDeclHandler = parser.AttlistDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Refused("drawing-malformed") from None
    if not cleaner.kept or not cleaner.kept[0].startswith("<svg"):
        raise Refused("drawing-malformed")
    return "".join(cleaner.kept).encode(), cleaner.left_out


def _refuse(*_given: object) -> int:
    raise Refused("drawing-malformed")


class _Cleaner:
    """Writes what is kept while the parser reads."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.left_out = 0
        self._open: list[str] = []
        # A style's rules may come in pieces, with a note between them: they count as what they are together.
        self._rules: list[str] = []
        # How deep inside something that is left out.
        self._skipped = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if self._skipped or self._is_in_style or space != _SVG or local not in _KEPT_SHAPES or len(self._open) >= _DEEPEST:
            self.left_out += not self._skipped
            self._skipped += 1
            return
        kept = {}
        for key, value in given.items():
            attribute = self._attribute(key, value)
            if attribute is None:
                self.left_out += 1
            else:
                kept[attribute] = value
        namespace = f' xmlns="{_SVG}"' if not self._open else ""
        self.kept.append(f"<{local}{namespace}" + "".join(f' {key}="{escape(value)}"' for key, value in kept.items()) + ">")
        self._open.append(local)

    def end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        if self._is_in_style:
            rules = "".join(self._rules)
            self._rules.clear()
            if _is_harmless(rules):
                self.kept.append(escape(rules, quote=False))
            else:
                self.left_out += 1
        self.kept.append(f"</{self._open.pop()}>")

    def characters(self, text: str) -> None:
        if self._skipped or not self._open:
            return
        if self._is_in_style:
            self._rules.append(text)
            return
        self.kept.append(escape(text, quote=False))

    @property
    def _is_in_style(self) -> bool:
        return bool(self._open) and self._open[-1] == "style"

    @staticmethod
    def _attribute(name: str, value: str) -> str | None:
        """The name under which an attribute is kept; None where it is left out."""
        if name in ("href", f"{_XLINK} href"):
            return "href" if _INSIDE.fullmatch(value.strip()) else None
        return name if name in _KEPT_ATTRIBUTES and _is_harmless(value) else None


def _is_harmless(text: str) -> bool:
    # One that nothing closes is closed by the end of the text (CSS Syntax 3, 4.3.6).
    addresses = [found["where"].strip() for found in _ADDRESS.finditer(text)]
    is_closed = len(addresses) == len(_OPENED.findall(text))
    return is_closed and not _LOADS.search(text) and all(_INSIDE.fullmatch(where) for where in addresses)
