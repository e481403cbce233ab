"""Numbers: the vectors, an outside library on many random numbers, and what the steps promise."""

from __future__ import annotations

import importlib
import random
from datetime import date

import pytest

from civium.errors import Misconfigured
from civium.law.checks import number_hints
from civium.law.numbers import (
    birth_date_inside,
    check_digits_agree,
    is_birth_date_known,
    is_check_known,
    normalise,
    trim,
)
from civium.law.procedure import form_of, load_procedure
from tests.law.vectors import read

ECI = load_procedure()
VECTORS = read("numbers")
ON = date.fromisoformat(VECTORS["on"])
# Check, module of python-stdnum and length; what the library also looks at (dates, counties) is left out below.
OUTSIDE = [
    ("be-rrn", "be.nn", 11),
    ("bg-egn", "bg.egn", 10),
    ("ee-isikukood", "ee.ik", 11),
    ("mod-11-10", "hr.oib", 11),
    ("pl-pesel", "pl.pesel", 11),
    ("ro-cnp", "ro.cnp", 13),
    ("si-emso", "si.emso", 13),
]


@pytest.mark.parametrize("row", VECTORS["normalise"])
def test_a_step_gives_what_the_specification_says(row: dict[str, object]) -> None:
    assert normalise(row["steps"], row["text"]) == row["gives"]  # type: ignore[arg-type]


@pytest.mark.parametrize("row", VECTORS["trim"])
def test_a_value_is_composed_and_trimmed_and_nothing_else(row: dict[str, str]) -> None:
    assert trim(row["text"]) == row["gives"]


@pytest.mark.parametrize("row", VECTORS["numbers"], ids=lambda row: f"{row['jurisdiction']}-{row['text']}"[:40])
def test_every_number_deserves_the_hints_of_its_vector(row: dict[str, str]) -> None:
    form = form_of(ECI, row["jurisdiction"], ON)
    number = form.number(row["id"])
    assert number is not None
    text = normalise(number.normalise, trim(row["text"]))
    born_on = None if number.birth is None else birth_date_inside(number.birth, text, ON)
    assert list(number_hints(number, form.age, row["text"], ON)) == row["hints"]
    assert (None if number.check is None else check_digits_agree(number.check, text)) == row["agrees"]
    assert (born_on and born_on.isoformat()) == row["born_on"]


def test_every_accepted_number_has_vectors_that_pass_and_that_fail() -> None:
    for code, place in ECI.jurisdictions.items():
        for number in place.numbers:
            rows = [row for row in VECTORS["numbers"] if (row["jurisdiction"], row["id"]) == (code, number.id)]
            assert any(row["hints"] for row in rows), (code, number.id)
            if number.check is not None:
                assert any(not row["hints"] for row in rows), (code, number.id)
                assert any(row["hints"] == ["number-checksum"] for row in rows), (code, number.id)


@pytest.mark.parametrize(("check", "module", "length"), OUTSIDE)
def test_check_digits_agree_with_an_outside_library(check: str, module: str, length: int) -> None:
    """On 3,000 random numbers of one check the library says the same wherever it gets as far as the check digit."""
    outside = importlib.import_module(f"stdnum.{module}")
    errors = importlib.import_module("stdnum.exceptions")
    rng = random.Random(check)
    compared = 0
    while compared < 3000:
        text = _plausible(module, length, rng)
        try:
            outside.validate(text)
            expected = True
        except errors.InvalidChecksum:
            expected = False
        except errors.ValidationError:
            continue
        assert check_digits_agree(check, text) == expected, text
        compared += 1


