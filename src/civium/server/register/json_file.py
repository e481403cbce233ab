"""Reads the details of an initiative as the register's public interface gives them, saved as a file (docs/spec/register.md).

The rules are:
- the file is saved by a person: nothing here asks the register, as the console has no way out;
- the interface is not ours and has more keys than we need: those are passed over, those we need are held to their form;
- a key given twice, a number where a text belongs, or nesting without end is refused with its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from civium.errors import Refused
from civium.server.register.registered import (
    LARGEST_FILE,
    LONGEST_ADDRESS,
    MOST_ORGANISERS,
    Place,
    Registered,
    RegisteredOrganiser,
    RegisteredText,
    checked,
    country_of,
    day_of,
    language_of,
    line_of,
    text_of,
    texts_of,
)
from civium.server.register.xml_file import NUMBER

_ROLES: Final = {"REPRESENTATIVE": "representative", "SUBSTITUTE": "substitute", "MEMBER": "member", "OTHER": "other"}
_ENTITY, _OFFICER = "LEGAL_ENTITY", "DPO"
_HERE: Final = Place({})


def read_json(raw: bytes) -> Registered:
    """Read the details. Raises Refused `register-...` with what is wrong: line of the file, or number of the entry and key."""
    told = _object(_parsed(raw), _HERE, "details")
    texts, original = texts_of(_list(told, "linguisticVersions"), _version)
    members = _list(told, "members")
    if len(members) > MOST_ORGANISERS:
        raise Refused("register-too-many-organisers", found=len(members), most=MOST_ORGANISERS)
    read = [_member(entry, number) for number, entry in enumerate(members, 1)]
    number = " ".join(_string(told, "comRegNum", _HERE).split())
    if not NUMBER.fullmatch(number):
        raise Refused("register-number-wrong")
    partial = told.get("partiallyRegistered", False)
    if not isinstance(partial, bool):
        raise Refused("register-key-wrong", key="partiallyRegistered")
    officers = [person for kind, person in read if kind == _OFFICER and person]
    entities = [person for kind, person in read if kind == _ENTITY and person]
    return checked(
        Registered(
            source="json",
            number=number,
            registered_on=day_of(_string(told, "registrationDate", _HERE), _HERE, "registrationDate"),
            original_language=original,
            texts=texts,
            organisers=tuple(person for kind, person in read if kind in _ROLES and person),
            opens_on=_day(told, "startCollectionDate"),
            closes_on=_day(told, "earlyClosureDate") or _day(told, "deadline"),
            is_partial=partial,
            hidden=sum(person is None for _kind, person in read),
            legal_entity=entities[0].name if entities else "",
            legal_entity_seat=entities[0].country if entities else "",
            officer=(officers[0].name, officers[0].email) if officers else None,
        )
    )


def _parsed(raw: bytes) -> object:
    if len(raw) > LARGEST_FILE:
        raise Refused("register-too-large", largest=LARGEST_FILE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Refused("register-encoding", line=raw[: trouble.start].count(b"\n") + 1) from None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as trouble:
        raise Refused("register-not-json", line=trouble.lineno) from None
    except ValueError:  # a number of thousands of digits
        raise Refused("register-not-json", line=1) from None
    except RecursionError:
        raise Refused("register-too-deep", line=1) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise Refused("register-key-twice")
    return told


def _no_constant(_name: str) -> object:
    raise Refused("register-not-json", line=1)


def _object(value: object, place: Place, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise place.refused("register-key-wrong", key=key)
    return value


def _list(told: Mapping[str, Any], key: str) -> list[Any]:
    if key not in told:
        raise Refused("register-key-missing", key=key)
    if not isinstance(told[key], list):
        raise Refused("register-key-wrong", key=key)
    found: list[Any] = told[key]
    return found


def _string(told: Mapping[str, Any], key: str, place: Place, *, is_needed: bool = True) -> str:
    value = told.get(key)
    if value is None and not is_needed:
        return ""
    if key not in told or value is None:
        raise place.refused("register-key-missing", key=key)
    if not isinstance(value, str):
        raise place.refused("register-key-wrong", key=key)
    return value


def _day(told: Mapping[str, Any], key: str) -> Any:
    given = _string(told, key, _HERE, is_needed=False)
    return day_of(given, _HERE, key) if given.strip() else None


def _version(entry: object, number: int) -> tuple[RegisteredText, bool, Place]:
    place = Place({"version": number})
    told = _object(entry, place, "linguisticVersions")
    is_original = told.get("original", False)
    if not isinstance(is_original, bool):
        raise place.refused("register-key-wrong", key="original")
    text = RegisteredText(
        language=language_of(_string(told, "languageCode", place), place),
        title=line_of(_string(told, "title", place), place, "title"),
        objectives=text_of(_string(told, "objectives", place), place, "objectives"),
        annex=text_of(_string(told, "annexText", place, is_needed=False), place, "annexText"),
        treaties=text_of(_string(told, "treaties", place, is_needed=False), place, "treaties"),
        website=line_of(_string(told, "website", place, is_needed=False), place, "website", longest=LONGEST_ADDRESS),
    )
    for name, value in (("title", text.title), ("objectives", text.objectives)):
        if not value:
            raise place.refused("register-text-empty", element=name)
    return text, is_original, place


def _member(entry: object, number: int) -> tuple[str, RegisteredOrganiser | None]:
    """Give a member's kind and, unless the register hides the name, who it is."""
    place = Place({"member": number})
    told = _object(entry, place, "members")
    kind = _string(told, "type", place).strip().upper()
    if kind not in _ROLES and kind not in (_ENTITY, _OFFICER):
        raise place.refused("register-role-unknown")
    is_hidden = told.get("privacyApplied", False)
    if not isinstance(is_hidden, bool):
        raise place.refused("register-key-wrong", key="privacyApplied")
    name = line_of(_string(told, "fullName", place, is_needed=not is_hidden), place, "fullName")
    if not name and not is_hidden:
        raise place.refused("register-text-empty", element="fullName")
    if not name:
        return kind, None
    email = line_of(_string(told, "email", place, is_needed=False), place, "email", longest=254)
    country = country_of(_string(told, "residenceCountry", place, is_needed=False), place, "residenceCountry")
    return kind, RegisteredOrganiser(_ROLES.get(kind, "other"), name, email, country)
