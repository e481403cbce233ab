"""Files of a register to change: an export in XML and details in JSON, of invented people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from civium.errors import Refused
from civium.server.register.reading import read
from civium.server.register.registered import Registered

NUMBER = "ECI(2026)000007"
TEXTS: Mapping[str, tuple[str, str]] = {
    "en": ("Night trains for every capital", "We ask for night trains."),
    "el": ("Νυχτερινά τρένα για κάθε πρωτεύουσα", "Ζητούμε νυχτερινά τρένα."),
}
PEOPLE = (
    ("representative", "Annelore", "Vantieghem", "a@night-trains.example"),
    ("substitute", "Tomaž", "Breznikar", ""),
    ("member", "Inés", "Carballeda", ""),
)


def language(code: str, title: str, description: str, *, original: bool = False, more: str = "") -> str:
    """Give one language of an export."""
    mark = ' original="true"' if original else ""
    return f'<language code="{code}"{mark}><title>{title}</title><description>{description}</description>{more}</language>'


def export(
    *,
    texts: Mapping[str, tuple[str, str]] = TEXTS,
    number: str = NUMBER,
    registered_on: str = "2026-03-02",
    exported_at: str = "2026-03-03T10:00:00Z",
    languages: str | None = None,
    people: tuple[tuple[str, str, str, str], ...] = PEOPLE,
    deadline: str = "",
) -> bytes:
    """Give an export; each piece can be another."""
    told = languages
    if told is None:
        told = "\n".join(language(code, *text, original=code == "en") for code, text in texts.items())
    listed = "\n".join(
        f'<organiser role="{role}"><firstName>{first}</firstName><familyName>{last}</familyName>'
        + (f"<email>{email}</email>" if email else "")
        + "</organiser>"
        for role, first, last, email in people
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<export date="{exported_at}">
<initiative registrationNumber="{number}" registrationDate="{registered_on}" url="https://register.example/7">
<organisers>
{listed}
</organisers>
<languages>
{told}
</languages>
{deadline}
</initiative>
</export>
""".encode()


DETAILS: Mapping[str, Any] = {
    "comRegNum": NUMBER,
    "status": "REGISTERED",
    "registrationDate": "02/03/2026",
    "startCollectionDate": "14/04/2026",
    "deadline": "13/04/2027",
    "partiallyRegistered": False,
    "linguisticVersions": [
        {
            "original": True,
            "languageCode": "EN",
            "title": TEXTS["en"][0],
            "objectives": TEXTS["en"][1],
            "website": "https://n.example",
        },
        {
            "original": False,
            "languageCode": "EL",
            "title": TEXTS["el"][0],
            "objectives": TEXTS["el"][1],
            "annexText": "Παράρτημα",
        },
    ],
    "members": [
        {
            "type": "REPRESENTATIVE",
            "fullName": "Annelore Vantieghem",
            "email": "a@night-trains.example",
            "residenceCountry": "be",
        },
        {"type": "SUBSTITUTE", "fullName": "Tomaž Breznikar", "residenceCountry": "si"},
        {"type": "MEMBER", "privacyApplied": True},
        {"type": "DPO", "fullName": "Ilse Maréchal", "email": "dpo@night-trains.example"},
    ],
    "funding": {"totalAmount": 38400},
}


def details(**changed: Any) -> bytes:
    """Give details; a key set to None is left out."""
    told = {key: value for key, value in {**DETAILS, **changed}.items() if value is not None}
    return json.dumps(told, ensure_ascii=False).encode()


def read_or_refused(raw: bytes) -> Registered | Refused:
    """Read a file, or give the refusal: anything else that is raised is a fault."""
    try:
        return read(raw)
    except Refused as refused:
        return refused
