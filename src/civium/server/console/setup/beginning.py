"""A new initiative: the operator chooses the procedure and what it is for, and types the least that set-up needs; the rest is the organisers'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.periods import brussels_date, latest_end
from civium.law.procedure import load_procedure
from civium.law.shelf import known_procedures
from civium.server.console import frame
from civium.server.console.rendering import PURPOSES_IN_WORDS
from civium.server.console.setup.deciding import mend, page, refused
from civium.server.console.setup.given import Form
from civium.server.initiatives.folder import SLUG, TEXT_LINES, Folder, Text
from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.initiatives.setup import add_initiative, installation
from civium.server.site.languages import own_name

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from civium.law.rules import Procedure
    from civium.server.console.screens import ConsoleRequest

_CHOOSE, _PAGE = "console/setup/procedures.html", "console/setup/new.html"


def choose(request: ConsoleRequest) -> HttpResponse:
    """List the procedures that this installation knows; each is a folder of data."""
    purpose = installation().purpose
    rows = [(name, load_procedure(name)) for name in known_procedures()]
    usable = [(name, procedure, _kinds(procedure, purpose)) for name, procedure in rows]
    return page(request, _CHOOSE, {"rows": usable, "purpose": purpose})


def new(request: ConsoleRequest, procedure: str) -> HttpResponse:
    """Take the least that an initiative needs, and add it."""
    _ = frame.words_of(request)
    if procedure not in known_procedures():
        return frame.back(request, "new-initiative")
    rules = load_procedure(procedure)
    context = {
        "procedure": rules,
        "kinds": _kinds(rules, installation().purpose),
        "languages": [(code, own_name(code)) for code in rules.languages],
        "roles": [role for role in rules.roles if role.least],
        "asks_country": rules.switches.country_of_residence,
        "countries": rules.countries,
        "today": brussels_date(request.now),
    }
    if request.method != "POST":
        return page(request, _PAGE, context)
    form = Form(request)
    folder = _folder(form, rules, context)
    if form.errors or folder is None:
        return mend(request, form.errors, _PAGE, context)
    try:
        made = add_initiative(folder, frame.persons(request), now=request.now)
    except Refused as error:
        return refused(request, error, _PAGE, context)
    frame.say(request, _("Added: %(name)s. Invite its representative now: from then on it is theirs.", name=made.slug))
    return frame.back(request, "installation")


def _kinds(procedure: Procedure, purpose: str) -> list[tuple[str, str]]:
    """What an initiative may be for here: the installation's purpose, or a demonstration (architecture, section 6)."""
    said_of = {
        DEMONSTRATION: "A demonstration: everything marked, and destroyed after 14 days",
        purpose: f"What this installation is for: {PURPOSES_IN_WORDS[purpose]}",
    }
    kinds = []
    for kind in dict.fromkeys((purpose, DEMONSTRATION)):
        try:
            deployment(procedure, kind)
        except Refused:
            continue
        kinds.append((kind, said_of[kind]))
    return kinds


def _folder(form: Form, rules: Procedure, context: dict[str, Any]) -> Folder | None:
    _ = form.words
    slug = form.line("short_name", longest=64, missing=_("Write a short name."))
    if slug and not SLUG.fullmatch(slug):
        form.errors["short_name"] = _("Small letters, digits and hyphens, such as night-trains.")
    kind = form.one_of("kind", tuple(kind[0] for kind in context["kinds"]))
    language = form.one_of("language", rules.languages, missing=_("Choose the original language."))
    told: dict[str, Any] = {
        "deployment": kind,
        "registration_number": form.line("registration_number", longest=64, missing=_("Write the registration number.")),
        "original_language": language,
        "contact_email": form.email("contact_email", missing=_("Write where citizens write to.")),
        "organisers": [person for role in context["roles"] for person in [_person(form, role.role, context)]],
    }
    dates = {"registered_on": _date(form, "registered_on"), "opens_on": _date(form, "opens_on")}
    lines = dict.fromkeys((*TEXT_LINES, "thanks_note"), "")
    lines["title"] = form.line("title", missing=_("Write the title."))
    lines["objectives"] = form.text("objectives", missing=_("Write the objectives."))
    opens_on = dates["opens_on"]
    if form.errors or opens_on is None or dates["registered_on"] is None:
        return None
    dates["closes_on"] = latest_end(opens_on, months=rules.longest_months)
    settled = {name: day for name, day in dates.items() if day is not None}
    return Folder(slug, kind, rules.name, settled, frozenset(), told, {language: Text(language, lines, ())})


def _person(form: Form, role: str, context: dict[str, Any]) -> dict[str, Any]:
    _ = form.words
    missing = _("Choose the country.") if context["asks_country"] else ""
    return {
        "role": role,
        "name": form.line(f"{role}_name", longest=200, missing=_("Write the name.")),
        "country_of_residence": form.one_of(f"{role}_country", context["countries"], missing=missing),
        "email": form.email(f"{role}_email") or None,
    }


def _date(form: Form, name: str) -> date | None:
    _ = form.words
    from datetime import date

    told = form.day(name, missing=_("Write the day."))
    return date.fromisoformat(told) if told and name not in form.errors else None
