"""The poster of an initiative as a tagged PDF (PDF/UA-1), A4 or A5: title, lead, the address as a code and in letters, who asks.

The rules are:
- values go to the typesetter as JSON, never as text that it would read as its own commands; fonts are those it brings (Latin, Greek, Cyrillic);
- the same words give the same bytes, made once (40 to 80 ms) and kept: all languages and sizes of twenty initiatives;
- a demonstration says so at the head of the sheet.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import frame, initiative_page, qr, theme
from civium.server.site.languages import language
from civium.server.typesetting import typeset

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

# Scales of the sheet, drawn as A4.
SIZES = {"poster.pdf": 1.0, "poster-small.pdf": 148 / 210}
_HOUSE_COLOUR = "#0f5560"
_MOST_KEPT = 24 * len(SIZES) * 20  # some 30 kB each
# What follows these may begin a new line of an address in letters.
_BREAKS = "/."


def render(_: Words, initiative: Initiative, address: str, name: str) -> bytes:
    """The poster of this name in the language of the words."""
    return _typeset(json.dumps(_told(_, initiative, address) | {"scale": SIZES[name]}, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=_MOST_KEPT)
def _typeset(told: str) -> bytes:
    return typeset("civium.server.site", "poster.typ", told)


def _told(_: Words, initiative: Initiative, address: str) -> dict[str, object]:
    """What the sheet says, in the order in which it says it."""
    tongue = language(_.code)
    procedure = load_procedure(initiative.procedure)
    deployment = deployment_of(procedure, initiative.deployment)
    text = initiative_page.shown_text(initiative, _.code)
    colours = theme.light_colours(initiative.colour or _HOUSE_COLOUR)
    demonstration = {
        "title": _("Demonstration."),
        "sentence": _("Nothing entered here counts. Please use invented data only."),
    }
    return {
        "language": _.code,
        "text_language": text.language.code,
        "brand": colours.brand,
        "on_brand": colours.on_brand,
        "demonstration": demonstration if deployment.banner else None,
        "kicker": initiative_page.kicker(_, tongue, initiative, procedure).striptags(),
        "title": text.text.title,
        "lead": text.text.lead,
        "about": text.text.lead or text.text.title,
        "maker": initiative.maker or "",
        "call": _("Support this initiative"),
        "scan": _("Point your phone’s camera at the code, or open this address:"),
        "code": qr.svg(address, "").decode(),
        "code_alternative": code_alternative(_, address),
        "address": address,
        "address_said": in_letters(address),
        "facts": _facts(_, initiative),
        "who": _who(_, initiative),
    }


def code_alternative(_: Words, address: str) -> str:
    """What the code says to whoever cannot see it."""
    return _("QR code that opens %(address)s", address=in_letters(address).replace("\u200b", ""))


def in_letters(address: str) -> str:
    """An address as people read and type it: without scheme, with places where a line may end."""
    plain = address.split("//", 1)[-1]
    return "".join(letter + "\u200b" if letter in _BREAKS else letter for letter in plain)


def _facts(_: Words, initiative: Initiative) -> list[str]:
    tongue = language(_.code)
    until = _("Open until %(date)s", date=tongue.date(initiative.closes_on))
    opens = _("The collection begins on %(date)s.", date=tongue.date(initiative.opens_on))
    return [
        opens if initiative.state == "waiting" else until,
        _("It takes about a minute. Have your identity document at hand."),
        _("There is nothing to pay."),
    ]


def _who(_: Words, initiative: Initiative) -> list[str]:
    tongue = language(_.code)
    titles = {"representative": _("Representative"), "substitute": _("Substitute")}
    procedure = load_procedure(initiative.procedure)
    titles = {role: procedure.role_name(role, _.code) or usual for role, usual in titles.items()}
    people = [
        f"{titles[person.role]}: {person.name}" + (f" ({tongue.country(person.country)})" if person.country else "")
        for person in initiative.organisers
        if person.role in titles
    ]
    entity = initiative.legal_entity
    told = [
        " · ".join(part for part in (initiative.maker, initiative.website and frame.host(initiative.website), *people) if part),
        _("Registration number: %(number)s", number=initiative.registration),
        entity.name if entity else "",
        _("Run by %(operator)s.", operator=initiative.operator) if initiative.operator else "",
    ]
    return [sentence for sentence in told if sentence]
