"""A chart of the page as a picture of its own: SVG that stands alone, and PNG made of it.

The rules are:
- a picture needs nothing beside it: colours, type and title are inside, and whose numbers they are stands below;
- what stretches on the page is drawn in pixels here: few programs know lines that keep their width while a drawing stretches;
- words are escaped where they were made (Markup); nothing from outside is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typst
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 960
_EDGE, _HEAD, _FOOT = 32, 84, 44
_PIXELS_PER_INCH = 144.0  # 1,536 pixels wide: sharp in a newspaper column
# Those that the typesetter brings; a browser takes what it has.
_FONT = "system-ui, 'Noto Sans', 'Libertinus Serif', sans-serif"
_STYLE = """
text{font-family:FONT;font-size:13px;fill:#4a5057}
.head{font-size:21px;font-weight:600;fill:#1d2126}.told{font-size:14px}
.strong{fill:#1d2126;font-weight:600}.halo{paint-order:stroke;stroke:#fff;stroke-width:5px;stroke-linejoin:round}
.grid{stroke:#e6e0d5}.axis{stroke:#857c6c}.goal-line{stroke:#1d2126;stroke-dasharray:2 4;stroke-width:1.5}
.bars{fill:#0f5560;opacity:.38}.alone{opacity:1}.bars-2{fill:#d9921f}.thin{fill:none;stroke:#0f5560;stroke-width:1.25;opacity:.7}.line{fill:none;stroke:#0f5560;stroke-width:2.25;stroke-linejoin:round}
.dash{fill:none;stroke:#0f5560;stroke-width:2;stroke-dasharray:6 4}.band{fill:#b9d3d6}.band-2{fill:#dbe8ea}.c1{fill:#0f5560}
.tile{fill:#fff;stroke:#857c6c}.level{fill:#0f5560;opacity:.24}.tickmark{display:none}
.cell text{font-size:13px;font-weight:700;fill:#1d2126;text-anchor:middle}.cell .pc{font-size:10.5px;font-weight:400}
.in .tile{fill:#0f5560}.in .level,.in .pc{display:none}.in text{fill:#fff}
.in .tickmark{display:inline;stroke:#fff;fill:none;stroke-width:1.8}
.ground{fill:#efe9df}.q0,.q1,.q2,.q3{fill:#0f5560}.q0{fill-opacity:.07}.q1{fill-opacity:.24}.q2{fill-opacity:.45}.q3{fill-opacity:.68}
.q0,.q1,.q2,.q3,.q4{stroke:#fff;stroke-width:1.5}.hatched{fill:#0f5560}.hatch{stroke:#fff;stroke-width:3;opacity:.55}
"""
_ROOT = re.compile(
    r'<svg class="(?P<kind>[a-z]+)"(?: height="(?P<height>\d+)")?(?: viewBox="0 0 (?P<wide>\d+) (?P<high>\d+)")?[^>]*>'
)
_STRETCHED = re.compile(
    r'<svg y="(?P<y>\d+)" width="100%" height="(?P<height>\d+)" viewBox="0 0 (?P<wide>\d+) (?P<high>\d+)" preserveAspectRatio="none">'
    r"(?P<inside>.*?)</svg>",
    re.DOTALL,
)
_PATH = re.compile(r'd="(?P<commands>[^"]*)"')
_COMMAND = re.compile(r"([MLVhZ])([^MLVhZ]*)")


@dataclass(frozen=True)
class Told:
    """What stands around a picture: its title, the sentence under it, and whose numbers they are."""

    title: str
    sentence: str
    source: str


def standing_alone(chart: Markup, told: Told) -> str:
    """Give a chart as SVG that stands alone."""
    text = str(chart)
    root = _ROOT.match(text)
    assert root is not None, "a chart is an SVG of charts/ or of this folder"
    inside = text[root.end() : text.rindex("</svg>")]
    if root["height"]:
        height = int(root["height"])
        drawn = _in_pixels(inside)
        window = f'<svg x="{_EDGE}" y="{_HEAD}" width="{WIDTH}" height="{height}" overflow="visible">{drawn}</svg>'
    else:
        wide, high = int(root["wide"]), int(root["high"])
        height = round(min(620, WIDTH * high / wide))
        group = "cell" if root["kind"] == "tiles" else "map"
        window = (
            f'<svg x="{_EDGE}" y="{_HEAD}" width="{WIDTH}" height="{height}" viewBox="0 0 {wide} {high}">'
            f'<g class="{group}">{inside}</g></svg>'
        )
    whole_width, whole_height = WIDTH + 2 * _EDGE, _HEAD + height + _FOOT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole_width}" height="{whole_height}" viewBox="0 0 {whole_width} {whole_height}" '
        f'role="img" aria-label="{escape(told.title)}"><style>{_STYLE.replace("FONT", _FONT)}</style>'
        f'<rect width="{whole_width}" height="{whole_height}" fill="#fff"/>'
        f'<text class="head" x="{_EDGE}" y="38">{escape(told.title)}</text><text class="told" x="{_EDGE}" y="60">{escape(told.sentence)}</text>'
        f'{window}<text x="{_EDGE}" y="{whole_height - 16}">{escape(told.source)}</text></svg>'
    )


def as_png(drawing: str) -> bytes:
    """Give a picture that stands alone as PNG. Some 150 ms."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.drawing), format: "svg")'
    made = typst.compile(
        page, format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"drawing": drawing}, ignore_system_fonts=True, timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def _in_pixels(inside: str) -> str:
    """Give what stretches as paths in pixels, moved to where it stands."""

    def drawn(found: re.Match[str]) -> str:
        x, y = WIDTH / int(found["wide"]), int(found["height"]) / int(found["high"])
        paths = _PATH.sub(lambda path: f'd="{"".join(_scaled(path["commands"], x, y))}"', found["inside"])
        return f'<g transform="translate(0 {found["y"]})">{paths}</g>'

    return _STRETCHED.sub(drawn, inside)


def _scaled(commands: str, x: float, y: float) -> Iterator[str]:
    """Give the commands of a path, of which only those are there that charts use: M, L, V, h, Z."""
    for name, numbers in _COMMAND.findall(commands):
        values = [float(number) for number in numbers.split()]
        factors = {"V": (y,), "h": (x,), "Z": ()}.get(name, (x, y))
        yield name + " ".join(f"{value * factor:.2f}" for value, factor in zip(values, factors, strict=True))
