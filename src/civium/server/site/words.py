"""The words of the pages in one language, read straight from the catalogue that translators edit."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po
from markupsafe import escape

from civium.server.site import languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "site"


class Words:
    """English sentences in, sentences of the language out; what is missing stays English."""

    def __init__(self, code: str, messages: dict[str, str | tuple[str, ...]], plural: Callable[[int], int]) -> None:
        self.code = code
        self._messages = messages
        self._plural = plural

    def before(self, others: Words) -> Words:
        """These words, and those of another catalogue of the same language for what this one lacks."""
        assert others.code == self.code, "one language at a time"
        return Words(self.code, others._messages | self._messages, self._plural)

    def __call__(self, message: str, **values: object) -> str:
        """The sentence, its %(places)s filled."""
        found = self._messages.get(message, message)
        said = found if isinstance(found, str) else found[0]
        return said % values if values else said

    def ngettext(self, singular: str, plural: str, number: int, **values: object) -> str:
        """The sentence in the form that the number asks for, its %(places)s filled."""
        found = self._messages.get(singular)
        said = found[self._plural(number)] if isinstance(found, tuple) else (singular if number == 1 else plural)
        return said % values if values else said

    def marked(self, message: str, **values: object) -> Markup:
        """The sentence escaped for HTML, and every value with it."""
        said = escape(self(message))
        return said % values if values else said

    def marked_ngettext(self, singular: str, plural: str, number: int, **values: object) -> Markup:
        """As ngettext, escaped for HTML."""
        said = escape(self.ngettext(singular, plural, number))
        return said % values if values else said


@cache
def words(code: str) -> Words:
    """The words of a language; read once, then kept."""
    return read_words(code, catalogue_path(code), DOMAIN)


def read_words(code: str, path: Path, domain: str) -> Words:
    """The words of a language in a catalogue; where there is none, and for whatever it lacks, the sentences of the code."""
    if code == languages.SOURCE or not path.exists():
        return Words(code, {}, lambda number: int(number != 1))
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=str(languages.locale_of(code)), domain=domain)
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string
        if key and said and not message.fuzzy and (isinstance(said, str) or all(said)):
            messages[key] = said if isinstance(said, str) else tuple(said)
    return Words(code, messages, _plural_of(catalogue.plural_expr))


def catalogue_path(code: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def _plural_of(expression: str) -> Callable[[int], int]:
    from gettext import c2py  # the standard library's own reader of plural forms; it parses, it does not run what it is given

    return c2py(expression)
