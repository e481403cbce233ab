"""The words of the console: English sentences in the code, other languages by catalogue (domain `console`) when there are any."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from civium.server.site import languages
from civium.server.site.words import Words, read_words

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "console"


@cache
def words(code: str) -> Words:
    """Give the words of a language; of one without a catalogue they are English, and say so."""
    path = LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_words(code if path.exists() else languages.SOURCE, path, DOMAIN)
