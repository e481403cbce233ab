"""The page for whoever wants to help an initiative: links, code, posters, badge and counter, and what is not allowed.

The rules are:
- everything on it is made here and served from here; a site that shows badge or counter gives this one no cookie and learns nothing from it;
- the counter may stand in other sites' frames, and it alone: the form of an initiative is never embedded;
- what depends on numbers is there only where statements are collected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import assets, badge, frame, initiative_page, languages, poster, qr, rendering, standing
from civium.server.site.languages import language
from civium.server.typesetting import MEDIA_TYPE

if TYPE_CHECKING:
    from civium.server.site.shown import Counts, Initiative
    from civium.server.site.words import Words

PAGE = "campaign"
COUNTER = "counter"
NAMES = (PAGE, COUNTER, badge.NAME, "qr.svg", "qr.png", *poster.SIZES)
# Where a campaign can still bring somebody.
_ASKING = ("waiting", "collecting", "paused")
# What any site may show in a frame: the counter has no field, no script of others, and its link opens a window of its own.
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    b"frame-ancestors *; require-trusted-types-for 'script'"
)
FRAMED: tuple[tuple[bytes, bytes], ...] = ((b"content-security-policy", _POLICY),)
_SVG = "image/svg+xml"
# A picture that other sites show; without it, those that isolate themselves could not (Cross-Origin-Resource-Policy).
_SHOWN_ANYWHERE = (b"cross-origin-resource-policy", b"cross-origin")


@dataclass(frozen=True)
class Made:
    """One thing of a campaign: its bytes, what they are, and the headers that it has in place of the usual ones."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True)
class Offered:
    """What there is in one language: the address of the page, and of everything made of it."""

    code: str
    own_name: str
    address: str
    path: str


def make(name: str, _: Words, initiative: Initiative, counts: Counts | None, url: str) -> Made | None:
    """What lies at an address of this name, in the language of the words; None where it is not offered."""
    address = link(url, initiative, _.code)
    if name == PAGE:
        return Made(render(_, initiative, counts, url))
    if name in (badge.NAME, COUNTER):
        return _with_numbers(name, _, initiative, counts) if counts else None
    if not is_asking(initiative):
        return None
    if name in poster.SIZES:
        return Made(poster.render(_, initiative, address, name), MEDIA_TYPE)
    if name == "qr.png":
        return Made(qr.png(address), "image/png")
    return Made(qr.svg(address, poster.code_alternative(_, address)), _SVG)


def _with_numbers(name: str, _: Words, initiative: Initiative, counts: Counts) -> Made:
    if name == COUNTER:
        return Made(counter(_, initiative, counts), headers=FRAMED)
    drawn, policy = badge.render(_, initiative, counts)
    return Made(drawn, _SVG, ((b"content-security-policy", policy.encode()), _SHOWN_ANYWHERE))


def link(url: str, initiative: Initiative, code: str) -> str:
    """The whole address of an initiative in a language: what codes and posters say."""
    return url + frame.initiative_path(code, initiative.slug)


def is_asking(initiative: Initiative) -> bool:
    """Whether there is something to bring people to."""
    return initiative.state in _ASKING


def render(_: Words, initiative: Initiative, counts: Counts | None, url: str) -> bytes:
    """The page in the language of the words."""
    procedure = load_procedure(initiative.procedure)
    deployment = deployment_of(procedure, initiative.deployment)
    here = link(url, initiative, _.code)
    context = initiative_page.shared_context(_, initiative, PAGE)
    text = initiative_page.shown_text(initiative, _.code)
    is_ended = not is_asking(initiative)
    context |= {
        "campaign_stylesheet": assets.page_stylesheet("campaign").path,
        "offered": tuple(
            Offered(code, languages.OWN_NAMES[code], link(url, initiative, code), frame.initiative_path(code, initiative.slug))
            for code in frame.page_languages(procedure)
        ),
        "here": here,
        "path": frame.initiative_path(_.code, initiative.slug),
        "closed": standing.closed(_, language(_.code), initiative, deployment) if is_ended else None,
        "code_alternative": poster.code_alternative(_, here),
        "badge": f"{here}/{badge.NAME}" if counts else None,
        "badge_size": (badge.WIDTH, badge.height(text.text.title, is_demonstration=deployment.banner)),
        "badge_alternative": _("%(title)s: statements of support so far", title=text.text.title),
        "counter": f"{here}/{COUNTER}" if counts else None,
        "counter_height": _counter_height(text.text.title, is_demonstration=deployment.banner),
        "counter_name": _("Statements of support for: %(title)s", title=text.text.title),
        "collects": deployment.collects,
    }
    return rendering.render("campaign.html", _, context)


def _counter_height(title: str, *, is_demonstration: bool) -> int:
    """How tall the counter's frame must be at 360 pixels of width, with room for figures that take two lines."""
    return 250 + 24 * -(-len(title) // 24) + 36 * is_demonstration


def counter(_: Words, initiative: Initiative, counts: Counts) -> bytes:
    """The counter for other sites' frames, in the language of the words."""
    tongue = language(_.code)
    procedure = load_procedure(initiative.procedure)
    text = initiative_page.shown_text(initiative, _.code)
    assert initiative.collection is not None, "numbers without a collection"
    return rendering.render(
        "counter.html",
        _,
        {
            "language": tongue,
            "assets": initiative_page.asset_addresses(),
            "stylesheet": assets.page_stylesheet("counter").path,
            "theme": initiative_page.themed(initiative).path if initiative.colour else None,
            "script": assets.bundle()["counter.js"].path,
            "text": text,
            "numbers": initiative_page.numbers(tongue, initiative, procedure, counts),
            "state": standing.state_word(_, tongue, initiative),
            "is_open": initiative.state == "collecting",
            "is_demonstration": deployment_of(procedure, initiative.deployment).banner,
            "path": frame.initiative_path(_.code, initiative.slug),
            "counts": f"/api/collections/{initiative.collection.identifier}/counts",
        },
    )
