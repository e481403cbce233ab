"""What reads the Commission's software reads us: its paths, names, dates and codes; what we have not is not there."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from civium.law.procedure import load_procedure
from civium.server.open_data import ocs, own
from civium.server.open_data.numbers import Counts, Series
from civium.server.site import shown
from tests.server.site import made

ECI = load_procedure("eci")


def _facts(**changes: object) -> dict[str, Any]:
    told = ocs.facts(made.initiative(**changes), made.TODAY, "0.1.0")
    return {path: msgspec.json.decode(body) for path, body in told.items()}


def _counts(initiative: shown.Initiative) -> Counts:
    return Counts(612_480, 1_000_000, made.SOME_COUNTS, own.thresholds_of(initiative))


def test_a_description_has_the_members_and_dates_that_trackers_read() -> None:
    initiative = made.initiative()
    told = _facts()["initiative/description"]
    info = told["initiativeInfo"]
    assert info["registrationDate"] == f"{initiative.registered_on:%d/%m/%Y}"
    assert info["closingDate"] == f"{initiative.closes_on:%d/%m/%Y}"
    # As a public tracker turns it round.
    assert "-".join(reversed(info["closingDate"].split("/"))) == initiative.closes_on.isoformat()
    assert (info["registrationNumber"], info["url"], info["partiallyRegistered"]) == (
        initiative.registration,
        initiative.register_url,
        False,
    )
    (description,) = told["descriptions"]
    assert (description["id"], description["languageCode"], description["original"]) == (1, "en", True)
    assert description["title"] == initiative.texts["en"].title


def test_every_language_is_there_by_number_and_by_code() -> None:
    told, initiative = _facts(), made.initiative()
    every = told["initiative/alldescriptions"]["descriptions"]
    assert [one["id"] for one in every] == list(range(1, len(initiative.texts) + 1))
    for one in every:
        assert told[f"initiative/descriptionById/{one['id']}"]["descriptions"] == [one]
        assert told[f"initiative/descriptionByLang/{one['languageCode']}"]["descriptions"] == [one]
    assert [one["original"] for one in every].count(True) == 1
    assert {one["languageCode"] for one in told["initiative/languages"]["languages"]} == set(initiative.texts)
    assert len(told["manager/languages"]["languages"]) == 24


def test_a_name_put_together_again_is_the_name() -> None:
    organisers = tuple(shown.Organiser("member", name, "EL") for name in ("Tomaž Breznikar", "Eimear Ní Dhuibhir", "Single"))
    told = _facts(organisers=organisers)["initiative/contacts"]["contactDTOlist"]
    assert [f"{one['firstName']} {one['familyName']}".strip() for one in told] == [one.name for one in organisers]
    assert told[0]["residenceCountry"] == "el"


@pytest.mark.parametrize(("state", "mode"), [("collecting", "ON"), ("paused", "OFF"), ("ended", "OFF"), ("waiting", "OFF")])
def test_the_collector_is_on_while_statements_are_taken(state: str, mode: str) -> None:
    told = _facts(state=state)
    assert told["manager/collectorstate"] == {"collectionMode": mode}
    assert told["manager/state"] == {"online": True, "collecting": mode == "ON", "initialized": True}
    assert ("manager/countryProperties/es" in told) is (mode == "ON")


def test_days_left_are_whole_days_after_today() -> None:
    assert _facts()["initiative/daysleft"] == {"value": 143}
    assert _facts(closes_on=made.TODAY)["initiative/daysleft"] == {"value": 0}


def test_countries_have_the_codes_of_that_software() -> None:
    codes = [one["countryCode"] for one in _facts()["manager/countries"]["countries"]]
    assert len(codes) == 27
    assert "gr" in codes
    assert "el" not in codes
    assert all(code.islower() for code in codes)


def test_a_form_has_the_properties_of_its_part() -> None:
    told = _facts()
    latvia = {one["label"]: one for one in told["manager/countryProperties/lv"]}
    assert latvia.keys() == {"oct.property.full.first.names", "oct.property.family.names", "oct.property.personal.id"}
    assert (latvia["oct.property.personal.id"]["group"], latvia["oct.property.personal.id"]["required"]) == (3, 2)
    luxembourg = {one["label"]: one for one in told["manager/countryProperties/lu"]}
    assert luxembourg["oct.property.date.of.birth"]["type"] == "DATE"
    assert luxembourg["oct.property.country"]["type"] == "COUNTRY"
    assert len(luxembourg) == 8


def test_figures_set_each_country_against_its_threshold() -> None:
    initiative = made.initiative()
    told = {path: msgspec.json.decode(body) for path, body in ocs.figures(ECI, _counts(initiative)).items()}
    assert told.keys() == set(ocs.FIGURES)
    assert told["report/progression"] == {"signatureCount": 612_480, "goal": 1_000_000}
    rows = {row["countryCode"]: row for row in told["report/map"]["signatureCountryCount"]}
    assert len(rows) == 27
    assert rows["gr"]["count"] == rows["gr"]["totalCount"] == made.SOME_COUNTS["EL"]
    assert rows["gr"]["treshold"] == own.thresholds_of(initiative)["EL"]
    assert rows["gr"]["percentage"] == round(100 * rows["gr"]["count"] / rows["gr"]["treshold"], 2)
    top = told["report/top7map"]["signatureCountryCount"]
    assert [row["percentage"] for row in top] == sorted((row["percentage"] for row in rows.values()), reverse=True)[:7]


def test_without_thresholds_nothing_is_divided() -> None:
    body = ocs.figures(ECI, Counts(1, 2, {"ES": 1}))["report/map"]
    assert {row["percentage"] for row in msgspec.json.decode(body)["signatureCountryCount"]} == {0.0}


def test_the_evolution_has_every_month_of_the_period_and_adds_up() -> None:
    initiative = made.initiative(opens_on=date(2026, 11, 3), closes_on=date(2027, 2, 2))
    series = Series((date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)), {"EL": (5, 0, 1), "ES": (0, 2, 9)}, {})
    told = msgspec.json.decode(ocs.course(initiative, series)["report/evolutionMap"])["evolutionMapEntryDTOs"]
    assert len(told) == 28
    assert told[0]["countryCode"] == "all"
    rows = {row["countryCode"]: row for row in told}
    assert [(one["month"], one["year"], one["count"]) for one in rows["all"]["evolutionMapEntryDetailDTOs"]] == [
        (11, 2026, 0),
        (12, 2026, 7),
        (1, 2027, 10),
        (2, 2027, 0),
    ]
    assert (rows["gr"]["totalSupporters"], rows["gr"]["mostActiveMonth"]) == (6, "12/2026")
    assert (rows["es"]["totalSupporters"], rows["es"]["mostActiveMonth"]) == (11, "01/2027")
    assert (rows["at"]["totalSupporters"], rows["at"]["mostActiveMonth"]) == (0, "11/2026")
    assert rows["all"]["totalSupporters"] == sum(row["totalSupporters"] for row in told[1:])


def test_the_latest_entries_are_five_of_the_last_days_and_tell_nothing_finer() -> None:
    series = Series((date(2026, 12, 30), date(2026, 12, 31)), {"EL": (5, 0), "ES": (1, 2), "MT": (0, 1)}, {})
    told = msgspec.json.decode(ocs.course(made.initiative(), series)["signature/lastSignatures"])
    assert told == {
        "numbers": 5,
        "metadatas": [
            {"country": "es", "date": "31/12/2026"},
            {"country": "mt", "date": "31/12/2026"},
            {"country": "es", "date": "31/12/2026"},
            {"country": "gr", "date": "30/12/2026"},
            {"country": "es", "date": "30/12/2026"},
        ],
    }
    none = msgspec.json.decode(ocs.course(made.initiative(), Series((), {}, {}))["signature/lastSignatures"])
    assert none == {"numbers": 0, "metadatas": []}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("initiative/descriptionByLang/xx", (204, "")),
        ("initiative/descriptionByLang/*", (417, "parameter-malformed")),
        ("initiative/descriptionById/9999", (204, "")),
        ("initiative/descriptionById/-1", (417, "parameter-malformed")),
        ("initiative/descriptionById/²", (417, "parameter-malformed")),
        ("manager/countryProperties/zz", (204, "")),
        ("manager/countryProperties/zzz", (417, "parameter-malformed")),
        ("socialmedia/twitter/xx", (417, "parameter-malformed")),
        ("captcha/image", (404, "unknown-path")),
        ("token/request", (404, "unknown-path")),
        ("customfiles/receipt/1/en", (404, "unknown-path")),
        ("", (404, "unknown-path")),
    ],
)
def test_what_is_not_there_is_told_as_that_software_tells_it(path: str, expected: tuple[int, str]) -> None:
    assert ocs.absent(path) == expected


def test_a_failure_has_the_form_of_that_software() -> None:
    assert msgspec.json.decode(ocs.failure(404, "unknown-path")) == {"status": "ERROR", "code": 404, "message": "unknown-path"}


def test_the_logo_is_what_its_first_bytes_say() -> None:
    assert ocs.logo(made.initiative()) is None
    assert ocs.logo(made.initiative(logo=b"\x89PNG....")) == (b"\x89PNG....", "image/png")
    assert ocs.logo(made.initiative(logo=b"<svg/>")) == (b"<svg/>", "image/svg+xml")


def test_another_procedure_is_read_on_the_same_paths() -> None:
    told = _facts(procedure="petition", deployment="demonstration", collection=made.collection("demonstration", "petition"))
    assert [one["countryCode"] for one in told["manager/countries"]["countries"]] == [
        place.export_code for place in load_procedure("petition").jurisdictions.values()
    ]


def test_an_old_link_to_the_privacy_statement_finds_its_place_on_the_page() -> None:
    """A browser keeps what follows `#` when it is sent on: the page has an element of that name."""
    page = made.site(made.initiative()).render("/en/i/night-trains")
    assert page is not None
    assert page.body.count(b'<a href="/en/i/night-trains/privacy" id="/screen/privacy">') == 1
    front = made.site(made.initiative()).render("/en/")
    assert front is not None
    assert b"/screen/" not in front.body
