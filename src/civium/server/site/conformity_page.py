"""The page on the certificate of conformity: whether there is one, by whom, and where none is needed, why (Art. 11 of Reg. 2019/788)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import assets, rendering
from civium.server.site.initiative_page import shared_context
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "conformity"


def render(_: Words, initiative: Initiative) -> bytes:
    """The page in the language of the words."""
    context = shared_context(_, initiative, PAGE)
    given = initiative.certificate
    context |= {
        "sentence": _given(_, initiative) if given else _none(_, initiative),
        "is_missing": given is None and _deployment_needs_one(initiative),
        "paper": next((paper.path for paper in papers(initiative)), None),
    }
    return rendering.render("conformity.html", _, context)


def papers(initiative: Initiative) -> list[assets.Asset]:
    """The certificate as the authority gave it, if there is one."""
    if initiative.certificate is None or initiative.certificate.content is None:
        return []
    return [assets.named(f"certificate-{initiative.slug}", initiative.certificate.content, "pdf")]


def _deployment_needs_one(initiative: Initiative) -> bool:
    return deployment_of(load_procedure(initiative.procedure), initiative.deployment).certificate_required


def _given(_: Words, initiative: Initiative) -> str:
    given = initiative.certificate
    assert given is not None
    tongue = language(_.code)
    return _(
        "%(authority)s (%(country)s) confirmed on %(date)s that this collection system meets the law.",
        authority=given.authority,
        country=tongue.country(given.country),
        date=tongue.date(given.issued_on),
    )


def _none(_: Words, initiative: Initiative) -> str:
    kind = deployment_of(load_procedure(initiative.procedure), initiative.deployment).kind
    return {
        "demonstration": _("There is no certificate. Nothing entered in a demonstration counts, so none was asked for."),
        "central": _(
            "There is no certificate of a State, and the law asks for none: this is a central system, run for the European Commission "
            "under Article 10."
        ),
        "companion": _("There is no certificate, because no statements of support are collected here."),
        "individual": _(
            "There is no certificate. The law asks for one before a system of this kind may collect statements of support (Article 11)."
        ),
        "procedure": _(
            "There is no certificate. Article 11 is about European citizens’ initiatives; the law of this procedure says what it asks for."
        ),
    }[kind]
