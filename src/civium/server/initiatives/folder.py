"""Reads an initiative folder: `initiative.json` and one `<language>.json` for each language (docs/initiative-folder.md).

The rules are:
- a key that is not known is refused, as a misspelt one would silently be lost; a key that is needed and missing is named;
- `registered_on`, `collection_start_on` and `collection_end_on` are days; a demonstration may count them from today instead
  (`..._offset_days`), nothing else may;
- what is read is not yet lawful: `setup` checks it against the procedure.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from civium.errors import Refused
from civium.server.initiatives import after_signing

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LARGEST_FILE = 1 << 20  # a text of 5,000 characters in any script is far below
DATES = {"registered_on": "registered_on", "collection_start_on": "opens_on", "collection_end_on": "closes_on"}
OFFSET = "_offset_days"
NEEDED = frozenset({"deployment", "registration_number", "original_language", "organisers", "contact_email"})
KNOWN = (
    NEEDED
    | after_signing.KEYS
    | frozenset(
        {
            "comment",
            "slug",
            "procedure",
            "languages",
            "register_url",
            "central_url",
            "start_told_on",
            "channels_told_on",
            "partial_registration",
            "goal",
            "theme_colour",
            "maker",
            "treaty_provisions",
            "legal_entity",
            "data_protection_officer",
            "website",
            "funding_page",
            "funding",
            *DATES,
            *(name + OFFSET for name in DATES),
        }
    )
)
TEXT_NEEDED = frozenset({"title", "objectives"})
TEXT_LINES = (
    "title",
    "objectives",
    "lead",
    "annex",
    "treaties",
    "additional_information",
    "draft_act",
    "language_note",
    "share_text",
)
TEXT_KNOWN = frozenset({*TEXT_LINES, "thanks_note", "organiser_questions"})


# What is told as an object: its keys, those that may be missing with a question mark, and what each holds.
SHAPES: Mapping[str, Mapping[str, type]] = {
    "legal_entity": {"name": str, "seat": str},
    "data_protection_officer": {"name": str, "email?": str},
    "partial_registration": {"decision_url?": str, "text?": str},
    "funding": {"currency": str, "total": int, "sources": list},
    "funding.sources": {"name": str, "amount": int},
    "treaty_provisions": {"treaty": str, "article": int},
}


@dataclass(frozen=True)
class Text:
    """The initiative in one language, as written in its file."""

    language: str
    lines: Mapping[str, str]
    questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Folder:
    """An initiative folder as values: what is common to all languages, and the texts."""

    slug: str
    deployment: str
    procedure: str
    dates: Mapping[str, date]
    counted: frozenset[str]  # names of those dates that were counted from today
    told: Mapping[str, Any]
    texts: Mapping[str, Text]


def read_folder(path: Path, *, today: date) -> Folder:
    """Read a folder. Raises Refused `folder-missing`, or `folder-malformed` with the file and, where it is known, the key."""
    if not (path / "initiative.json").is_file():
        raise Refused("folder-missing")
    told = _read(path / "initiative.json", "initiative.json")
    _check_keys(told, "initiative.json", NEEDED, KNOWN)
    _check_shapes(told)
    slug = told.get("slug", path.resolve().name.replace("_", "-").lower())
    if not isinstance(slug, str) or len(slug) > 64 or not SLUG.fullmatch(slug):
        raise Refused("folder-malformed", file="initiative.json", key="slug")
    texts = {}
    for file in sorted(path.glob("*.json")):
        if file.name != "initiative.json":
            text = _text(file)
            texts[text.language] = text
    listed = told.get("languages")
    if listed is not None and (not isinstance(listed, list) or sorted(map(str, listed)) != sorted(texts)):
        raise Refused("folder-malformed", file="initiative.json", key="languages")
    procedure, deployment, original = told.get("procedure", "eci"), told["deployment"], told["original_language"]
    if not all(isinstance(value, str) for value in (procedure, deployment, original, told["registration_number"])):
        raise Refused("folder-malformed", file="initiative.json")
    if original not in texts:
        raise Refused("text-missing")
    counted = frozenset(name for key, name in DATES.items() if key + OFFSET in told)
    return Folder(slug, deployment, procedure, _dates(told, today, deployment), counted, told, texts)


def _dates(told: Mapping[str, Any], today: date, deployment: str) -> dict[str, date]:
    dates = {}
    for key, name in DATES.items():
        if (key in told) == (key + OFFSET in told):
            raise Refused("folder-malformed", file="initiative.json", key=key)
        if key in told:
            dates[name] = day_of(told, key)
        elif deployment == "demonstration" and type(told[key + OFFSET]) is int and abs(told[key + OFFSET]) < 10_000:
            dates[name] = today + timedelta(days=told[key + OFFSET])
        else:
            raise Refused("folder-malformed", file="initiative.json", key=key + OFFSET)
    return dates


def day_of(told: Mapping[str, Any], key: str) -> date:
    """Give the day that a key holds. Raises Refused `folder-malformed` where it is none."""
    try:
        return date.fromisoformat(told[key])
    except (TypeError, ValueError):
        raise Refused("folder-malformed", file="initiative.json", key=key) from None


def _text(file: Path) -> Text:
    language = file.stem
    if not LANGUAGE.fullmatch(language) or len(language) > 16:
        raise Refused("language-unknown")
    told = _read(file, file.name)
    _check_keys(told, file.name, TEXT_NEEDED, TEXT_KNOWN)
    lines = {}
    for key in (*TEXT_LINES, "thanks_note"):
        value = told.get(key, "")
        if not isinstance(value, str) or (key in TEXT_NEEDED and not value.strip()):
            raise Refused("folder-malformed", file=file.name, key=key)
        lines[key] = _clean(value, file.name, key)
    questions = told.get("organiser_questions", [])
    if not isinstance(questions, list):
        raise Refused("folder-malformed", file=file.name, key="organiser_questions")
    return Text(language, lines, tuple(_question(entry, file.name) for entry in questions))


def _question(entry: object, name: str) -> tuple[str, str]:
    match entry:
        case {"question": str(question), "answer": str(answer), **others} if not others:
            return _clean(question, name, "organiser_questions"), _clean(answer, name, "organiser_questions")
    raise Refused("folder-malformed", file=name, key="organiser_questions")


def _clean(value: str, name: str, key: str) -> str:
    clean = unicodedata.normalize("NFC", value).strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in clean):
        raise Refused("folder-malformed", file=name, key=key)
    return clean


def _check_shapes(told: Mapping[str, Any]) -> None:
    lists = {"treaty_provisions": told.get("treaty_provisions", [])}
    for key in ("legal_entity", "data_protection_officer", "partial_registration", "funding"):
        if told.get(key) is not None:
            _check_shape(key, told[key])
    if told.get("funding"):
        lists["funding.sources"] = told["funding"]["sources"]
    for key, entries in lists.items():
        if not isinstance(entries, list):
            raise Refused("folder-malformed", file="initiative.json", key=key)
        for entry in entries:
            _check_shape(key, entry)


def _check_shape(key: str, value: object) -> None:
    """Check an object against its shape; null stands for a key that may be missing."""
    shape = {name.removesuffix("?"): (kind, name.endswith("?")) for name, kind in SHAPES[key].items()}
    is_object = isinstance(value, dict) and not set(value) - set(shape)
    for name, (kind, is_optional) in shape.items():
        found = value.get(name) if isinstance(value, dict) else None
        if not is_object or not ((found is None and is_optional) or type(found) is kind):
            raise Refused("folder-malformed", file="initiative.json", key=key)


def _read(file: Path, name: str) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Refused("folder-malformed", file=name)
        told = json.loads(file.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise Refused("folder-malformed", file=name) from None
    if not isinstance(told, dict):
        raise Refused("folder-malformed", file=name)
    return told


def _check_keys(told: Mapping[str, Any], name: str, needed: frozenset[str], known: frozenset[str]) -> None:
    for key in sorted(needed):
        if key not in told:
            raise Refused("folder-malformed", file=name, key=key)
    if set(told) - known:
        raise Refused("folder-key-unknown", file=name)
