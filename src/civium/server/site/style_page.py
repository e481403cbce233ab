"""The living style page, `/en/style`: tokens as the stylesheet has them, parts as the pages use them. For those who build pages; in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import assets, frame, languages, rendering, shown, theme, trust
from civium.server.site.initiative_page import Numbers, StateRow, asset_addresses, shown_text
from civium.server.site.languages import language
from civium.server.site.standing import Link
from civium.server.site.trust import Pair, Step

if TYPE_CHECKING:
    from civium.server.site.words import Words

PAGE = "style"
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")
# Text and ground, and the least contrast that is asked of them: text 4.5, borders and marks that carry meaning 3 (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = (
    ("ink", "paper", 7.0),
    ("ink", "sunk", 7.0),
    ("ink-2", "paper", 4.5),
    ("ink-2", "surface", 4.5),
    ("ink-2", "sunk", 4.5),
    ("brand-text", "paper", 4.5),
    ("brand-text", "surface", 4.5),
    ("brand-text", "brand-tint", 4.5),
    ("on-brand", "brand", 4.5),
    ("ink", "warn-tint", 4.5),
    ("ok", "ok-tint", 4.5),
    ("warn", "warn-tint", 4.5),
    ("bad", "bad-tint", 4.5),
    ("bad", "surface", 4.5),
    ("line-strong", "paper", 3.0),
    ("line-strong", "surface", 3.0),
    ("line-strong", "sunk", 3.0),
    ("chart-1", "surface", 3.0),
    ("chart-4", "surface", 3.0),
)
_SWATCHES = ("paper", "surface", "sunk", "ink", "ink-2", "line", "line-strong", "brand", "brand-tint", "ok", "warn", "bad")
_GIVEN = (
    ("Night violet", "#51307a"),
    ("Sunflower", "#f2b705"),
    ("Signal red", "#e2001a"),
    ("Meadow", "#5fac36"),
    ("Pale sky", "#bfe3f2"),
)


@dataclass(frozen=True)
class Contrast:
    """One pair of tokens in both schemes, and whether it holds."""

    text: str
    ground: str
    light: str
    dark: str
    least: str
    holds: bool


@dataclass(frozen=True)
class Guarded:
    """A colour as given and as it is worn."""

    name: str
    given: str
    light: str
    dark: str


def render(_: Words, *, is_demonstration: bool) -> bytes | None:
    """The page; in English only."""
    if _.code != languages.SOURCE:
        return None
    tongue = language(_.code)
    context = frame.installation_frame(_, tongue, PAGE, is_demonstration=is_demonstration)
    example = _example()
    procedure = load_procedure(example.procedure)
    context |= {
        "language_links": frame.language_links(_.code, [(_.code, f"/{_.code}/{PAGE}")]),
        "assets": asset_addresses(),
        "style_stylesheet": assets.page_stylesheet("style").path,
        "swatches": _SWATCHES,
        "contrasts": contrasts(),
        "guarded": tuple(
            Guarded(name, given, theme.light_colours(given).brand, theme.dark_colours(given).brand) for name, given in _GIVEN
        ),
        "initiative": example,
        "state": example.state,
        "numbers": Numbers(612_480, 1_000_000, "61%", 5, 7, (StateRow("Spain", 35_601, 42_300, "84%"),)),
        "days_left": 144,
        "days_until_open": 0,
        "blocks": ("states",),
        "links": {"progress": f"/{_.code}/{PAGE}", "initiative": f"/{_.code}/"},
        "readers": trust.readers(_, deployment_of(procedure, "central"), example),
        "pairs": (
            Pair("Representative", ("A name, a country",), "somebody@initiative.example"),
            Pair("Legal basis", ("Article 10",)),
        ),
        "steps": (Step("Sealed on your device", "What a step says."), Step("Received", "And the next one.")),
        "crumbs": (Link(f"/{_.code}/", "All initiatives here"),),
        "text": shown_text(example, _.code),
    }
    return rendering.render("style.html", _, context)


def contrasts() -> tuple[Contrast, ...]:
    """Every pair that the parts use, measured on the tokens of the stylesheet in both schemes."""
    light, dark = tokens()
    found = []
    for text, ground, least in PAIRS:
        measured = [theme.contrast(scheme[text], scheme[ground]) for scheme in (light, dark)]
        in_light, in_dark = (f"{value:.1f}" for value in measured)
        found.append(Contrast(text, ground, in_light, in_dark, f"{least:.1f}", min(measured) >= least))
    return tuple(found)


@cache
def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the stylesheet in light and in dark, by name."""
    css = (assets.STATIC / "civium.css").read_text(encoding="utf-8")
    plain, rest = css.split("@media (prefers-color-scheme: dark)", 1)
    light = dict(_TOKEN.findall(plain.split("@media", 1)[0]))
    return light, light | dict(_TOKEN.findall(rest.split("@media", 1)[0]))


def _example() -> shown.Initiative:
    text = shown.Text("en", "Night trains for every capital", "A direct train, every night.")
    day = date(2026, 3, 2)
    return shown.Initiative(
        slug="example",
        procedure="eci",
        deployment="central",
        state="collecting",
        registration="ECI(2026)000000",
        registered_on=day,
        opens_on=day,
        closes_on=date(2027, 3, 1),
        original_language="en",
        texts={"en": text},
    )
