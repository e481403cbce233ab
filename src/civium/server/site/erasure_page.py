"""The page on which a signatory takes a statement back, and the words its script says (docs/spec/erasure.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.site import assets, catalogues, form, rendering
from civium.server.site.initiative_page import shared_context

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "take-back"
# Sentences of the form that are said here too.
_SHARED = ("receipt.identifier", "clear.no", "cannot.again", "refused.too-many")


def render(_: Words, initiative: Initiative) -> bytes:
    """The page in the language of the words; only for an initiative that collects here."""
    assert initiative.collection is not None, "nothing to take back"
    context = shared_context(_, initiative, PAGE)
    context |= {
        "lead": _("With the identifier from your receipt and your erasure code you can destroy your statement yourself."),
        "contact": initiative.contact_email,
        "script": assets.bundle()["erasure.js"].path,
        "words": rendering.json_block(_words(_, initiative)),
        "where": rendering.json_block(
            {
                "collection": initiative.collection.identifier,
                "erasures": "/api/erasures",
                "authorities": _authorities(initiative),
            }
        ),
    }
    return rendering.render("take_back.html", _, context)


def _authorities(initiative: Initiative) -> dict[str, str]:
    """Whom to ask once a log was handed over, by jurisdiction, under the authority's own name."""
    places = load_procedure(initiative.procedure).jurisdictions
    named = {code: place.authority.name_native or place.authority.name_en for code, place in places.items()}
    return {code: name for code, name in named.items() if name}


def _words(_: Words, initiative: Initiative) -> dict[str, str]:
    shared = catalogues.browser_words()
    return {
        **{key: _(shared[key]) for key in _SHARED},
        **form.place_names(_, load_procedure(initiative.procedure), whole_world=False),
        "erase.title": _("Take back your support"),
        "erase.code": _("Erasure code"),
        "erase.code.hint": _("28 letters and figures. Spaces, hyphens and small letters do not matter."),
        "erase.identifier.error": _("Enter the whole identifier, as on your receipt"),
        "erase.code.error": _("Something in this code is mistyped: compare it with what you kept"),
        "erase.question": _("Destroy your statement for ever? This cannot be taken back."),
        "erase.yes": _("Yes, destroy it"),
        "erase.sending": _("Destroying your statement…"),
        "erase.done.title": _("Your support has been taken back."),
        "erase.done": _(
            "The statement is destroyed. A receipt that you kept shows only that it was here: you may throw it away."
        ),
        "erase.unknown": _("No statement here has this identifier and this code. Please compare both."),
        "erase.handed-over": _(
            "Your statement was handed to the authority already: {state}. Please ask that authority to destroy it."
        ),
        "erase.often": _("Too many wrong tries from your network. Please wait an hour."),
        "erase.failed": _("No answer came. Please try again: trying twice does no harm."),
    }
