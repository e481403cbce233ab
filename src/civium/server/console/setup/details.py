"""Number, days, people and addresses by hand. After the start only what the law lets change is asked for (Art. 5(4))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from civium.errors import Refused
from civium.law.periods import latest_end, latest_start
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.setup.acts import CHANGE_DETAILS
from civium.server.console.setup.deciding import decide, here, mend, page, refused
from civium.server.console.setup.given import Form
from civium.server.register.loaded import folder_of
from civium.server.site.languages import SOURCE

if TYPE_CHECKING:
    from django.http import HttpResponse

    from civium.law.rules import Procedure
    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative
    from civium.server.site.words import Words

_PAGE: Final = "console/setup/details.html"
MOST_PEOPLE: Final = 20
_SPARE_ROWS: Final = 2
DAYS: Final = ("registered_on", "opens_on", "closes_on")
TOLD_DAYS: Final = ("start_told_on", "channels_told_on")
ADDRESSES: Final = ("register_url", "website", "funding_page", "central_url")
ROLE_NAMES: Final = {
    "representative": "Representative",
    "substitute": "Substitute",
    "member": "Member",
    "other": "Takes part",
}


def details(request: ConsoleRequest) -> HttpResponse:
    """Show the details and take over what changed."""
    _ = frame.words_of(request)
    initiative = here(request)
    context = _context(initiative, _)
    if request.method != "POST":
        return page(request, _PAGE, context)
    form = Form(request)
    facts = _facts(form, initiative, is_live=context["is_live"])
    if form.errors:
        return mend(request, form.errors, _PAGE, context)
    facts = _changed(facts, initiative)
    if not any(facts.values()):
        frame.say(request, _("Nothing differs from what is there."))
        return frame.back(request, "setup-details")
    try:
        decide(request, CHANGE_DETAILS, facts)
    except Refused as error:
        return refused(request, error, _PAGE, _context(initiative, _))
    return frame.back(request, "setup-details")


def _role_name(procedure: Procedure, role: str, _: Words) -> str:
    return procedure.role_name(role, _.code) or procedure.role_name(role, SOURCE) or _(ROLE_NAMES[role])


def _context(initiative: Initiative, _: Words) -> dict[str, Any]:
    procedure = load_procedure(initiative.procedure)
    people = [*initiative.organisers, *[{"role": "", "name": "", "country_of_residence": "", "email": ""}] * _SPARE_ROWS]
    return {
        "is_live": initiative.live_collection() is not None,
        "procedure": procedure,
        "people": people[:MOST_PEOPLE],
        "roles": [(role.role, _role_name(procedure, role.role, _)) for role in procedure.roles],
        "asks_country": procedure.switches.country_of_residence,
        "latest_start": latest_start(initiative.registered_on, months=procedure.starts_within_months),
        "latest_end": latest_end(initiative.opens_on, months=procedure.longest_months),
        "entity": initiative.legal_entity or {"name": "", "seat": ""},
        "officer": initiative.data_protection_officer or {"name": "", "email": ""},
        "partial": initiative.partial_registration or {"decision_url": "", "text": ""},
        "countries": procedure.countries,
    }


def _facts(form: Form, initiative: Initiative, *, is_live: bool) -> dict[str, Any]:
    _ = form.words
    told: dict[str, Any] = {name: form.address(name) for name in ADDRESSES}
    told["contact_email"] = form.email("contact_email", missing=_("Write where citizens write to."))
    told["organisers"] = _people(form, initiative)
    told["legal_entity"] = _entity(form, initiative)
    officer = {"name": form.line("officer_name", longest=200), "email": form.email("officer_email") or None}
    told["data_protection_officer"] = officer if officer["name"] else None
    if officer["email"] and not officer["name"]:
        form.errors["officer_name"] = _("Write the officer's name, too.")
    partial = {"decision_url": form.address("partial_url") or None, "text": form.text("partial_text", longest=800) or None}
    told["partial_registration"] = partial if form.is_ticked("is_partial") else None
    dates = {}
    if not is_live:
        told["registration_number"] = form.line("registration_number", longest=64, missing=_("Write the registration number."))
        dates = {name: form.day(name, missing=_("Write the day.")) for name in DAYS}
        told |= {name: form.day(name) or None for name in TOLD_DAYS}
    return {"told": told, "dates": dates}


def _people(form: Form, initiative: Initiative) -> list[dict[str, Any]]:
    _ = form.words
    procedure = load_procedure(initiative.procedure)
    known = {role.role: role for role in procedure.roles}
    people = []
    for number in range(1, MOST_PEOPLE + 1):
        name = form.line(f"name-{number}", longest=200)
        if not name:
            continue
        country_is_asked = _("Choose the country.") if procedure.switches.country_of_residence else ""
        country = form.one_of(f"country-{number}", procedure.countries, missing=country_is_asked)
        role = form.one_of(f"role-{number}", known, missing=_("Choose the role."))
        people.append(
            {"role": role, "name": name, "country_of_residence": country, "email": form.email(f"email-{number}") or None}
        )
    return people


def _entity(form: Form, initiative: Initiative) -> dict[str, str] | None:
    _ = form.words
    name = form.line("entity_name", longest=200)
    if not name:
        return None
    return {
        "name": name,
        "seat": form.one_of(
            "entity_seat", load_procedure(initiative.procedure).countries, missing=_("Choose the country of the seat.")
        ),
    }


def _changed(facts: dict[str, Any], initiative: Initiative) -> dict[str, Any]:
    """Give what differs from what is there: a proposal changes nothing else."""
    folder = folder_of(initiative)
    told = {name: value for name, value in facts["told"].items() if (value or None) != (folder.told.get(name) or None)}
    dates = {name: value for name, value in facts["dates"].items() if value != folder.dates[name].isoformat()}
    return {"told": told, "dates": dates}
