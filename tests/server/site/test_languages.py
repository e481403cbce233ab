"""Figures, days and order as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from civium.law.procedure import load_procedure
from civium.server.site import languages
from civium.server.site.languages import language, reading_order

DAY = date(2027, 4, 13)


def test_the_menu_offers_the_languages_of_the_procedure_by_their_own_names() -> None:
    assert sorted(languages.CODES) == sorted(load_procedure("eci").languages)
    assert len(set(languages.OWN_NAMES.values())) == 24
    assert all(name[0].isupper() for name in languages.OWN_NAMES.values())


@pytest.mark.parametrize(
    ("code", "number", "day"),
    [
        ("en", "612,480", "13 April 2027"),
        ("de", "612.480", "13. April 2027"),
        ("el", "612.480", "13 Απριλίου 2027"),
        ("fr", "612\u202f480", "13 avril 2027"),
        ("bg", "612\u00a0480", "13 април 2027\u202fг."),
        ("mt", "612,480", "13 ta’ April 2027"),
        ("ga", "612,480", "13 Aibreán 2027"),
    ],
)
def test_figures_and_days_follow_the_language(code: str, number: str, day: str) -> None:
    assert language(code).number(612_480) == number
    assert language(code).date(DAY) == day


def test_a_share_is_never_rounded_up_to_a_threshold() -> None:
    assert language("en").percent(0.999) == "99%"
    assert language("en").percent(1.0) == "100%"


def test_sums_are_whole() -> None:
    assert language("en").money(38_400, "EUR") == "€38,400"
    assert language("de").money(38_400, "EUR") == "38.400\u00a0€"


@pytest.mark.parametrize("code", languages.CODES)
def test_every_country_has_a_name_in_every_language(code: str) -> None:
    names = [language(code).country(country) for country in load_procedure("eci").countries]
    assert all(names)
    assert len(set(names)) == len(names)


def test_states_stand_in_the_order_of_the_reader() -> None:
    danish = sorted(["Østrig", "Ungarn", "Frankrig"], key=lambda name: reading_order("da", name))
    assert danish == ["Frankrig", "Ungarn", "Østrig"]
    german = sorted(["Polen", "Österreich", "Niederlande"], key=lambda name: reading_order("de", name))
    assert german == ["Niederlande", "Österreich", "Polen"]
    czech = sorted(["Česko", "Dánsko", "Chorvatsko", "Bulharsko"], key=lambda name: reading_order("cs", name))
    assert czech == ["Bulharsko", "Česko", "Dánsko", "Chorvatsko"]


def test_a_language_of_texts_only_has_its_own_name_too() -> None:
    assert languages.own_name("ca") == "Català"
