"""What no hand types that means it, and real names that look a little like it."""

from __future__ import annotations

from datetime import date

import pytest

from civium.authority.grounds import GROUNDS
from civium.authority.judging import ACCEPTED, FOR_DECISION, STRUCK
from civium.authority.plausibility import (
    has_digit,
    is_keyboard_run,
    is_one_sign,
    is_placeholder,
    is_repeated,
    is_sample_number,
    is_too_old,
)
from civium.authority.plausibility_words import FILLED_DATES, KEY_ROWS
from civium.formats.identity_key import fold_name
from civium.law.procedure import load_procedure
from tests.authority.build import DAY, dni, greek, spanish
from tests.authority.test_judging import judged, rules

NEW = (
    "name-keyboard",
    "name-repeated",
    "name-one-sign",
    "name-digit",
    "name-placeholder",
    "birth-date-placeholder",
    "age-above-110",
    "number-sample",
    "address-shared",
    "burst-of-street",
)


def test_each_is_a_matter_for_decision_by_default_and_strikes_nobody() -> None:
    assert {GROUNDS[code].default for code in NEW} == {"decide"}
    assert {GROUNDS[code].kind for code in NEW} == {"indication"}


@pytest.mark.parametrize(
    "word", ["qwerty", "asdf", "fdsa", "hjkl", "zxcvb", "qwertz", "azerty", "ασδφ", "ςερτ", "йцукен", "яаож"]
)
def test_neighbouring_keys_are_no_name(word: str) -> None:
    assert is_keyboard_run(word)


@pytest.mark.parametrize(
    "word", ["wertz", "hertz", "werther", "azer", "drew", "poirot", "petrova", "άλκης", "верта", "as", "", "sadie", "guiomar"]
)
def test_names_that_hold_a_few_neighbouring_keys_are_names(word: str) -> None:
    assert not is_keyboard_run(word)


def test_rows_of_keys_hold_each_key_once() -> None:
    for row in KEY_ROWS:
        assert len(set(row.keys)) == len(row.keys)
        assert row.from_start <= row.anywhere <= len(row.keys)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("aaa", True),
        ("xxxx", True),
        ("lalala", True),
        ("mmmaria", True),
        ("iii", False),
        ("mimi", False),
        ("anna", False),
        ("jana", False),
    ],
)
def test_one_sign_again_and_again(word: str, expected: bool) -> None:
    assert is_repeated(word) is expected


@pytest.mark.parametrize(
    ("first", "family", "expected"),
    [
        ("X", "Y", True),
        ("Ana", "R.", True),
        ("J", "Robledo", True),
        ("Ana", "O", False),
        ("Maj", "Å", False),
        ("E", "O", True),
        ("Φ", "Αλωνάρακη", True),
        ("王", "伟", False),
        ("Ana", "", False),
    ],
)
def test_one_letter_is_no_name_but_where_families_have_one(first: str, family: str, expected: bool) -> None:
    assert is_one_sign(fold_name(first), fold_name(family)) is expected


@pytest.mark.parametrize(
    ("first", "family", "expected"),
    [
        ("Test", "Robledo", True),
        ("TÉST", "x", True),
        ("Vorname", "Nachname", True),
        ("Ανώνυμος", "Αλωνάρακη", True),
        ("Никой", "Иванов", True),
        ("Donald", "Duck", True),
        ("Donald", "Robledo", False),
        ("Ana", "Duck", False),
        ("Testa", "Rossi", False),
        ("Thomas", "Muster", False),
    ],
)
def test_words_that_stand_for_no_name(first: str, family: str, expected: bool) -> None:
    assert is_placeholder(fold_name(first), fold_name(family)) is expected


def test_digits_of_any_script_stand_in_no_name() -> None:
    assert has_digit("Ana2")
    assert has_digit("Ana٣")
    assert not has_digit("Louis Ⅱ")


@pytest.mark.parametrize(
    ("born", "expected"),
    [(date(1916, 5, 4), False), (date(1915, 5, 5), False), (date(1915, 5, 4), True), (date(2030, 1, 1), False)],
)
def test_above_110_is_counted_in_whole_years(born: date, expected: bool) -> None:
    assert is_too_old(born, DAY) is expected


def test_filled_dates_are_real_days() -> None:
    assert all(date.fromisoformat(told).year < 1920 for told in FILLED_DATES)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("00000000T", True),
        ("0000 0000-t", True),
        (dni(11111111), True),
        (dni(12345678), True),
        (dni(98765432), True),
        (dni(90), False),
        (dni(12345679), False),
    ],
)
def test_samples_and_counted_numbers(typed: str, expected: bool) -> None:
    number = load_procedure().jurisdictions["ES"].numbers[0]
    assert is_sample_number(number, typed) is expected


def test_every_states_example_is_known_as_one() -> None:
    numbers = [number for place in load_procedure().jurisdictions.values() for number in place.numbers if number.example]
    assert len(numbers) >= 13
    assert all(is_sample_number(number, number.example or "") for number in numbers)


def test_a_statement_has_them_as_grounds_and_waits() -> None:
    assert judged(spanish(first="Asdf", family="Qwerty")) == (FOR_DECISION, ["name-keyboard"])
    assert judged(spanish(first="Ana3"))[1] == ["name-characters", "name-digit"]
    assert judged(spanish("00000000T")) == (FOR_DECISION, ["number-sample"])
    assert judged(greek(born="1900-01-01")) == (FOR_DECISION, ["birth-date-implausible", "birth-date-placeholder"])
    assert judged(greek(born="1911-11-11")) == (FOR_DECISION, ["birth-date-placeholder", "age-above-110"])
    assert judged(greek(born="1914-03-02")) == (FOR_DECISION, ["age-above-110"])
    assert judged(greek(born="1920-01-01")) == (ACCEPTED, [])


def test_the_date_inside_a_number_tells_an_age_too() -> None:
    old = {"full_first_names": "Jan", "family_names": "Kowalski", "id_number": "10010112345", "id_type": "pesel"}
    assert "age-above-110" in judged(old, told=rules("PL"))[1]
    assert "age-above-110" not in judged(old | {"id_number": "hello"}, told=rules("PL"))[1]


def test_a_number_that_waits_for_its_check_digit_is_not_called_a_sample_as_well() -> None:
    assert judged(spanish("00000000A")) == (FOR_DECISION, ["number-checksum"])


def test_a_states_policy_may_make_a_name_strike_or_be_silent() -> None:
    assert judged(spanish(first="Test"), told=rules(name_placeholder="strike")) == (STRUCK, ["name-placeholder"])
    assert judged(spanish(first="Test"), told=rules(name_placeholder="ignore")) == (ACCEPTED, [])
