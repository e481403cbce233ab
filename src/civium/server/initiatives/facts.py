"""Reads facts of proposals (proposals.py) strictly, and says them in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.law.terms import Terms, terms_of

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
Facts = Mapping[str, Any]
# Where a proposal is said in words, the name of its procedure stands among its facts.
PROCEDURE = "procedure"


def told_day(facts: Facts, name: str) -> date:
    """Give a day. Raises Refused `facts-malformed`."""
    try:
        return date.fromisoformat(facts[name])
    except (KeyError, TypeError, ValueError):
        raise Refused("facts-malformed", what=name) from None


def text(facts: Facts, name: str) -> str:
    """Give a text that is not empty. Raises Refused `facts-malformed`."""
    found = facts.get(name)
    if not isinstance(found, str) or not found:
        raise Refused("facts-malformed", what=name)
    return found


def number(facts: Facts, name: str) -> int:
    """Give a whole number. Raises Refused `facts-malformed`."""
    found = facts.get(name)
    if type(found) is not int:
        raise Refused("facts-malformed", what=name)
    return found


def names(facts: Facts, name: str) -> list[str]:
    """Give a list of names, empty where it is missing. Raises Refused `facts-malformed`."""
    found = facts.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Refused("facts-malformed", what=name)
    return found


def has(facts: Facts, name: str) -> bool:
    """Say whether a box was ticked. Raises Refused `facts-malformed`."""
    found = facts.get(name, False)
    if type(found) is not bool:
        raise Refused("facts-malformed", what=name)
    return found


def terms(facts: Facts) -> Terms:
    """Give what the procedure of an act that is said in words calls things; those of the citizens' initiative where none is named."""
    return terms_of(load_procedure(str(facts.get(PROCEDURE, "eci"))))


def capital(name: str) -> str:
    """Give a name as it begins a sentence."""
    return name[0].upper() + name[1:]


def days(facts: Facts, name: str) -> str:
    """Give a day in words. Raises Refused `facts-malformed`."""
    return day_in_words(told_day(facts, name))


def day_in_words(day: date) -> str:
    """Give a day in English words."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def says(sentence: str) -> Callable[[Facts], str]:
    """Give the words of an act that has no facts."""
    return lambda _: sentence


def words(*sentences: str) -> str:
    """Put sentences together, leaving out empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)
