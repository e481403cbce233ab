"""English that was left standing is told from names, from what a language says alike, and from what it says itself."""

from __future__ import annotations

from audit.english import english_for


def test_a_sentence_that_the_language_says_otherwise_is_found() -> None:
    assert english_for("de").left(["Check a receipt", "Guten Tag"]) == ["Check a receipt"]


def test_a_sentence_with_places_is_found_whatever_stands_in_them() -> None:
    assert english_for("fr").left(["The collection begins on 3 mars 2027."]) == ["The collection begins on %(date)s."]


def test_a_sentence_of_the_form_is_found_without_its_marks() -> None:
    seen = "I have read the privacy statement and the content of this citizens’ initiative."
    assert len(english_for("mt").left([seen])) == 1


def test_a_word_that_is_the_same_in_the_language_is_none() -> None:
    # "Name" is German as well, "Civium" is a name.
    assert english_for("de").left(["Civium", "Manifest"]) == []


def test_on_an_english_page_nothing_is_left_over() -> None:
    assert english_for("en").left(["Check a receipt", "The collection begins on 3 March 2027."]) == []
