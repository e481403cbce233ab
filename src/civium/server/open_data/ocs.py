"""The read paths of the Commission's Online Collection Software, so that what reads it can read us (docs/spec/read-api.md).

The rules are:
- names, their spelling (`treshold`), dates (dd/mm/yyyy) and lower-case country codes (`gr`) are that software's, read from what it answers;
- values are ours: counts by country as last published, the total live, days from the public log;
- what we have not is not invented: the path is not there.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Any

import msgspec

from civium.errors import Refused
from civium.law.procedure import form_of, load_procedure
from civium.law.rules import Form, Procedure
from civium.server.open_data.numbers import ALL, Counts, Series
from civium.server.site import assets, languages
from civium.server.site.shown import Initiative, Organiser

FIGURES = ("report/progression", "report/map", "report/top7map")
COURSE = ("report/evolutionMap", "signature/lastSignatures")
_TOP = 7
_LATEST = 5
_GENERAL, _ADDRESS, _IDENTITY = 1, 2, 3
_ONE_OF_GROUP = 2  # `required`: 1 must be filled, 2 one of its group
# Field -> (name after `oct.property.`, group, type, priority).
_FIELDS = {
    "full_first_names": ("full.first.names", _GENERAL, "ALPHANUMERIC", 99),
    "family_names": ("family.names", _GENERAL, "ALPHANUMERIC", 98),
    "date_of_birth": ("date.of.birth", _GENERAL, "DATE", 97),
    "residence_street": ("street", _ADDRESS, "ALPHANUMERIC", 87),
    "residence_number": ("street.number", _ADDRESS, "ALPHANUMERIC", 86),
    "residence_postal_code": ("postal.code", _ADDRESS, "ALPHANUMERIC", 85),
    "residence_city": ("city", _ADDRESS, "ALPHANUMERIC", 84),
    "residence_country": ("country", _ADDRESS, "COUNTRY", 83),
}
_NUMBER_PRIORITY = 50
_SOCIAL_MEDIA = ("facebook", "twitter", "callForAction")
_FEEDBACK = ("bad", "fair", "fine", "good")


def facts(initiative: Initiative, today: date, version: str) -> dict[str, bytes]:
    """Give what does not depend on numbers, by the path after `api/`; `version` is the software's own."""
    procedure = load_procedure(initiative.procedure)
    is_collecting = initiative.collection is not None and initiative.state == "collecting"
    told: dict[str, Any] = {
        **_descriptions(initiative),
        "initiative/contacts": {"contactDTOlist": [_contact(one) for one in initiative.organisers]},
        "initiative/daysleft": {"value": max(0, (initiative.closes_on - today).days)},
        "initiative/languages": _languages(initiative.texts),
        "manager/state": {"online": True, "collecting": is_collecting, "initialized": True},
        "manager/mode": {"mode": "ONLINE"},
        "manager/collectorstate": {"collectionMode": "ON" if is_collecting else "OFF"},
        "manager/countries": {
            "countries": [
                {"countryCode": place.export_code, "countryName": place.name_en} for place in procedure.jurisdictions.values()
            ]
        },
        "manager/languages": _languages(procedure.languages),
        "report/feedbackRange": {"values": list(_FEEDBACK)},
        "customisations/show": _customisations(initiative),
        "version": {"version": version},
    }
    if is_collecting:
        told |= _country_properties(procedure, today)
    for medium in _SOCIAL_MEDIA:
        for code, text in initiative.texts.items():
            told[f"socialmedia/{medium}/{code}"] = {"socialMedia": medium, "message": text.title, "languageCode": code}
    return {path: msgspec.json.encode(value) for path, value in told.items()}


def figures(procedure: Procedure, counts: Counts) -> dict[str, bytes]:
    """Give what depends on counts, by the path after `api/`."""
    rows = [_country_count(procedure, counts, code) for code in procedure.jurisdictions]
    top = sorted(rows, key=lambda row: (-row["percentage"], row["countryCode"]))[:_TOP]
    told = {
        "report/progression": {"signatureCount": counts.received, "goal": counts.goal},
        "report/map": {"signatureCountryCount": rows},
        "report/top7map": {"signatureCountryCount": top},
    }
    return {path: msgspec.json.encode(value) for path, value in told.items()}


