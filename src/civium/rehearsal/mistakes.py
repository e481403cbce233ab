"""What people do wrong, or differently the second time: typed numbers, spellings, moved houses, married names.

The rules are:
- `retyped` keeps the identity key of docs/spec/identity-key.md; `near_*` are what a machine must leave to a person.
- A wrong number is checked against `law`: it is wrong by form, or right in form and wrong in its check digits, never by luck neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random
from typing import Final

from civium.formats.identity_key import fold_name
from civium.law.checks import postal_code_hints
from civium.law.numbers import check_digits_agree, normalise
from civium.law.procedure import AcceptedNumber, load_procedure
from civium.rehearsal.names import first_names as other_first_names
from civium.rehearsal.names import name_pool
from civium.rehearsal.numbers import written
from civium.rehearsal.people import Person, other_family_names
from civium.rehearsal.places import residence_in

Values = dict[str, str]

_PLAIN: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i"}
)
_WRITTEN_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)
_SHORTER_STREETS: Final = (
    ("straße", "str."),
    ("Street", "St"),
    ("Road", "Rd"),
    ("avenue", "av."),
    ("Λεωφόρος", "Λεωφ."),
    ("Námestie", "Nám."),
)


@cache
def accepted_number(jurisdiction: str, id_type: str) -> AcceptedNumber:
    """Give the rule that `law` has for a number of a State."""
    numbers = load_procedure("eci").jurisdictions[jurisdiction].numbers
    return next(number for number in numbers if number.id == id_type)


def has_check_digits(jurisdiction: str, id_type: str) -> bool:
    """Say whether a number of this kind has check digits that can be wrong."""
    return accepted_number(jurisdiction, id_type).check is not None


def with_wrong_check_digits(jurisdiction: str, id_type: str, number: str, rng: Random) -> str:
    """Give the number as it comes out after one wrong key or two swapped ones: right in form, wrong in its check digits."""
    rule = accepted_number(jurisdiction, id_type)
    assert rule.check is not None
    while True:
        wrong = _slip(number, rng)
        text = normalise(rule.normalise, wrong)
        if re.search(rule.pattern, text, re.ASCII) and not check_digits_agree(rule.check, text):
            return wrong


def with_wrong_form(jurisdiction: str, id_type: str, number: str, rng: Random) -> str:
    """Give the number too short, too long, or with a letter where a digit belongs: the pattern of the State does not know it."""
    rule = accepted_number(jurisdiction, id_type)
    while True:
        wrong = _misshapen(number, rng)
        if re.search(rule.pattern, normalise(rule.normalise, wrong), re.ASCII) is None:
            return wrong


def retyped(jurisdiction: str, values: Values, rng: Random) -> Values:
    """Give the same statement typed again: other case, accents, hyphens, separators, another short form of the street."""
    again = dict(values)
    change = rng.choice((str, str, str.upper, _without_accents, _hyphens_as_spaces, str.lower))
    for field in ("full_first_names", "family_names"):
        again[field] = change(values[field])
    if "id_number" in values:
        compact = re.sub(r"[-./ ]", "", values["id_number"])
        again["id_number"] = written(jurisdiction, values["id_type"], compact, rng)
    else:
        again["residence_street"] = _shortened(values["residence_street"])
        if rng.random() < 0.2:
            again["residence_city"] = values["residence_city"].upper()
    return again


def near_repeat_of(person: Person, values: Values, rng: Random) -> Values:
    """Give another statement of the same person in which something that matters differs: spelling, a name, the house, a digit."""
    ways = [_name_misspelt, _name_added, _names_shortened, _names_swapped]
    ways.append(_digits_swapped if "id_number" in values else _moved)
    for _ in range(8):
        again = rng.choice(ways)(person, values, rng)
        if again != values:
            return again
    return _name_added(person, values, rng)


def look_alike_of(person: Person, rng: Random) -> Person:
    """Give another person who is easily taken for this one: a twin under the same roof, or a parent with the same names."""
    if rng.random() < 0.6:
        names = person.first_names
        while fold_name(names) == fold_name(person.first_names):
            names = other_first_names(name_pool(person.pool), person.sex, rng)
        return replace(person, first_names=names)
    years = rng.randrange(21, 38)
    year = person.born_on.year - years if person.born_on.year - years > 1932 else person.born_on.year + 1
    return replace(person, born_on=person.born_on.replace(year=year, day=min(person.born_on.day, 28)))


def with_odd_postal_code(values: Values, rng: Random) -> Values:
    """Give the address with a postal code that the country of residence does not know."""
    code = values["residence_postal_code"]
    while True:
        odd = rng.choice((f"{code[:-1]}?", f"{code} Cedex 99", code[:2], f"{code}{code}"))
        if postal_code_hints(load_procedure("eci"), values["residence_country"], odd):
            return values | {"residence_postal_code": odd}


def _slip(number: str, rng: Random) -> str:
    """Change one digit, or swap two neighbours, in the second half: the date of birth inside is what people know by heart."""
    place = rng.randrange(len(number) // 2, len(number))
    if rng.random() < 0.35:
        return number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
    signs = "0123456789" if number[place].isdigit() else "ABCDEFGHJKLMNPQRSTVWXYZ"
    return number[:place] + rng.choice(signs) + number[place + 1 :]


def _misshapen(number: str, rng: Random) -> str:
    place = rng.randrange(1, len(number))
    changes: tuple[Callable[[], str], ...] = (
        lambda: number[:place] + number[place + 1 :],
        lambda: number[:place] + rng.choice("0123456789") + number[place:],
        lambda: number[:place] + rng.choice("OIlSB") + number[place + 1 :],
        lambda: number + rng.choice("XYZ"),
    )
    return rng.choice(changes)()


def _without_accents(text: str) -> str:
    marks_apart = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(sign for sign in marks_apart if not unicodedata.combining(sign)))


def _hyphens_as_spaces(text: str) -> str:
    return text.replace("-", " ")


def _shortened(street: str) -> str:
    for long, short in _SHORTER_STREETS:
        if long in street:
            return street.replace(long, short)
    return street


def _name_misspelt(_person: Person, values: Values, rng: Random) -> Values:
    name = values["family_names"]
    written_out = name.translate(_WRITTEN_OUT)
    if written_out != name:
        return values | {"family_names": written_out}
    doubled = re.search(r"([^\W\d_])\1", name)
    if doubled:
        return values | {"family_names": name[: doubled.start()] + name[doubled.end() - 1 :]}
    place = rng.randrange(1, len(name)) if len(name) > 1 else 0
    return values | {"family_names": name[:place] + name[place] + name[place:]}


def _name_added(person: Person, values: Values, rng: Random) -> Values:
    other = other_family_names(person, rng).split("-")[0]
    return values | {"family_names": f"{values['family_names']}-{other}"}


def _names_shortened(_person: Person, values: Values, _rng: Random) -> Values:
    return values | {"full_first_names": re.split("[ -]", values["full_first_names"])[0]}


def _names_swapped(_person: Person, values: Values, _rng: Random) -> Values:
    return values | {"full_first_names": values["family_names"], "family_names": values["full_first_names"]}


def _digits_swapped(person: Person, values: Values, rng: Random) -> Values:
    id_type = values["id_type"]
    if has_check_digits(person.jurisdiction, id_type):
        return values | {"id_number": with_wrong_check_digits(person.jurisdiction, id_type, person.numbers[id_type], rng)}
    others = [kind for kind in person.numbers if kind != id_type]
    return values | ({"id_number": person.numbers[others[0]], "id_type": others[0]} if others else {})


def _moved(person: Person, values: Values, rng: Random) -> Values:
    home = residence_in(person.jurisdiction, rng)
    return values | {
        "residence_street": home.street,
        "residence_number": home.number,
        "residence_postal_code": home.postal_code,
        "residence_city": home.city,
        "residence_country": home.country,
    }
