"""The pages beside the initiative's own: front page, protection of data, privacy statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from civium.law import wording
from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import assets, frame, initiative_page, languages, rendering, standing, trust
from civium.server.site.initiative_page import asset_addresses, lang_attribute, shared_context
from civium.server.site.languages import language, reading_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from civium.law.rules import Deployment, Jurisdiction, Procedure
    from civium.server.site.shown import Collection, Counts, Initiative, SealingKey
    from civium.server.site.words import Words


# So many initiatives are found by looking; more are also found by typing.
_FILTERED_FROM = 6


@dataclass(frozen=True)
class Card:
    """One initiative in the list of all."""

    href: str
    kicker: Markup
    text: initiative_page.ShownText
    numbers: initiative_page.Numbers | None
    state: str
    open: bool


@dataclass(frozen=True)
class Shelf:
    """Initiatives of one standing, under one title."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Check:
    """A published value that anybody can compare."""

    title: str
    value: str
    href: str | None = None


@dataclass(frozen=True)
class AuthorityRow:
    """A State's authority, the fingerprint of its key and its log."""

    state: str
    authority: str | None
    authority_language: str | None
    words: str | None
    log: str | None


@dataclass(frozen=True)
class OfficialPart:
    """Official wording with its source, and the language where it is not the page's."""

    text: str
    source: Markup | str
    lang_attribute: Markup | str


def front(_: Words, hosted: tuple[Initiative, ...], counts: Callable[[str], Counts | None], *, is_demonstration: bool) -> bytes:
    """The initiatives hosted here: open ones first, then by title."""
    tongue = language(_.code)
    cards = []
    for initiative in hosted:
        procedure = load_procedure(initiative.procedure)
        if _.code not in frame.page_languages(procedure):
            continue
        known = counts(initiative.collection.identifier) if initiative.collection else None
        numbers = initiative_page.numbers(tongue, initiative, procedure, known) if known else None
        cards.append(
            Card(
                frame.initiative_path(_.code, initiative.slug),
                initiative_page.kicker(_, tongue, initiative, procedure),
                initiative_page.shown_text(initiative, _.code),
                numbers,
                standing.state_word(_, tongue, initiative),
                initiative.state == "collecting",
            )
        )
    cards.sort(key=lambda card: reading_order(_.code, card.text.text.title))
    shelves = (
        Shelf(_("Open for support"), tuple(card for card in cards if card.open)),
        Shelf(_("Not open now"), tuple(card for card in cards if not card.open)),
    )
    context = frame.installation_frame(_, tongue, "", is_demonstration=is_demonstration)
    context |= {
        "assets": asset_addresses(),
        "shelves": tuple(shelf for shelf in shelves if shelf.cards),
        "script": assets.bundle()["front.js"].path if len(cards) >= _FILTERED_FROM else None,
    }
    return rendering.render("front.html", _, context)


def protection(_: Words, initiative: Initiative) -> bytes:
    """How data is protected here: who reads, who answers for it, what anybody can check."""
    deployment = _deployment(initiative)
    procedure = load_procedure(initiative.procedure)
    context = shared_context(_, initiative, "protection")
    context |= {
        "summary": trust.summary(_, deployment, initiative),
        "steps": trust.steps(_, deployment, initiative),
        "responsible": trust.responsible(_, deployment, initiative),
        "checks": _checks(_, initiative.collection) if initiative.collection else (),
        "keys_sentence": trust.keys_sentence(_, deployment, initiative),
        "authorities": _authorities(_, initiative, procedure) if initiative.collection else (),
    }
    return rendering.render("protection.html", _, context)


def privacy(_: Words, initiative: Initiative) -> bytes:
    """The one privacy statement that applies, word for word, and whom to ask."""
    deployment = _deployment(initiative)
    procedure = initiative.procedure
    heading = wording.wording(_.code, "privacy_title", procedure)
    context = shared_context(_, initiative, "privacy")
    before = _(
        "This is how it would read in a real collection. Here nothing counts, and everything is destroyed after the demonstration."
    )
    context |= {
        "heading": OfficialPart(heading.text, heading.source, ""),
        "statement": _privacy_statement(_, deployment, procedure),
        "before": before if deployment.banner else None,
        "nothing_collected": _("This site collects no statements of support, so it needs no privacy statement for them."),
        "responsible": trust.responsible(_, deployment, initiative),
    }
    return rendering.render("privacy.html", _, context)


def is_demonstration(initiative: Initiative) -> bool:
    """Whether nothing entered for the initiative counts."""
    return _deployment(initiative).banner


def _deployment(initiative: Initiative) -> Deployment:
    return deployment_of(load_procedure(initiative.procedure), initiative.deployment)


def _privacy_statement(_: Words, deployment: Deployment, procedure: str) -> OfficialPart | None:
    if deployment.privacy_statement is None:
        return None
    own = deployment.privacy_statement not in wording.gaps(_.code, procedure)
    found = wording.wording(_.code if own else wording.FALLBACK_LANGUAGE, deployment.privacy_statement, procedure)
    return OfficialPart(found.text, _in_english(found.legal_basis, _.code), "" if own else lang_attribute(found.language))


def _in_english(source: str, code: str) -> Markup | str:
    """Where a text stands in the law, as our data tell it: in English, and marked so on other pages."""
    return source if code == languages.SOURCE else Markup('<span lang="en">{}</span>').format(source)


def _checks(_: Words, collection: Collection) -> tuple[Check, ...]:
    api = f"/api/collections/{collection.identifier}"
    return (
        Check(_("Collection"), collection.identifier),
        Check(
            _("Manifest: keys, texts, rules and scripts of this collection"),
            collection.manifest_hash,
            f"{api}/manifests/{collection.manifest_hash}",
        ),
        _published(_("Signature of the manifest"), f"{api}/manifests/{collection.manifest_hash}/signature"),
        Check(_("Key of the public log"), collection.log_key),
        _published(_("Numbers"), f"{api}/counts"),
    )


def _published(title: str, path: str) -> Check:
    return Check(title, path, path)


def _authorities(_: Words, initiative: Initiative, procedure: Procedure) -> tuple[AuthorityRow, ...]:
    assert initiative.collection is not None
    keys = {key.jurisdiction: key for key in initiative.collection.keys}
    rows = [_authority_row(_, place, keys.get(code)) for code, place in procedure.jurisdictions.items()]
    return tuple(sorted(rows, key=lambda row: reading_order(_.code, row.state)))


def _authority_row(_: Words, place: Jurisdiction, key: SealingKey | None) -> AuthorityRow:
    name = place.authority.name_native or place.authority.name_en
    tongue = (place.languages[0] if len(place.languages) == 1 else None) if place.authority.name_native else "en"
    return AuthorityRow(
        languages.state_name(language(_.code), place),
        name,
        tongue if name and tongue != _.code else None,
        key.words if key else None,
        f"/log/{key.log_origin.split('/', 1)[1]}/checkpoint" if key and "/" in key.log_origin else None,
    )
