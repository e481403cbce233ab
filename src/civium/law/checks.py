"""What is wrong or odd about the values of one form: faults that stop it, hints that the signatory may confirm.

The rules are:
- A fault is refused in the browser and judged by the authority: an empty field, an unreal date, an age under the minimum.
- A hint never refuses (LAW-35). Format, check digits, dates inside numbers and unusual letters are hints.
- The date of birth is asked by part A only; a date inside a number never makes anybody too young (LAW-38).
- `src/civium/browser/law.ts` does the same; vectors/numbers.json binds both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from civium.law.ages import is_old_enough
from civium.law.numbers import birth_date_inside, check_digits_agree, normalise, trim
from civium.law.rules import AcceptedNumber, AgeRule, Form, Procedure

FAULT_CODES: Final = ("field-empty", "date-not-real", "date-in-future", "under-age", "choice-unknown", "country-unknown")
HINT_CODES: Final = (
    "birth-date-implausible",
    "name-characters",
    "name-script",
    "number-checksum",
    "number-format",
    "number-not-national",
    "number-suggests-under-age",
    "postal-code-format",
)

# Signs that stand in names beside letters: space, apostrophes, hyphens, dashes, full stop, comma, middle dot, parentheses.
_NAME_SIGNS: Final = frozenset(" '’ʼ‘`´-‐‑–—.,·()")
_WITHOUT_NAME_SIGNS: Final = str.maketrans(dict.fromkeys(_NAME_SIGNS))


@dataclass(frozen=True)
class Fault:
    """A field that cannot be sent as it is, and why."""

    field: str
    code: str


@dataclass(frozen=True)
class Hint:
    """A field that looks unusual; the signatory may confirm that it is right."""

    field: str
    code: str


def missing_fields(form: Form, values: Mapping[str, str]) -> tuple[str, ...]:
    """Give the fields of the form that are empty, in its order: all fields are mandatory (Annex III)."""
    return tuple(field for field in form.fields if not trim(values.get(field, "")))


def faults(procedure: Procedure, form: Form, values: Mapping[str, str], on: date) -> tuple[Fault, ...]:
    """Give what must be mended before a statement is sealed, in the order of the form."""
    found = []
    for field in form.fields:
        value = trim(values.get(field, ""))
        code = _fault_of(procedure, form, field, value, on) if value else "field-empty"
        if code is not None:
            found.append(Fault(field, code))
    return tuple(found)


def hints(procedure: Procedure, form: Form, values: Mapping[str, str], on: date) -> tuple[Hint, ...]:
    """Give what looks unusual, in the order of the form; an empty field and an unknown choice give no hint."""
    found = []
    for field in form.fields:
        value = trim(values.get(field, ""))
        read = _HINTS.get(procedure.kinds[field])
        if value and read is not None:
            found += [Hint(field, code) for code in read(procedure, form, values, field, on)]
    return tuple(found)


def number_hints(number: AcceptedNumber, age: AgeRule, typed: str, on: date) -> tuple[str, ...]:
    """Give the hints that one number deserves: about its form, or its check digits, or else what the digits suggest."""
    text = normalise(number.normalise, trim(typed))
    if re.search(number.pattern, text, re.ASCII) is None:
        return ("number-format",)
    if number.check is not None and not check_digits_agree(number.check, text):
        return ("number-checksum",)
    found = []
    if number.not_national is not None and re.search(number.not_national, text, re.ASCII) is not None:
        found.append("number-not-national")
    born_on = None if number.birth is None else birth_date_inside(number.birth, text, on)
    if born_on is not None and not is_old_enough(age, born_on, on):
        found.append("number-suggests-under-age")
    return tuple(found)


def postal_code_hints(procedure: Procedure, country: str, typed: str) -> tuple[str, ...]:
    """Give the hint that a postal code deserves in its country; abroad only an unusual length is remarked (LAW-106)."""
    rule = procedure.postal_codes.get(country)
    if rule is None:
        is_usual = len(trim(typed)) <= procedure.longest_postal_code_elsewhere
    else:
        is_usual = re.search(rule.pattern, normalise(rule.normalise, trim(typed)), re.ASCII) is not None
    return () if is_usual else ("postal-code-format",)


def name_hints(procedure: Procedure, typed: str) -> tuple[str, ...]:
    """Give the hints that a name deserves: signs that names do not have, or letters of two alphabets in one word (LAW-109)."""
    scripts = _name_scripts(procedure.name_scripts)
    text = trim(typed)
    found = []
    # Letters alone, signs apart: so are nearly all, and nothing more is asked of them.
    is_plain = text.translate(_WITHOUT_NAME_SIGNS).isalpha()
    if not is_plain and any(sign not in _NAME_SIGNS and unicodedata.category(sign)[0] not in "LM" for sign in text):
        found.append("name-characters")
    if any(_is_mixed(word, scripts) for word in re.split("[ -]", text)):
        found.append("name-script")
    return tuple(found)


def real_date(text: str) -> date | None:
    """Give the day that `yyyy-mm-dd` names, or None if it is not written so or does not exist."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fault_of(procedure: Procedure, form: Form, field: str, value: str, on: date) -> str | None:
    kind = procedure.kinds[field]
    if kind == "date":
        return _birth_date_fault(form.age, value, on)
    if kind == "number-type":
        return None if form.number(value) is not None else "choice-unknown"
    if kind == "choice":
        return None if value in procedure.choices[field] else "choice-unknown"
    if kind == "country":
        return None if value in procedure.countries else "country-unknown"
    return None