def _plausible(module: str, length: int, rng: random.Random) -> str:
    """Give random digits, with a date where the library insists on one."""
    digits = "".join(rng.choices("0123456789", k=length))
    month, day = f"{rng.randint(1, 12):02}", f"{rng.randint(1, 28):02}"
    if module == "be.nn":  # the library looks at today's year to allow births since 2000; these years are past
        return f"{rng.randint(0, 25):02}{month}{day}" + digits[6:]
    if module in ("bg.egn", "pl.pesel"):
        return digits[:2] + month + day + digits[6:]
    if module in ("ee.ik", "ro.cnp"):
        county = "40" if module == "ro.cnp" else digits[7:9]
        return rng.choice("123456") + digits[1:3] + month + day + county + digits[9:]
    return day + month + digits[4:] if module == "si.emso" else digits


def test_the_spanish_portuguese_latvian_and_swedish_checks_agree_with_an_outside_library() -> None:
    outside = {name: importlib.import_module(f"stdnum.{name}") for name in ("es.dni", "pt.cc", "lv.pvn", "se.personnummer")}
    rng = random.Random(5)
    seen = {name: set() for name in outside}  # type: ignore[var-annotated]
    for _ in range(3000):
        digits = "".join(rng.choices("0123456789", k=13))
        letters = "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=2))
        dni, cc = digits[:8] + rng.choice("TRWAGMYFPDXBNJZSQVHLCKE"), digits[:9] + letters + digits[9]
        lv, se = "32" + digits[:9], f"19{digits[:2]}0315-{digits[2:6]}"
        for check, module, text in (
            ("es-dni", "es.dni", dni),
            ("pt-cc", "pt.cc", cc),
            ("lv-personas-kods", "lv.pvn", lv),
            ("se-personnummer", "se.personnummer", se),
        ):
            expected = outside[module].is_valid(text)
            assert check_digits_agree(check, text) == expected, text
            seen[module].add(expected)
    assert all(found == {True, False} for found in seen.values())


def test_the_second_round_of_the_estonian_check_is_reached() -> None:
    outside = importlib.import_module("stdnum.ee.ik")
    reached = [text for text in (f"3610101{n:03}0" for n in range(1000)) if outside.calc_check_digit(text) == "0"]
    assert any(check_digits_agree("ee-isikukood", text) for text in reached)


def test_one_wrong_digit_is_noticed_by_every_check() -> None:
    for row in VECTORS["numbers"]:
        if row.get("why") == "valid in the rules":
            number = next(n for n in ECI.jurisdictions[row["jurisdiction"]].numbers if n.id == row["id"])
            text = normalise(number.normalise, row["text"])
            assert number.check is not None
            last = str((int(text[-1]) + 1) % 10) if text[-1].isdigit() else "A"
            assert not check_digits_agree(number.check, text[:-1] + last)


@pytest.mark.parametrize("text", ["", "1", "x" * 11, "1" * 400, "٣" * 11, "1234567890\n"])
def test_text_of_another_shape_never_agrees(text: str) -> None:
    for name in ("be-rrn", "bg-egn", "ee-isikukood", "es-dni", "hu-szemelyi", "pl-pesel", "pt-cc", "ro-cnp", "si-emso"):
        assert not check_digits_agree(name, text)
        assert is_check_known(name)
    for name in ("be", "bg", "ee", "hu", "lv", "pl", "ro", "se", "si"):
        assert birth_date_inside(name, text, ON) is None
        assert is_birth_date_known(name)


def test_an_unknown_step_is_the_operators_fault() -> None:
    with pytest.raises(Misconfigured, match="procedure-step-unknown"):
        normalise(["reverse"], "1")


@pytest.mark.parametrize(
    ("text", "on", "born_on"),
    [
        ("010101-9990", date(2026, 11, 21), date(2001, 1, 1)),
        ("010101+9990", date(2026, 11, 21), date(1901, 1, 1)),
        ("990101-9990", date(2026, 11, 21), date(1999, 1, 1)),
        ("990101-9990", date(2099, 6, 1), date(2099, 1, 1)),
        ("261231-9990", date(2026, 11, 21), None),
    ],
)
def test_the_short_swedish_form_takes_its_century_from_the_day_of_signing(text: str, on: date, born_on: date | None) -> None:
    assert birth_date_inside("se", text, on) == born_on
