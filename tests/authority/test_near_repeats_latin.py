"""One name in Latin letters: Greek and Bulgarian by their standards, signs with and without, names in any order."""

from __future__ import annotations

import random
import sys

import pytest

from civium.authority.near_repeats_latin import bulgarian_in_latin, greek_in_latin, latin_forms, turned


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("Αλωνάρακη", "alonaraki"),
        ("Ευάγγελος", "evangelos"),
        ("Ευθυμίου", "efthymiou"),
        ("Αυγερινός", "avgerinos"),
        ("Αύγουστος", "avgoustos"),
        ("Αυτός", "aftos"),
        ("Μπάμπης", "bampis"),
        ("Χρήστος", "christos"),
        ("Ψύλλος", "psyllos"),
        ("Νικολαΐδης", "nikolaidis"),
        ("Άγχος", "anchos"),
        ("Σφίγξ", "sfinx"),
        ("ΓΕΏΡΓΙΟΣ", "georgios"),
        ("Ταϋγέτη", "taygeti"),
        ("Θεόδωρος", "theodoros"),
    ],
)
def test_greek_follows_elot_743(greek: str, latin: str) -> None:
    assert greek_in_latin(greek) == latin


@pytest.mark.parametrize(
    ("bulgarian", "latin"),
    [
        ("Георгиева", "georgieva"),
        ("Щерю", "shteryu"),
        ("София", "sofia"),
        ("Мария", "maria"),
        ("Илиян", "iliyan"),
        ("Йовчев", "yovchev"),
        ("Цветанова", "tsvetanova"),
        ("Желязко", "zhelyazko"),
        ("Стоичков", "stoichkov"),
        ("Къньо", "kanyo"),
    ],
)
def test_bulgarian_follows_the_act_of_2009(bulgarian: str, latin: str) -> None:
    assert bulgarian_in_latin(bulgarian) == latin


def test_each_letter_of_both_alphabets_has_its_latin() -> None:
    assert greek_in_latin("αβγδεζηθικλμνξοπρστυφχψω") == "avgdezithiklmnxoprstyfchpso"
    assert bulgarian_in_latin("абвгдежзийклмнопрстуфхцчшщъьюя") == "abvgdezhziyklmnoprstufhtschshshtayyuya"


def test_signs_go_and_passports_spell_them_out() -> None:
    assert latin_forms("Müller") == ("muller", "mueller")
    assert latin_forms("Ærø Ångström") == ("aeroangstrom", "aeroeaangstroem")
    assert latin_forms("Weiß") == ("weiss",)
    assert latin_forms("García-Núñez") == ("garcianunez",)
    assert latin_forms("O'Neill") == latin_forms("ONEILL") == ("oneill",)
    assert latin_forms("Ευάγγελος") == ("evangelos", "euaggelos")
    assert latin_forms("") == ("",)


def test_other_scripts_stay_as_they_are() -> None:
    assert latin_forms("伟") == ("伟",)


def test_order_and_the_end_of_a_name_make_no_difference() -> None:
    one = turned("Ana María", "Robledo")
    assert one == turned("Robledo", "Ana-Maria") == turned("ana", "maria robledo")
    assert one != turned("Ana María", "Robleda")
    assert turned("", "") == ()
    assert turned("Li", "Wu") != turned("Wu", "Li"), "so few letters meet by chance"


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (("Φωτεινή", "Αλωνάρακη"), ("Foteini", "Alonaraki")),
        (("Ευάγγελος", "Παπαϊωάννου"), ("EVANGELOS", "PAPAIOANNOU")),
        (("Ευάγγελος", "Παύλου"), ("Euaggelos", "Paulou")),
        (("Мария", "Георгиева-Цветанова"), ("Georgieva Tsvetanova", "Maria")),
        (("Jürgen", "Müller"), ("Juergen", "Mueller")),
        (("Jürgen", "Müller"), ("Jurgen", "Muller")),
    ],
)
def test_one_person_in_two_scripts_or_spellings_meets(own: tuple[str, str], other: tuple[str, str]) -> None:
    assert set(turned(*own)) & set(turned(*other))


def test_a_ring_of_any_length_is_told_from_where_it_reads_least() -> None:
    drawn = random.Random(7)
    for size in (5, 80, 81, 82, 200, 401):
        for letters in ("a", "ab", "abcdefgh"):
            ring = "".join(drawn.choice(letters) for _ in range(size))
            least = min(ring[at:] + ring[:at] for at in range(size))
            assert turned(ring[:3], ring[3:]) == turned(ring[3:], ring[:3]) == (least,)


def test_the_longest_name_that_a_statement_holds_is_not_turned_sign_by_sign() -> None:
    longest, calls = "\ufdfa" * 341, 0  # one sign that folds to fifteen

    def count(_frame: object, event: str, _told: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        turned(longest, longest)
    finally:
        sys.setprofile(before)
    assert calls < 1000
