"""Reading: who agreed and to what, all messages, one message and how far it has come, how it looks to a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.downloads import download
from civium.server.console.permissions import Permission
from civium.server.console.post import shown
from civium.server.initiatives.standing import events
from civium.server.site import languages
from civium.server.supporters import messages, proofs, retention
from civium.server.supporters.spreadsheets import csv_lines

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from civium.server.console.screens import ConsoleRequest
    from civium.server.supporters.models import Message

_CSV = "text/csv; charset=utf-8"


def post(request: ConsoleRequest) -> HttpResponse:
    """Who agreed, what proves it, and all messages."""
    return frame.page(request, "console/post/post.html", _overview(request))


def message(request: ConsoleRequest, number: int) -> HttpResponse:
    """One message: its texts, who gets which, and how far it has come."""
    return frame.page(request, "console/post/message.html", shown.context_of(request, found(request, number)))


def preview(request: ConsoleRequest, number: int) -> HttpResponse:
    """What a reader of a language gets, whole."""
    one = found(request, number)
    texts = messages.texts_of(one)
    reader = request.GET.get("reader", "")
    reader = reader if reader in messages.languages_of(one.initiative) else messages.original_language(one)
    text = texts.get(reader) or texts.get(messages.original_language(one))
    if text is None or settings.CONFIG.mail is None:
        raise Http404
    context = {
        "message": one,
        "text": text,
        "reader": reader,
        "own_name": languages.own_name,
        "body": shown.body(one, text, reader, request.now),
    }
    return frame.page(request, "console/post/preview.html", context)


def consents(request: ConsoleRequest) -> HttpResponseBase:
    """Give the list of those who agreed, with the words that each agreed to; the journal says who took it."""
    initiative = shown.initiative_of(request)
    purpose, language = request.POST.get("purpose", ""), request.POST.get("language", "")
    try:
        rows = proofs.export_consents(initiative, purpose, language, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, "console/post/post.html", _overview(request))
    return download(request, csv_lines(proofs.HEADS, rows), f"consents-{initiative.slug}-{purpose}.csv", _CSV)


def words(request: ConsoleRequest) -> HttpResponseBase:
    """Give the words that consents refer to."""
    initiative = shown.initiative_of(request)
    lines = csv_lines(proofs.WORDS_HEADS, proofs.consent_words(initiative))
    return download(request, lines, f"consent-words-{initiative.slug}.csv", _CSV)


def found(request: ConsoleRequest, number: int) -> Message:
    """Give a message of this initiative; of others there is none here."""
    try:
        return messages.find_message(shown.initiative_of(request), number)
    except Refused:
        raise Http404 from None


def _overview(request: ConsoleRequest) -> dict[str, object]:
    initiative = shown.initiative_of(request)
    _ = frame.words_of(request)
    written = initiative.messages.order_by("-number").prefetch_related("texts")
    return {
        "agreed": proofs.agreements(initiative),
        "kept": retention.kept(initiative),
        "due_on": retention.due_on(initiative, events(initiative)),
        "messages": [(one, _subject(one), shown.state_words(_)[one.state]) for one in written],
        "purposes": shown.purpose_words(_),
        "languages": list(languages.OWN_NAMES.items()),
        "own_name": languages.own_name,
        "may_export": request.may(Permission.EXPORT_SUPPORTERS),
        "can_mail": settings.CONFIG.mail is not None,
    }


def _subject(one: Message) -> str:
    texts = {text.language: text.subject for text in one.texts.all()}
    return str(texts.get(one.initiative.original_language) or next(iter(texts.values()), ""))