def course(initiative: Initiative, series: Series) -> dict[str, bytes]:
    """Give what depends on days, by the path after `api/`."""
    procedure = load_procedure(initiative.procedure)
    months = _months(initiative.opens_on, initiative.closes_on)
    columns = {code: series.entries.get(code, ()) for code in procedure.jurisdictions}
    entries = [_evolution(ALL, months, series.days, series.all_entries)]
    entries += [
        _evolution(procedure.jurisdictions[code].export_code, months, series.days, column) for code, column in columns.items()
    ]
    latest = _latest(procedure, series)
    told = {
        "report/evolutionMap": {"evolutionMapEntryDTOs": entries},
        "signature/lastSignatures": {"numbers": len(latest), "metadatas": latest},
    }
    return {path: msgspec.json.encode(value) for path, value in told.items()}


def logo(initiative: Initiative) -> tuple[bytes, str] | None:
    """Give the bytes and media type of `customfiles/download/logo`, if there is a logo."""
    if initiative.logo is None:
        return None
    picture = assets.picture("logo", initiative.logo)
    return picture.content, picture.media_type


def failure(status: int, code: str) -> bytes:
    """Give a refusal in that software's form; the message is one of our codes."""
    return msgspec.json.encode({"status": "ERROR", "code": status, "message": code})


def absent(path: str) -> tuple[int, str]:
    """Give status and code for a path that leads nowhere: 204 for a well-formed name of nothing, 417 for a malformed one."""
    start, _, name = path.rpartition("/")
    if start in ("initiative/descriptionByLang", "manager/countryProperties"):
        is_well_formed = len(name) == 2 and name.isascii() and name.isalpha()
    elif start == "initiative/descriptionById":
        is_well_formed = name.isascii() and name.isdigit()
    elif start.startswith("socialmedia/"):
        is_well_formed = False
    else:
        return 404, "unknown-path"
    return (204, "") if is_well_formed else (417, "parameter-malformed")


def _descriptions(initiative: Initiative) -> dict[str, Any]:
    """Number the texts: the original is 1, the others follow by language code."""
    original = initiative.original_language
    order = (original, *sorted(initiative.texts.keys() - {original}))
    partial = initiative.partial_registration
    each = {
        code: {
            "id": number,
            "languageCode": code,
            "original": code == original,
            "title": initiative.texts[code].title,
            "objectives": initiative.texts[code].objectives,
            "url": initiative.website,
            "partialRegistration": partial.text if partial else None,
        }
        for number, code in enumerate(order, start=1)
    }
    shared = {
        "registrationNumber": initiative.registration,
        "registrationDate": _day(initiative.registered_on),
        "closingDate": _day(initiative.closes_on),
        "url": initiative.register_url,
        "organizers": [_contact(one) for one in initiative.organisers],
        "partiallyRegistered": partial is not None,
    }

    def described(*chosen: str) -> dict[str, Any]:
        return {"initiativeInfo": shared, "descriptions": [each[code] for code in chosen]}

    told = {"initiative/description": described(original), "initiative/alldescriptions": described(*order)}
    for number, code in enumerate(order, start=1):
        told[f"initiative/descriptionById/{number}"] = told[f"initiative/descriptionByLang/{code}"] = described(code)
    return told


def _contact(organiser: Organiser) -> dict[str, str | None]:
    """Divide a name at its first space: what reads it puts both parts together again."""
    first, _, rest = organiser.name.partition(" ")
    return {
        "firstName": first if rest else "",
        "familyName": rest or first,
        "role": organiser.role,
        "email": organiser.email,
        "residenceCountry": organiser.country.lower() if organiser.country else None,
    }


def _languages(codes: Container[str]) -> dict[str, Any]:
    chosen = [code for code in languages.CODES if code in codes]
    return {
        "languages": [
            {"languageCode": code, "languageName": languages.own_name(code), "displayOrder": place}
            for place, code in enumerate(chosen, start=1)
        ]
    }


