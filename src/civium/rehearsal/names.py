"""Names as they are borne in each Member State: pools of given and family names, and the forms that women's names take.

The rules are:
- The lists hold common names and names made of stems and endings; they are combined at random, so nobody real is meant.
- Grammar is data: a pool lists how a masculine family name becomes a woman's (Novák, Nováková; Kalniņš, Kalniņa).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

Made = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class NamePool:
    """The names of one language as one State writes them, and how they are put together."""

    given: dict[str, tuple[str, ...]]
    family: tuple[str, ...]
    family_made: tuple[Made, ...]
    feminine: tuple[tuple[str, ...], ...]
    second_apart: float
    second_hyphen: float
    double_separator: str
    double_share: dict[str, float]
    third_family_share: float
    patronymic_share: float
    wife_share: float
    wife_endings: tuple[tuple[str, ...], ...]


@cache
def shelf(name: str) -> Any:
    """Give one of the package's documents on people, read once (`places`, `states`, `names/el`)."""
    return json.loads(files("civium.rehearsal").joinpath("data", f"{name}.json").read_bytes())


@cache
def name_pool(key: str) -> NamePool:
    """Give the pool of a language, for instance `el` or `cy` for Greek as written in Greece or Cyprus."""
    told = shelf(f"names/{key}")
    wife = told.get("wife", {"share": 0.0, "endings": []})
    return NamePool(
        given={"f": tuple(told["female"]), "m": tuple(told["male"])},
        family=tuple(told["family"]),
        family_made=tuple((tuple(stems), tuple(endings)) for stems, endings in told["family_made"]),
        feminine=tuple(tuple(rule) for rule in told["feminine"]),
        second_apart=told["second_name"]["apart"],
        second_hyphen=told["second_name"]["hyphen"],
        double_separator=told["double_family"]["separator"],
        double_share={"f": told["double_family"]["women"], "m": told["double_family"]["men"]},
        third_family_share=told.get("third_family", 0.0),
        patronymic_share=told.get("patronymic", 0.0),
        wife_share=wife["share"],
        wife_endings=tuple(tuple(rule) for rule in wife["endings"]),
    )


def first_names(pool: NamePool, sex: str, rng: Random) -> str:
    """Give all first names of one person: usually one, elsewhere two or three, in Bulgaria with the father's name."""
    names = [_common(pool.given[sex], rng)]
    draw = rng.random()
    if draw < pool.second_apart + pool.second_hyphen:
        names.append(_another(pool.given[sex], names, rng))
        if draw < pool.second_apart * 0.3:
            names.append(_another(pool.given[sex], names, rng))
    if pool.patronymic_share and rng.random() < pool.patronymic_share:
        names.append(_formed(pool, _patronymic(pool, rng), sex, rng))
    is_hyphenated = pool.second_apart <= draw < pool.second_apart + pool.second_hyphen and not pool.patronymic_share
    return ("-" if is_hyphenated and "-" not in "".join(names) else " ").join(names)


def family_names(pool: NamePool, sex: str, rng: Random) -> str:
    """Give the family name or names of one person in the form that the language gives to women and men."""
    name = one_family_name(pool, sex, rng)
    if sex == "f" and pool.wife_share and rng.random() < pool.wife_share:
        return f"{_ended(pool.wife_endings, one_family_name(pool, 'm', rng), rng)} {name}"
    if rng.random() >= pool.double_share[sex]:
        return name
    second = one_family_name(pool, sex, rng)
    if second == name or (pool.double_separator == "-" and (set(" -") & set(name + second))):
        return name
    third = f" {one_family_name(pool, sex, rng)}" if rng.random() < pool.third_family_share else ""
    return f"{name}{pool.double_separator}{second}{third}"


def one_family_name(pool: NamePool, sex: str, rng: Random) -> str:
    """Give a single family name, whole or made of a stem and an ending."""
    if pool.family_made and rng.random() < 0.45:
        stems, endings = rng.choice(pool.family_made)
        return _formed(pool, _joined(rng.choice(stems), rng.choice(endings)), sex, rng)
    return _formed(pool, _common(pool.family, rng), sex, rng)


def all_family_names(pool: NamePool) -> frozenset[str]:
    """Give every single family name that the pool can draw, as men bear it."""
    made = {_joined(stem, ending) for stems, endings in pool.family_made for stem in stems for ending in endings}
    return frozenset({name.split("|")[0] for name in pool.family} | made)


def feminine_forms(pool: NamePool, name: str) -> tuple[str, ...]:
    """Give the forms a woman may bear of a family name listed as men bear it, the first the commonest."""
    if "|" in name:
        return (name.split("|")[1],)
    for masculine, *endings in pool.feminine:
        if name.endswith(masculine):
            return tuple(name.removesuffix(masculine) + ending for ending in endings)
    return (name,)


def _formed(pool: NamePool, name: str, sex: str, rng: Random) -> str:
    return rng.choice(feminine_forms(pool, name)) if sex == "f" else name.split("|")[0]


def _ended(rules: tuple[tuple[str, ...], ...], name: str, rng: Random) -> str:
    masculine, *endings = next(rule for rule in rules if name.endswith(rule[0]))
    return name.removesuffix(masculine) + rng.choice(endings)


def _patronymic(pool: NamePool, rng: Random) -> str:
    if not pool.family_made:
        return rng.choice(pool.family)
    stems, endings = pool.family_made[0]
    return rng.choice(stems) + rng.choice(endings)


def _joined(stem: str, ending: str) -> str:
    """Join without a third equal letter (Holm + man, Berg + gren) and without doubling a word (Lund + lund)."""
    if stem.lower() == ending:
        return stem
    return stem + (ending[1:] if ending and stem[-2:] == ending[0] * 2 else ending)


def _common(names: tuple[str, ...], rng: Random) -> str:
    """Draw so that the names that stand first are the commonest, as names are in life."""
    return names[int(len(names) * rng.random() ** 1.4)]


def _another(names: tuple[str, ...], taken: list[str], rng: Random) -> str:
    return next(name for name in iter(lambda: rng.choice(names), None) if name not in taken)
