"""Addresses: invented streets and towns, with numbers and postal codes that look as they do in each country."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final

from civium.rehearsal.names import shelf

# Residence is an ISO 3166-1 code; places are kept by the Union's codes.
_ISO: Final = {"EL": "GR"}
_LETTERS: Final = "ABCEGHJKMPRTWX"
_AT_HOME: Final = 0.95


@dataclass(frozen=True, repr=False)
class Residence:
    """Where a person lives, as the form asks it (Annex III part A)."""

    street: str
    number: str
    postal_code: str
    city: str
    country: str


def residence_for(jurisdiction: str, rng: Random) -> Residence:
    """Give an address of a national of this State: mostly at home, one in twenty abroad."""
    if rng.random() < _AT_HOME:
        return residence_in(jurisdiction, rng)
    codes, weights = _abroad(jurisdiction)
    return residence_in(rng.choices(codes, weights)[0], rng)


def residence_in(place: str, rng: Random) -> Residence:
    """Give an invented address in a country (Union's code of a Member State, or CH, GB, NO, US)."""
    told: dict[str, Any] = shelf("places")[place]
    return Residence(
        street=_made(told["streets"], rng),
        number=filled(rng.choice(told["numbers"]), rng),
        postal_code=filled(rng.choice(told["postal"]), rng),
        city=_made(told["towns"], rng),
        country=_ISO.get(place, place),
    )


def filled(template: str, rng: Random) -> str:
    """Fill a template: `#` is any digit, `%` one of 1 to 9, `@` a letter."""
    # One draw serves the whole template: two decimal digits a sign are plenty, and the generator is asked once.
    draw = rng.getrandbits(128)
    signs = []
    for sign in template:
        if sign in "#%@":
            draw, digit = divmod(draw, 630)
            sign = str(digit % 10) if sign == "#" else str(1 + digit % 9) if sign == "%" else _LETTERS[digit % 14]
        signs.append(sign)
    return "".join(signs)


def _made(groups: list[list[list[str]]], rng: Random) -> str:
    starts, ends = rng.choice(groups)
    return (rng.choice(starts) + rng.choice(ends)).strip()


@cache
def _abroad(jurisdiction: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    weights = {place: weight for place, weight in shelf("states")["abroad"].items() if place != jurisdiction}
    return tuple(weights), tuple(weights.values())
