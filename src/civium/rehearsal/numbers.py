"""Synthetic personal and document numbers: right in form and check digits, from ranges that belong to nobody as far as is known.

The rules are:
- A number with a date of birth inside agrees with the person's date of birth and sex.
- Serials come from the end of the range that a day's births do not reach: BE 980-999, BG and RO 990-999, EE, LT, LV and HU
  990-999, PL 9900-9999, SI 490-499 and 990-999. Sweden sets 980-999 aside for invented persons. Births on 1 January are avoided
  by `people`, because registers give that day to persons whose birthday is not known.
- Documents: letters or leading digits that are not in use to our knowledge (ES 95 to 99 million and passports ZZ.; IT, HU, PT
  and RO series beginning Z or Q; AT 99 and Z9; CZ 99; CY 9 million and K9; MT entries from 90000; PT 99 million; LV 329).
- Croatia draws its numbers at random from ten thousand million: no range is free. Ours begin 000; one in some two thousand
  may be somebody's. They are never used outside rehearsals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from random import Random
from typing import Final

Maker = Callable[[date, str, Random], str]

_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_ROMANIAN_COUNTIES: Final = (*range(1, 47), 51, 52)


def number_types(jurisdiction: str) -> tuple[str, ...]:
    """Give the ids of the numbers that can be made for a State, in the order of its form; empty for part A of Annex III."""
    return tuple(_MAKERS.get(jurisdiction, ()))


def make_number(jurisdiction: str, id_type: str, born_on: date, sex: str, rng: Random) -> str:
    """Give a synthetic number of this kind for a person born on this day, in its shortest form (no separators)."""
    return _MAKERS[jurisdiction][id_type](born_on, sex, rng)


def written(jurisdiction: str, id_type: str, number: str, rng: Random) -> str:
    """Give a number as somebody may write it, with or without separators; it stays the same number."""
    patterns = [pattern for pattern in _WRITTEN.get((jurisdiction, id_type), ()) if pattern.count("#") == len(number)]
    if not patterns or rng.random() < 0.5:
        return number
    characters = iter(number)
    return "".join(next(characters) if sign == "#" else sign for sign in rng.choice(patterns))


def _digits(count: int, rng: Random) -> str:
    return f"{rng.randrange(10**count):0{count}d}"


def _weighted(text: str, weights: Iterable[int]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=False))


def _of_sex(low: int, sex: str, rng: Random, *, odd: str, choices: int = 10) -> int:
    """Give one of the serials from `low` (even) that are odd for one sex and even for the other."""
    return low + 2 * rng.randrange(choices // 2) + (sex == odd)


def _belgium(born_on: date, sex: str, rng: Random) -> str:
    nine = f"{born_on:%y%m%d}{_of_sex(980, sex, rng, odd='m', choices=20)}"
    return f"{nine}{97 - int(nine if born_on.year < 2000 else '2' + nine) % 97:02d}"


def _bulgaria(born_on: date, sex: str, rng: Random) -> str:
    month = born_on.month + (40 if born_on.year >= 2000 else 0)
    nine = f"{born_on:%y}{month:02d}{born_on:%d}{_of_sex(990, sex, rng, odd='f')}"
    return f"{nine}{_weighted(nine, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10}"


def _baltic(born_on: date, sex: str, rng: Random) -> str:
    """Estonia's isikukood and Lithuania's asmens kodas: century and sex, date, serial, two-stage modulus 11."""
    first = (3 if born_on.year < 2000 else 5) + (sex == "f")
    ten = f"{first}{born_on:%y%m%d}{990 + rng.randrange(10)}"
    rest = _weighted(ten, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    return f"{ten}{rest if rest < 10 else _weighted(ten, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10}"


def _spain(_born_on: date, _sex: str, rng: Random) -> str:
    number = rng.randrange(95_000_000, 100_000_000)
    return f"{number}{_DNI_LETTERS[number % 23]}"


def _croatia(_born_on: date, _sex: str, rng: Random) -> str:
    ten = "000" + _digits(7, rng)
    product = 10
    for digit in ten:
        total = (product + int(digit)) % 10
        product = (total if total else 10) * 2 % 11
    return f"{ten}{(11 - product) % 10}"


def _latvia(born_on: date, _sex: str, rng: Random) -> str:
    # Since July 2017 a code without a date can be had on request; it begins 32.
    old = f"{born_on:%d%m%y}{born_on.year // 100 - 18}{990 + rng.randrange(10)}"
    ten = old if rng.random() < 0.85 else "329" + _digits(7, rng)
    return f"{ten}{(1 + _weighted(ten, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10}"


def _hungary(born_on: date, sex: str, rng: Random) -> str:
    first = (1 if born_on.year < 2000 else 3) + (sex == "f")
    weights = range(1, 11) if born_on <= date(1996, 12, 31) else range(10, 0, -1)
    while True:
        ten = f"{first}{born_on:%y%m%d}{990 + rng.randrange(10)}"
        rest = _weighted(ten, weights) % 11
        if rest < 10:  # A remainder of 10 is not issued.
            return f"{ten}{rest}"


def _malta(born_on: date, _sex: str, rng: Random) -> str:
    return f"{rng.randrange(90_000, 100_000)}{born_on:%y}{rng.choice('MG' if born_on.year < 2000 else 'LH')}"


def _poland(born_on: date, sex: str, rng: Random) -> str:
    month = born_on.month + (20 if born_on.year >= 2000 else 0)
    ten = f"{born_on:%y}{month:02d}{born_on:%d}{_of_sex(9900, sex, rng, odd='m', choices=100)}"
    return f"{ten}{-_weighted(ten, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10}"


def _portugal_card(_born_on: date, _sex: str, rng: Random) -> str:
    """Cartão de cidadão: civil number, its own check digit, version of the card, check digit over all."""
    civil = "99" + _digits(6, rng)
    rest = 11 - _weighted(civil, range(9, 1, -1)) % 11
    eleven = f"{civil}{rest if rest < 10 else 0}Z{rng.choice('QRSTUVWXYZ')}"
    total = 0
    for place, sign in enumerate(eleven):
        value = int(sign, 36) * (2 - place % 2)
        total += value - 9 if place % 2 == 0 and value >= 10 else value
    return f"{eleven}{-total % 10}"


def _romania(born_on: date, sex: str, rng: Random) -> str:
    first = (1 if born_on.year < 2000 else 5) + (sex == "f")
    twelve = f"{first}{born_on:%y%m%d}{rng.choice(_ROMANIAN_COUNTIES):02d}{990 + rng.randrange(10)}"
    rest = _weighted(twelve, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return f"{twelve}{1 if rest == 10 else rest}"


def _slovenia(born_on: date, sex: str, rng: Random) -> str:
    while True:
        serial = rng.randrange(10) + (490 if sex == "m" else 990)
        twelve = f"{born_on:%d%m}{born_on.year % 1000:03d}50{serial}"
        rest = -_weighted(twelve, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if rest < 10:  # Such a serial is passed over.
            return f"{twelve}{rest}"


def _sweden(born_on: date, sex: str, rng: Random) -> str:
    nine = f"{born_on:%y%m%d}{_of_sex(980, sex, rng, odd='m', choices=20)}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    century = f"{born_on.year // 100}" if rng.random() < 0.6 else ""
    return f"{century}{nine}{-total % 10}"


def _like(pattern: str) -> Maker:
    """Make numbers without check digits: `#` is any digit, `*` one of the letters Q to Z, the rest stands as it is."""

    def make(_born_on: date, _sex: str, rng: Random) -> str:
        return "".join(_digits(1, rng) if sign == "#" else rng.choice("QRSTUVWXYZ") if sign == "*" else sign for sign in pattern)

    return make


_MAKERS: Final[dict[str, dict[str, Maker]]] = {
    "BE": {"rrn": _belgium},
    "BG": {"egn": _bulgaria},
    "CZ": {"id_card": _like("99#######"), "passport": _like("99######")},
    "EE": {"isikukood": _baltic},
    "ES": {"dni": _spain, "passport": _like("ZZ*######")},
    "HR": {"oib": _croatia},
    "IT": {"passport": _like("Z*#######"), "id_card": _like("Z*#####Z*")},
    "CY": {"id_card": _like("9######"), "passport": _like("K9#######")},
    "LV": {"personas_kods": _latvia},
    "LT": {"asmens_kodas": _baltic},
    "HU": {"id_card": _like("######Z*"), "passport": _like("Z*#######"), "szemelyi_azonosito": _hungary},
    "MT": {"id_card": _malta},
    "AT": {"passport": _like("Z9######"), "id_card": _like("99######")},
    "PL": {"pesel": _poland},
    "PT": {"bi": _like("99######"), "passport": _like("Z*######"), "cc": _portugal_card},
    "RO": {"id_card": _like("Q*######"), "passport": _like("99#######"), "cnp": _romania},
    "SI": {"emso": _slovenia},
    "SE": {"personnummer": _sweden},
}
_WRITTEN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("BE", "rrn"): ("##.##.##-###.##", "###### ### ##"),
    ("ES", "dni"): ("########-#", "##.###.###-#"),
    ("LV", "personas_kods"): ("######-#####",),
    ("CZ", "id_card"): ("### ### ###",),
    ("IT", "id_card"): ("## ##### ##",),
    ("HU", "szemelyi_azonosito"): ("#-######-####", "# ###### ####"),
    ("AT", "passport"): ("# #######",),
    ("PT", "cc"): ("######## # ###", "########-#-###"),
    ("RO", "id_card"): ("## ######",),
    ("SE", "personnummer"): ("########-####", "######-####"),
}
