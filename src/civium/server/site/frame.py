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
    alternative: str = ""


@dataclass(frozen=True)
class Links:
    """One group of links at the foot of a page."""

    title: str
    links: tuple[Link, ...]


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
    named = ("", "progress", "protection", "privacy", "questions", "authorities")
    paths = {name: initiative_path(code, initiative.slug, name) for name in named}
    if initiative.collection:
        paths["rights"] = initiative_path(code, initiative.slug, "rights")
    return {
        "language": language,
        "language_links": language_links(
            code, [(other, initiative_path(other, initiative.slug, page)) for other in page_languages(procedure)]
        ),
        "strip": trust.strip(_, deployment, initiative),
        "maker": Maker(
            initiative.maker or host(initiative.website) or "Civium", paths[""], logo, initiative.logo_alternative.get(code, "")
        ),
        "crumbs": (Link(f"/{code}/", _("All initiatives here")),),
        "footer": (
            Links(_("The initiative"), _about_initiative(_, code, initiative, page)),
            Links(_("Your data"), _about_data(_, code, initiative, page)),
            Links(_("This site"), _about_site(_, code, "-")),
        ),
        "operated_by": _("Run by %(operator)s.", operator=initiative.operator) if initiative.operator else None,
        "links": {name or "initiative": path for name, path in paths.items()},
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
        "footer": (Links(_("This site"), _about_site(_, code, page)),),
        "operated_by": None,
        "theme": None,
    }


def _about_initiative(_: Words, code: str, initiative: Initiative, page: str) -> tuple[Link, ...]:
    """The pages that tell of the initiative itself: one line each."""
    named = [
        ("", _("Read and support it")),
        ("questions", _("Questions people ask")),
        ("authorities", _("Who checks the statements")),
        ("campaign", _("Help this initiative")),
    ]
    if initiative.collection:
        named.insert(1, ("progress", _("Progress")))
        named.append(("feedback", _("How was it to sign?")))
    return tuple(Link(initiative_path(code, initiative.slug, name), said, current=page == name) for name, said in named)


def _about_data(_: Words, code: str, initiative: Initiative, page: str) -> tuple[Link, ...]:
    """The pages that tell of a signatory's data: one line each."""
    named = [
        ("protection", _("How your data is protected")),
        ("privacy", _("Privacy statement")),
        ("conformity", _("Certificate of conformity")),
    ]
    if initiative.collection:
        named += [("rights", _("Your rights")), ("take-back", _("Take back your support"))]
    links = [Link(initiative_path(code, initiative.slug, name), said, current=page == name) for name, said in named]
    return (*links, Link(f"/{code}/receipt", _("Check a receipt")))


def _about_site(_: Words, code: str, page: str) -> tuple[Link, ...]:
    """The pages of the installation: one line each."""
    named = [
        ("", _("All initiatives here")),
        ("receipt", _("Check a receipt")),
        ("questions", _("Questions people ask")),
        ("open-data", _("Open data")),
        ("accessibility", _("Accessibility")),
        ("legal-notice", _("Legal notice")),
    ]
    # On an initiative's page ("-") its own questions, and the receipt among its data, are named already.
    return tuple(
        Link(f"/{code}/{name}", said, current=page == name)
        for name, said in named
        if page != "-" or name not in ("receipt", "questions")
    )


def host(address: str | None) -> str | None:
    """The host of an address as people say it."""
    if not address:
        return None
    return address.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")
