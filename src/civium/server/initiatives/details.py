"""Changes of what pages tell of an initiative, once it is live: checked as its folder is, published as a new manifest.

The rules are:
- only what the law lets change may be named here (Art. 5(4), 6(5), 9(2)); title, objectives, number and start are none of it;
- the change is `update_initiative`, the publication `renew_manifest`: if a process is stopped in between, the same act is run again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives import appearance
from civium.server.initiatives.folder import TEXT_LINES, Folder, Text, check_shapes
from civium.server.initiatives.manifests import renew_manifest
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import SET_APART, update_initiative
from civium.server.initiatives.standing import check_allowed, phase_of

DETAILS: Final = ("organisers", "legal_entity", "contact_email", "data_protection_officer", "website")
OF_THE_REGISTER: Final = ("register_url", "partial_registration", "funding_page", "funding", "central_url", "treaty_provisions")


def change_details(
    initiative: Initiative, premises: Premises, told: Mapping[str, Any], by: Persons, *, now: datetime
) -> tuple[str, ...]:
    """Change organisers, contacts, legal entity, data protection officer or website, and publish it. Gives what changed.

    Raises Refused what the state refuses, `live-unchangeable` for anything else, `second-person-missing`, and what the folder's checks refuse.
    """
    check_allowed(initiative, "change-details", today=brussels_date(now))
    return _change(initiative, premises, told, DETAILS, by, now)


def correct_register(
    initiative: Initiative, premises: Premises, told: Mapping[str, Any], by: Persons, *, now: datetime
) -> tuple[str, ...]:
    """Follow a correction in the register, and publish it. Raises as `change_details`."""
    check_allowed(initiative, "correct-register", today=brussels_date(now))
    return _change(initiative, premises, told, OF_THE_REGISTER, by, now)


def add_language(
    initiative: Initiative, premises: Premises, language: str, lines: Mapping[str, str], by: Persons, *, now: datetime
) -> tuple[str, ...]:
    """Add the initiative's text in a language, and publish it.

    Raises Refused what the state refuses, `language-exists`, `language-unknown`, `folder-malformed`, `second-person-missing`.
    """
    check_allowed(initiative, "add-language", today=brussels_date(now))
    folder = _folder(initiative)
    before = folder.texts.get(language)
    whole = {name: str(lines.get(name, "")) for name in (*TEXT_LINES, "thanks_note")}
    if before is not None and dict(before.lines) != whole:
        raise Refused("language-exists", language=language)
    if not whole["title"].strip() or not whole["objectives"].strip():
        raise Refused("text-missing")
    text = Text(language, whole, before.questions if before is not None else ())
    return _update(initiative, premises, dataclasses.replace(folder, texts={**folder.texts, language: text}), by, now)


def show_certificate(initiative: Initiative, certificate: Mapping[str, Any], by: Persons, *, now: datetime) -> tuple[str, ...]:
    """Show a certificate of conformity (Annex IV), as `appearance.appearance_of` made it, and leave all else that pages show."""
    check_allowed(initiative, "change-certificate", today=brussels_date(now))
    kept = {name: value for name, value in initiative.appearance.items() if name in SET_APART}
    wanted = appearance.Appearance({**kept, "certificate": dict(certificate)}, 0)
    return appearance.set_appearance(initiative, wanted, by, now=now)


def change_appearance(initiative: Initiative, stored: Mapping[str, Any], by: Persons, *, now: datetime) -> tuple[str, ...]:
    """Change how the pages look, as `appearance.appearance_of` made it. Raises Refused what the state refuses, `second-person-missing`."""
    check_allowed(initiative, "change-appearance", today=brussels_date(now))
    return appearance.set_appearance(initiative, appearance.Appearance(dict(stored), 0), by, now=now)


def publish(initiative: Initiative, premises: Premises, by: Persons, *, now: datetime) -> None:
    """Publish what changed as a new manifest, as long as something is collected or will be; afterwards no statement would name it."""
    if phase_of(initiative, today=brussels_date(now)) in ("waiting", "collecting", "paused"):
        renew_manifest(initiative, premises, by, now=now)


def _change(
    initiative: Initiative, premises: Premises, told: Mapping[str, Any], allowed: tuple[str, ...], by: Persons, now: datetime
) -> tuple[str, ...]:
    if not told or set(told) - set(allowed):
        raise Refused("live-unchangeable", what="title")
    folder = _folder(initiative)
    whole = {**folder.told, **told}
    check_shapes(whole)
    return _update(initiative, premises, dataclasses.replace(folder, told=whole), by, now)


def _update(initiative: Initiative, premises: Premises, folder: Folder, by: Persons, now: datetime) -> tuple[str, ...]:
    changed = update_initiative(initiative, folder, by, now=now)
    publish(initiative, premises, by, now=now)
    return changed


def _folder(initiative: Initiative) -> Folder:
    # The register's room reads initiatives as folders, and imports this one's.
    from civium.server.register.loaded import folder_of

    return folder_of(initiative)
