"""The authorities of the States: no name and no address without a source, none of a person, and what is not known says so."""

from __future__ import annotations

import re

import pytest

from civium.law.procedure import load_procedure, procedure_from
from civium.law.rules import Jurisdiction
from civium.law.shelf import documents_of

ECI = load_procedure()
PLACES = tuple(ECI.jurisdictions.values())
CONFIDENCES = ("high", "medium-high", "medium", "low-medium", "low", "none")
NOT_FOUND = {"CY", "DK", "FR", "MT", "PT"}
# Mailboxes of offices: a first and a last name with a point between them would be a person's.
OFFICE = re.compile(r"[a-z]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_a_name_has_a_source_and_what_is_not_found_says_so(place: Jurisdiction) -> None:
    told = place.authority
    is_named = bool(told.name_native or told.name_en)
    assert told.validity.confidence in CONFIDENCES
    assert is_named == bool(told.validity.sources)
    assert is_named == (told.validity.confidence != "none")
    assert is_named == (place.code not in NOT_FOUND)
    assert is_named or told.validity.flags
    assert is_named or told.contact is None


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_what_is_doubtful_says_why(place: Jurisdiction) -> None:
    """A source of the earlier Regulation 211/2011 alone never makes a name certain."""
    told = place.authority.validity
    if any("211/2011" in flag for flag in told.flags):
        assert told.confidence in ("medium", "low-medium", "low")


@pytest.mark.parametrize("place", [place for place in PLACES if place.authority.contact], ids=lambda place: place.code)
def test_an_address_has_a_source_of_its_own_and_is_an_office(place: Jurisdiction) -> None:
    contact = place.authority.contact
    assert contact is not None
    assert contact.validity.sources
    assert set(contact.validity.sources) <= ECI.sources.keys()
    assert contact.validity.confidence in CONFIDENCES[:-1]
    assert contact.validity.confidence == "high" or contact.validity.flags
    assert len(contact.postal_address) >= 2
    assert all(line and line == line.strip() and "\n" not in line for line in contact.postal_address)
    assert contact.email is None or OFFICE.fullmatch(contact.email)
    assert contact.website is None or contact.website.startswith("https://")


def test_the_postal_code_of_an_address_is_one_of_its_state() -> None:
    for place in PLACES:
        if place.authority.contact and place.postal_code:
            last = place.authority.contact.postal_address[-1]
            assert any(re.search(place.postal_code.pattern, word) for word in re.split(r"[ ,]+", last)), place.code


def test_a_procedure_without_addresses_is_read_as_well() -> None:
    documents = documents_of("petition")
    assert all(
        "contact" not in document["authority"] for name, document in documents.items() if name.startswith("jurisdictions/")
    )
    assert all(place.authority.contact is None for place in procedure_from(documents).jurisdictions.values())


def test_the_role_is_to_verify_and_not_to_certify_systems() -> None:
    """Article 11 has authorities of its own, for the systems of collection: they do not stand here."""
    assert all("11" not in (place.authority.role or "") for place in PLACES)
