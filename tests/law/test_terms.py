"""A procedure's own words for its places and for whom it is handed to; plain ones where its data has none."""

from __future__ import annotations

import dataclasses

from civium.law.procedure import load_procedure
from civium.law.terms import Terms, terms_of


def test_each_procedure_has_its_own_words() -> None:
    assert terms_of(load_procedure()) == Terms("State", "States", "the Commission", "the Commission", 1_000_000, 7)
    petition = load_procedure("petition")
    assert terms_of(petition) == Terms("province", "provinces", "the Assembly of Vallorsa", "the Office of Petitions", 3_000, 2)
    assert terms_of(petition, "ca").recipient == "l'Assemblea de Vallorsa"
    assert terms_of(load_procedure("region")).places == "districts"


def test_what_the_data_does_not_name_has_a_plain_word_and_another_language_the_reference() -> None:
    procedure = dataclasses.replace(load_procedure("region"), words={"gl": {"place": "distrito"}})
    assert terms_of(procedure).place == "place"
    assert terms_of(procedure, "gl").place == "distrito"
    assert terms_of(procedure).recipient == "whoever decides on it"
    assert terms_of(load_procedure("region"), "de").place == "district"
