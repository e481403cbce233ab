"""The page on which anybody checks a receipt in the browser, and the words its script says (docs/spec/receipt.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.site import assets, catalogues, form, frame, rendering
from civium.server.site.initiative_page import asset_addresses, shown_text
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "receipt"
# Sentences of the form that are said here too.
_SHARED = ("receipt.identifier", "receipt.received", "receipt.place", "receipt.proves-not", "cannot.load.text")


def render(_: Words, hosted: tuple[Initiative, ...], *, is_demonstration: bool) -> bytes:
    """The page in the language of the words; it knows the log keys of all collections here."""
    context = frame.installation_frame(_, language(_.code), PAGE, is_demonstration=is_demonstration)
    context |= {
        "assets": asset_addresses(),
        "lead": _(
            "Choose the receipt that you saved, or paste its text. It is checked in this browser, and nothing of it is sent."
        ),
        "script": assets.bundle()["receipt.js"].path,
        "words": rendering.json_block(_words(_, hosted)),
        "known": rendering.json_block(_known(_, hosted)),
    }
    return rendering.render("receipt.html", _, context)


def _known(_: Words, hosted: tuple[Initiative, ...]) -> list[dict[str, str]]:
    """How the origins of each collection's logs begin, and the key that signs them."""
    known = []
    for initiative in hosted:
        collection = initiative.collection
        origin = next((key.log_origin for key in collection.keys if key.log_origin), "") if collection else ""
        if collection is None or not origin:
            continue
        shown = shown_text(initiative, _.code)
        known.append(
            {
                "origins": f"{origin.split('/', 1)[0]}/{collection.identifier}/",
                "key": collection.log_key,
                "title": shown.text.title,
                "language": shown.language.code,
                "href": frame.initiative_path(_.code, initiative.slug),
            }
        )
    return known


def _words(_: Words, hosted: tuple[Initiative, ...]) -> dict[str, str]:
    shared = catalogues.browser_words()
    said = {key: _(shared[key]) for key in _SHARED}
    for name in sorted({initiative.procedure for initiative in hosted}):
        said |= form.place_names(_, load_procedure(name), whole_world=False)
    return said | {
        "check.title": _("Check a receipt"),
        "check.file": _("Receipt file"),
        "check.text": _("Or its text"),
        "check.initiative": _("The initiative"),
        "check.state": _("State"),
        "check.malformed": _("This is no receipt. Take the file as it was saved."),
        "check.sound": _("The receipt is sound."),
        "check.part": _("What could be checked is sound."),
        "check.wrong": _("Something about this receipt is wrong."),
        "check.wrong-do": _("Keep it and show it to the organisers or to the data protection authority."),
        "check.proof.good": _("The proof fits: the entry was in the log when the log was signed."),
        "check.proof.bad": _("The proof does not fit this entry."),
        "check.signature.good": _("The signature is that of this site’s log."),
        "check.signature.bad": _("The signature is not that of this site’s log."),
        "check.signature.unknown": _("Signed by {origin}, which this site does not know."),
        "check.present.holds": _("The public log still holds the entry now."),
        "check.present.later": _("The public log has not reached this entry yet. It moves every ten minutes."),
        "check.present.closed": _(
            "This log was closed because data were lost, and this entry may be among them. Please sign again; only one statement counts."
        ),
        "check.present.broken": _("The public log no longer agrees with this receipt."),
        "check.present.unreached": _("The public log could not be reached now. Check again when you are online."),
        "check.present.elsewhere": _("Its public log is not on this site."),
        "check.stays": _(
            "A place in the log stays even after a statement was taken back: only the sealed statement is destroyed."
        ),
    }
