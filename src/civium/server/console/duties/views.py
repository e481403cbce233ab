"""Duties: the calendar page, the calendar file, marking what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase

from civium.errors import Refused
from civium.law.letters import letters
from civium.law.periods import brussels_date
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.permissions import Permission
from civium.server.initiatives.models import Initiative
from civium.server.office import duties as office
from civium.server.office.calendar import MEDIA_TYPE, as_calendar
from civium.server.site import assets
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.office.duties import Duty

DUTIES, MARK = "console/duties/duties.html", "console/duties/mark.html"


def duties(request: ConsoleRequest) -> HttpResponseBase:
    """Show what presses, what comes, what others must do, and what was done."""
    found = duties_told(request)
    ours = [duty for duty in found if duty.is_ours and not duty.is_earliest]
    waiting = [duty for duty in ours if not duty.done_on]
    tongue = language(frame.words_of(request).code)
    later = [duty for duty in waiting if duty.standing == "later"]
    context = {
        "pressing": pressing([duty for duty in waiting if duty.standing in ("overdue", "soon")]),
        "months": [(month, list(group)) for month, group in groupby(later, key=lambda duty: tongue.month(duty.due_on))],
        "done": [duty for duty in ours if duty.done_on],
        "others": [duty for duty in found if not duty.is_ours and not duty.done_on],
        "earliest": [duty for duty in found if duty.is_earliest],
        "titles": letter_titles(request),
        "today": brussels_date(request.now),
        "sends_mail": settings.CONFIG.mail is not None,
        "may_write": request.may(Permission.WRITE_LETTERS),
        "stylesheets": office_style(),
    }
    return frame.page(request, DUTIES, context)


def calendar(request: ConsoleRequest) -> HttpResponseBase:
    """Give the duties as a calendar file."""
    initiative = initiative_of(request)
    found = duties_told(request)
    made = as_calendar(found, slug=initiative.slug, number=initiative.registration, host=settings.CONFIG.host, now=request.now)
    answer = HttpResponse(made, content_type=MEDIA_TYPE)
    return saved_as(answer, f"{initiative.slug}-duties.ics")


def mark(request: ConsoleRequest, duty: str, due_on: str) -> HttpResponseBase:
    """Mark a duty as done, with the day."""
    initiative = initiative_of(request)
    found = _find(request, duty, due_on)
    context = {"duty": found, "today": brussels_date(request.now), "titles": letter_titles(request)}
    if request.method != "POST":
        return frame.page(request, MARK, context)
    _, done_on = frame.words_of(request), day_of(request.POST.get("done_on", ""))
    if done_on is None:
        return frame.mend(request, {"done_on": _("Type the day on which it was done.")}, MARK, context)
    note = request.POST.get("note", "")
    try:
        office.mark_done(initiative, found.id, found.counted_on, done_on, note, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, MARK, context)
    frame.say(request, _("Marked as done: %(title)s.", title=found.title))
    return frame.back(request, "duties")


def unmark(request: ConsoleRequest, duty: str, due_on: str) -> HttpResponseBase:
    """Take back that a duty was done."""
    found = _find(request, duty, due_on)
    office.mark_not_done(initiative_of(request), found.id, found.counted_on, frame.persons(request), now=request.now)
    frame.say(request, frame.words_of(request)("No longer marked as done: %(title)s.", title=found.title))
    return frame.back(request, "duties")


def duties_told(request: ConsoleRequest) -> tuple[Duty, ...]:
    """Give the duties of the initiative, named in the words of whoever asks."""
    _, found = frame.words_of(request), office.duties_of(initiative_of(request), today=brussels_date(request.now))
    return tuple(replace(duty, title=_(duty.title)) for duty in found)


def initiative_of(request: ConsoleRequest) -> Initiative:
    """Give the initiative of a request that belongs to one."""
    assert request.initiative is not None, "the screen is of an initiative"
    return request.initiative


def pressing(duties: list[Duty]) -> list[tuple[Duty, list[Duty]]]:
    """Give what presses, a duty that returns once: the newest date that is over stands for the earlier ones, which follow it."""
    over: dict[str, list[Duty]] = {}
    for duty in duties:
        if duty.standing == "overdue":
            over.setdefault(duty.id, []).append(duty)
    newest = {name: dates[-1] for name, dates in over.items()}
    return [
        (duty, over[duty.id][:-1] if duty is newest.get(duty.id) else [])
        for duty in duties
        if duty.standing != "overdue" or duty is newest[duty.id]
    ]


def letter_titles(request: ConsoleRequest) -> dict[str, str]:
    """Give what each letter is about, for links."""
    found = {}
    code = frame.words_of(request).code
    for letter in letters(initiative_of(request).procedure):
        subject = letter.subjects.get(code) or letter.subjects.get("en") or next(iter(letter.subjects.values()))
        about = subject.partition(": ")[2] or subject
        found[letter.id] = about[:1].upper() + about[1:]
    return found


def office_style() -> tuple[str, ...]:
    """Give the stylesheet of duties, letters and paper."""
    return (assets.page_stylesheet("office").path,)


def day_of(typed: str) -> date | None:
    """Give the day somebody typed, None where it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _find(request: ConsoleRequest, duty: str, due_on: str) -> Duty:
    day = day_of(due_on)
    for found in duties_told(request):
        if (found.id, found.counted_on) == (duty, day):
            return found
    raise Http404