def _birth_date_fault(age: AgeRule, value: str, on: date) -> str | None:
    born_on = real_date(value)
    if born_on is None:
        return "date-not-real"
    if born_on > on:
        return "date-in-future"
    return None if is_old_enough(age, born_on, on) else "under-age"


def _name_hints(procedure: Procedure, _form: Form, values: Mapping[str, str], field: str, _on: date) -> tuple[str, ...]:
    return name_hints(procedure, values[field])


def _postal_code_hints(procedure: Procedure, form: Form, values: Mapping[str, str], field: str, _on: date) -> tuple[str, ...]:
    countries = [trim(values.get(other, "")) for other in form.fields if procedure.kinds[other] == "country"]
    # A procedure that asks no country is for residents of the jurisdiction's own country.
    country = countries[0] if countries else procedure.jurisdictions[form.jurisdiction].iso
    return postal_code_hints(procedure, country, values[field]) if country else ()


def _date_hints(procedure: Procedure, _form: Form, values: Mapping[str, str], field: str, on: date) -> tuple[str, ...]:
    born_on = real_date(trim(values[field]))
    is_implausible = born_on is not None and on.year - born_on.year > procedure.most_plausible_age_years
    return ("birth-date-implausible",) if is_implausible else ()


def _number_hints(procedure: Procedure, form: Form, values: Mapping[str, str], field: str, on: date) -> tuple[str, ...]:
    chosen = [trim(values.get(other, "")) for other in form.fields if procedure.kinds[other] == "number-type"]
    number = form.number(chosen[0]) if chosen else None
    return () if number is None else number_hints(number, form.age, values[field], on)


_HINTS: Final[dict[str, Callable[[Procedure, Form, Mapping[str, str], str, date], tuple[str, ...]]]] = {
    "name": _name_hints,
    "postal-code": _postal_code_hints,
    "date": _date_hints,
    "number": _number_hints,
}


@cache
def _name_scripts(classes: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"[{letters}]+") for letters in classes)


def _is_mixed(word: str, scripts: tuple[re.Pattern[str], ...]) -> bool:
    """Say whether a word has letters of two alphabets, or of one that the procedure does not list."""
    # Most words are of the first alphabet of the list, whole.
    if scripts and scripts[0].fullmatch(word) is not None:
        return False
    letters = [character for character in word if unicodedata.category(character)[0] == "L" and character not in _NAME_SIGNS]
    used = {next((place for place, script in enumerate(scripts) if script.match(letter)), -1) for letter in letters}
    return len(used) > 1 or -1 in used
