"""The page that says in plain words what is open: figures, facts and the public log, with addresses to try at once.

The rules are:
- examples are of an initiative that is hosted here, so that each of them works; without one they show the form of the address;
- figures and facts are under CC BY 4.0, as the Commission gives its own (Decision 2011/833/EU, and C(2019) 1655 on Creative Commons).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.server.site import assets, frame, initiative_page, rendering
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "open-data"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_COLLECTION, _SLUG = "0123456789abcdef0123456789abcdef", "initiative"


@dataclass(frozen=True)
class Row:
    """One address: what lies there, how often it changes, and the address itself where there is an example."""

    title: str
    address: str
    format: str
    href: str | None


def render(_: Words, hosted: tuple[Initiative, ...], url: str, *, is_demonstration: bool) -> bytes:
    """The page in the language of the words."""
    tongue = language(_.code)
    example = next((one for one in hosted if one.collection), next(iter(hosted), None))
    collecting = example is not None and example.collection is not None
    identifier = example.collection.identifier if example and example.collection else _COLLECTION
    slug = example.slug if example else _SLUG
    counts = f"/api/collections/{identifier}/counts"
    context = frame.installation_frame(_, tongue, PAGE, is_demonstration=is_demonstration)
    context |= {
        "assets": initiative_page.asset_addresses(),
        "page_stylesheet": assets.page_stylesheet("campaign").path,
        "example": initiative_page.shown_text(example, _.code) if example else None,
        "figures": _figures(_, identifier, is_there=collecting),
        "facts": _facts(_, slug, is_there=example is not None),
        "logs": _logs(_, example),
        "compatible": _compatible(_, slug, is_there=collecting),
        "licence": LICENCE,
        "commands": _commands(url, slug, counts),
        "monitor": f"civium-monitor watch {url}",
        "credit": _("Figures: %(host)s, CC BY 4.0", host=url.split("//", 1)[-1]),
        "slug": slug,
        "host": url.split("//", 1)[-1],
    }
    return rendering.render("open_data.html", _, context)


def _figures(_: Words, identifier: str, *, is_there: bool) -> tuple[Row, ...]:
    start = f"/api/collections/{identifier}"
    return _rows(
        is_there,
        (_("Total, goal and every State"), f"{start}/counts", "JSON"),
        (_("The same as a table, with thresholds"), f"{start}/counts.csv", "CSV"),
        (_("Every day, in all and by State"), f"{start}/series", "JSON"),
        (_("The same as a table"), f"{start}/series.csv", "CSV"),
    )


def _facts(_: Words, slug: str, *, is_there: bool) -> tuple[Row, ...]:
    return _rows(
        True,
        (_("The initiatives hosted here"), "/api/initiatives", "JSON"),
        (_("Every address, described for programs (OpenAPI)"), "/api/openapi.json", "JSON"),
    ) + _rows(is_there, (_("One initiative: texts, organisers, dates, thresholds"), f"/api/initiatives/{slug}", "JSON"))


def _logs(_: Words, example: Initiative | None) -> tuple[Row, ...]:
    found = _rows(True, (_("The keys that sign the logs"), "/log/keys", _("Text")))
    origin = (
        next((key.log_origin for key in example.collection.keys if key.log_origin), "") if example and example.collection else ""
    )
    if not origin:
        return found
    path = f"/log/{origin.split('/', 1)[1]}"
    return (*found, *_rows(True, (_("One State’s log: its signed size and fingerprint"), f"{path}/checkpoint", _("Text"))))


def _compatible(_: Words, slug: str, *, is_there: bool) -> tuple[Row, ...]:
    start = f"/i/{slug}/public/api"
    return _rows(
        is_there,
        (_("Total and goal"), f"{start}/report/progression", "JSON"),
        (_("Every country"), f"{start}/report/map", "JSON"),
        (_("Every month"), f"{start}/report/evolutionMap", "JSON"),
        (_("Registration and closing date, text"), f"{start}/initiative/description", "JSON"),
    )


def _rows(is_there: bool, *told: tuple[str, str, str]) -> tuple[Row, ...]:
    return tuple(Row(title, address, form, address if is_there else None) for title, address, form in told)


def _commands(url: str, slug: str, counts: str) -> tuple[str, ...]:
    return (
        f"curl {url}/api/initiatives/{slug}",
        f"curl {url}{counts}",
        f"curl -O {url}{counts}.csv",
    )
