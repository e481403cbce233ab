"""What makes two statements one person's, normalised the same way in the browser and here (docs/spec/identity-key.md)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from civium.formats.binary import bytes8, bytes16

VERSION = 1
_LABEL = b"civium identity key v1"
_NUMBER, _NAMES = b"\x01", b"\x02"

_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
_CYRILLIC = dict(zip("АВЕКМНОРСТУХ", "ABEKMHOPCTYX", strict=True))
_LOOK_ALIKES = {ord(letter): latin for letter, latin in (_GREEK | _CYRILLIC).items()}
_LOOK_ALIKES |= {ord(chr(code).lower()): latin for code, latin in _LOOK_ALIKES.items()}
_LETTERS = {
    ord(letter): plain
    for letter, plain in {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h",
        "ŧ": "t", "þ": "th", "ı": "i", "ŋ": "n", "ĸ": "k", "ſ": "s", "ς": "σ",
    }.items()
}  # fmt: skip
_SEPARATORS = frozenset("'’ʼ‘´`-‐‑‒–—.,·/_()\"")
# ECMAScript's White_Space and line terminators: listed, because Python's str.isspace() holds others.
_WHITE_SPACE = frozenset("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B))))
_CAPITALS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def identity_key(jurisdiction: str, fields: Mapping[str, str]) -> bytes:
    """Give the identity key, version 1, of a statement's fields: by number where the form asks one, else by names, birth date and postal code."""
    start = _LABEL + bytes8(jurisdiction.encode())
    number = fold_number(fields.get("id_number", ""))
    if "id_number" in fields or "id_type" in fields:
        return start + _NUMBER + bytes16(fields.get("id_type", "").encode()) + bytes16(number.encode())
    return (
        start
        + _NAMES
        + bytes16(fold_name(fields.get("full_first_names", "")).encode())
        + bytes16(fold_name(fields.get("family_names", "")).encode())
        + bytes16(fields.get("date_of_birth", "").encode())
        + bytes16(fold_number(fields.get("residence_postal_code", "")).encode())
    )


def fold_number(text: str) -> str:
    """Give a document number as A-Z and 0-9 only, without leading zeros, separators and the look-alikes of Greek and Cyrillic."""
    # Forms take 01234567L and 1234567L alike: with the zeros one person would be two.
    return unicodedata.normalize("NFKC", text).translate(_NUMBER_SIGNS).lstrip("0")


def fold_name(text: str) -> str:
    """Give a name without case, accents, hyphens, apostrophes, spaces and invisible signs. Nothing is transliterated."""
    return unicodedata.normalize("NFKD", text).translate(_FOLDED)


class _Signs(dict[int, str]):
    """What each character becomes in a number; nothing where it is neither letter nor digit."""

    def __missing__(self, code: int) -> str:
        return ""


_NUMBER_SIGNS: Final = _Signs({ord(sign): sign for sign in _CAPITALS_AND_DIGITS})
_NUMBER_SIGNS.update({ord(sign.lower()): sign for sign in _CAPITALS_AND_DIGITS})
_NUMBER_SIGNS.update(_LOOK_ALIKES)


class _Folds(dict[int, str]):
    """What each character becomes, whatever stands beside it: found once for each, as a million statements hold few."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_FOLDED: Final = _Folds()


def _fold_character(character: str) -> str:
    # Combining marks go; Mn and Me, not Mc: a spacing mark is a letter's part in the scripts that have it.
    # So do format signs (Cf): nobody sees a soft hyphen or a zero-width space that makes one name two.
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    lower = character.lower()[0].translate(_LETTERS)
    return "".join(piece for piece in lower if not _is_dropped(piece))


def _is_dropped(character: str) -> bool:
    return character in _SEPARATORS or character in _WHITE_SPACE or character < " " or "\x7f" <= character <= "\x9f"
