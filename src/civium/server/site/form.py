"""What the signatory's script is given: the attributes of `#form`, and the words in the page's language (docs/spec/http.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law import wording
from civium.server.site import assets, catalogues, rendering
from civium.server.site.languages import language

if TYPE_CHECKING:
    from markupsafe import Markup

    from civium.law.rules import Deployment, Procedure
    from civium.server.site.shown import Collection, Initiative
    from civium.server.site.words import Words

# Languages for which Chromium carries no names of countries; the page brings them (CLDR, by Babel).
WITHOUT_COUNTRY_NAMES = ("ga", "mt")


@dataclass(frozen=True)
class FormPlace:
    """The place of the form on a page: attributes, words and the address of the script."""

    attributes: Markup
    words: Markup
    script: str


def form_place(_: Words, initiative: Initiative, procedure: Procedure, deployment: Deployment) -> FormPlace:
    """Everything the page carries for the script. Nothing in it is about the visitor."""
    collection = initiative.collection
    assert collection is not None, "a form without a collection"
    return FormPlace(
        rendering.attributes(_attributes(_.code, initiative, procedure, collection) | _after(_.code, initiative)),
        rendering.json_block(words_block(_, procedure, deployment) | _organisers_words(_.code, initiative)),
        assets.bundle()["form.js"].path,
    )


def rules_asset(initiative: Initiative, collection: Collection) -> assets.Asset:
    """The rules that the manifest pins, byte for byte."""
    return assets.named(f"rules-{initiative.procedure}", collection.rules, "json")


def text_assets(collection: Collection) -> list[assets.Asset]:
    """The initiative's text of each language as the manifest hashes it, for monitors (docs/spec/manifest.md)."""
    return [assets.named(f"text-{code}", text, "json") for code, text in collection.texts.items()]


def words_block(_: Words, procedure: Procedure, deployment: Deployment) -> dict[str, str]:
    """Key to sentence: ours translated, the official ones as the law has them."""
    said = {key: _(sentence) for key, sentence in catalogues.browser_words().items()}
    return said | official_words(_, procedure, deployment) | place_names(_, procedure, whole_world=True)


def place_names(_: Words, procedure: Procedure, *, whole_world: bool) -> dict[str, str]:
    """The names that a browser cannot be asked for: countries in some languages, jurisdictions that are no countries in all."""
    said = {}
    if _.code in WITHOUT_COUNTRY_NAMES:
        tongue = language(_.code)
        codes = procedure.countries if whole_world else [place.iso for place in procedure.jurisdictions.values()]
        said |= {f"country.{code}": tongue.country(code) for code in codes if len(code) == 2}
    # Jurisdictions that are no countries have only the names of their procedure.
    said |= {
        f"country.{code}": place.names.get(_.code, place.name_en)
        for code, place in procedure.jurisdictions.items()
        if len(place.iso) != 2
    }
    return said


def official_words(_: Words, procedure: Procedure, deployment: Deployment) -> dict[str, str]:
    """The official wording under `official.`, untouched. Only a field's label that no source has is ours."""
    lacking = set(wording.gaps(_.code, procedure.name))
    said = {}
    for key in wording.keys(procedure.name):
        if key.startswith(("field_", "group_")) or key in ("declaration", "privacy_title"):
            name = f"official.{key.removeprefix('field_')}"
            if key not in lacking:
                said[name] = wording.wording(_.code, key, procedure.name).text
            elif key == "field_residence_city":
                said[name] = _("Town or city")
    statement = wording.privacy_statement(_.code, deployment.kind, procedure.name)
    said["official.privacy_statement"] = statement.text
    if statement.language != _.code:
        said["official.privacy_statement.language"] = statement.language
    return said


def _organisers_words(code: str, initiative: Initiative) -> dict[str, str]:
    """What the organisers say after signing, and in which language, where it is not the page's."""
    own = code in initiative.texts
    note = initiative.texts[code if own else initiative.original_language].thanks_note
    call = initiative.calls.get(code) or initiative.calls.get(initiative.original_language)
    said = {"organisers.thanks_note": note, "organisers.call": call.label if call else ""}
    said |= {"organisers.thanks_note.language": "" if own else initiative.original_language}
    said |= {"organisers.call.language": "" if code in initiative.calls else initiative.original_language}
    return {key: value for key, value in said.items() if value}


def _after(code: str, initiative: Initiative) -> dict[str, str]:
    """Where the thanks lead: only addresses that the organisers set, and pages of this site."""
    call = initiative.calls.get(code) or initiative.calls.get(initiative.original_language)
    here = f"/{code}/i/{initiative.slug}"
    return {
        "data-call": call.url if call else "",
        "data-callback": initiative.callback_url or "",
        "data-news": f"{here}/news" if initiative.offers_news else "",
        "data-feedback": f"{here}/feedback",
    }


def _attributes(code: str, initiative: Initiative, procedure: Procedure, collection: Collection) -> dict[str, str]:
    api = f"/api/collections/{collection.identifier}"
    return {
        "data-collection": collection.identifier,
        "data-manifest": collection.manifest_hash,
        "data-jurisdictions": " ".join(procedure.jurisdictions),
        "data-language": code,
        "data-deployment": initiative.deployment,
        "data-rules": rules_asset(initiative, collection).path,
        "data-keys": f"{api}/keys",
        "data-manifest-url": f"{api}/manifests/{collection.manifest_hash}",
        "data-counts": f"{api}/counts",
        "data-statements": "/api/statements",
        "data-challenge": f"{api}/challenge",
        "data-tokens": "/api/tokens",
        "data-sources": "/api/sources",
        "data-opens-on": initiative.opens_on.isoformat(),
        "data-closes-on": initiative.closes_on.isoformat(),
        "data-form-languages": " ".join(collection.languages),
    }
