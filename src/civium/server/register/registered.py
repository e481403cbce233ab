"""An initiative as a register tells it: one value, whatever file it was read from, and the checks that all files share.

The rules are:
- a file is read whole or not at all: what is wrong is told with its place, by element and line, or by entry and key;
- nothing is guessed: a date, a language or a role that is not known is refused;
- names and texts are normalised (NFC) and trimmed, as in an initiative's folder, so that a comparison compares what people read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from civium.errors import Refused
from civium.server.site.languages import CODES

# 24 languages of 6,100 characters of three bytes each, with treaties and additional lines, are below half of it.
LARGEST_FILE: Final = 2 * 1_048_576
MOST_LANGUAGES: Final = len(CODES)
MOST_ORGANISERS: Final = 100  # seven members (Art. 5(1)), and others who take part
LONGEST_LINE, LONGEST_TEXT, LONGEST_ADDRESS = 400, 20_000, 500
ROLES: Final = ("representative", "substitute", "member", "other")
Entry = TypeVar("Entry")
# Signs that turn the direction of what follows (UAX 9, 2.1 to 2.4): an address or a name would read as another. No language of the Union needs them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?")
_DAY_OF_THE_REGISTER = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
# ISO 3166-1, where the Union writes other letters (Interinstitutional Style Guide, 7.1.1).
_ISO: Final = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True)
class Place:
    """Where in a file something stands: a line of XML, or the number of an entry of JSON. Goes into a refusal's facts."""

    facts: Mapping[str, int | str]

    def refused(self, code: str, **facts: int | str) -> Refused:
        """Give the refusal that names this place."""
        return Refused(code, **{**facts, **self.facts})


@dataclass(frozen=True)
class RegisteredText:
    """The initiative in one language."""

    language: str
    title: str
    objectives: str
    lead: str = ""
    annex: str = ""
    treaties: str = ""
    website: str = ""


@dataclass(frozen=True, repr=False)
class RegisteredOrganiser:
    """One of the group of organisers. The register's XML gives no country, and not always an address."""

    role: str
    name: str
    email: str = ""
    country: str = ""


@dataclass(frozen=True, repr=False)
class Registered:
    """What one file of a register says."""

    source: str  # "xml" or "json"
    number: str
    registered_on: date
    original_language: str
    texts: Mapping[str, RegisteredText]
    organisers: tuple[RegisteredOrganiser, ...]
    exported_at: datetime | None = None
    register_url: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    is_partial: bool = False
    # Members whose names the register no longer shows.
    hidden: int = 0
    legal_entity: str = ""
    legal_entity_seat: str = ""
    officer: tuple[str, str] | None = None

    @property
    def website(self) -> str:
        """The organisers' page as the original language names it, else the first that does."""
        original = self.texts[self.original_language].website
        return original or next((text.website for text in self.texts.values() if text.website), "")


def line_of(given: str, place: Place, element: str, *, longest: int = LONGEST_LINE) -> str:
    """Give one line without needless spaces. Raises Refused `register-text-unreadable`, `register-text-too-long`."""
    return text_of(" ".join(given.split()), place, element, longest=longest)


def is_unreadable(character: str) -> bool:
    """Say whether a sign is one that nobody sees, or that makes readers see others in another order than they stand in."""
    return (unicodedata.category(character) in ("Cc", "Cs") and character != "\n") or character in _TURNING


def text_of(given: str, place: Place, element: str, *, longest: int = LONGEST_TEXT) -> str:
    """Give a text of several lines, normalised. Raises Refused `register-text-unreadable`, `register-text-too-long`."""
    clean = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ").strip()
    if any(is_unreadable(character) for character in clean):
        raise place.refused("register-text-unreadable", element=element)
    if len(clean) > longest:
        raise place.refused("register-text-too-long", element=element, longest=longest)
    return clean


def day_of(given: str, place: Place, element: str) -> date:
    """Give a day, as XML writes it (2026-03-02) or as the register does (02/03/2026). Raises Refused `register-date-wrong`."""
    given = given.strip()
    try:
        if found := _DAY.fullmatch(given):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_OF_THE_REGISTER.fullmatch(given):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise place.refused("register-date-wrong", element=element)


def language_of(given: str, place: Place) -> str:
    """Give the code of an official language, in small letters. Raises Refused `register-language-unknown`."""
    code = given.strip().lower()
    if code not in CODES:
        raise place.refused("register-language-unknown")
    return code


def country_of(given: str, place: Place, element: str) -> str:
    """Give a country's code of ISO 3166-1; none where none is given. Raises Refused `register-country-wrong`."""
    code = given.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{2}", code):
        raise place.refused("register-country-wrong", element=element)
    return _ISO.get(code, code)


def checked(registered: Registered) -> Registered:
    """Give it back if its group of organisers is one: a representative and a substitute (Art. 5(3)). Raises Refused `register-organisers`."""
    roles = [person.role for person in registered.organisers]
    for role in ("representative", "substitute"):
        if roles.count(role) != 1:
            raise Refused("register-organisers", role=role, found=roles.count(role))
    return registered


def texts_of(
    entries: Sequence[Entry], read: Callable[[Entry, int], tuple[RegisteredText, bool, Place]]
) -> tuple[dict[str, RegisteredText], str]:
    """Give the texts by language and the original language; `read` takes an entry and its number.

    Raises Refused `register-languages-missing`, `register-too-many-languages`, `register-language-twice`, `register-originals`.
    """
    if not entries:
        raise Refused("register-languages-missing")
    if len(entries) > MOST_LANGUAGES:
        raise Refused("register-too-many-languages", found=len(entries), most=MOST_LANGUAGES)
    found = [read(entry, number) for number, entry in enumerate(entries, 1)]
    texts: dict[str, RegisteredText] = {}
    for text, _is_original, place in found:
        if text.language in texts:
            raise place.refused("register-language-twice", language=text.language)
        texts[text.language] = text
    originals = [text.language for text, is_original, _place in found if is_original]
    if len(originals) != 1:
        raise Refused("register-originals", found=len(originals))
    return dict(sorted(texts.items())), originals[0]
