"""The legal notice: who runs the site, who answers for each initiative, which software it is. Computed from the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import frame, rendering, trust
from civium.server.site.initiative_page import asset_addresses, shown_text
from civium.server.site.languages import language
from civium.server.site.trust import Pair

if TYPE_CHECKING:
    from civium.server.site.initiative_page import ShownText
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "legal-notice"


@dataclass(frozen=True)
class Answerable:
    """Who answers for one initiative."""

    href: str
    text: ShownText
    purpose: str
    pairs: tuple[Pair, ...]


def render(_: Words, hosted: tuple[Initiative, ...], *, is_demonstration: bool) -> bytes:
    """The notice in the language of the words."""
    context = frame.installation_frame(_, language(_.code), PAGE, is_demonstration=is_demonstration)
    spoken = [one for one in hosted if _.code in frame.page_languages(load_procedure(one.procedure))]
    context |= {
        "assets": asset_addresses(),
        "operator": _operator(_, hosted),
        "initiatives": tuple(_answerable(_, one) for one in spoken),
        "is_european": any(one.procedure == "eci" for one in spoken),
        "version": version("civium"),
    }
    return rendering.render("legal.html", _, context)


def _operator(_: Words, hosted: tuple[Initiative, ...]) -> tuple[Pair, ...]:
    """Who runs the server; the same for all initiatives of an installation."""
    told = next((one for one in hosted if one.operator), None)
    if told is None or told.operator is None:
        return ()
    pairs = [Pair(_("This server is run by"), (told.operator,), told.operator_email)]
    based = next((one.legal_basis for one in hosted if one.legal_basis), None)
    if based:
        pairs.append(Pair(_("Legal basis"), (based,)))
    if told.stored_in:
        pairs.append(Pair(_("The sealed statements are stored in"), (language(_.code).country(told.stored_in),)))
    return tuple(pairs)


def purpose(_: Words, initiative: Initiative) -> str:
    """What this initiative's pages here are for, in one sentence."""
    kind = deployment_of(load_procedure(initiative.procedure), initiative.deployment).kind
    return {
        "demonstration": _("An invented initiative to show how everything works. Nothing entered here counts."),
        "central": _("Statements of support are collected here on behalf of the European Commission."),
        "companion": _("A campaign page of the organisers. Statements of support are collected elsewhere."),
        "individual": _("Statements of support are collected here by the organisers themselves."),
        "procedure": _("Statements of support are collected here under the law named below."),
    }[kind]


def _answerable(_: Words, initiative: Initiative) -> Answerable:
    tongue = language(_.code)
    procedure = load_procedure(initiative.procedure)
    pairs = []
    for person in initiative.organisers:
        if person.role in ("representative", "substitute"):
            usual = _("Representative") if person.role == "representative" else _("Substitute")
            title = procedure.role_name(person.role, _.code) or usual
            named = person.name + (f", {tongue.country(person.country)}" if person.country else "")
            pairs.append(Pair(title, (named,), person.email))
    if initiative.legal_entity:
        entity = initiative.legal_entity
        pairs.append(Pair(_("Legal entity that manages the initiative"), (f"{entity.name}, {tongue.country(entity.seat)}",)))
    if initiative.contact_email:
        pairs.append(Pair(_("Contact"), (), initiative.contact_email))
    chosen = deployment_of(procedure, initiative.deployment)
    responsible = trust.responsible(_, chosen, initiative)
    pairs.append(responsible[0])
    if chosen.kind == "procedure":
        pairs.append(Pair(_("Legal basis"), (procedure.legal_basis,)))
    href = frame.initiative_path(_.code, initiative.slug)
    return Answerable(href, shown_text(initiative, _.code), purpose(_, initiative), tuple(pairs))
