"""The Commission's property keys as fields of a statement: by the State's form, and nothing that stands in the file is lost.

The rules are:
- a key that the form knows becomes its field; any other becomes a field of its own name, shown to the officer;
- of the numbers one is `id_number`: the first that the form accepts, otherwise the first; the others stand under their own names;
- groups may come in any order, and a property's group counts for numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from civium.authority.reading.told import cleaned, real_day
from civium.errors import Refused
from civium.law.rules import AcceptedNumber, Procedure

PREFIX, ID_GROUP = "oct.property.", "oct.group.id"
_FIELDS = {
    "full.first.names": "full_first_names",
    "firstname": "full_first_names",
    "family.names": "family_names",
    "lastname": "family_names",
    "date.of.birth": "date_of_birth",
    "street": "residence_street",
    "street.number": "residence_number",
    "postal.code": "residence_postal_code",
    "city": "residence_city",
    "country": "residence_country",
}
# Keys of the group `id` that say something about a number and are none.
_ABOUT_NUMBERS = frozenset({"issuing.authority"})
# Codes that the Union and the Commission use beside those of ISO 3166.
_COUNTRIES = {"EL": "GR", "UK": "GB"}
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


@dataclass(frozen=True)
class PropertyReader:
    """What turns properties into the fields of one State's form."""

    numbers: Mapping[str, str]  # the Commission's key -> our kind of number
    countries: Collection[str]

    @classmethod
    def of(cls, procedure: Procedure, numbers: Iterable[AcceptedNumber]) -> PropertyReader:
        """Give the reader for a State's numbers."""
        kinds = {number.ocs_property.removeprefix(PREFIX): number.id for number in numbers if number.ocs_property}
        return cls(kinds, frozenset(procedure.countries))

    def fields(self, properties: Iterable[tuple[str, str, str]]) -> dict[str, str]:
        """Give the fields of (group, key, value). Raises Refused `reading-structure` where one key has two values."""
        fields: dict[str, str] = {}
        numbers: dict[str, str] = {}
        for group, key, told in properties:
            value = cleaned(told)
            if not value:
                continue
            short = key.strip().removeprefix(PREFIX)
            if short in self.numbers or (group == ID_GROUP and short not in _FIELDS and short not in _ABOUT_NUMBERS):
                _put(numbers, short, value)
            elif short == "date.of.birth":
                _put(fields, "date_of_birth", iso_birth_date(value))
            elif short == "country":
                _put(fields, "residence_country", country_code(value, self.countries))
            else:
                _put(fields, _FIELDS.get(short) or field_name(short), value)
        for name, value in self._numbers(numbers):
            _put(fields, name, value)
        return fields

    def _numbers(self, numbers: dict[str, str]) -> Iterator[tuple[str, str]]:
        if not numbers:
            return
        chosen = next((key for key in numbers if key in self.numbers), next(iter(numbers)))
        yield "id_number", numbers[chosen]
        yield "id_type", self.numbers.get(chosen) or field_name(chosen)
        # One whose name is another's already is refused like any key with two values: nothing that stands in the file is lost.
        yield from ((field_name(key), value) for key, value in numbers.items() if key != chosen)


def _put(fields: dict[str, str], name: str, value: str) -> None:
    if fields.setdefault(name, value) != value:
        raise Refused("reading-structure", element="key")


def field_name(key: str) -> str:
    """Give the name under which a property that no form knows is kept."""
    name = re.sub("[^a-z0-9]+", "_", key.lower()).strip("_")
    return name if _FIELD.fullmatch(name) else "unnamed"


def iso_birth_date(value: str) -> str:
    """Give dd/MM/yyyy as yyyy-mm-dd; a day that does not exist, or anything else, as it stands."""
    found = _SLASHES.fullmatch(value)
    day = real_day(found[3], found[2], found[1]) if found else None
    return day.isoformat() if day else value


def country_code(value: str, countries: Collection[str]) -> str:
    """Give the country's code as our forms have it; what is no country as it stands."""
    code = value.upper()
    code = _COUNTRIES.get(code, code)
    return code if code in countries else value
