"""Paper: what was counted by week and place, entering a week at once, corrections with their reason, forms to print."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase

from civium.errors import Refused
from civium.law.paper_form import paper_form
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.law.progress import progress
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.permissions import Permission
from civium.server.console.sentences import sentence
from civium.server.initiatives.models import Initiative
from civium.server.office import forms as office_forms
from civium.server.office import paper as office
from civium.server.site import assets
from civium.server.site.languages import language as tongue_of
from civium.server.site.languages import own_name, reading_order, state_name
from civium.server.typesetting import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from civium.server.console.screens import ConsoleRequest

PAPER, ENTER, CORRECT = "console/paper/paper.html", "console/paper/enter.html", "console/paper/correct.html"
TRAIL, FORMS = "console/paper/trail.html", "console/paper/forms.html"
_WEEKS_SHOWN = 10
_LARGEST_DIGITS = 9
_NO_PAPER = "paper-not-possible"


def paper(request: ConsoleRequest) -> HttpResponseBase:
    """Show what was counted: totals by place against the thresholds, and the last weeks."""
    initiative = _initiative(request)
    if not _has_paper(initiative):
        return frame.page(request, PAPER, {"has_paper": False})
    totals, kept = office.paper_totals(initiative), office.tallies(initiative)
    found = progress(load_procedure(initiative.procedure), initiative.registered_on, totals)
    weeks = sorted({tally.week for tally in kept}, reverse=True)[:_WEEKS_SHOWN]
    by_week = [(week, [tally for tally in kept if tally.week == week]) for week in weeks]
    names = dict(_places(request))
    rows = [(names[place.code], place.count, place.threshold) for place in found.jurisdictions if place.count]
    context = {"has_paper": True, "total": found.total, "rows": sorted(rows, key=lambda row: -row[1]), "names": names}
    context |= {
        "weeks": by_week,
        "can_enter": bool(_weeks(request, initiative)),
        "may_enter": request.may(Permission.ENTER_PAPER),
    }
    return frame.page(request, PAPER, context)


def enter(request: ConsoleRequest) -> HttpResponseBase:
    """Enter the numbers of one week: every place has a field, empty ones are left out."""
    initiative = _initiative(request)
    weeks = _weeks(request, initiative)
    week = _day(request.POST.get("week") or request.GET.get("week", "")) or (weeks[0] if weeks else None)
    context = _entering(request, weeks, week)
    if request.method != "POST":
        return frame.page(request, ENTER, context)
    errors, numbers = _numbers(request)
    _ = frame.words_of(request)
    if week is None:
        errors["week"] = _("Choose a week.")
    elif not context["places"]:
        errors["week"] = _("Every place has a number for this week.")
    elif not numbers and not errors:
        errors[f"n-{context['places'][0][0]}"] = _("Type at least one number.")
    if errors or week is None:
        return frame.mend(request, errors, ENTER, context)
    try:
        with transaction.atomic():
            for code, number in numbers.items():
                office.enter_tally(initiative, code, week, number, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, ENTER, context)
    total, places = sum(numbers.values()), len(numbers)
    told = _.ngettext(
        "Entered for one place: %(total)s.",
        "Entered for %(places)s places, %(total)s in all.",
        places,
        total=f"{total:,}",
        places=places,
    )
    frame.say(request, told)
    return frame.back(request, "paper")


def correct(request: ConsoleRequest, jurisdiction: str, week: str) -> HttpResponseBase:
    """Correct one number; the reason is kept with it."""
    initiative = _initiative(request)
    monday = _day(week)
    kept = next((one for one in office.tallies(initiative) if (one.jurisdiction, one.week) == (jurisdiction, monday)), None)
    if kept is None:
        raise Http404
    context = {"counted": kept, "name": dict(_places(request))[kept.jurisdiction], "sunday": _sunday(kept.week)}
    if request.method != "POST":
        return frame.page(request, CORRECT, context)
    _ = frame.words_of(request)
    number, version = _whole(request.POST.get("number", "")), _whole(request.POST.get("version", ""))
    if number is None:
        return frame.mend(request, {"number": _("Type a whole number, such as 120.")}, CORRECT, context)
    seen = office.Tally(kept.jurisdiction, kept.week, number, version or 0)
    try:
        office.correct_tally(initiative, seen, request.POST.get("reason", ""), frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, CORRECT, context)
    told = {"place": context["name"], "number": f"{number:,}", "before": f"{kept.number:,}"}
    frame.say(request, _("Corrected: %(place)s, %(number)s instead of %(before)s.", **told))
    return frame.back(request, "paper")


def trail(request: ConsoleRequest) -> HttpResponseBase:
    """Show every number that was ever entered, who did it and why it was changed."""
    initiative = _initiative(request)
    return frame.page(request, TRAIL, {"rows": list(office.trail(initiative)), "names": dict(_places(request))})


def forms(request: ConsoleRequest) -> HttpResponseBase:
    """Show the forms that can be made, by language and place, what each lacks, and why there is none for the others."""
    initiative = _initiative(request)
    if not _has_paper(initiative):
        return frame.page(request, PAPER, {"has_paper": False})
    return frame.page(request, FORMS, _forms_context(request, initiative))


def place(request: ConsoleRequest) -> HttpResponseBase:
    """Say where filled forms are sent, and the Commission's code for uploading them."""
    initiative = _initiative(request)
    send_to, code = request.POST.get("send_to", ""), request.POST.get("upload_code", "")
    try:
        office.set_place(initiative, send_to, code, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, FORMS, _forms_context(request, initiative))
    frame.say(request, frame.words_of(request)("Kept. New forms carry it."))
    return frame.back(request, "paper-forms")