def _customisations(initiative: Initiative) -> dict[str, Any]:
    return {
        "showProgressionBar": True,
        "showDistributionMap": True,
        "showRecentSupporters": False,
        "showSocialMedia": False,
        "showFacebook": False,
        "showTwitter": False,
        "showGoogle": False,
        # A format that does not fit warns and may be confirmed (LAW-35).
        "optionalValidation": True,
        "customLogo": initiative.logo is not None,
        "alternateLogoText": initiative.maker,
        "colorPicker": initiative.colour,
        "background": 0,
        "callbackUrl": initiative.website,
        "signatureGoal": initiative.goal or load_procedure(initiative.procedure).goal.total,
    }


def _country_properties(procedure: Procedure, today: date) -> dict[str, Any]:
    told = {}
    for code, place in procedure.jurisdictions.items():
        try:
            form = form_of(procedure, code, today)
        except Refused:
            continue
        told[f"manager/countryProperties/{place.export_code}"] = _properties(form)
    return told


def _properties(form: Form) -> list[dict[str, Any]]:
    rows = [
        {"label": f"oct.property.{name}", "group": group, "type": kind, "priority": priority, "required": 1}
        for name, group, kind, priority in (_FIELDS[field] for field in form.fields if field in _FIELDS)
    ]
    rows += [
        {
            "label": number.ocs_property,
            "group": _IDENTITY,
            "type": "ALPHANUMERIC",
            "priority": _NUMBER_PRIORITY - place,
            "required": _ONE_OF_GROUP,
        }
        for place, number in enumerate(number for number in form.numbers if number.ocs_property)
    ]
    return [{"id": place, "value": "", **row} for place, row in enumerate(rows, start=1)]


def _country_count(procedure: Procedure, counts: Counts, code: str) -> dict[str, Any]:
    count, threshold = counts.jurisdictions.get(code, 0), counts.thresholds.get(code, 0)
    return {
        "countryCode": procedure.jurisdictions[code].export_code,
        "count": count,
        "totalCount": count,
        "treshold": threshold,
        "percentage": round(count * 100 / threshold, 2) if threshold else 0.0,
    }


def _months(first: date, last: date) -> list[tuple[int, int]]:
    span = (last.year - first.year) * 12 + last.month - first.month
    return [divmod(first.year * 12 + first.month - 1 + place, 12) for place in range(span + 1)]


def _evolution(code: str, months: list[tuple[int, int]], days: tuple[date, ...], column: tuple[int, ...]) -> dict[str, Any]:
    sums: dict[tuple[int, int], int] = dict.fromkeys(months, 0)
    for day, count in zip(days, column, strict=False):
        month = (day.year, day.month - 1)
        sums[month] = sums.get(month, 0) + count
    year, month_number = max(sums, key=lambda month: sums[month])
    return {
        "countryCode": code,
        "totalSupporters": sum(sums.values()),
        "mostActiveMonth": f"{month_number + 1:02d}/{year}",
        "evolutionMapEntryDetailDTOs": [
            {"year": year, "month": month + 1, "count": count} for (year, month), count in sorted(sums.items())
        ],
    }


def _latest(procedure: Procedure, series: Series) -> list[dict[str, str]]:
    """Give five of the latest entries: of the last days, on each day every country in turn. Nothing finer than the day is known."""
    found: list[dict[str, str]] = []
    for place in range(len(series.days) - 1, -1, -1):
        left = {code: column[place] for code, column in series.entries.items() if column[place]}
        while left and len(found) < _LATEST:
            found += [_entry(procedure, code, series.days[place]) for code in left]
            left = {code: count - 1 for code, count in left.items() if count > 1}
        if len(found) >= _LATEST:
            break
    return found[:_LATEST]


def _entry(procedure: Procedure, code: str, day: date) -> dict[str, str]:
    place = procedure.jurisdictions.get(code)
    return {"country": place.export_code if place else code.lower(), "date": _day(day)}


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
