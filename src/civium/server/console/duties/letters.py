"""Letters: what can be written, writing one with a preview, the letter that was kept, its PDF, when it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseBase

from civium.errors import Refused
from civium.law.letters import Letter, letter
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.law.shelf import picture_of
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.duties.views import day_of, initiative_of, letter_titles, office_style
from civium.server.console.permissions import Permission
from civium.server.initiatives.counts import counts
from civium.server.initiatives.models import Initiative
from civium.server.office import letters as office
from civium.server.office.letters import Numbers
from civium.server.office.models import KeptLetter
from civium.server.office.paper import paper_totals
from civium.server.office.sheets import letter_pdf
from civium.server.site.languages import own_name
from civium.server.typesetting import MEDIA_TYPE

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

OVERVIEW, WRITE, ONE = "console/duties/letters.html", "console/duties/write.html", "console/duties/letter.html"


def overview(request: ConsoleRequest) -> HttpResponseBase:
    """Show the letters that can be written, and those that were."""
    initiative = initiative_of(request)
    possible = [(one, letter_titles(request)[one.id]) for one in office.possible_letters(initiative)]
    kept = [(one, letter_titles(request).get(one.letter, one.letter)) for one in office.kept_letters(initiative)]
    return frame.page(
        request,
        OVERVIEW,
        {"possible": possible, "kept": kept, "may_write": request.may(Permission.WRITE_LETTERS), "stylesheets": office_style()},
    )


def write(request: ConsoleRequest, letter: str) -> HttpResponseBase:
    """Ask what a letter needs, and keep it."""
    initiative = initiative_of(request)
    found = _letter(initiative, letter)
    context = _writing(request, found)
    if request.method != "POST":
        return frame.page(request, WRITE, context)
    language = request.POST.get("language", found.languages[0])
    try:
        given = {ask.name: request.POST.get(ask.name, "") for ask in found.asks}
        answers = office.checked_answers(found, language, given)
        made = office.compose(
            initiative, found.id, language, _numbers(request, initiative), answers, today=brussels_date(request.now)
        )
        kept = office.keep_letter(initiative, found.id, made, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, WRITE, context)
    _ = frame.words_of(request)
    frame.say(request, _("Written and kept. Read it, sign it, send it; then note the day here."))
    return frame.back(request, "letter", number=kept.pk)


def one(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Show a letter that was kept; note when and how it was sent (POST)."""
    initiative = initiative_of(request)
    kept = _kept(initiative, number)
    context: dict[str, Any] = {
        "kept": kept,
        "made": kept.told,
        "stylesheets": office_style(),
        "title": letter_titles(request).get(kept.letter, kept.letter),
        "today": brussels_date(request.now),
    }
    if request.method != "POST":
        return frame.page(request, ONE, context)
    _, sent_on = frame.words_of(request), day_of(request.POST.get("sent_on", ""))
    if sent_on is None:
        return frame.mend(request, {"sent_on": _("Type the day on which it was sent.")}, ONE, context)
    try:
        office.note_sent(kept, sent_on, request.POST.get("how", ""), frame.persons(request), now=request.now)
    except Refused as error:
        kept.refresh_from_db()
        return frame.refused(request, error, ONE, context)
    frame.say(request, _("Noted. The duty that this letter answers is marked as done."))
    return frame.back(request, "letter", number=kept.pk)


def as_pdf(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Give a letter as a PDF."""
    initiative = initiative_of(request)
    kept = _kept(initiative, number)
    emblem = load_procedure(initiative.procedure).emblem
    drawing = picture_of(initiative.procedure, emblem.file) if emblem else b""
    answer = HttpResponse(letter_pdf(kept.told, drawing), content_type=MEDIA_TYPE)
    return saved_as(answer, f"{initiative.slug}-{kept.letter}-{kept.pk}.pdf")


def as_plain(request: ConsoleRequest, number: int) -> HttpResponseBase:
    """Give a letter as text."""
    kept = _kept(initiative_of(request), number)
    answer = HttpResponse(office.as_text(kept.told), content_type="text/plain; charset=utf-8")
    return saved_as(answer, f"{kept.letter}-{kept.pk}.txt")


def _letter(initiative: Initiative, name: str) -> Letter:
    try:
        return letter(initiative.procedure, name)
    except Refused:
        raise Http404 from None


def _kept(initiative: Initiative, number: int) -> KeptLetter:
    try:
        return office.find_letter(initiative, number)
    except Refused:
        raise Http404 from None


def _numbers(request: ConsoleRequest, initiative: Initiative) -> Numbers:
    """Give what was received online here, and what was counted on paper."""
    online: dict[str, int] = {}
    if initiative.live_collection() is not None:
        with frame.premises(request) as premises:
            online = {place.code: place.count for place in counts(initiative, premises).progress.jurisdictions}
    return Numbers(online, paper_totals(initiative))


def _writing(request: ConsoleRequest, found: Letter) -> dict[str, Any]:
    code, first = frame.words_of(request).code, found.languages[0]
    asks = [
        (
            ask,
            ask.labels.get(code) or ask.labels.get("en") or ask.labels[first],
            [(value, words.get(code) or words.get("en") or words[first]) for value, words in ask.choices.items()],
        )
        for ask in found.asks
    ]
    return {
        "letter": found,
        "title": letter_titles(request)[found.id],
        "asks": asks,
        "languages": [(one, own_name(one)) for one in found.languages],
        "is_online_elsewhere": found.table == "counts" and initiative_of(request).live_collection() is None,
    }
