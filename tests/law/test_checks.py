"""Faults and hints: the vectors, and that a hint never refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from civium.law.checks import FAULT_CODES, HINT_CODES, faults, hints, missing_fields, name_hints, postal_code_hints, real_date
from civium.law.procedure import form_of, load_procedure
from tests.law.vectors import read

VECTORS = read("numbers")
ECI = load_procedure()
ON = date(2026, 11, 21)


@pytest.mark.parametrize("row", VECTORS["forms"], ids=lambda row: row["jurisdiction"])
def test_a_whole_form_has_the_faults_and_hints_of_its_vector(row: dict[str, Any]) -> None:
    procedure, on = load_procedure(row["procedure"]), date.fromisoformat(row["on"])
    form = form_of(procedure, row["jurisdiction"], on)
    assert list(missing_fields(form, row["values"])) == row["missing"]
    assert [[fault.field, fault.code] for fault in faults(procedure, form, row["values"], on)] == row["faults"]
    assert [[hint.field, hint.code] for hint in hints(procedure, form, row["values"], on)] == row["hints"]
    assert [notice.id for notice in form.notices if notice.is_shown_for(row["values"])] == row["notices"]


def test_the_vectors_show_every_code_and_no_other() -> None:
    shown_hints = {code for row in VECTORS["numbers"] for code in row["hints"]}
    shown_hints |= {code for row in VECTORS["forms"] for _, code in row["hints"]}
    assert shown_hints == set(HINT_CODES)
    assert {code for row in VECTORS["forms"] for _, code in row["faults"]} == set(FAULT_CODES)


@pytest.mark.parametrize("row", VECTORS["postal_codes"], ids=lambda row: f"{row['country']}-{row['text']}")
def test_a_postal_code_is_compared_with_the_pattern_of_its_country(row: dict[str, Any]) -> None:
    assert list(postal_code_hints(ECI, row["country"], row["text"])) == row["hints"]


@pytest.mark.parametrize("row", VECTORS["names"], ids=lambda row: row["text"])
def test_names_in_the_alphabets_of_the_union_deserve_no_hint(row: dict[str, Any]) -> None:
    assert list(name_hints(ECI, row["text"])) == row["hints"]


def test_no_format_check_digit_or_date_inside_a_number_is_ever_a_fault() -> None:
    """LAW-35 and LAW-38: whatever number is typed, part B can be sent once all fields are filled."""
    for row in VECTORS["numbers"]:
        form = form_of(ECI, row["jurisdiction"], ON)
        values = {"full_first_names": "Anna", "family_names": "Muster", "id_number": row["text"], "id_type": row["id"]}
        expected = () if row["text"] else ("field-empty",)
        assert tuple(fault.code for fault in faults(ECI, form, values, ON)) == expected


def test_the_postal_code_follows_residence_not_nationality() -> None:
    form = form_of(ECI, "DE", ON)
    values = {"residence_country": "NL", "residence_postal_code": "1234 AB"}
    assert hints(ECI, form, values, ON) == ()
    assert hints(ECI, form, {**values, "residence_country": "DE"}, ON)[0].code == "postal-code-format"


def test_only_days_that_exist_are_dates() -> None:
    assert real_date("2024-02-29") == date(2024, 2, 29)
    for text in ("2023-02-29", "20240229", "2024-W01-1", "29.02.2024", "2024-02-29\n", "٢٠٢٤-٠٢-٢٩", ""):
        assert real_date(text) is None
