"""Public pages of a procedure that is not the Regulation's: places and roles have the names that its data gives them."""

from __future__ import annotations

from civium.law.procedure import load_procedure
from civium.server.site import initiative_page, languages
from civium.server.site.words import words
from tests.server.site import made


def test_a_province_has_its_own_name_and_not_its_countrys() -> None:
    """Six districts share one country code; a real region would have its State's."""
    region = load_procedure("region")
    english = languages.language("en")
    names = [languages.state_name(english, place) for place in region.jurisdictions.values()]
    assert names == ["Grey Island", "Crooked Cape", "Cold Lagoon", "High Stone", "Ash Hill", "Dark Valley"]
    union = load_procedure("eci").jurisdictions
    assert [languages.state_name(english, union[code]) for code in ("EL", "AT")] == ["Greece", "Austria"]
    assert languages.state_name(languages.language("de"), union["EL"]) == "Griechenland"


def test_roles_have_the_names_of_the_data() -> None:
    _, english = words("en"), languages.language("en")
    titles = [group.title for group in initiative_page.organisers(_, english, made.initiative(procedure="region"))]
    assert titles[:2] == ["First promoter", "Deputy promoter"]
    usual = [group.title for group in initiative_page.organisers(_, english, made.initiative())]
    assert usual[:2] == ["Representative", "Substitute"]
