"""Official wording: exact, with its provenance, and honest about what a language lacks."""

from __future__ import annotations

import unicodedata

import pytest

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.law.wording import STATUSES, gaps, keys, languages_for, privacy_statement, wording, wordings

LANGUAGES = load_procedure().languages
FORM_KEYS = [key for key in keys() if not key.startswith("annex_")]


def test_the_declaration_is_that_of_annex_iii() -> None:
    found = wording("en", "declaration")
    assert found.text == (
        "I hereby certify that the information that I have provided in this form is correct "
        "and that I have not already supported this initiative."
    )
    assert (found.status, found.confidence) == ("official_journal", "high")
    assert found.source == "OJ L 130, 17.5.2019, p. 55, Annex III"


def test_a_text_of_another_language_says_where_it_was_read() -> None:
    found = wording("de", "declaration")
    assert found.text.startswith("Hiermit bestätige ich")
    assert found.status == "commission_ui_2020"
    assert found.legal_basis == "Annex III, parts A and B"
    assert wording("de", "privacy_statement_paper_individual").status == "third_party_copy_of_official_text"


def test_a_known_defect_of_a_source_stands_beside_the_text() -> None:
    flag = wording("pl", "privacy_statement_central").flag
    assert flag is not None
    assert "2018/1725" in flag
    assert wording("pl", "privacy_title").flag is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_form_apart_from_its_known_gaps(language: str) -> None:
    known = {
        "hr": {"privacy_statement_paper_individual"},
        "cs": {"field_residence_city"},
        "sk": {"field_residence_city"},
        "bg": {"initiative_registration_number"},
    }
    assert set(gaps(language)) & set(FORM_KEYS) == known.get(language, set())
    for key in set(FORM_KEYS) - set(gaps(language)):
        found = wording(language, key)
        assert found.status in STATUSES
        assert unicodedata.is_normalized("NFC", found.text)
        assert "[privacy]" not in found.text


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_sentence_is_left_in_english(language: str) -> None:
    for key in ("declaration", "declaration_eid", "privacy_statement_central", "privacy_title"):
        assert wording(language, key).text != wording("en", key).text


def test_the_annexes_exist_in_english_only_and_that_is_told() -> None:
    annexes = {key for key in keys() if key.startswith("annex_")}
    assert annexes
    assert set(gaps("fr")) == annexes
    assert gaps("en") == ()
    items = wordings("en", "annex_v.items")
    assert len(items) == 10
    assert items[0].text.startswith("Full names, postal addresses")
    assert items[9].text.startswith("Date and signature")
    assert items[0].status == "official_journal"
    assert len(wordings("en", "annex_iii.columns_part_a")) == len(wordings("en", "annex_iii.columns_part_b")) == 6
    assert wordings("en", "annex_iii") == ()


def test_what_no_source_gave_is_refused_never_replaced() -> None:
    with pytest.raises(Refused, match=r"official-text-missing \(language=hr, key=privacy_statement_paper_individual\)"):
        wording("hr", "privacy_statement_paper_individual")
    for language in ("xx", "", "EN", "../en"):
        with pytest.raises(Refused, match="language-unknown"):
            wording(language, "declaration")


def test_croatian_is_not_offered_where_its_privacy_statement_is_missing() -> None:
    assert set(LANGUAGES) - set(languages_for("individual")) == {"hr"}
    assert languages_for("central") == LANGUAGES
    assert languages_for("demonstration") == LANGUAGES
    assert languages_for("companion") == LANGUAGES


def test_one_privacy_statement_applies_and_a_demonstration_may_show_the_english_one() -> None:
    assert "2018/1725" in privacy_statement("fr", "central").text
    assert "2018/1725" not in privacy_statement("fr", "individual").text
    assert privacy_statement("hr", "demonstration").language == "en"
    assert privacy_statement("fr", "demonstration").language == "fr"
    with pytest.raises(Refused, match="official-text-missing"):
        privacy_statement("hr", "individual")
    with pytest.raises(Refused, match="nothing-is-collected"):
        privacy_statement("fr", "companion")


def test_a_petition_has_its_own_words_in_its_own_languages() -> None:
    assert languages_for("procedure", "petition") == ("en", "ca")
    assert gaps("ca", "petition") == ()
    assert wording("ca", "choice.residence_municipality.montverd", "petition").text == "Montverd"
    assert privacy_statement("ca", "procedure", "petition").status == "own"
