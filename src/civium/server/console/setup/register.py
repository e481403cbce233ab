"""The register's file: given, compared field by field and language by language, taken over or thrown away (T-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.setup.acts import FOLLOW_REGISTER
from civium.server.console.setup.deciding import decide, here, mend, page, refused
from civium.server.console.setup.given import Form
from civium.server.register import taking_over
from civium.server.register.comparing import Row, check_may_be_taken_over
from civium.server.register.reading import read
from civium.server.register.registered import LARGEST_FILE
from civium.server.site.languages import OWN_NAMES

if TYPE_CHECKING:
    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest
    from civium.server.register.registered import Registered

_GIVE, _COMPARE = "console/setup/register.html", "console/setup/comparison.html"
FIELDS: Mapping[str, str] = {
    "number": "Registration number",
    "registered_on": "Registered on",
    "original_language": "Original language",
    "opens_on": "First day",
    "closes_on": "Last day",
    "register_url": "Address in the register",
    "website": "Website",
    "legal_entity": "Legal entity",
    "officer": "Data protection officer",
    "is_partial": "Registered in part",
    "organiser": "Organiser",
    "title": "Title",
    "objectives": "Objectives",
    "lead": "Subject matter",
    "annex": "Annex",
    "treaties": "Provisions of the Treaties",
}


def give(request: ConsoleRequest) -> HttpResponse:
    """Take a file in and lead to its comparison."""
    _ = frame.words_of(request)
    initiative = here(request)
    context = {"taken_over": taking_over.last_taken_over(initiative), "waiting": taking_over.waiting_file(initiative)}
    if request.method != "POST":
        return page(request, _GIVE, context)
    form = Form(request)
    raw = form.file("file", LARGEST_FILE, missing=_("Choose the file that you downloaded from the register."))
    if form.errors:
        return mend(request, form.errors, _GIVE, context)
    try:
        taking_over.give_file(initiative, raw, frame.persons(request), now=request.now)
    except Refused as error:
        return refused(request, error, _GIVE, context)
    return frame.back(request, "setup-comparison")


def comparison(request: ConsoleRequest) -> HttpResponse:
    """Show what differs; take it over when it was seen."""
    initiative = here(request)
    file = taking_over.waiting_file(initiative)
    if file is None:
        return frame.back(request, "setup-register")
    registered = read(bytes(file.content))
    context = _context(request, registered, file)
    if request.method != "POST":
        return page(request, _COMPARE, context)
    if request.POST.get("sha256") != bytes(file.sha256).hex():
        return refused(request, Refused("register-none-waiting"), _COMPARE, context)
    form, facts = Form(request), {"file": file.pk, "sha256": bytes(file.sha256).hex(), "summary": _summary(context["rows"])}
    facts |= _answers(form, context)
    if form.errors:
        return mend(request, form.errors, _COMPARE, context)
    try:
        check_may_be_taken_over(context["rows"], is_live=context["is_live"])
        decide(request, FOLLOW_REGISTER, facts)
    except Refused as error:
        return refused(request, error, _COMPARE, _context(request, registered, file))
    return frame.back(request, "set-up")


def throw_away(request: ConsoleRequest) -> HttpResponse:
    """Forget the file that waits."""
    _ = frame.words_of(request)
    taking_over.throw_away(here(request))
    frame.say(request, _("The file was thrown away. Nothing was changed."))
    return frame.back(request, "setup-register")


def _context(request: ConsoleRequest, registered: Registered, file: Any) -> dict[str, Any]:
    initiative = here(request)
    rows = taking_over.rows_of(initiative, registered)
    is_live = initiative.live_collection() is not None
    return {
        "file": file,
        "sha256": bytes(file.sha256).hex(),
        "registered": registered,
        "rows": rows,
        "groups": _groups(rows),
        "fields": FIELDS,
        "names_of_languages": OWN_NAMES,
        "is_live": is_live,
        "differing": sum(row.standing != "same" for row in rows),
        "blocked": [row for row in rows if row.is_fixed and row.standing in ("differs", "missing")],
        "asked": taking_over.missing_answers(initiative, registered),
        "asks_seat": taking_over.asks_for_seat(initiative, registered),
        "countries": load_procedure(initiative.procedure).countries,
    }


def _groups(rows: tuple[Row, ...]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.language, []).append(row)
    return groups


def _answers(form: Form, context: Mapping[str, Any]) -> dict[str, Any]:
    _ = form.words
    countries = {
        person.name: form.one_of(
            f"country-{number}", context["countries"], missing=_("Choose where %(name)s lives.", name=person.name)
        )
        for number, person in enumerate(context["asked"], 1)
    }
    seat = form.one_of("seat", context["countries"], missing=_("Choose the country of the seat.")) if context["asks_seat"] else ""
    return {"countries": countries, "seat": seat}


def _summary(rows: tuple[Row, ...]) -> str:
    changed = [
        f"{FIELDS[row.field].lower()}{f' in {row.language}' if row.language else ''}" for row in rows if row.standing != "same"
    ]
    return ", ".join(changed) or "nothing differs"
