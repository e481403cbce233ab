"""Finds English sentences that were left standing on a page in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po

from civium.server.site import catalogues, languages
from civium.server.site.words import DOMAIN, catalogue_path

# "%(place)s" and "{place}": anything may stand there; "[mark]" and "[/mark]" become elements.
_PLACE = re.compile(r"%\([a-z_]+\)s|\{[a-z_]+\}")
_MARK = re.compile(r"\[/?[a-z]+\]")
_LEAST_LETTERS = 8  # a sentence with places is looked for only if so many letters of it are its own


@dataclass(frozen=True)
class English:
    """What of the English catalogue must not be seen in one language."""

    exact: frozenset[str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def left(self, seen: Iterable[str]) -> list[str]:
        """Give the English sentences among those that were seen."""
        found: dict[str, None] = {}
        for text in seen:
            if text in self.exact:
                found[text] = None
            elif " " in text:
                found |= dict.fromkeys(sentence for pattern, sentence in self.patterns if pattern.fullmatch(text))
        return list(found)


@cache
def english_for(code: str) -> English:
    """Give what must not be seen in a language: every sentence that the language says otherwise, or does not say yet."""
    said = _translations(code)
    own = {_plain(form) for forms in said.values() for form in forms}
    exact, patterns = set(), []
    for message in _sentences():
        plain = _plain(message)
        if plain in own or message in said.get(message, ()):
            continue
        if not _PLACE.search(plain):
            exact.add(plain)
        elif len(re.sub(r"[\W\d_]", "", _PLACE.sub("", plain))) >= _LEAST_LETTERS:
            parts = [re.escape(part) for part in _PLACE.split(plain)]
            patterns.append((re.compile(".+".join(parts)), message))
    return English(frozenset(exact), tuple(patterns))


@cache
def _sentences() -> frozenset[str]:
    found: set[str] = set()
    for message in catalogues.extract():
        if message.id:
            found |= set(message.id if isinstance(message.id, (tuple, list)) else (message.id,))
    return frozenset(found)


def _translations(code: str) -> dict[str, tuple[str, ...]]:
    if code == languages.SOURCE:
        return {sentence: (sentence,) for sentence in _sentences()}
    with catalogue_path(code).open("rb") as stream:
        catalogue = read_po(stream, locale=str(languages.locale_of(code)), domain=DOMAIN)
    found = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        for name in message.id if isinstance(message.id, (tuple, list)) else (message.id,):
            found[name] = tuple(form for form in forms if form)
    return found


def _plain(sentence: str) -> str:
    return re.sub(r"\s+", " ", _MARK.sub("", sentence)).replace("%%", "%").strip()
