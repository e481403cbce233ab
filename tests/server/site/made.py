"""Initiatives for tests of the pages: the demonstration's texts, in any deployment and state."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from civium.formats.authority_key import fingerprint_words
from civium.law import wording
from civium.law.browser_rules import encode_rules
from civium.law.procedure import load_procedure
from civium.server.site import shown
from civium.server.site.pages import Site

TODAY = date(2026, 11, 21)
FOLDER = Path(__file__).parents[3] / "src/civium/rehearsal/night_trains"
COLLECTION = "0f3c1d527a4e4b199c605e2d8a71f004"
HOST = "night-trains.example"
SOME_COUNTS = {
    "DE": 71_400,
    "ES": 35_601,
    "EL": 16_020,
    "BG": 12_300,
    "MT": 4_300,
    "BE": 15_900,
    "FI": 10_900,
    "SI": 6_420,
    "FR": 44_010,
}


@cache
def _folder() -> tuple[dict[str, object], dict[str, shown.Text]]:
    told = json.loads((FOLDER / "initiative.json").read_text(encoding="utf-8"))
    texts = {}
    for path in sorted(FOLDER.glob("??.json")):
        text = json.loads(path.read_text(encoding="utf-8"))
        texts[path.stem] = shown.Text(
            language=path.stem,
            **{
                name: text[name]
                for name in (
                    "title",
                    "objectives",
                    "lead",
                    "share_text",
                    "annex",
                    "treaties",
                    "additional_information",
                    "draft_act",
                    "language_note",
                )
            },
            questions=tuple(shown.Question(item["question"], item["answer"]) for item in text["organiser_questions"]),
        )
    return told, texts


def collection(deployment: str = "demonstration", procedure: str = "eci") -> shown.Collection:
    """A collection with a key for all States but Luxembourg."""
    rules = load_procedure(procedure)
    keys = tuple(
        shown.SealingKey(code, fingerprint_words(bytes(range(place, place + 16))), f"{HOST}/{COLLECTION}/{code}/online/1")
        for place, code in enumerate(rules.jurisdictions)
        if code != "LU"
    )
    languages = wording.languages_for(deployment, procedure)
    return shown.Collection(COLLECTION, "ab" * 32, "bG9nIGtleQ==", keys, languages, rules=encode_rules(rules))


def initiative(**changes: object) -> shown.Initiative:
    """The invented initiative, collecting as a demonstration unless told otherwise."""
    told, texts = _folder()
    organisers = tuple(
        shown.Organiser(item["role"], item["name"], item["country_of_residence"], item["email"]) for item in told["organisers"]
    )  # type: ignore[union-attr,index]
    deployment = str(changes.get("deployment", "demonstration"))
    made = shown.Initiative(
        slug="night-trains",
        procedure="eci",
        deployment=deployment,
        state="collecting",
        registration="DEMO-NIGHT-TRAINS" if deployment == "demonstration" else "ECI(2026)000000",
        registered_on=TODAY - timedelta(days=264),
        opens_on=TODAY - timedelta(days=222),
        closes_on=TODAY + timedelta(days=143),
        original_language="en",
        texts=texts,
        organisers=organisers,
        contact_email="contact@night-trains.example",
        data_protection_officer=shown.Officer("Eimear Ní Dhuibhir", "data-protection@night-trains.example"),
        website="https://night-trains.example/",
        register_url="https://register.example/initiative",
        funding_page="https://night-trains.example/funding",
        funding=shown.Funding("EUR", 38400, (shown.FundingSource("Lantern Foundation for Slow Travel (invented)", 12000),)),
        maker="Night Trains",
        colour="#51307a",
        operator="Lantern Servers, Ghent",
        operator_email="operator@night-trains.example",
        collection=collection(deployment),
        goal=1_000_000,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def site(*initiatives: shown.Initiative, received: int = 612_480, url: str = "http://localhost:8000") -> Site:
    """A site that hosts these initiatives."""
    return Site(
        find=lambda slug: next((one for one in initiatives if one.slug == slug), None),
        hosted=lambda: initiatives,
        counts=lambda _: shown.Counts(received, SOME_COUNTS if received else {}),
        today=lambda: TODAY,
        url=url,
    )
