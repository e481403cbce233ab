"""A file of the register is given, compared, and taken over or thrown away.

The rules are:
- nothing is taken over before somebody saw the comparison: the file waits meanwhile, one at a time;
- a file older than the one that was taken over last is refused, as what it tells was true once (docs/spec/register.md);
- what the file does not tell stays as it is loaded, or is asked for; nothing is guessed;
- the act is `update_initiative`: whatever it refuses is refused here, and after go-live two persons do it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal, setup
from civium.server.initiatives.folder import TEXT_LINES, Folder, Text
from civium.server.register.comparing import Row, check_may_be_taken_over, compare
from civium.server.register.loaded import folder_of, loaded_as_registered
from civium.server.register.models import RegisterFile
from civium.server.register.reading import read

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons
    from civium.server.register.registered import Registered, RegisteredOrganiser


@dataclass(frozen=True, repr=False)
class Answers:
    """What a file does not tell and a person does: the country of each organiser by name, and where citizens write to."""

    countries: Mapping[str, str] = dataclasses.field(default_factory=dict)
    contact_email: str = ""
    seat: str = ""


def give_file(initiative: Initiative, raw: bytes, by: Persons, *, now: datetime) -> RegisterFile:
    """Read a file and let it wait for its comparison. Raises Refused `register-...`, and `register-older` where a later one was taken over."""
    registered = read(raw)
    _check_not_older(initiative, registered)
    with transaction.atomic():
        initiative.register_files.filter(taken_over_at=None).delete()
        return RegisterFile.objects.create(
            initiative=initiative,
            form=registered.source,
            content=raw,
            sha256=sha256(raw).digest(),
            exported_at=registered.exported_at,
            given_at=now,
            given_by=by.names[0],
        )


def waiting_file(initiative: Initiative) -> RegisterFile | None:
    """Give the file that waits, None where there is none."""
    found: RegisterFile | None = initiative.register_files.filter(taken_over_at=None).last()
    return found


def last_taken_over(initiative: Initiative) -> RegisterFile | None:
    """Give the file that was taken over last."""
    found: RegisterFile | None = initiative.register_files.exclude(taken_over_at=None).order_by("taken_over_at", "pk").last()
    return found


def throw_away(initiative: Initiative) -> None:
    """Forget the file that waits."""
    initiative.register_files.filter(taken_over_at=None).delete()


def rows_of(initiative: Initiative, registered: Registered) -> tuple[Row, ...]:
    """Compare a file with what is loaded."""
    folder = folder_of(initiative)
    is_live = initiative.live_collection() is not None
    return compare(loaded_as_registered(folder), registered, is_live=is_live, keeps_number=_keeps_number(folder))


def missing_answers(initiative: Initiative, registered: Registered) -> tuple[RegisteredOrganiser, ...]:
    """Give the organisers whose country neither the file nor what is loaded tells."""
    known = {person["name"] for person in initiative.organisers if person.get("country_of_residence")}
    asks = load_procedure(initiative.procedure).switches.country_of_residence
    return tuple(person for person in registered.organisers if asks and not person.country and person.name not in known)


def asks_for_seat(initiative: Initiative, registered: Registered) -> bool:
    """Say whether a person must tell where the legal entity has its seat."""
    loaded = initiative.legal_entity or {}
    return bool(registered.legal_entity) and not (registered.legal_entity_seat or loaded.get("seat"))


def folder_with(folder: Folder, registered: Registered, answers: Answers) -> Folder:
    """Give the folder with what the file tells, and what a person told beside it."""
    told: dict[str, Any] = dict(folder.told)
    dates: dict[str, date] = dict(folder.dates) | {"registered_on": registered.registered_on}
    if not _keeps_number(folder):
        told["registration_number"] = registered.number
    for name in ("opens_on", "closes_on"):
        day = getattr(registered, name)
        if day is not None:
            dates[name] = day
    told["original_language"] = registered.original_language
    known = {person["name"]: person for person in folder.told["organisers"]}
    told["organisers"] = [_organiser(person, known.get(person.name, {}), answers) for person in registered.organisers]
    told |= {name: getattr(registered, name) for name in ("register_url", "website") if getattr(registered, name)}
    if answers.contact_email:
        told["contact_email"] = answers.contact_email
    if registered.source == "json":
        _tell_what_json_tells(told, registered, answers)
    texts = dict(folder.texts)
    for language in registered.texts:
        texts[language] = _text(language, texts.get(language), registered)
    return dataclasses.replace(folder, told=told, dates=dates, texts=texts)


def take_over(initiative: Initiative, file: RegisterFile, answers: Answers, by: Persons, *, now: datetime) -> tuple[str, ...]:
    """Take over what a file tells and give the names of what changed.

    Raises Refused `register-older`, `register-text-changed`, `register-text-missing`, and what `update_initiative` refuses. Once live,
    `manifests.renew_manifest` must follow.
    """
    registered = read(bytes(file.content))
    _check_not_older(initiative, registered)
    is_live = initiative.live_collection() is not None
    check_may_be_taken_over(rows_of(initiative, registered), is_live=is_live)
    folder = folder_with(folder_of(initiative), registered, answers)
    if is_live:
        # An earlier end is an act of its own (Art. 8(1)): the Commission is told of it first.
        folder = dataclasses.replace(folder, dates={**folder.dates, "closes_on": initiative.closes_on})
    with transaction.atomic():
        changed = setup.update_initiative(initiative, folder, by, now=now)
        file.taken_over_at = now
        file.save(update_fields=["taken_over_at"])
        facts = {"sha256": bytes(file.sha256).hex(), "form": file.form, "changed": len(changed)}
        journal.record("register-taken-over", initiative, by, facts, now=now)
    return changed


def _keeps_number(folder: Folder) -> bool:
    """A demonstration never carries a number in the register's form."""
    return folder.deployment == "demonstration"


