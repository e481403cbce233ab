"""The 24 official languages of the Union: their own names, and how figures and dates are written in each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent

if TYPE_CHECKING:
    from datetime import date, datetime

    from civium.law.rules import Jurisdiction

# Names as each language writes itself, with a capital, in the order of those names (Latin alphabet; the Union's own list does the same).
OWN_NAMES = {
    "bg": "Български",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "et": "Eesti",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ga": "Gaeilge",
    "hr": "Hrvatski",
    "it": "Italiano",
    "lv": "Latviešu",
    "lt": "Lietuvių",
    "hu": "Magyar",
    "mt": "Malti",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "fi": "Suomi",
    "sv": "Svenska",
}
CODES = tuple(OWN_NAMES)
SOURCE = "en"


@dataclass(frozen=True)
class Language:
    """One language of the pages."""

    code: str

    @property
    def own_name(self) -> str:
        return own_name(self.code)

    @property
    def locale(self) -> Locale:
        return locale_of(self.code)

    def number(self, value: int) -> str:
        """The figure as this language writes it; four digits are grouped too, so that columns agree."""
        return _number(value, self.code)

    def percent(self, share: float) -> str:
        """A share of one as whole per cent, rounded down: a threshold is reached when it is reached."""
        return _percent(int(share * 100), self.code)

    def date(self, day: date) -> str:
        """A day in full, the month by name."""
        return _date(day, self.code)

    def day(self, day: date) -> str:
        """A day of the present, with its name and without its year, written out."""
        # CLDR has patterns for short names of days alone, and for some languages for short names of months.
        skeletons = self.locale.datetime_skeletons
        pattern = (skeletons.get("MMMMEd") or skeletons["MMMEd"]).pattern
        written_out = re.sub(r"\bM{3}\b", "MMMM", re.sub(r"\bE+\b", "EEEE", pattern.replace("ccc", "cccc")))
        return str(format_date(day, format=written_out, locale=self.locale))

    def month(self, day: date) -> str:
        """The month of a day, with its year."""
        return str(format_skeleton("yMMMM", day, locale=self.locale))

    def time(self, moment: datetime) -> str:
        """The time of a day, in hours and minutes."""
        return str(format_time(moment, format="short", locale=self.locale))

    def money(self, amount: int, currency: str) -> str:
        """A whole sum of money."""
        whole = self.locale.currency_formats["standard"].pattern.replace("0.00", "0")
        return str(format_currency(amount, currency, format=whole, locale=self.locale, currency_digits=False))

    def country(self, code: str) -> str:
        """The name of a country by its ISO 3166-1 code (CLDR), or by the Union's; what is no code stays as it is written."""
        return str(self.locale.territories.get({"EL": "GR", "UK": "GB"}.get(code, code), code))


# A page has hundreds of figures and days, and the next one mostly the same: writing one out takes longer than all else about it.
@lru_cache(maxsize=8192)
def _number(value: int, code: str) -> str:
    return str(format_decimal(value, locale=locale_of(code)))


@lru_cache(maxsize=8192)
def _date(day: date, code: str) -> str:
    return str(format_date(day, format="long", locale=locale_of(code)))


@lru_cache(maxsize=2048)
def _percent(hundredths: int, code: str) -> str:
    return str(format_percent(hundredths / 100, format=None, locale=locale_of(code)))


def own_name(code: str) -> str:
    """The name of a language in that language, with a capital; also of those that only an initiative's text is written in."""
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    name = Locale.parse(code, sep="-").get_language_name() or code
    return name[:1].upper() + name[1:]


@cache
def locale_of(code: str) -> Locale:
    """The locale of an official language: Portuguese as in Portugal, English as in Ireland, as in the Official Journal."""
    return Locale.parse({"pt": "pt_PT", "en": "en_IE"}.get(code, code))


@cache
def language(code: str) -> Language:
    """The language of a code."""
    return Language(code)


def state_name(tongue: Language, place: Jurisdiction) -> str:
    """The name of a jurisdiction in the reader's language."""
    # Only where the jurisdiction is that country: a province has its country's code, too, and a name of its own.
    if place.code == {"GR": "EL"}.get(place.iso, place.iso) and place.iso in tongue.locale.territories:
        return tongue.country(place.iso)
    return place.names.get(tongue.code, place.name_en)


# Where letters with a mark are letters of their own, they come after the plain ones, or where the alphabet puts them.
_ALPHABETS = {
    "da": {"æ": "zz1", "ø": "zz2", "å": "zz3"},
    "sv": {"å": "zz1", "ä": "zz2", "ö": "zz3"},
    "fi": {"å": "zz1", "ä": "zz2", "ö": "zz3"},
    "et": {"š": "s~", "z": "s~~", "ž": "s~~~", "õ": "w1", "ä": "w2", "ö": "w3", "ü": "w4"},
    "cs": {"č": "c~", "ř": "r~", "š": "s~", "ž": "z~"},
    "sk": {"ä": "a~", "č": "c~", "š": "s~", "ž": "z~"},
    "sl": {"č": "c~", "š": "s~", "ž": "z~"},
    "hr": {"č": "c~", "ć": "c~~", "š": "s~", "ž": "z~", "đ": "d~"},
    "lt": {"č": "c~", "š": "s~", "ž": "z~", "y": "i~"},
    "lv": {"č": "c~", "š": "s~", "ž": "z~", "ģ": "g~", "ķ": "k~", "ļ": "l~", "ņ": "n~"},
    "pl": {"ł": "l~", "ś": "s~", "ć": "c~", "ń": "n~", "ó": "o~", "ż": "z~~", "ź": "z~"},
    "hu": {"ö": "o~", "ü": "u~"},
    "ro": {"ă": "a~", "â": "a~~", "î": "i~", "ș": "s~", "ț": "t~"},
    "es": {"ñ": "n~"},
    "mt": {"ċ": "b~", "ġ": "f~", "ħ": "h~", "ż": "y~"},
}


def reading_order(code: str, name: str) -> str:
    """A key that sorts names as readers of the language expect them."""
    special = _ALPHABETS.get(code, {})
    lowered = unicodedata.normalize("NFC", name).lower()
    if code in ("cs", "sk"):
        lowered = lowered.replace("ch", "h~")
    return "".join(special.get(letter) or _plain(letter) for letter in lowered)


def _plain(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
