"""One name in Latin letters, whatever script and spelling it was written in: what two spellings of one person's name share.

The rules are:
- Greek by ELOT 743 = ISO 843:1997, the transcription (type 2) that passports use, and its transliteration (type 1) beside it;
- Bulgarian by the Transliteration Act of 2009 (State Gazette 19/2009), with its exception for a final -ия;
- Latin letters with signs as they are without them, and as ICAO Doc 9303 part 3 section 6 spells them in passports (ü: u and ue);
- so a name may have several Latin forms; two names meet where one form is the same;
- case, accents, spaces, hyphens and apostrophes go, as in `formats.identity_key.fold_name`; letters of other scripts stay as they are;
- only for comparing: what is shown to anyone is what the signatory wrote.
"""

from __future__ import annotations

import re
import unicodedata

from civium.formats.identity_key import fold_name

# Type 2, transcription. What stands for two letters is read first; υ after α, ε, η goes by the letter that follows.
_GREEK_PAIRS = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}


def _letters(written: str, spelled: str) -> dict[str, str]:
    return dict(zip(written, spelled.split(), strict=True))


_GREEK = _letters("αβγδεζηθικλμνξοπρστυφχψως", "a v g d e z i th i k l m n x o p r s t y f ch ps o s")
_GREEK_PAIR = re.compile("[αεη]υ|μπ|ου|γ[γξχ]")
# The mark that parts two letters goes with them.
_GREEK_ALONE = str.maketrans({**_GREEK, "\0": ""})
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_VOICED = frozenset("αβγδεζηλιμνορυω")
_BULGARIAN = str.maketrans(
    _letters("абвгдежзийклмнопрстуфхцчшщъьюя", "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya")
)
_BULGARIAN_LETTERS = re.compile("[абвгдежзийклмнопрстуфхцчшщъьюя]")
_GREEK_ANY = re.compile("[α-ως]")
_WORD = re.compile(r"[^\s\-‐‑‒–—.,·/()'’]+")
# ICAO Doc 9303-3, section 6.A, where it is more than the letter without its sign.
_PASSPORT_LETTERS = frozenset("äöüåøæœßþ")
_PASSPORT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"})

# Rings of fewer letters meet by chance too often: they keep their order.
_SHORTEST = 5
# Of names as people have them every turn is tried, which is quicker.
_LONGEST_TRIED = 80


def latin_forms(text: str) -> tuple[str, ...]:
    """Give the Latin forms of a name or several, each once: the usual one first."""
    if text.isascii():
        return (fold_name(text),)
    composed = unicodedata.normalize("NFC", text).lower()
    words = _WORD.findall(composed)
    usual = fold_name("".join(map(_usual, words)))
    others = []
    if not _PASSPORT_LETTERS.isdisjoint(composed):
        others.append(fold_name("".join(words).translate(_PASSPORT)))
    if _GREEK_ANY.search(composed):
        others.append(fold_name("".join(map(_strict_greek, words))))
    return tuple(dict.fromkeys((usual, *others)))


def _usual(word: str) -> str:
    plain = _without_accents(word)
    if _GREEK_ANY.search(plain):
        return greek_in_latin(word)
    if _BULGARIAN_LETTERS.search(plain) or _BULGARIAN_LETTERS.search(word):
        return bulgarian_in_latin(word)
    return word


def greek_in_latin(word: str) -> str:
    """Give a Greek word by ELOT 743 type 2, lower case: αυ is av before what is voiced and af elsewhere, μπ is b at either end."""
    # A diaeresis parts the two letters; it is the one sign that changes the reading.
    word = (
        unicodedata.normalize("NFC", word.lower()).replace("ϋ", "\0υ").replace("ΰ", "\0υ").replace("ϊ", "\0ι").replace("ΐ", "\0ι")
    )
    return _GREEK_PAIR.sub(_pair_in_latin, _without_accents(word)).translate(_GREEK_ALONE)


def _pair_in_latin(match: re.Match[str]) -> str:
    pair, text, end = match.group(), match.string, match.end()
    if pair == "μπ":
        return "b" if match.start() == 0 or end == len(text) else "mp"
    if pair in _GREEK_PAIRS:
        return _GREEK_PAIRS[pair]
    return _GREEK[pair[0]] + ("v" if text[end : end + 1] in _VOICED else "f")


def _strict_greek(word: str) -> str:
    """Give a Greek word by type 1: letter by letter, but υ after α, ε, η, ο is u."""
    return re.sub("(?<=[αεηο])υ", "u", _without_accents(word)).translate(_GREEK_ALONE)


def bulgarian_in_latin(word: str) -> str:
    """Give a Bulgarian word by the Transliteration Act, lower case: -ия at the end is -ia."""
    lower = unicodedata.normalize("NFC", word.lower())
    start, end = (lower[:-2], "ia") if lower.endswith("ия") else (lower, "")
    return start.translate(_BULGARIAN) + end


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFD", text).translate(_ACCENTS)


def turned(first: str, family: str) -> tuple[str, ...]:
    """Give what the names of one person share in every form, also where first and family names stand the other way round.

    The names are one ring of letters, told from where it reads least: so neither their order nor where one ends makes a difference.
    """
    forms = (first_form + family_form for first_form in latin_forms(first) for family_form in latin_forms(family))
    return tuple(dict.fromkeys(_least_turn(form) for form in forms if form))


def _least_turn(text: str) -> str:
    if len(text) < _SHORTEST:
        return text
    if len(text) <= _LONGEST_TRIED:
        return min(text[at:] + text[:at] for at in range(len(text)))
    at = _least_start(text)
    return text[at:] + text[:at]


def _least_start(ring: str) -> int:
    """Give where a ring reads least, in time that grows with its length alone: a name of ten thousand letters is one slow name, not a minute."""
    size, one, other, same = len(ring), 0, 1, 0
    while one < size and other < size and same < size:
        sign, sign_there = ring[(one + same) % size], ring[(other + same) % size]
        if sign == sign_there:
            same += 1
            continue
        # Whoever reads more there loses, with all starts that the same signs have passed.
        if sign > sign_there:
            one += same + 1
        else:
            other += same + 1
        other += one == other
        same = 0
    return min(one, other)
