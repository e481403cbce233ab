"""Procedures: the ECI's data against the Regulation's own numbers, dated forms, and another procedure by the same code."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from civium.errors import Misconfigured, Refused
from civium.law.procedure import Procedure, form_of, jurisdiction_of, load_procedure, procedure_from
from civium.law.shelf import documents_of

ECI = load_procedure()
ON = date(2026, 11, 21)
PART_A = {"DK", "DE", "IE", "EL", "FR", "LU", "NL", "SK", "FI"}
NUMBERS = {
    "BE": ("rrn",),
    "BG": ("egn",),
    "CZ": ("id_card", "passport"),
    "EE": ("isikukood",),
    "ES": ("dni", "passport"),
    "HR": ("oib",),
    "IT": ("passport", "id_card"),
    "CY": ("id_card", "passport"),
    "LV": ("personas_kods",),
    "LT": ("asmens_kodas",),
    "HU": ("id_card", "passport", "szemelyi_azonosito"),
    "MT": ("id_card",),
    "AT": ("passport", "id_card"),
    "PL": ("pesel",),
    "PT": ("bi", "passport", "cc"),
    "RO": ("id_card", "passport", "cnp"),
    "SI": ("emso",),
    "SE": ("personnummer",),
}
PROTOCOL_ORDER = "BE BG CZ DK DE EE IE EL ES FR HR IT CY LV LT LU HU MT NL AT PL PT RO SI SK FI SE".split()  # noqa: SIM905


def test_the_27_member_states_stand_in_protocol_order() -> None:
    assert list(ECI.jurisdictions) == PROTOCOL_ORDER
    assert (ECI.jurisdictions["EL"].iso, ECI.jurisdictions["EL"].export_code) == ("GR", "gr")
    assert all(place.iso == code for code, place in ECI.jurisdictions.items() if code != "EL")
    assert len(ECI.languages) == 24


@pytest.mark.parametrize("code", PROTOCOL_ORDER)
def test_each_state_asks_the_fields_of_its_part_of_annex_iii_and_nothing_more(code: str) -> None:
    form = form_of(ECI, code, ON)
    names = ("full_first_names", "family_names")
    if code in PART_A:
        residence = ("street", "number", "postal_code", "city", "country")
        assert form.fields == (*names, *(f"residence_{part}" for part in residence), "date_of_birth")
    else:
        assert form.fields == (*names, "id_number", "id_type")
    assert form.part == ("A" if code in PART_A else "B")
    assert tuple(number.id for number in form.numbers) == NUMBERS.get(code, ())


def test_numbers_that_the_commission_does_not_list_are_not_accepted() -> None:
    """LAW-36, LAW-37: no Croatian passport, no Maltese residence permit, no tax or health numbers."""
    assert form_of(ECI, "HR", ON).number("passport") is None
    assert all(number.ocs_property and number.labels for place in ECI.jurisdictions.values() for number in place.numbers)


def test_only_germans_abroad_get_a_notice() -> None:
    noticed = [code for code in ECI.jurisdictions if form_of(ECI, code, ON).notices]
    assert noticed == ["DE"]
    (notice,) = form_of(ECI, "DE", ON).notices
    assert notice.is_shown_for({"residence_country": "FR"})
    assert not notice.is_shown_for({"residence_country": "DE"})
    assert not notice.is_shown_for({})


def test_every_source_key_stands_in_the_list_of_sources() -> None:
    for name in ("eci", "petition"):
        procedure = load_procedure(name)
        used = set(_sources_of(documents_of(name))) - {None}
        assert used
        assert used <= procedure.sources.keys()


def _sources_of(value: Any) -> Iterator[str | None]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "sources" and isinstance(inner, list):
                yield from inner
            elif key == "source" and isinstance(inner, str) and " " not in inner:
                yield inner
            else:
                yield from _sources_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources_of(inner)


def test_a_procedure_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(ECI)) == ECI


def test_unknown_procedures_and_jurisdictions_are_refused() -> None:
    with pytest.raises(Refused, match="procedure-unknown"):
        load_procedure("../eci")
    for code in ("GR", "be", "", "UK"):
        with pytest.raises(Refused, match="jurisdiction-unknown"):
            form_of(ECI, code, ON)
    assert jurisdiction_of(ECI, "EL").name_en == "Greece"


def _eci_documents() -> dict[str, Any]:
    return copy.deepcopy(dict(documents_of("eci")))


def test_a_state_that_moves_from_b_to_a_has_each_form_on_its_days() -> None:
    """Art. 9(4): a running initiative may meet a change (LAW-32)."""
    documents = _eci_documents()
    (form,) = documents["jurisdictions/AT"]["forms"]
    documents["jurisdictions/AT"]["forms"] = [
        {**form, "valid_to": "2027-06-30"},
        {**form, "part": "A", "numbers": [], "valid_from": "2027-07-01"},
    ]
    changed = procedure_from(documents)
    assert form_of(changed, "AT", date(2027, 6, 30)).part == "B"
    assert form_of(changed, "AT", date(2027, 7, 1)).part == "A"
    assert form_of(changed, "AT", date(2027, 7, 1)).numbers == ()


def test_a_day_without_a_form_or_an_age_rule_is_refused_not_guessed() -> None:
    assert form_of(ECI, "EE", date(2020, 1, 1)).age.years == 16
    with pytest.raises(Refused, match="form-unknown"):
        form_of(ECI, "EE", date(2019, 12, 31))


@pytest.mark.parametrize("document", ["procedure", "deadlines", "deployments", "sources", "jurisdictions/AT"])
def test_a_procedure_that_lacks_a_document_is_the_operators_fault(document: str) -> None:
    documents = _eci_documents()
    del documents[document]
    with pytest.raises(Misconfigured, match="procedure-incomplete"):
        procedure_from(documents)


@pytest.mark.parametrize("day", ["soon", "2026-13-01", 5])
def test_a_procedure_with_a_date_that_is_none_is_the_operators_fault(day: object) -> None:
    documents = _eci_documents()
    documents["procedure"]["threshold_periods"][0]["registered_from"] = day
    with pytest.raises(Misconfigured, match="procedure-incomplete"):
        procedure_from(documents)


def test_a_petition_of_residents_is_data_alone() -> None:
    petition = load_procedure("petition")
    assert isinstance(petition, Procedure)
    assert petition.belongs_by == "residence"
    assert ECI.belongs_by == "nationality"
    assert form_of(petition, "VAL-N", ON).fields[5] == "residence_municipality"
    assert form_of(petition, "VAL-C", ON).numbers[0].id == "resident_card"
    assert set(petition.languages) - set(ECI.languages) == {"ca"}
    assert petition.asks("choice")
    assert not petition.asks("country")
    assert petition.postal_codes.keys() == {"XV"}
    assert ECI.postal_codes.keys() == {place.iso for place in ECI.jurisdictions.values()}
