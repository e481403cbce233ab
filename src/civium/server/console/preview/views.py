"""The private preview: opened, its link shown, renewed and closed; its keys and working copies taken; dropped. What it does is server/preview's.

The rules are:
- the link is shown to whoever may change set-up, and to nobody else;
- files are made for whoever asks and kept nowhere here;
- each of these is one person's act: nothing in a preview counts.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpResponse
from markupsafe import Markup

from civium.errors import Misconfigured, Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.permissions import Permission
from civium.server.console.setup.deciding import here, page, refused
from civium.server.console.setup.given import Form
from civium.server.preview import acts, keys, place
from civium.server.preview.answers import MOST_ENTRIES
from civium.server.preview.exporting import working_copy
from civium.server.site import assets, qr
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Preview

_PAGE: Final = "console/preview/preview.html"


def preview(request: ConsoleRequest) -> HttpResponse:
    """Show the preview there is, or how to open one."""
    return page(request, _PAGE, _context(request))


def open_it(request: ConsoleRequest) -> HttpResponse:
    """Open the private preview."""
    _ = frame.words_of(request)
    try:
        acts.open_preview(here(request), settings.CONFIG, assets.bundle_hashes(), frame.persons(request), now=request.now)
    except Refused as error:
        return refused(request, error, _PAGE, _context(request))
    frame.say(request, _("The preview is open."))
    return frame.back(request, "preview")


def renew(request: ConsoleRequest) -> HttpResponse:
    """Make another link."""
    _ = frame.words_of(request)
    return _done(
        request,
        lambda found: acts.renew_link(found, frame.persons(request), now=request.now),
        _("This is the new link. The one before opens nothing any more."),
    )


def close(request: ConsoleRequest) -> HttpResponse:
    """Close the link at once."""
    _ = frame.words_of(request)
    told = _("The link is closed. What was signed stays until the preview is dropped.")
    return _done(request, lambda found: acts.close_link(found, frame.persons(request), now=request.now), told)


def drop(request: ConsoleRequest) -> HttpResponse:
    """Drop the preview whole."""
    _ = frame.words_of(request)
    told = _("The preview is gone: its link, its keys and all that was signed in it.")
    root, by = settings.CONFIG.folder, frame.persons(request)
    return _done(request, lambda found: acts.drop(found, root, by, because=acts.BY_HAND, now=request.now), told)


def take_keys(request: ConsoleRequest) -> HttpResponse:
    """Give the demonstration keys, private halves and passphrase, as one file."""
    try:
        found = acts.follow_set_up(_there(request), settings.CONFIG, assets.bundle_hashes(), now=request.now)
        with _unless_it_goes(found):
            content = acts.take_keys(found, settings.CONFIG, frame.persons(request), now=request.now)
    except Refused as error:
        return refused(request, error, _PAGE, _context(request))
    return _file(f"{found.initiative.slug}-preview-keys.zip", content, "application/zip")


def export(request: ConsoleRequest) -> HttpResponse:
    """Give a working copy of one State's statements in the preview."""
    _ = frame.words_of(request)
    initiative, form = here(request), Form(request)
    codes = tuple(load_procedure(initiative.procedure).jurisdictions)
    wanted = form.one_of("jurisdiction", codes, missing=_("Choose the State."))
    if form.errors or wanted is None:
        return page(request, _PAGE, {**_context(request), "given": frame.given(request, form.errors)}, status=422)
    try:
        found = acts.follow_set_up(_there(request), settings.CONFIG, assets.bundle_hashes(), now=request.now)
        here_it_is, bundle = place.place_of(settings.CONFIG, found.identifier), assets.bundle_hashes()
        with _unless_it_goes(found), place.opened(here_it_is, bundle) as premises:
            name, content = working_copy(found, premises, wanted, frame.persons(request), now=request.now)
    except Refused as error:
        return refused(request, error, _PAGE, _context(request))
    return _file(name, content, "application/octet-stream")


def _done(request: ConsoleRequest, act: Callable[[Preview], None], told: str) -> HttpResponse:
    try:
        act(_there(request))
    except Refused as error:
        return refused(request, error, _PAGE, _context(request))
    frame.say(request, told)
    return frame.back(request, "preview")


def _there(request: ConsoleRequest) -> Preview:
    """Give the preview of this initiative. Raises Refused `preview-missing`."""
    found = acts.preview_of(here(request), today=brussels_date(request.now))
    if found is None:
        raise Refused("preview-missing")
    return found


@contextmanager
def _unless_it_goes(found: Preview) -> Iterator[None]:
    """Read a preview that anybody may drop meanwhile. Raises Refused `preview-missing` where it went."""
    try:
        yield
    except (OSError, Misconfigured):
        if place.place_of(settings.CONFIG, found.identifier).is_there:
            raise
        raise Refused("preview-missing") from None


def _file(name: str, content: bytes, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    return saved_as(answer, name)


def _context(request: ConsoleRequest) -> dict[str, Any]:
    initiative = here(request)
    found = acts.preview_of(initiative, today=brussels_date(request.now))
    context: dict[str, Any] = {
        "preview": None,
        "is_live": initiative.live_collection() is not None,
        "days": acts.DAYS,
        "most": MOST_ENTRIES,
        "may_export": request.may(Permission.MAKE_WORKING_COPY),
    }
    if found is None:
        return context
    try:
        found = acts.follow_set_up(found, settings.CONFIG, assets.bundle_hashes(), now=request.now)
        with _unless_it_goes(found):
            standing = _standing(found, _received(found), frame.words_of(request).code)
    except (Refused, Misconfigured):
        # Its folder lies on another machine, or was lost: it can be dropped, and opened anew.
        return {**context, "preview": found, "is_elsewhere": True}
    return {
        **context,
        "preview": found,
        "is_elsewhere": False,
        **_link(request, found),
        **standing,
    }


def _link(request: ConsoleRequest, found: Preview) -> dict[str, Any]:
    """The link with its code to be photographed, for those who may see it."""
    _ = frame.words_of(request)
    link = acts.link_of(found) if request.may(Permission.CHANGE_SET_UP) else None
    if link is None:
        return {"link": None, "code": ""}
    address = f"{settings.CONFIG.url}/preview/{link}/"
    drawing = qr.svg(address, _("The link as a code for a telephone's camera")).decode()
    return {"link": address, "code": Markup(drawing)}  # noqa: S704  drawn by us


def _received(found: Preview) -> dict[str, int]:
    with place.opened(place.place_of(settings.CONFIG, found.identifier), {}) as premises:
        return {head.log.jurisdiction: head.received for head in premises.store.heads(found.identifier)}


def _standing(found: Preview, received: dict[str, int], code: str) -> dict[str, Any]:
    tongue = language(code)
    places = load_procedure(found.initiative.procedure).jurisdictions
    named = [(one, state_name(tongue, places[one])) for one, count in received.items() if count]
    named.sort(key=lambda one: reading_order(code, one[1]))
    lent = keys.public_keys(place.place_of(settings.CONFIG, found.identifier).authority_keys)
    return {
        "received": sum(received.values()),
        "received_in": [(name, received[one]) for one, name in named],
        "choices": named,
        "lent": len(lent),
        "number_of_places": len(places),
    }
