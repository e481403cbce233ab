"""What no hand types that means it: one statement's own signs of that, each a small question with a plain answer.

The rules are:
- every answer is an indication (feature A4): it strikes nobody unless the State's policy says so, and a person looks first;
- pure: text in, an answer out; what concerns several statements (one address, a burst) stands in `plausibility_places.py`;
- each question was made narrow: a real name that it hits costs an officer a look, so where names and nonsense overlap it keeps silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise

from civium.authority.grounds import BITS
from civium.authority.plausibility_words import FILLED_DATES, KEY_ROWS, PLACEHOLDER_PAIRS, PLACEHOLDERS
from civium.formats.identity_key import fold_name
from civium.law.checks import real_date
from civium.law.numbers import birth_date_inside, normalise, trim
from civium.law.rules import AcceptedNumber, Form

# In the Union some dozens of people are older at any time, and in a million honest statements none to speak of.
MOST_PLAUSIBLE_AGE = 110
# So many digits that count up or down, or are all one, are no serial that was given by chance.
_COUNTED = 7
_FEWEST_KEYS = 4
# A syllable that comes three times has no more letters than this.
_LONGEST_SYLLABLE = 4
_WORD = re.compile(r"[^\s\-‐‑‒–—.,·/()]+")
_VOWELS = frozenset("aeiouyåäöüøæαεηιουωаеиоуъюяэ")
_NAMES = ("full_first_names", "family_names")


def plausibility_of(form: Form, fields: Mapping[str, str], on: date, known: int = 0) -> int:
    """Give the grounds (bits) that a statement's own text gives; `known`: those that the form's rules found in it already."""
    found = 0
    for field in _NAMES:
        found |= _name_grounds(trim(fields.get(field, ""))) if field in form.fields else 0
    first, family = (fold_name(fields.get(field, "")) for field in _NAMES)
    if is_placeholder(first, family):
        found |= BITS["name-placeholder"]
    if is_one_sign(first, family):
        found |= BITS["name-one-sign"]
    found |= _birth_grounds(form, fields, on)
    if known & BITS["birth-date-implausible"]:
        found &= ~BITS["age-above-110"]
    number = form.number(fields.get("id_type", ""))
    # What has the wrong form or check digit waits for that already.
    is_right = not known & (BITS["number-format"] | BITS["number-checksum"])
    if number is not None and is_right and is_sample_number(number, fields.get("id_number", "")):
        found |= BITS["number-sample"]
    return found


def _name_grounds(text: str) -> int:
    found = 0
    if has_digit(text):
        found |= BITS["name-digit"]
    for word in _words(text):
        if is_keyboard_run(word):
            found |= BITS["name-keyboard"]
        if is_repeated(word):
            found |= BITS["name-repeated"]
    return found


def _words(text: str) -> Iterator[str]:
    return (match.group().lower() for match in _WORD.finditer(text))


def has_digit(text: str) -> bool:
    """Say whether a name holds a digit of any script: no State's register has one in a name."""
    return any(map(str.isdecimal, text))


def is_keyboard_run(word: str) -> bool:
    """Say whether a word holds a run of neighbouring keys too long for a name (the rows and their limits: `plausibility_words`)."""
    starts, runs = _key_runs()
    # Every run begins with four keys: most words hold none of these, and nothing more is looked for.
    if not any(word[at : at + _FEWEST_KEYS] in starts for at in range(len(word) - _FEWEST_KEYS + 1)):
        return False
    return runs.search(word) is not None


@cache
def _key_runs() -> tuple[frozenset[str], re.Pattern[str]]:
    runs = set()
    for row in KEY_ROWS:
        for keys in (row.keys, row.keys[::-1]):
            runs |= {keys[start : start + row.anywhere] for start in range(len(keys) - row.anywhere + 1)}
        runs |= {row.keys[: row.from_start], row.keys[: row.from_start][::-1]}
    assert min(map(len, runs)) >= _FEWEST_KEYS
    return frozenset(run[:_FEWEST_KEYS] for run in runs), re.compile("|".join(sorted(runs)))


_UNIT_AGAIN = re.compile(r"(.{1,4}?)\1{2,}")
_SIGN_AGAIN = re.compile(r"(.)\1\1")


def is_repeated(word: str) -> bool:
    """Say whether a word is one syllable three times or more, or holds one letter three times in a row; III is a numeral."""
    letters = set(word)
    if letters <= {"i"}:
        return False
    if len(letters) <= _LONGEST_SYLLABLE and _UNIT_AGAIN.fullmatch(word) is not None:
        return True
    return _SIGN_AGAIN.search(word) is not None


def is_one_sign(first: str, family: str) -> bool:
    """Say whether a name (folded) is one letter where that is unlikely: first and family name both, or one of them a single consonant.

    Families called O, E or Å exist; a consonant alone is most often an initial, by which nobody is identified (Annex III: full names).
    """
    signs = [_only_letter(first), _only_letter(family)]
    return all(signs) or any(sign is not None and sign not in _VOWELS for sign in signs)


def _only_letter(folded: str) -> str | None:
    # One sign of Chinese or Korean writing is a whole name.
    return folded if len(folded) == 1 and ord(folded) < 0x2E80 else None


def is_placeholder(first: str, family: str) -> bool:
    """Say whether first or family names (folded) are a word that stands for none, or both together are nobody's (the lists: `plausibility_words`)."""
    words, pairs = _placeholders()
    return first in words or family in words or (first, family) in pairs


@cache
def _placeholders() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    pairs = {(fold_name(first), fold_name(family)) for first, family in PLACEHOLDER_PAIRS}
    return frozenset(map(fold_name, PLACEHOLDERS.split())), frozenset(pairs)


def _birth_grounds(form: Form, fields: Mapping[str, str], on: date) -> int:
    found = 0
    typed = trim(fields.get("date_of_birth", "")) if "date_of_birth" in form.fields else ""
    if typed in FILLED_DATES:
        found |= BITS["birth-date-placeholder"]
    number = form.number(fields.get("id_type", ""))
    inside = _date_inside(number, fields.get("id_number", ""), on) if number is not None else None
    if any(born_on is not None and is_too_old(born_on, on) for born_on in (real_date(typed), inside)):
        found |= BITS["age-above-110"]
    return found


def _date_inside(number: AcceptedNumber, typed: str, on: date) -> date | None:
    text = normalise(number.normalise, trim(typed))
    # The date is read only where the number has its usual form; elsewhere digits mean nothing.
    if number.birth is None or re.search(number.pattern, text, re.ASCII) is None:
        return None
    return birth_date_inside(number.birth, text, on)


def is_too_old(born_on: date, on: date) -> bool:
    """Say whether somebody born then would be above 110 years old on that day."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (not had_birthday) > MOST_PLAUSIBLE_AGE


def is_sample_number(number: AcceptedNumber, typed: str) -> bool:
    """Say whether a number is the example of the State's own rules, or its digits are all one, or count up or down from end to end."""
    text = normalise(number.normalise, trim(typed))
    if number.example is not None and text == normalise(number.normalise, number.example):
        return True
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    if len(digits) < _COUNTED:
        return False
    steps = {(int(later) - int(sooner)) % 10 for sooner, later in pairwise(digits)}
    return len(steps) == 1 and steps <= {0, 1, 9}
