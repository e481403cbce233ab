"""Acts before an initiative is live: what the installation is for, adding an initiative, changing it.

The rules are:
- an initiative is for what the installation is for, or a demonstration; nothing else may stand beside it (architecture, section 6);
- a demonstration never carries a number in the register's form, anything else always does;
- after go-live neither title, objectives, number, start nor procedure change; organisers, contacts and new languages do, as the law
  demands (Art. 5(4)), by two persons and with a new manifest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from civium.errors import Misconfigured, Refused
from civium.formats import manifest
from civium.law.deployments import deployment
from civium.law.periods import Period, brussels_date, check_period
from civium.law.procedure import load_procedure
from civium.law.rules import Procedure
from civium.server.initiatives import journal
from civium.server.initiatives.after_signing import after_signing
from civium.server.initiatives.folder import TEXT_LINES, Folder, Text, day_of
from civium.server.initiatives.models import Initiative, InitiativeText, Installation
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons

PURPOSES = ("demonstration", "procedure", "central", "companion", "individual")
ROLES = ("representative", "substitute", "member", "other")
_ORGANISER_KEYS = {"role", "name", "country_of_residence", "email"}
_REGISTRATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()./_-]{0,63}")  # as in a manifest
# What stands on the official form and may change after go-live, with a new manifest (Art. 5(4); features O3).
_CHANGEABLE = (
    "organisers",
    "legal_entity",
    "contact_email",
    "data_protection_officer",
    "website",
    "central_url",
    "funding_page",
    "funding",
    "register_url",
    "partial_registration",
)
# What `appearance.set_appearance` stores of how pages look; an update from the folder leaves it.
SET_APART = frozenset({"theme_colour", "maker", "logo", "logo_alternative", "cover", "layout", "blocks", "video", "certificate"})
_FIXED = ("procedure", "deployment", "registration", "registered_on", "opens_on", "closes_on", "goal", "original_language")


@dataclass(frozen=True)
class Operator:
    """Who runs an installation: shown on its pages. `legal_basis` is needed, and shown, where the law asks for one."""

    name: str = ""
    email: str = ""
    legal_basis: str = ""
    stored_in: str = ""


def set_purpose(purpose: str, operator: Operator, by: Persons, *, now: datetime) -> Installation:
    """Say, once, what this installation is for. Raises Refused `purpose-unknown`, `purpose-set`, `legal-basis-missing`, `operator-malformed`.

    A `central` system is run for the Commission (Art. 10): its operator and the basis on which it is run stand on every page.
    """
    if purpose not in PURPOSES:
        raise Refused("purpose-unknown")
    if purpose == "central" and not (operator.name.strip() and operator.legal_basis.strip()):
        raise Refused("legal-basis-missing")
    made = Installation(
        purpose=purpose,
        operator=operator.name.strip(),
        operator_email=operator.email.strip(),
        legal_basis=operator.legal_basis.strip(),
        stored_in=operator.stored_in.strip(),
        made_on=brussels_date(now),
    )
    try:
        made.clean_fields()
    except ValidationError:
        raise Refused("operator-malformed") from None
    with transaction.atomic():
        if Installation.objects.exists():
            raise Refused("purpose-set")
        made.save()
        journal.record("installation-made", None, by, {"purpose": purpose}, now=now)
    return made


def installation() -> Installation:
    """Give this installation. Raises Misconfigured `not-initialised` before `civium init`."""
    made = Installation.objects.first()
    if made is None:
        raise Misconfigured("not-initialised")
    return made


def find_initiative(slug: str) -> Initiative:
    """Give the initiative of this name. Raises Refused `initiative-unknown`."""
    found = Initiative.objects.filter(slug=slug).first()
    if found is None:
        raise Refused("initiative-unknown")
    return found


def pages_changed(initiative: Initiative) -> None:
    """Raise the versions that the pages' cache follows; inside the transaction of the act that changed something."""
    Initiative.objects.filter(pk=initiative.pk).update(version=F("version") + 1)
    Installation.objects.update(version=F("version") + 1)
    initiative.refresh_from_db(fields=("version",))


