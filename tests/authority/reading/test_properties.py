"""The Commission's keys as fields of a statement."""

from __future__ import annotations

import pytest

from civium.authority.reading.properties import ID_GROUP, PropertyReader, field_name
from civium.errors import Refused
from civium.law.procedure import load_procedure

PROCEDURE = load_procedure()


def _fields(jurisdiction: str, *properties: tuple[str, str, str]) -> dict[str, str]:
    return PropertyReader.of(PROCEDURE, PROCEDURE.jurisdictions[jurisdiction].numbers).fields(properties)


def _general(key: str, value: str) -> tuple[str, str, str]:
    return ("oct.group.general", f"oct.property.{key}", value)


def _id(key: str, value: str) -> tuple[str, str, str]:
    return (ID_GROUP, f"oct.property.{key}", value)


def test_every_key_of_every_states_numbers_becomes_that_number() -> None:
    for place in PROCEDURE.jurisdictions.values():
        for number in place.numbers:
            assert number.ocs_property is not None
            assert _fields(place.code, (ID_GROUP, number.ocs_property, "A1")) == {"id_number": "A1", "id_type": number.id}


def test_of_several_numbers_the_forms_own_counts_and_the_others_are_kept() -> None:
    assert _fields(
        "ES", _id("driving.license", "9"), _id("passport", "P1"), _id("id.card", "1T"), _id("issuing.authority", "Cádiz")
    ) == {
        "id_number": "P1",
        "id_type": "passport",
        "id_card": "1T",
        "driving_license": "9",
        "issuing_authority": "Cádiz",
    }


def test_a_kind_that_the_form_does_not_accept_is_told_by_its_own_name() -> None:
    assert _fields("MT", _id("residence.permit", "R1")) == {"id_number": "R1", "id_type": "residence_permit"}
    assert _fields("DE", _id("passport", "R1")) == {"id_number": "R1", "id_type": "passport"}


def test_an_empty_number_is_no_number() -> None:
    assert _fields("LV", _id("personal.id", " \t"), _general("family.names", "Lāce")) == {"family_names": "Lāce"}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("29/02/1980", "1980-02-29"),
        ("1/2/1980", "1980-02-01"),
        ("30/02/1980", "30/02/1980"),
        ("02/30/1980", "02/30/1980"),
        ("1980-02-29", "1980-02-29"),
        ("29.02.80", "29.02.80"),
    ],
)
def test_a_date_of_birth_is_read_and_never_guessed(told: str, kept: str) -> None:
    assert _fields("DE", _general("date.of.birth", told))["date_of_birth"] == kept


@pytest.mark.parametrize(
    ("told", "kept"), [("gr", "GR"), ("EL", "GR"), ("el", "GR"), ("uk", "GB"), ("lu", "LU"), ("Narnia", "Narnia"), ("zz", "zz")]
)
def test_countries_in_every_spelling_of_their_codes(told: str, kept: str) -> None:
    assert _fields("EL", _general("country", told))["residence_country"] == kept


def test_values_become_what_a_statement_may_hold() -> None:
    assert _fields("DE", _general("city", "  Mu\u0308nchen\r\n\x00Ost\u2028 "))["residence_city"] == "München   Ost"


def test_a_key_with_two_values_is_refused_and_with_one_twice_is_not() -> None:
    assert _fields("DE", _general("city", "A"), _general("city", "A")) == {"residence_city": "A"}
    with pytest.raises(Refused, match="reading-structure"):
        _fields("DE", _general("city", "A"), _general("city", "B"))


@pytest.mark.parametrize(
    "others",
    [
        (_general("full.first.names", "Ana"), _id("full_first_names", "Eva")),
        (_id("9lives", "1"), _id("Ω", "2")),
        (_general("id.number", "X"),),
    ],
)
def test_a_number_never_takes_another_fields_place(others: tuple[tuple[str, str, str], ...]) -> None:
    with pytest.raises(Refused, match="reading-structure"):
        _fields("ES", _id("passport", "P1"), *others)


def test_keys_nobody_knows_have_names_that_a_statement_may_have() -> None:
    assert [field_name(key) for key in ("place.of.birth", "Ωmega", "9lives", "x" * 60, "other.1")] == [
        "place_of_birth",
        "mega",
        "unnamed",
        "unnamed",
        "other_1",
    ]