def form(request: ConsoleRequest, jurisdiction: str, language: str) -> HttpResponseBase:
    """Give one form as a PDF. What cannot be made is said on the page of forms."""
    initiative = _initiative(request)
    try:
        made = office_forms.form_pdf(initiative, jurisdiction, language, on=brussels_date(request.now))
    except Refused as error:
        if error.code in (_NO_PAPER, "jurisdiction-unknown"):
            raise Http404 from None
        return frame.refused(request, error, FORMS, _forms_context(request, initiative))
    answer = HttpResponse(made, content_type=MEDIA_TYPE)
    return saved_as(answer, f"{initiative.slug}-{jurisdiction}-{language}.pdf")


def table_file(request: ConsoleRequest) -> HttpResponseBase:
    """Give the numbers that hold, as CSV."""
    initiative = _initiative(request)
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow(("week", "place", "statements"))
    rows.writerows((tally.week.isoformat(), tally.jurisdiction, tally.number) for tally in office.tallies(initiative))
    answer = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    return saved_as(answer, f"{initiative.slug}-paper.csv")


def _without_form(request: ConsoleRequest, reasons: Mapping[str, Refused]) -> list[tuple[str, list[str]]]:
    """Give each sentence that says why there is no form, with the places that it is true of."""
    said: dict[str, list[str]] = {}
    for code, name in _places(request):
        if code in reasons:
            said.setdefault(sentence(reasons[code], frame.words_of(request)), []).append(name)
    return list(said.items())


def _initiative(request: ConsoleRequest) -> Initiative:
    assert request.initiative is not None, "the screen is of an initiative"
    return request.initiative


def _has_paper(initiative: Initiative) -> bool:
    return load_procedure(initiative.procedure).switches.paper


def _places(request: ConsoleRequest) -> list[tuple[str, str]]:
    """Give the places with their names, in reading order."""
    initiative, code = _initiative(request), frame.words_of(request).code
    tongue = tongue_of(code)
    found = [(name, state_name(tongue, one)) for name, one in load_procedure(initiative.procedure).jurisdictions.items()]
    return sorted(found, key=lambda pair: reading_order(code, pair[1]))


def _weeks(request: ConsoleRequest, initiative: Initiative) -> tuple[date, ...]:
    return office.weeks(initiative, today=brussels_date(request.now))


def _entering(request: ConsoleRequest, weeks: tuple[date, ...], week: date | None) -> dict[str, Any]:
    counted = {tally.jurisdiction: tally.number for tally in office.tallies(_initiative(request)) if tally.week == week}
    waiting = [(code, name) for code, name in _places(request) if code not in counted]
    done = [(code, name, counted[code]) for code, name in _places(request) if code in counted]
    options = [(one.isoformat(), one) for one in weeks]
    return {
        "weeks": options,
        "week": week,
        "places": waiting,
        "done": done,
        "sunday": _sunday(week) if week else None,
        "stylesheets": _style(),
    }


def _style() -> tuple[str, ...]:
    return (assets.page_stylesheet("office").path,)


def _numbers(request: ConsoleRequest) -> tuple[dict[str, str], dict[str, int]]:
    _ = frame.words_of(request)
    errors: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for code, name in _places(request):
        typed = request.POST.get(f"n-{code}", "").strip()
        if not typed:
            continue
        number = _whole(typed)
        if number is None or number > office.LARGEST_TALLY:
            most = f"{office.LARGEST_TALLY:,}"
            errors[f"n-{code}"] = _("%(place)s: type a whole number of at most %(most)s.", place=name, most=most)
        else:
            numbers[code] = number
    return errors, numbers


def _whole(typed: str) -> int | None:
    """Give a whole number as people type it: with spaces, points or commas between thousands."""
    plain = typed.strip().replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    for sign in (".", ","):
        parts = plain.split(sign)
        if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3:
            plain = "".join(parts)
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= _LARGEST_DIGITS else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _sunday(week: date) -> date:
    return date.fromordinal(min(office.week_of(week).toordinal() + 6, date.max.toordinal()))


def _forms_context(request: ConsoleRequest, initiative: Initiative) -> dict[str, Any]:
    offered = office_forms.offered_forms(initiative)
    chosen = request.GET.get("language", "")
    possible = [one for one in offered if one.is_possible]
    # The original language first: whoever opens this page reads it.
    usual = next((one for one in possible if one.language == initiative.original_language), possible[0] if possible else None)
    current = next((one for one in possible if one.language == chosen), usual)
    reasons = office_forms.not_possible(initiative, current.language, on=brussels_date(request.now)) if current else {}
    return {
        "languages": [(one, own_name(one.language)) for one in offered],
        "current": current,
        "current_name": own_name(current.language) if current else "",
        "places": [(code, name) for code, name in _places(request) if code not in reasons],
        "without": _without_form(request, reasons),
        "kept": office.place_of(initiative),
        "may_change": request.may(Permission.CHANGE_SET_UP),
        "stylesheets": _style(),
        "asks_code": any(
            paper_form(initiative.procedure, part).code_place for part in load_procedure(initiative.procedure).parts
        ),
    }