def add_initiative(folder: Folder, by: Persons, *, now: datetime) -> Initiative:
    """Add an initiative from its folder, in set-up: nothing is collected until it is opened. Raises Refused with the rule that it breaks."""
    procedure = load_procedure(folder.procedure)
    initiative = Initiative(slug=folder.slug, procedure=folder.procedure, deployment=folder.deployment)
    _describe(initiative, folder, procedure)
    _check(initiative, folder, procedure)
    with transaction.atomic():
        if Initiative.objects.filter(slug=folder.slug).exists():
            raise Refused("initiative-exists")
        initiative.save()
        for text in folder.texts.values():
            _save_text(initiative, text)
        journal.record("initiative-added", initiative, by, {"languages": sorted(folder.texts)}, now=now)
        pages_changed(initiative)
    return initiative


def update_initiative(initiative: Initiative, folder: Folder, by: Persons, *, now: datetime) -> tuple[str, ...]:
    """Take over what changed in the folder and give the names of what did. After go-live: Refused `live-unchangeable` for what is fixed.

    Once it is live, `live.renew_manifest` must follow, so that later statements carry the new version.
    """
    procedure = load_procedure(folder.procedure)
    is_live = initiative.live_collection() is not None
    if is_live:
        check_two_persons(initiative.deployment, by)
    before = {
        name: getattr(initiative, name) for name in (*_CHANGEABLE, *_FIXED, "appearance", "start_told_on", "channels_told_on")
    }
    initiative.procedure, initiative.deployment = folder.procedure, folder.deployment
    _describe(initiative, folder, procedure)
    if is_live:
        _keep_days(initiative, folder, before)
    changed = [name for name, value in before.items() if getattr(initiative, name) != value]
    _check_fixed(initiative, folder, changed, is_live=is_live)
    _check(initiative, folder, procedure)
    with transaction.atomic():
        initiative.save()
        for text in folder.texts.values():
            if _fields_of(text) != _fields_in_force(initiative, text.language):
                _save_text(initiative, text)
                changed.append(f"text-{text.language}")
        if changed:
            journal.record("initiative-changed", initiative, by, {"changed": sorted(changed)}, now=now)
            pages_changed(initiative)
    return tuple(changed)


def _keep_days(initiative: Initiative, folder: Folder, before: Mapping[str, Any]) -> None:
    """Days counted from today were settled at go-live, and the end in the folder may be the one before it was set earlier."""
    first = initiative.live_collection().manifests.get(sequence=1)
    for name in folder.counted:
        setattr(initiative, name, before[name])
    if initiative.closes_on == manifest.parse(bytes(first.manifest)).closes_on:
        initiative.closes_on = before["closes_on"]


def _check_fixed(initiative: Initiative, folder: Folder, changed: list[str], *, is_live: bool) -> None:
    if not is_live:
        return
    for name in _FIXED:
        if name in changed:
            raise Refused("live-unchangeable", what=name)
    for language, text in initiative.texts_in_force().items():
        given = folder.texts.get(language)
        if given is None or any(given.lines[name] != getattr(text, name) for name in ("title", "objectives", "annex")):
            raise Refused("live-unchangeable", what=f"text-{language}")


def _describe(initiative: Initiative, folder: Folder, procedure: Procedure) -> None:
    told = folder.told
    initiative.registration = told["registration_number"].strip()
    for name, day in folder.dates.items():
        setattr(initiative, name, day)
    for name in ("start_told_on", "channels_told_on"):
        setattr(initiative, name, day_of(told, name) if told.get(name) is not None else None)
    initiative.original_language = told["original_language"]
    initiative.goal = told.get("goal", procedure.goal.total)
    for name in ("register_url", "central_url", "contact_email", "website", "funding_page"):
        setattr(initiative, name, told.get(name) or "")
    initiative.organisers = told["organisers"]
    initiative.treaty_provisions = told.get("treaty_provisions", [])
    for name in ("legal_entity", "data_protection_officer", "funding", "partial_registration"):
        setattr(initiative, name, told.get(name))
    # What `civium initiative appearance` set stays; the folder tells what else pages show, and colour and name if it has them.
    told_here = {name: told[name] for name in ("theme_colour", "maker") if told.get(name)}
    kept = {name: value for name, value in (initiative.appearance or {}).items() if name in SET_APART}
    initiative.appearance = kept | told_here | after_signing(told)


