"""The initiative's text in one language as canonical bytes: what a manifest hashes, an export carries and an authority reads.

The rules are:
- everything the official form shows of the initiative is inside (Annex III, items 1 to 7), so that whoever was in the group when a
  statement was given can be told for ever (Art. 5(4));
- what only helps the campaign (sharing, thanks, questions) is not: it may change without a new manifest.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from civium.formats import canonical
from civium.law import wording
from civium.server.initiatives.models import Initiative, InitiativeText

_NAME = "initiative text v1"
_LINES = ("title", "objectives", "lead", "annex", "treaties", "additional_information", "draft_act", "language_note")


def canonical_text(initiative: Initiative, text: InitiativeText) -> bytes:
    """Give the text in force of one language, with what all languages have in common."""
    value: dict[str, Any] = {
        "civium": _NAME,
        "language": text.language,
        "registration": initiative.registration,
        "registered_on": initiative.registered_on.isoformat(),
        "organisers": [_without_gaps(person) for person in initiative.organisers],
    }
    optional = {
        "register_url": initiative.register_url,
        "contact_email": initiative.contact_email,
        "website": initiative.website,
        "legal_entity": initiative.legal_entity,
        "data_protection_officer": initiative.data_protection_officer,
        "partial_registration": initiative.partial_registration,
    }
    value.update({name: _without_gaps(told) for name, told in optional.items() if told})
    value.update({name: getattr(text, name) for name in _LINES if getattr(text, name)})
    return canonical.encode(value)


def canonical_texts(initiative: Initiative, languages: tuple[str, ...]) -> dict[str, bytes]:
    """Give the texts in force of these languages."""
    in_force = initiative.texts_in_force()
    return {language: canonical_text(initiative, in_force[language]) for language in languages}


def wording_hash(language: str, deployment: str, procedure: str) -> bytes:
    """Give SHA-256 of the official wording in a language, canonical JSON of key and text, the privacy statement that applies included."""
    missing = set(wording.gaps(language, procedure))
    texts = {key: wording.wording(language, key, procedure).text for key in wording.keys(procedure) if key not in missing}
    statement = wording.privacy_statement(language, deployment, procedure)
    texts[statement.key] = statement.text
    return sha256(canonical.encode(texts)).digest()


def offered_languages(initiative: Initiative) -> tuple[str, ...]:
    """Give the languages with a text of the initiative and all official texts that signing in them needs."""
    possible = wording.languages_for(initiative.deployment, initiative.procedure)
    return tuple(language for language in initiative.texts_in_force() if language in possible)


def unofferable_languages(initiative: Initiative) -> tuple[str, ...]:
    """Give the languages with a text of the initiative in which nobody can sign, as an official text is missing."""
    offered = offered_languages(initiative)
    return tuple(language for language in initiative.texts_in_force() if language not in offered)


def _without_gaps(told: Any) -> Any:
    """Canonical JSON knows no null: what is not there is not told."""
    if isinstance(told, dict):
        return {name: _without_gaps(value) for name, value in told.items() if value is not None}
    if isinstance(told, list):
        return [_without_gaps(value) for value in told]
    return told
