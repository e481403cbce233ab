"""An officer reads in what the statements of a group differ, and nothing that stands in them."""

from __future__ import annotations

import pytest

from civium.authority.near_repeats_words import differences, explain_group
from tests.authority.build import greek, spanish


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (spanish("12345670Y"), []),
        (spanish("1234-5670y"), ["number written in another way"]),
        (spanish("12345671Y"), ["one sign of the number differs"]),
        (spanish("12345760Y"), ["two neighbouring signs of the number exchanged"]),
        (spanish("99345671Y"), ["another number"]),
        (spanish("12345670Y", "ANÁ", "robledo-via"), ["names alike but for capitals, accents, spaces or hyphens"]),
        (spanish("12345670Y", "Robledo Vía", "Ana"), ["first and family names exchanged"]),
        (spanish("12345670Y", "Ana Robledo", "Vía"), ["names the same in another spelling or order"]),
        (spanish("12345670Y", "Falsa", "Robledo Vía"), ["other first names"]),
        (spanish("12345670Y", "Ana", "Falsa"), ["another family name"]),
        (spanish("12345670Y", "Falsa", "Persona"), ["other names"]),
        (spanish("12345670Y", id_type="passport"), ["another kind of number"]),
        (spanish("12345671Y", "Falsa", "Persona"), ["other names", "one sign of the number differs"]),
    ],
)
def test_part_b(other: dict[str, str], told: list[str]) -> None:
    assert differences(spanish("12345670Y"), other) == told


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (greek("Foteini", "Alonaraki"), ["names the same in another script"]),
        (greek(born="1980-02-28"), ["one sign of the date of birth differs"]),
        (greek(born="1980-12-21"), ["another date of birth"]),
        (greek(born="hello"), ["another date of birth"]),
        (greek(residence_street="ΟΔΟΣ ΟΝΕΊΡΩΝ"), ["street written in another way"]),
        (greek(residence_postal_code="10431", residence_city="Αθήνα"), ["another town", "another postal code"]),
        (greek(nickname="x"), ["another field of no form"]),
    ],
)
def test_part_a(other: dict[str, str], told: list[str]) -> None:
    assert differences(greek(), other) == told


def test_day_and_month() -> None:
    assert differences(greek(born="1980-02-11"), greek(born="1980-11-02")) == ["day and month of birth exchanged"]


def test_each_is_told_against_the_one_it_is_most_like() -> None:
    group = [spanish("12345670Y"), spanish("12345670Y", "Falsa", "Persona"), spanish("12345671Y", "Falsa", "Persona")]
    assert explain_group(group) == [
        "",
        "against 1: other names",
        "against 2: one sign of the number differs",
    ]
    assert explain_group(group[:1] * 2) == ["", "against 1: the same in every field"]
    assert len(explain_group(group * 40)) == 120
    assert explain_group([]) == []
    told = " ".join(explain_group(group * 2))
    assert "Falsa" not in told
    assert "12345" not in told