def _check_not_older(initiative: Initiative, registered: Registered) -> None:
    last = last_taken_over(initiative)
    if last is None or last.exported_at is None or registered.exported_at is None:
        return
    if registered.exported_at < last.exported_at:
        loaded, given = (moment.astimezone(UTC).date().isoformat() for moment in (last.exported_at, registered.exported_at))
        raise Refused("register-older", given=given, loaded=loaded)


def _organiser(person: RegisteredOrganiser, known: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    country = person.country or known.get("country_of_residence") or answers.countries.get(person.name, "")
    return {
        "role": person.role,
        "name": person.name,
        "country_of_residence": country,
        "email": person.email or known.get("email"),
    }


def _tell_what_json_tells(told: dict[str, Any], registered: Registered, answers: Answers) -> None:
    seat = registered.legal_entity_seat or ((told.get("legal_entity") or {}).get("seat")) or answers.seat
    if registered.legal_entity and not seat:
        raise Refused("register-seat-missing")
    told["legal_entity"] = {"name": registered.legal_entity, "seat": seat} if registered.legal_entity else None
    if registered.officer:
        name, email = registered.officer
        told["data_protection_officer"] = {"name": name, "email": email or None}
    if not registered.is_partial:
        told["partial_registration"] = None
    elif told.get("partial_registration") is None:
        told["partial_registration"] = {"decision_url": None, "text": None}


def _text(language: str, before: Text | None, registered: Registered) -> Text:
    text = registered.texts[language]
    lines = dict(before.lines) if before else dict.fromkeys((*TEXT_LINES, "thanks_note"), "")
    lines |= {"title": text.title, "objectives": text.objectives}
    if text.lead:
        lines["lead"] = text.lead
    if registered.source == "json":
        lines |= {"annex": text.annex, "treaties": text.treaties}
    return Text(language, lines, before.questions if before else ())
