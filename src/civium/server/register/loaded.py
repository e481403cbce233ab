"""What is loaded of an initiative: as its folder would tell it, so that the acts of set-up take it back, and as a register would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from civium.server.initiatives.folder import DATES, TEXT_LINES, Folder, Text
from civium.server.register.registered import Registered, RegisteredOrganiser, RegisteredText

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative, InitiativeText

_AS_THEY_ARE = (
    "original_language",
    "organisers",
    "goal",
    "register_url",
    "central_url",
    "contact_email",
    "website",
    "funding_page",
    "treaty_provisions",
    "legal_entity",
    "data_protection_officer",
    "funding",
    "partial_registration",
)
_IN_APPEARANCE = ("theme_colour", "maker", "callback_url", "call_for_action")


def folder_of(initiative: Initiative) -> Folder:
    """Give the folder that `update_initiative` would read and find nothing changed."""
    told: dict[str, Any] = {name: getattr(initiative, name) for name in _AS_THEY_ARE}
    told |= {"registration_number": initiative.registration, "deployment": initiative.deployment}
    for name in ("start_told_on", "channels_told_on"):
        day = getattr(initiative, name)
        if day is not None:
            told[name] = day.isoformat()
    told |= {name: initiative.appearance[name] for name in _IN_APPEARANCE if initiative.appearance.get(name)}
    return Folder(
        slug=initiative.slug,
        deployment=initiative.deployment,
        procedure=initiative.procedure,
        dates={name: getattr(initiative, name) for name in DATES.values()},
        counted=frozenset(),
        told=told,
        texts={code: text_of(text) for code, text in initiative.texts_in_force().items()},
    )


def text_of(text: InitiativeText) -> Text:
    """Give one language as its file would tell it."""
    lines = {name: getattr(text, name) for name in (*TEXT_LINES, "thanks_note")}
    return Text(text.language, lines, tuple((asked["question"], asked["answer"]) for asked in text.organiser_questions))


def loaded_as_registered(folder: Folder) -> Registered:
    """Give what is loaded in the form in which a register's file is read, to be compared with one."""
    told = folder.told
    officer, entity = told.get("data_protection_officer"), told.get("legal_entity")
    return Registered(
        source="loaded",
        number=told["registration_number"],
        registered_on=folder.dates["registered_on"],
        original_language=told["original_language"],
        texts={code: _registered_text(text, told) for code, text in folder.texts.items()},
        organisers=tuple(
            RegisteredOrganiser(person["role"], person["name"], person.get("email") or "", person["country_of_residence"])
            for person in told["organisers"]
        ),
        register_url=told.get("register_url") or "",
        opens_on=folder.dates["opens_on"],
        closes_on=folder.dates["closes_on"],
        is_partial=told.get("partial_registration") is not None,
        legal_entity=entity["name"] if entity else "",
        officer=(officer["name"], officer.get("email") or "") if officer else None,
    )


def _registered_text(text: Text, told: Any) -> RegisteredText:
    lines = text.lines
    is_original = text.language == told["original_language"]
    return RegisteredText(
        language=text.language,
        title=lines["title"],
        objectives=lines["objectives"],
        lead=lines["lead"],
        annex=lines["annex"],
        treaties=lines["treaties"],
        website=(told.get("website") or "") if is_original else "",
    )
