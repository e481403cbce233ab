"""What every page has around its content: strip, masthead, languages, footer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.server.site import languages, trust
from civium.server.site.standing import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from civium.law.rules import Deployment, Procedure
    from civium.server.site.languages import Language
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words


@dataclass(frozen=True)
class Maker:
    """Whose page it is: the name in the masthead."""

    name: str
    href: str
    logo: str | None = None


def initiative_path(code: str, slug: str, page: str = "") -> str:
    """The address of an initiative's page in a language."""
    return f"/{code}/i/{slug}" + (f"/{page}" if page else "")


def page_languages(procedure: Procedure) -> tuple[str, ...]:
    """The languages of an initiative's pages: those of its procedure for which we have words."""
    return tuple(code for code in languages.CODES if code in procedure.languages)


def language_links(current: str, path_in: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
    """The language menu: every language under its own name."""
    return tuple(
        Link(href, languages.OWN_NAMES[code], code, languages.OWN_NAMES[code], current=code == current) for code, href in path_in
    )


def initiative_frame(
    _: Words,
    language: Language,
    initiative: Initiative,
    deployment: Deployment,
    procedure: Procedure,
    *,
    page: str,
    logo: str | None,
) -> dict[str, object]:
    """The frame of a page that belongs to one initiative."""
    code = language.code
    paths = {name: initiative_path(code, initiative.slug, name) for name in ("", "protection", "privacy", "take-back")}
    accessibility = f"/{code}/accessibility"
    named = [
        Link(paths[""], _("The initiative"), current=page == ""),
        Link(paths["protection"], _("How your data is protected"), current=page == "protection"),
        Link(paths["privacy"], _("Privacy statement"), current=page == "privacy"),
        Link(accessibility, _("Accessibility")),
        Link(f"/{code}/receipt", _("Check a receipt")),
        Link(f"/{code}/", _("All initiatives here")),
    ]
    if initiative.collection:
        named.insert(3, Link(paths["take-back"], _("Take back your support"), current=page == "take-back"))
    return {
        "language": language,
        "language_links": language_links(
            code, [(other, initiative_path(other, initiative.slug, page)) for other in page_languages(procedure)]
        ),
        "strip": trust.strip(_, deployment, initiative),
        "maker": Maker(initiative.maker or _host(initiative.website) or "Civium", paths[""], logo),
        "footer_links": named,
        "operated_by": _("Run by %(operator)s.", operator=initiative.operator) if initiative.operator else None,
        "links": {"initiative": paths[""], "protection": paths["protection"], "privacy": paths["privacy"]},
    }


def installation_frame(_: Words, language: Language, page: str, *, is_demonstration: bool) -> dict[str, object]:
    """The frame of a page that belongs to the installation; `page` is its path after the language, if it has one."""
    code = language.code
    strip = trust.Strip(_("Demonstration."), _("Nothing entered here counts. Please use invented data only."), calm=False)
    return {
        "language": language,
        "language_links": language_links(code, [(other, f"/{other}/{page}") for other in languages.CODES]),
        "strip": strip if is_demonstration else None,
        "maker": Maker("Civium", f"/{code}/"),
        "footer_links": [
            Link(f"/{code}/", _("All initiatives here"), current=page == ""),
            Link(f"/{code}/accessibility", _("Accessibility"), current=page == "accessibility"),
            Link(f"/{code}/receipt", _("Check a receipt"), current=page == "receipt"),
        ],
        "operated_by": None,
        "theme": None,
    }


def _host(address: str | None) -> str | None:
    if not address:
        return None
    return address.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")
