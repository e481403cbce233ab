"""The words of the console: English sentences in the code, other languages by catalogue (domain `console`) where there is one.

The rules are:
- a language is offered as soon as its catalogue lies in the package: organisers read what is translated, and the rest in English;
- the public pages' catalogue of the same language stands in for what the console's lacks: both share many words.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from civium.server.site import languages
from civium.server.site.words import Words, read_words
from civium.server.site.words import words as words_of_the_site

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "console"


def path(code: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def offered() -> tuple[str, ...]:
    """Give the languages that the console can be read in: English, and those with a catalogue, in the order of their own names."""
    return tuple(code for code in languages.CODES if code == languages.SOURCE or path(code).is_file())


@cache
def words(code: str) -> Words:
    """Give the words of a language; of one without a catalogue they are English, and say so."""
    if code not in offered() or code == languages.SOURCE:
        return read_words(languages.SOURCE, path(languages.SOURCE), DOMAIN)
    return read_words(code, path(code), DOMAIN).before(words_of_the_site(code))