def _check(initiative: Initiative, folder: Folder, procedure: Procedure) -> None:
    """Check what was described against the installation and the procedure."""
    _check_form(initiative)
    _check_deployment(initiative, procedure)
    check_period(procedure, initiative.registered_on, Period(initiative.opens_on, initiative.closes_on))
    _check_organisers(initiative.organisers, procedure)
    for language in folder.texts:
        # A procedure's languages are those in which its official wording exists.
        if language not in procedure.languages:
            raise Refused("language-unknown")
    _check_lengths(folder.texts[initiative.original_language].lines, procedure.lengths)


def _check_form(initiative: Initiative) -> None:
    colour = initiative.appearance.get("theme_colour", "#000000")
    if not isinstance(colour, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise Refused("folder-malformed", file="initiative.json", key="theme_colour")
    maker = initiative.appearance.get("maker", "")
    if not isinstance(maker, str) or len(maker) > 60:
        raise Refused("folder-malformed", file="initiative.json", key="maker")
    try:
        initiative.clean_fields(exclude={"slug", "procedure", "deployment"})
    except ValidationError as trouble:
        # Django's messages repeat what was typed: only the field's name leaves here.
        field = min(trouble.message_dict)
        raise Refused("folder-malformed", file="initiative.json", key=field) from None


def _check_deployment(initiative: Initiative, procedure: Procedure) -> None:
    purpose = installation().purpose
    deployment(procedure, initiative.deployment)
    if initiative.deployment not in (purpose, DEMONSTRATION):
        raise Refused("deployment-differs", purpose=purpose)
    pattern = procedure.registration_number
    if not _REGISTRATION.fullmatch(initiative.registration):
        raise Refused("registration-malformed")
    looks_real = pattern is not None and re.fullmatch(pattern, initiative.registration) is not None
    if initiative.deployment == DEMONSTRATION:
        if looks_real:
            raise Refused("registration-looks-real")
        return
    if pattern is not None and not looks_real:
        raise Refused("registration-malformed")
    if initiative.goal != procedure.goal.total:
        raise Refused("goal-differs", goal=procedure.goal.total)


def _check_organisers(organisers: object, procedure: Procedure) -> None:
    """Check the form of the list, and that each role is held as often as the procedure says (Art. 5(3): one representative, one substitute)."""
    trouble = Refused("organisers-malformed")
    if not isinstance(organisers, list) or not organisers:
        raise trouble
    for person in organisers:
        if not isinstance(person, dict) or set(person) - _ORGANISER_KEYS or person.get("role") not in ROLES:
            raise trouble
        needed = ("name", "country_of_residence") if procedure.switches.country_of_residence else ("name",)
        if not all(isinstance(person.get(key), str) and person[key].strip() for key in needed):
            raise trouble
        if person.get("email") is not None and not isinstance(person["email"], str):
            raise trouble
    roles = [person["role"] for person in organisers]
    known = {role.role: role for role in procedure.roles}
    if set(roles) - known.keys():
        raise trouble
    if any(not role.least <= roles.count(name) <= (role.most or len(roles)) for name, role in known.items()):
        raise trouble


def _check_lengths(lines: Mapping[str, str], lengths: Mapping[str, int]) -> None:
    """Check the original text against Annex II: translations may be longer, the original may not (LAW-31)."""
    for name, longest in lengths.items():
        written = lines.get(name, "")
        count = len(written) if name == "title" else sum(not character.isspace() for character in written)
        if count > longest:
            raise Refused("text-too-long", what=name, longest=longest, length=count)


def _fields_of(text: Text) -> dict[str, Any]:
    questions = [{"question": question, "answer": answer} for question, answer in text.questions]
    return {**text.lines, "organiser_questions": questions}


def _fields_in_force(initiative: Initiative, language: str) -> dict[str, Any] | None:
    current = initiative.text(language)
    return None if current is None else {name: getattr(current, name) for name in _TEXT_FIELDS}


_TEXT_FIELDS = (*TEXT_LINES, "thanks_note", "organiser_questions")


def _save_text(initiative: Initiative, text: Text) -> None:
    current = initiative.text(text.language)
    version = 1 if current is None else current.version + 1
    kept = InitiativeText(initiative=initiative, language=text.language, version=version, **_fields_of(text))
    try:
        kept.clean_fields(exclude={"initiative"})
    except ValidationError as trouble:
        field = min(trouble.message_dict)
        raise Refused("folder-malformed", file=f"{text.language}.json", key=field) from None
    kept.save()
