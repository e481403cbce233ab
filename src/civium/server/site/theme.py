"""An initiative's colours: from the one colour its organisers gave, with a guard on contrast.

The rules are:
- hue stays, lightness moves in OKLCH until the colour reaches 5:1 on the quiet ground in light and 6:1 in dark;
- chroma shrinks only to stay inside sRGB; a colour that already reaches its contrast is used as given;
- what is written on the colour is white or near-black, whichever is stronger;
- the colour as given appears on the cover only. Errors and verdicts never wear it.

OKLCH: B. Ottosson, "A perceptual color space for image processing" (2020); contrast: WCAG 2.2, "relative luminance".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# The grounds of civium.css (`--sunk`) in light and dark: the least favourable ones that the colour stands on.
SUNK_LIGHT = "#f2eee6"
SUNK_DARK = "#262320"
CONTRAST_LIGHT = 5.0
CONTRAST_DARK = 6.0
WHITE = "#ffffff"
NEAR_BLACK = "#161412"
COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEP = 0.002


@dataclass(frozen=True)
class Colours:
    """The tokens that an initiative replaces, for one scheme."""

    brand: str
    on_brand: str
    tint: str


def stylesheet(given: str) -> bytes:
    """The few lines that give an initiative its colour in light and dark."""
    given = given.lower()
    assert COLOUR.fullmatch(given), "a colour is six hexadecimal digits"
    light, dark = light_colours(given), dark_colours(given)
    return (
        f"@media (forced-colors:none){{:root{{--cover:{given};{_tokens(light)}}}}}\n"
        f"@media (forced-colors:none) and (prefers-color-scheme:dark){{:root{{{_tokens(dark)}}}}}\n"
    ).encode()


def light_colours(given: str) -> Colours:
    """The colours on light grounds: darkened until 5:1."""
    brand = _moved(given, SUNK_LIGHT, CONTRAST_LIGHT, -_STEP)
    return Colours(brand, _stronger(brand), _tint(given, 0.952, 0.018))


def dark_colours(given: str) -> Colours:
    """The colours on dark grounds: lightened until 6:1."""
    brand = _moved(given, SUNK_DARK, CONTRAST_DARK, _STEP)
    return Colours(brand, _stronger(brand), _tint(given, 0.27, 0.035))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def hue(colour: str) -> float:
    """The hue of a colour in OKLCH, in degrees."""
    return math.degrees(_oklch(colour)[2]) % 360


def _tokens(colours: Colours) -> str:
    return (
        f"--brand:{colours.brand};--on-brand:{colours.on_brand};--brand-text:{colours.brand};"
        f"--brand-tint:{colours.tint};--chart-1:{colours.brand}"
    )


def _moved(given: str, ground: str, wanted: float, step: float) -> str:
    colour = given
    lightness, chroma, angle = _oklch(given)
    while contrast(colour, ground) < wanted:
        lightness = min(1.0, max(0.0, lightness + step))
        colour = _inside(lightness, chroma, angle)
    return colour


def _tint(given: str, lightness: float, most_chroma: float) -> str:
    _, chroma, angle = _oklch(given)
    return _inside(lightness, min(chroma, most_chroma), angle)


def _stronger(ground: str) -> str:
    return max((WHITE, NEAR_BLACK), key=lambda ink: contrast(ink, ground))


def _inside(lightness: float, chroma: float, angle: float) -> str:
    """The colour as sRGB, its chroma lowered as far as needed to exist there."""
    while True:
        parts = _linear(lightness, chroma, angle)
        if chroma <= 0 or all(-0.0005 <= part <= 1.0005 for part in parts):
            return "#" + "".join(f"{round(_encoded(min(1.0, max(0.0, part))) * 255):02x}" for part in parts)
        chroma = max(0.0, chroma - 0.002)


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_decoded(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = _parts(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _parts(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _linear(lightness: float, chroma: float, angle: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
