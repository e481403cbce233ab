"""Invented people of the 27 Member States: names in their scripts, addresses, and numbers that agree with the date of birth.

The rules are:
- Everything comes from the generator that is passed in: the same seed gives the same people.
- Nobody is meant: common names are combined at random, streets and towns are made of parts, and numbers come from ranges that
  are not issued as far as is known (`numbers`).
- What `values_for` gives raises no hint of `law.checks`; mistakes are made in `mistakes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from civium.rehearsal.names import family_names, first_names, name_pool, shelf
from civium.rehearsal.numbers import make_number, number_types, written
from civium.rehearsal.places import Residence, residence_for

# Of age everywhere since 2024, and nobody older than any register would believe.
_FIRST_BIRTH: Final = date(1932, 1, 2)
_LAST_BIRTH: Final = date(2005, 12, 30)
# One in a thousand each: forms must bear one letter and very long names.
_RARE: Final = 0.001
_SCRIPTS: Final = {"bg": "Cyrl", "bgtr": "Cyrl", "el": "Grek", "cy": "Grek"}
_ENGLISH_FORM: Final = 0.02


@dataclass(frozen=True, repr=False)
class Person:
    """A national of one Member State who does not exist; `numbers` holds one of each kind that the State accepts."""

    jurisdiction: str
    language: str
    pool: str
    sex: str
    first_names: str
    family_names: str
    born_on: date
    residence: Residence
    numbers: dict[str, str]


def jurisdictions() -> tuple[str, ...]:
    """Give the codes of the Union of the 27 Member States whose people can be made."""
    return tuple(shelf("states")["names"])


def person_for(jurisdiction: str, rng: Random, *, born_on: date | None = None) -> Person:
    """Give an invented national of a Member State (code of the Union: EL for Greece), of age unless `born_on` says otherwise."""
    (pools, weights) = _pools(jurisdiction)
    key, language = rng.choices(pools, weights)[0]
    sex = "f" if rng.random() < 0.51 else "m"
    born = born_on or _birthday(rng)
    return Person(
        jurisdiction=jurisdiction,
        language="en" if rng.random() < _ENGLISH_FORM else language,
        pool=key,
        sex=sex,
        first_names=_rare(key, ("one_letter", "very_long"), rng) or first_names(name_pool(key), sex, rng),
        family_names=_rare(key, ("one_letter_family",), rng) or family_names(name_pool(key), sex, rng),
        born_on=born,
        residence=residence_for(jurisdiction, rng),
        numbers={id_type: make_number(jurisdiction, id_type, born, sex, rng) for id_type in number_types(jurisdiction)},
    )


def with_new_numbers(person: Person, rng: Random) -> Person:
    """Give the same person with other numbers, for when a serial has already been used."""
    numbers = {kind: make_number(person.jurisdiction, kind, person.born_on, person.sex, rng) for kind in person.numbers}
    return replace(person, numbers=numbers)


def choose_number(person: Person, rng: Random) -> str | None:
    """Give the id of the number that the person uses to sign; None where the form asks the address (Annex III part A)."""
    # The first in the form's order is used by most.
    kinds = tuple(person.numbers)
    return None if not kinds else kinds[0] if rng.random() < 0.6 else rng.choice(kinds)


def values_for(person: Person, rng: Random, *, id_type: str | None = None) -> dict[str, str]:
    """Give what the person types into the form of the State of nationality: field name to value, as the form gives them."""
    values = {"full_first_names": person.first_names, "family_names": person.family_names}
    chosen = id_type or choose_number(person, rng)
    if chosen is not None:
        number = written(person.jurisdiction, chosen, person.numbers[chosen], rng)
        return values | {"id_number": number, "id_type": chosen}
    return values | address_values(person.residence) | {"date_of_birth": person.born_on.isoformat()}


def address_values(residence: Residence) -> dict[str, str]:
    """Give an address as fields of the form."""
    return {
        "residence_street": residence.street,
        "residence_number": residence.number,
        "residence_postal_code": residence.postal_code,
        "residence_city": residence.city,
        "residence_country": residence.country,
    }


def other_family_names(person: Person, rng: Random) -> str:
    """Give other family names of the person's language and sex, for instance after a marriage."""
    return family_names(name_pool(person.pool), person.sex, rng)


@cache
def _pools(jurisdiction: str) -> tuple[tuple[tuple[str, str], ...], tuple[float, ...]]:
    rows = shelf("states")["names"][jurisdiction]
    return tuple((row["pool"], row["language"]) for row in rows), tuple(row["share"] for row in rows)


def _birthday(rng: Random) -> date:
    born = _FIRST_BIRTH + timedelta(days=rng.randrange((_LAST_BIRTH - _FIRST_BIRTH).days))
    return safe_birthday(born)


def safe_birthday(born: date) -> date:
    """Give the day itself, or the next if it is 1 January, which registers give to people whose birthday is not known."""
    return born + timedelta(days=1) if (born.month, born.day) == (1, 1) else born


def _rare(key: str, kinds: tuple[str, ...], rng: Random) -> str | None:
    draw = rng.random()
    if draw >= _RARE * len(kinds):
        return None
    names: list[str] = shelf("states")["rare"][kinds[int(draw / _RARE)]][_SCRIPTS.get(key, "Latn")]
    return rng.choice(names)
