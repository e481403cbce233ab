"""The browser's document: small, the same bytes for the same rules, and the one that the vectors carry."""

from __future__ import annotations

import gzip
import json
from datetime import date

import pytest

from civium.law.browser_rules import compile_rules, encode_rules
from civium.law.procedure import load_procedure
from tests.law.vectors import read


@pytest.mark.parametrize("name", ["eci", "petition"])
def test_the_vectors_carry_the_document_of_today(name: str) -> None:
    procedure = load_procedure(name)
    assert read("numbers")["rules"][name] == compile_rules(procedure)
    assert json.loads(encode_rules(procedure)) == compile_rules(procedure)
    assert encode_rules(procedure) == encode_rules(procedure, procedure.as_of)


def test_the_document_is_small_enough_for_a_first_load() -> None:
    assert len(gzip.compress(encode_rules(load_procedure()))) < 4096


def test_the_document_holds_the_forms_of_one_day() -> None:
    rules = compile_rules(load_procedure(), date(2026, 1, 1))
    assert rules["version"] == load_procedure().version
    assert rules["jurisdictions"]["EL"]["age"] == {"years": 17, "rule": "calendar_year"}
    assert rules["jurisdictions"]["DE"]["notices"][0]["wording"] == "annex_iii.footnote_german_residents_abroad"
    assert "GR" in rules["countries"].split()
    assert compile_rules(load_procedure("petition"))["countries"] == ""
