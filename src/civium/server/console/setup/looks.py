"""How the pages look: one colour with its guard, logo, cover, layout, blocks, film; tried first, taken over when it pleases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.setup.acts import CHANGE_APPEARANCE, stored_with
from civium.server.console.setup.deciding import decide, draft_of, drop_draft, here, keep_draft, mend, page, refused
from civium.server.console.setup.given import Form
from civium.server.console.setup.previewing import in_a_frame
from civium.server.initiatives import uploads
from civium.server.initiatives.appearance import LONGEST_ALTERNATIVE, LONGEST_MAKER, NEEDED_BLOCKS, appearance_of
from civium.server.site import shown, theme
from civium.server.site.languages import OWN_NAMES
from civium.server.uploads.pictures import LARGEST_PICTURE, clean_cover, clean_logo

if TYPE_CHECKING:
    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative

_PAGE: Final = "console/setup/appearance.html"
DRAFT: Final = uploads.TRIED
HOUSE_COLOUR: Final = "#0f5b63"
BLOCK_NAMES: Final = {
    "states": "Table of the States",
    "video": "Film",
    "organisers": "Organisers (the law wants them)",
    "funding": "Funding",
    "questions": "Questions",
    "share": "Sharing",
}


def appearance(request: ConsoleRequest) -> HttpResponse:
    """Show the look that is tried, or that is stored; try another, take it over, or go back."""
    initiative = here(request)
    draft = draft_of(request, DRAFT)
    tried: Mapping[str, Any] = draft.told if draft else {}
    context = _context(initiative, tried)
    if request.method != "POST":
        return in_a_frame(page(request, _PAGE, context))
    act = request.POST.get("act", "")
    if act == "forget":
        _forget(request)
        return frame.back(request, "setup-appearance")
    form = Form(request)
    try:
        given = _given(form, initiative)
        stored = {**tried, **given.stored}
        if form.errors:
            return in_a_frame(mend(request, form.errors, _PAGE, context))
        changed = {name: value for name, value in stored.items() if initiative.appearance.get(name) != value}
        with transaction.atomic():
            uploads.keep(initiative, given.files, now=request.now)
            if act == "try":
                keep_draft(request, DRAFT, stored)
                uploads.remove_unnamed(initiative)
            elif changed:
                decide(request, CHANGE_APPEARANCE, {"stored": changed})
    except Refused as error:
        return in_a_frame(refused(request, error, _PAGE, _context(initiative, tried)))
    if act != "try":
        _forget(request)
    return frame.back(request, "setup-appearance")


def _forget(request: ConsoleRequest) -> None:
    drop_draft(request, DRAFT)
    uploads.remove_unnamed(here(request))


def _context(initiative: Initiative, tried: Mapping[str, Any]) -> dict[str, Any]:
    look = stored_with(initiative, {"stored": tried})
    colour = look.get("theme_colour") or HOUSE_COLOUR
    blocks = look.get("blocks", list(shown.BLOCKS))
    languages = [initiative.original_language, *sorted(set(initiative.texts_in_force()) - {initiative.original_language})]
    return {
        "look": look,
        "is_tried": bool(tried),
        "colour": colour,
        "guard": guard(colour),
        "blocks": [(name, BLOCK_NAMES[name], blocks.index(name) + 1 if name in blocks else 0) for name in _in_order(blocks)],
        "number_of_blocks": len(shown.BLOCKS),
        "alternatives": look.get("logo_alternative", {}),
        "languages": [(code, OWN_NAMES.get(code, code)) for code in languages],
        "longest_maker": LONGEST_MAKER,
        "video": look.get("video") or {"url": "", "titles": {}},
        "original": initiative.original_language,
    }


def _in_order(blocks: list[str]) -> list[str]:
    return [*blocks, *(name for name in shown.BLOCKS if name not in blocks)]


def guard(colour: str) -> list[dict[str, Any]]:
    """Say, for light and for dark pages, which colour is used, what contrast it has, and what the given one would have."""
    found = []
    for name, ground, made in (
        ("light", theme.SUNK_LIGHT, theme.light_colours(colour)),
        ("dark", theme.SUNK_DARK, theme.dark_colours(colour)),
    ):
        found.append(
            {
                "name": name,
                "ground": ground,
                "used": made.brand,
                "ink": made.on_brand,
                "contrast": theme.contrast(made.brand, ground),
                "given": theme.contrast(colour, ground),
                "is_moved": made.brand != colour,
            }
        )
    return found


@dataclass(frozen=True)
class _Given:
    """What the form tells, as it would be stored, and the files that it names."""

    stored: Mapping[str, Any]
    files: tuple[uploads.File, ...] = ()


def _given(form: Form, initiative: Initiative) -> _Given:
    """Give what the form tells; pictures only where one was given. Raises Refused for files with a trick."""
    told, files = _told(form, initiative)
    if form.errors:
        return _Given({})
    checked = appearance_of(told, lambda name, _largest: files[name], initiative)
    stored = dict(checked.stored)
    stored["maker"] = told.get("maker", "")
    stored["video"] = stored.get("video")
    alternatives = _alternatives(form, initiative)
    if alternatives:
        stored["logo_alternative"] = alternatives
    for name, ticked in (("logo", "without_logo"), ("cover", "without_cover")):
        if form.is_ticked(ticked):
            stored[name] = None
    return _Given(stored, checked.files)


def _told(form: Form, initiative: Initiative) -> tuple[dict[str, Any], dict[str, bytes]]:
    _ = form.words
    told: dict[str, Any] = {"layout": form.one_of("layout", shown.LAYOUTS), "blocks": _blocks(form)}
    colour = form.line("theme_colour", longest=7).lower()
    if not theme.COLOUR.fullmatch(colour):
        form.errors["theme_colour"] = _("Write a colour as a sign # and six digits, such as #51307a.")
    told["theme_colour"] = colour
    maker = form.line("maker", longest=LONGEST_MAKER)
    if maker:
        told["maker"] = maker
    address, title = form.address("video_url", secure=True), form.line("video_title", longest=LONGEST_ALTERNATIVE)
    if bool(address) != bool(title):
        form.errors["video_title" if address else "video_url"] = _("A film needs its address and its title.")
    if address and title:
        told["video"] = {"url": address, "titles": {initiative.original_language: title}}
    files = {}
    if logo := form.file("logo", LARGEST_PICTURE):
        files["logo"] = clean_logo(logo).content
        told["logo"] = {"file": "logo"}
    if cover := form.file("cover", LARGEST_PICTURE):
        files |= {f"cover-{number}": one.content for number, one in enumerate(clean_cover(cover), 1)}
        told["cover"] = [name for name in files if name.startswith("cover-")]
    return told, files


def _blocks(form: Form) -> list[str]:
    """Give the blocks in the order of their numbers; those without one are not shown."""
    _, placed = form.words, []
    for name in shown.BLOCKS:
        number = form.one_of(f"block-{name}", tuple(str(place) for place in range(len(shown.BLOCKS) + 1)))
        if number and number != "0":
            placed.append((int(number), shown.BLOCKS.index(name), name))
    blocks = [name for _number, _usual, name in sorted(placed)]
    if NEEDED_BLOCKS - set(blocks):
        form.errors["block-organisers"] = _("The organisers cannot be turned off: the law wants their names on the page.")
    return blocks


def _alternatives(form: Form, initiative: Initiative) -> dict[str, str]:
    _ = form.words
    told = {code: form.line(f"alternative-{code}", longest=LONGEST_ALTERNATIVE) for code in initiative.texts_in_force()}
    told = {code: line for code, line in told.items() if line}
    if told and initiative.original_language not in told:
        form.errors[f"alternative-{initiative.original_language}"] = _("Say it in the original language, too.")
    return told
